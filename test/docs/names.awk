# names.awk — prints "line link TARGET", "line path NAME" and "line word NAME" (a name of the code) for a
# Markdown file. Fences are left out.
/^```/ { fence = !fence; next }
fence { next }
{
	rest = $0
	while (match(rest, /\]\([^) ]+\)/)) {
		target = substr(rest, RSTART + 2, RLENGTH - 3)
		if (target !~ /^[a-z]+:/) print NR, "link", target
		rest = substr(rest, RSTART + RLENGTH)
	}
	rest = $0
	while (match(rest, /`[^`]+`/)) {
		name = substr(rest, RSTART + 1, RLENGTH - 2)
		rest = substr(rest, RSTART + RLENGTH)
		if (name ~ /^(src|test|tools|docs|city)\/[A-Za-z0-9_.\/-]*$/) print NR, "path", name
		else if (name ~ /^[a-z][a-z0-9]*_[a-z0-9_]+$/) print NR, "word", name
	}
}
