// pinyin.c — makes the search's pinyin table of a Rime dictionary, at build time.
//
//     pinyin DICT OWN OUT.c
//
// DICT has lines "text TAB syllables TAB weight" behind a line "...". A character's reading is that
// of its greatest weight; a word is kept only where it reads otherwise than its characters do. OWN
// has the same form and wins. The table: sorted code points with a syllable number, sorted words
// with theirs.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SYL_MAX = 1000, CP_MAX = 0x30000, WORD_MAX = 200000, LEN_MAX = 12 };

static char syl[SYL_MAX][8];
static int n_syl;
static uint16_t best[CP_MAX];              // syllable + 1
static double weight[CP_MAX];
static struct word { char text[64]; int n; uint16_t syl[LEN_MAX]; } *word;
static int n_word;

static void die(const char *what)
{
	fprintf(stderr, "pinyin: %s\n", what);
	exit(1);
}

static int syl_id(const char *s)
{
	for (int i = 0; i < n_syl; i++)
		if (!strcmp(syl[i], s))
			return i;
	if (n_syl == SYL_MAX || strlen(s) >= sizeof syl[0])
		die("too many or too long syllables");
	strcpy(syl[n_syl], s);
	return n_syl++;
}

static int next_cp(const char **p)
{
	const unsigned char *s = (const unsigned char *)*p;
	int n = s[0] < 0x80 ? 1 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
	int c = n == 1 ? s[0] : s[0] & (0xFF >> (n + 1));
	for (int i = 1; i < n; i++)
		c = c << 6 | (s[i] & 0x3F);
	*p += n;
	return c;
}

static int read_line(char *line, int own)
{
	line[strcspn(line, "\r\n")] = 0;
	char *text = strtok(line, "\t"), *pinyin = strtok(NULL, "\t"), *w = strtok(NULL, "\t");
	if (!text || !pinyin)
		return 0;
	uint16_t s[LEN_MAX];
	int n = 0, cps = 0, first = 0;
	for (const char *p = text; *p; cps++) {
		int c = next_cp(&p);
		if (!cps)
			first = c;
	}
	if (cps > LEN_MAX)
		return 0;
	for (char *t = strtok(pinyin, " "); t; t = strtok(NULL, " ")) {
		if (n == LEN_MAX)
			return 0;
		s[n++] = (uint16_t)syl_id(t);
	}
	if (n != cps)
		return 0;
	if (cps == 1) {
		double x = own ? 1e12 : w ? atof(w) : 0;
		if (first < CP_MAX && (!best[first] || x > weight[first])) {
			best[first] = (uint16_t)(s[0] + 1);
			weight[first] = x;
		}
		return 0;
	}
	if (strlen(text) >= sizeof word->text || n_word == WORD_MAX)
		return 0;
	// The same word twice (own list, or two readings): the first of own wins, else the last seen.
	if (own)
		for (int i = 0; i < n_word; i++)
			if (!strcmp(word[i].text, text))
				word[i].n = 0;
	strcpy(word[n_word].text, text);
	word[n_word].n = n;
	memcpy(word[n_word].syl, s, sizeof s);
	n_word++;
	return 1;
}

static void read_file(const char *path, int own)
{
	FILE *f = fopen(path, "r");
	if (!f)
		die(path);
	char line[4096];
	int body = own;
	while (fgets(line, sizeof line, f))
		if (!body)
			body = !strncmp(line, "...", 3);
		else if (line[0] != '#')
			read_line(line, own);
	fclose(f);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(((const struct word *)a)->text, ((const struct word *)b)->text);
}

int main(int argc, char **argv)
{
	if (argc != 4)
		die("usage: pinyin DICT OWN OUT.c");
	word = calloc(WORD_MAX, sizeof *word);
	if (!word)
		die("memory");
	read_file(argv[1], 0);
	read_file(argv[2], 1);
	FILE *out = fopen(argv[3], "w");
	if (!out)
		die(argv[3]);
	fputs("// Made by tools/pinyin.c from the Rime dictionary pinyin_simp (Apache-2.0).\n#include \"domain/catalogue/pinyin.h\"\n", out);
	fputs("const char *const pinyin_syllable[] = {", out);
	for (int i = 0; i < n_syl; i++)
		fprintf(out, "\"%s\",", syl[i]);
	fputs("};\nconst struct pinyin_char pinyin_char[] = {\n", out);
	int chars = 0;
	for (int c = 0; c < CP_MAX; c++)
		if (best[c]) {
			fprintf(out, "{0x%X,%d},%s", c, best[c] - 1, ++chars % 12 ? "" : "\n");
		}
	fprintf(out, "};\nconst uint32_t pinyin_chars = %d;\nconst struct pinyin_word pinyin_word[] = {\n", chars);
	qsort(word, (size_t)n_word, sizeof *word, by_text);
	int words = 0;
	for (int i = 0; i < n_word; i++) {
		if (!word[i].n || (i + 1 < n_word && !strcmp(word[i].text, word[i + 1].text) && word[i + 1].n))
			continue;
		int k = 0, differs = 0;
		for (const char *p = word[i].text; *p; k++) {
			int c = next_cp(&p);
			differs |= c >= CP_MAX || best[c] != word[i].syl[k] + 1;
		}
		if (!differs)
			continue;
		fprintf(out, "{\"%s\",%d,{", word[i].text, word[i].n);
		for (int j = 0; j < word[i].n; j++)
			fprintf(out, "%s%d", j ? "," : "", word[i].syl[j]);
		fputs("}},\n", out);
		words++;
	}
	fprintf(out, "};\nconst uint32_t pinyin_words = %d;\n", words);
	return fclose(out) ? 1 : 0;
}
