-- cert_2.sql — what somebody holds today is found without reading all that they ever held.
CREATE INDEX certificate_valid ON certificate (party, type, issued_day) WHERE state = 'valid';
