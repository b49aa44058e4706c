# fences.awk — takes the fences of a Markdown file apart: DIR/N.cmd and DIR/N.want of each command, DIR/N.text of
# each file to be written; prints "N line run", "N line write FILE", "N line add FILE", "N line put LINE FILE".
function begin(what) {
	n++
	print n, NR, what
}
/^```/ {
	if (mode != "") { mode = ""; next }
	mode = "other"
	if ($0 ~ /^```console *$/) { mode = "console"; next }
	count = split($0, word, / +/)
	name = word[count]
	if (count < 2) next
	file = name
	sub(/^\+/, "", file)
	if (file !~ /^my-city\/[A-Za-z0-9_.\/-]+$/) next
	if (name !~ /^\+/) begin("write " file)
	else if (word[2] ~ /^@[0-9]+$/) begin("put " substr(word[2], 2) " " file)
	else begin("add " file)
	mode = "text"
	next
}
mode == "text" { print >(dir "/" n ".text") }
mode == "console" {
	if (more) { print >(dir "/" n ".cmd"); more = /\\$/ }
	else if (/^\$ /) { begin("run"); print substr($0, 3) >(dir "/" n ".cmd"); more = /\\$/ }
	else if (n) print >(dir "/" n ".want")
}
