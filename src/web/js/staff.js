// staff.js — the keyboard layer of lists and the split view; comes behind app.js in one file.
const rows = () => $$("[data-row]");
const move = by => {
	const list = rows(), at = list.indexOf(doc.activeElement);
	const next = list[Math.max(0, Math.min(list.length - 1, at + by))];
	if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); }
};
$$("[data-open],[data-keys]").forEach(b => { b.hidden = false; });
addEventListener("click", e => {
	const b = e.target.closest("button");
	if (!b) return;
	if (b.dataset.insert) {
		const t = doc.getElementById(b.dataset.into);
		t.value = (t.value ? t.value.replace(/\s*$/, "\n") : "") + b.dataset.insert;
		t.focus();
	} else if ("open" in b.dataset) {
		const a = rows().find(r => r === doc.activeElement || r.closest("tr").matches(".cur")) || rows()[0];
		if (a) location = a.href;
	} else if ("keys" in b.dataset) help();
});
function help() {
	let d = $("dialog");
	if (!d) {
		d = doc.createElement("dialog");
		const h = doc.createElement("h2"), ul = doc.createElement("ul"), close = doc.createElement("button");
		h.textContent = "快捷键";
		const seen = new Set();
		$$("[data-key]").forEach(x => {
			const text = (x.innerText || x.placeholder || x.getAttribute("aria-label") || (x.labels && x.labels[0] && x.labels[0].innerText) || "").replace(/\s+/g, " ").trim();
			const line = `${x.dataset.key}　${text}`;
			if (seen.has(line)) return;
			seen.add(line);
			const li = doc.createElement("li");
			li.textContent = line;
			ul.append(li);
		});
		close.className = "b", close.textContent = "关闭", close.onclick = () => d.close();
		d.append(h, ul, close);
		doc.body.append(d);
	}
	d.showModal();
}
addEventListener("keydown", e => {
	if (e.defaultPrevented || e.ctrlKey || e.altKey || e.metaKey || e.isComposing || typing(e.target)) return;
	const k = e.key.toLowerCase();
	const thumbs = $$("[data-material]");
	if (k === "?") { e.preventDefault(); help(); }
	else if ((k === "j" || k === "k") && thumbs.length) {
		const at = thumbs.findIndex(x => x.hasAttribute("aria-current")), next = thumbs[at + (k === "j" ? 1 : -1)];
		if (next) { e.preventDefault(); next.click(); }
	} else if (k === "j" || k === "arrowdown" || k === "k" || k === "arrowup") {
		if (!rows().length || e.target.type === "radio") return;
		e.preventDefault();
		move(k === "j" || k === "arrowdown" ? 1 : -1);
	} else if (k === "x") {
		const tr = doc.activeElement.closest("tr"), c = tr && $("input[type=checkbox]", tr);
		if (c) { e.preventDefault(); c.checked = !c.checked; }
	} else if (k === "n") {
		const bad = $$("[data-bad]");
		if (!bad.length) return;
		e.preventDefault();
		const next = bad[(bad.indexOf(doc.activeElement) + 1) % bad.length];
		next.focus();
		next.scrollIntoView({ block: "center" });
	}
});
