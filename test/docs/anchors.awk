# anchors.awk — exit 0 when a Markdown file has the heading that the anchor `want` means, as forges write anchors.
/^```/ { fence = !fence; next }
!fence && /^#+ / {
	s = tolower($0)
	sub(/^#+ +/, "", s)
	gsub(/[`*_.,:;?!()'"“”\/&+<>]/, "", s)
	gsub(/ /, "-", s)
	if (s == want) found = 1
}
END { exit !found }
