-- notice_3.sql — a message in English too, where its template has it. Older ones are in Chinese only.
ALTER TABLE message ADD COLUMN title_en TEXT;
ALTER TABLE message ADD COLUMN text_en TEXT;
