// pinyin.c — see pinyin.h.
#include "domain/catalogue/pinyin.h"

static int char_reading(uint32_t cp)
{
	uint32_t lo = 0, hi = pinyin_chars;
	while (lo < hi) {
		uint32_t mid = (lo + hi) / 2;
		if (pinyin_char[mid].cp < cp)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < pinyin_chars && pinyin_char[lo].cp == cp ? pinyin_char[lo].syllable : -1;
}

// The longest word of the list that stands at the beginning of s.
static const struct pinyin_word *word_at(struct str s)
{
	const struct pinyin_word *found = NULL;
	size_t n = 0;
	for (int cps = 1; n < s.n && cps <= 6; cps++) {
		utf8_next(s, &n);
		if (cps < 2)
			continue;
		struct str key = str_part(s, 0, n);
		uint32_t lo = 0, hi = pinyin_words;
		while (lo < hi) {
			uint32_t mid = (lo + hi) / 2;
			if (str_cmp(str_of(pinyin_word[mid].text), key) < 0)
				lo = mid + 1;
			else
				hi = mid;
		}
		if (lo == pinyin_words || !str_starts(str_of(pinyin_word[lo].text), key))
			break;                     // no word begins so
		if (str_eq(str_of(pinyin_word[lo].text), key))
			found = &pinyin_word[lo];
	}
	return found;
}

static void put(const char *letters, struct buf *full, struct buf *starts, struct buf *initials)
{
	size_t n = strlen(letters);
	buf_add(full, (struct str){letters, n});
	for (size_t i = 0; i < n; i++)
		buf_byte(starts, i == 0);
	buf_byte(initials, letters[0]);
}

static void put_place(struct buf *places, size_t at)
{
	uint32_t v = (uint32_t)at;
	if (places)
		buf_add(places, (struct str){(const char *)&v, sizeof v});
}

void pinyin_read(struct str s, struct buf *full, struct buf *starts, struct buf *initials, struct buf *places)
{
	bool latin = false;
	for (size_t at = 0; at < s.n;) {
		unsigned char c = (unsigned char)s.p[at];
		if (c < 0x80) {
			char l = c >= 'A' && c <= 'Z' ? (char)(c + 32) : (char)c;
			bool letter = (l >= 'a' && l <= 'z') || (l >= '0' && l <= '9');
			if (letter) {
				buf_byte(full, l);
				buf_byte(starts, !latin);
				if (!latin) {
					buf_byte(initials, l);
					put_place(places, at);
				}
			}
			latin = letter;
			at++;
			continue;
		}
		latin = false;
		const struct pinyin_word *w = word_at(str_from(s, at));
		if (w) {
			for (int i = 0; i < w->n; i++) {
				put_place(places, at);
				put(pinyin_syllable[w->syllable[i]], full, starts, initials);
				utf8_next(s, &at);
			}
			continue;
		}
		size_t from = at;
		int r = char_reading(utf8_next(s, &at));
		if (r >= 0) {
			put_place(places, from);
			put(pinyin_syllable[r], full, starts, initials);
		}
	}
}
