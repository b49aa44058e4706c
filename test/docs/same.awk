# same.awk — exit 0 when the output read is what the file `want` shows; "…" is any text, alone any lines.
function fits(line, pattern,   part, count, i, at, first) {
	count = split(pattern, part, "…")
	if (substr(line, 1, length(part[1])) != part[1]) return 0
	line = substr(line, length(part[1]) + 1)
	if (count == 1) return line == ""
	for (i = 2; i < count; i++) {
		at = index(line, part[i])
		if (!at && part[i] != "") return 0
		if (at) line = substr(line, at + length(part[i]))
	}
	return length(line) >= length(part[count]) && substr(line, length(line) - length(part[count]) + 1) == part[count]
}
function all(i, k,   j) {
	for (; i <= wants; i++) {
		if (wanted[i] == "…") {
			for (j = k; j <= n + 1; j++) if (all(i + 1, j)) return 1
			return 0
		}
		if (k > n || !fits(got[k], wanted[i])) return 0
		k++
	}
	return k > n
}
BEGIN { while ((getline line <want) > 0) wanted[++wants] = line }
{ got[++n] = $0 }
END {
	while (n && got[n] == "") n--     # empty lines at the end mean nothing
	exit !all(1, 1)
}
