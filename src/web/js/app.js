// app.js — what HTML cannot do by itself. Every page works without it; nothing here decides anything.
const doc = document, root = doc.documentElement;
const $ = (s, e = doc) => e.querySelector(s), $$ = (s, e = doc) => [...e.querySelectorAll(s)];
const english = root.lang === "en";
const say = { lost: ["网络中断，您填写的内容还在", "Connection lost; what you entered is kept"], again: ["继续上传", "Resume"], saved: ["已保存 ", "Saved "],
	up: ["正在上传 ", "Uploading "], stop: ["取消", "Cancel"], done: ["上传完成", "Uploaded"], big: ["文件过大", "The file is too large"], refused: ["没有上传成功，请重试", "The upload was refused; try again"] };
const word = k => say[k][english ? 1 : 0];
export const live = text => { const l = $("[data-live]"); if (l) { l.textContent = ""; setTimeout(() => { l.textContent = text; }, 50); } };
root.classList.add("js");

// -- focus goes to what is wrong, or to where work begins
const first = $("[data-focus]");
if (first && !location.hash) { first.focus(); if (first.type === "search") first.select(); }

// -- one answer a form: the server refuses a repeat anyway, this spares the second click
addEventListener("submit", e => {
	const f = e.target;
	if (f.method !== "post" || e.defaultPrevented) return;
	if (f.dataset.sent) { e.preventDefault(); return; }
	f.dataset.sent = "1";
	if (e.submitter) e.submitter.setAttribute("aria-disabled", "true");
});
addEventListener("pageshow", () => $$("form[data-sent]").forEach(f => {
	delete f.dataset.sent;
	$$("[aria-disabled]", f).forEach(b => b.removeAttribute("aria-disabled"));
}));

// -- fragments: <form|a data-swap="#list" data-fragment="list" data-push>
export async function swap(target, fragment, url, options = {}) {
	const old = $(target);
	if (!old) return false;
	try {
		old.setAttribute("aria-busy", "true");
		const r = await fetch(url, { ...options, credentials: "same-origin", headers: { "X-Fragment": fragment, ...options.headers } });
		if (!r.ok || r.headers.get("X-Fragment") !== fragment) throw 0;
		const box = doc.createElement("template");
		box.innerHTML = await r.text();
		const fresh = $(target, box.content);
		if (!fresh) throw 0;
		old.replaceWith(fresh);
		live(fresh.dataset.say || "");
		return true;
	} catch (_) {
		old.removeAttribute("aria-busy");
		return false;
	}
}
addEventListener("click", async e => {
	const a = e.target.closest("a[data-swap]");
	if (!a || e.ctrlKey || e.metaKey || e.shiftKey || e.button) return;
	e.preventDefault();
	if (await swap(a.dataset.swap, a.dataset.fragment, a.href)) { if ("push" in a.dataset) history.pushState({}, "", a.href), shown = page(); }
	else location = a.href;
});
// Back to another page of the list; a link within the page stays in it.
const page = () => location.pathname + location.search;
let shown = page();
addEventListener("popstate", () => page() === shown || location.reload());

// -- search as you type: the block named by data-suggest is fetched after 150 ms of silence
$$("input[data-suggest]").forEach(q => {
	let wait;
	q.addEventListener("input", () => {
		clearTimeout(wait);
		wait = setTimeout(() => {
			const u = new URL(q.form.action || location.href);
			new FormData(q.form).forEach((v, k) => u.searchParams.set(k, v));
			swap(q.dataset.target || "#main-form", q.dataset.suggest, u);
		}, 150);
	});
});

// -- keys: data-key="F2", "Ctrl+Enter", "Alt+1", "/", "b". Single characters only while nobody types.
const name = e => (e.ctrlKey ? "ctrl+" : "") + (e.altKey ? "alt+" : "") + (e.key === " " ? "space" : e.key.toLowerCase());
const typing = t => t && (t.isContentEditable || /^(TEXTAREA|SELECT)$/.test(t.tagName) || (t.tagName === "INPUT" && !/^(radio|checkbox|button|submit)$/.test(t.type)));
addEventListener("keydown", e => {
	if (e.isComposing || e.metaKey || e.defaultPrevented) return;
	const k = name(e), t = e.target;
	if (typing(t) && !e.ctrlKey && !e.altKey && !/^f\d+$/.test(k)) return;
	if ((k === "enter" || k === "space") && t.closest("a,button,summary,input")) return;
	const b = $$("[data-key]").find(x => x.dataset.key.toLowerCase() === k && (x.offsetParent || x.type === "radio") && !x.disabled);
	if (!b) return;
	e.preventDefault();
	if (typing(b)) { b.focus(); b.select && b.select(); } else { b.focus(); b.click(); }
});

// -- autosave: every 20 seconds when something changed, and when the page goes to the background
$$("form[data-autosave]").forEach(f => {
	let dirty = false;
	f.addEventListener("input", () => { dirty = true; });
	const save = async () => {
		if (!dirty || f.dataset.sent) return;
		dirty = false;
		const d = new FormData(f);
		d.set("do", "autosave");
		try {
			const r = await fetch(f.action, { method: "POST", body: new URLSearchParams(d), credentials: "same-origin", keepalive: true, headers: { "X-Fragment": "saved" } });
			if (!r.ok) throw 0;
			const now = new Date(), s = $("[data-saved]", f);
			if (s) s.textContent = word("saved") + String(now.getHours()).padStart(2, "0") + ":" + String(now.getMinutes()).padStart(2, "0");
		} catch (_) { dirty = true; live(word("lost")); }
	};
	setInterval(save, 20000);
	addEventListener("visibilitychange", () => { if (doc.hidden) save(); });
});

// -- uploads: 4 MB pieces, three tries each, resumed where the server says it stopped
const piece = 4 << 20, pause = ms => new Promise(r => setTimeout(r, ms));
async function smaller(file) {
	if (!/^image\/(jpeg|png)$/.test(file.type) || file.size < 2 << 20 || !self.createImageBitmap) return file;
	try {
		const b = await createImageBitmap(file), k = Math.min(1, 2400 / Math.max(b.width, b.height));
		const c = doc.createElement("canvas");
		c.width = b.width * k, c.height = b.height * k;
		c.getContext("2d").drawImage(b, 0, 0, c.width, c.height);
		const blob = await new Promise(r => c.toBlob(r, "image/jpeg", 0.85));
		return blob && blob.size < file.size ? new File([blob], file.name.replace(/\.\w+$/, ".jpg"), { type: "image/jpeg" }) : file;
	} catch (_) { return file; }
}
function send(url, token, file, from, progress, handle) {
	return new Promise((ok, no) => {
		const x = handle.x = new XMLHttpRequest();
		x.open("POST", url);
		x.setRequestHeader("X-CSRF", token.csrf);
		x.setRequestHeader("Upload-Id", token.id);
		x.setRequestHeader("Upload-Offset", from);
		x.setRequestHeader("Upload-Length", file.size);
		x.setRequestHeader("Upload-Name", encodeURIComponent(file.name));
		x.setRequestHeader("Content-Type", "application/offset+octet-stream");
		x.upload.onprogress = e => progress(from + e.loaded);
		// The last piece is answered with a redirect to the page: then the file is whole.
		x.onload = () => {
			if (x.status >= 300) { no(x.status); return; }
			const whole = x.responseURL && x.responseURL !== new URL(url, location).href, header = x.getResponseHeader("Upload-Offset");
			const next = whole || header === null ? (whole ? file.size : Math.min(file.size, from + piece)) : Number(header);
			next > from ? ok(next) : no(0);
		};
		x.onerror = x.onabort = () => no(0);
		x.send(file.slice(from, from + piece));
	});
}
async function offset(url, token) {
	const r = await fetch(url, { method: "HEAD", credentials: "same-origin", headers: { "Upload-Id": token.id } });
	return r.ok ? Number(r.headers.get("Upload-Offset") || 0) : 0;
}
async function upload(form, chosen) {
	const token = { csrf: form.elements.csrf.value, id: form.elements.form_id.value + "-" + form.action.split("/").pop() };
	const file = await smaller(chosen), handle = { x: null, stopped: false }, box = doc.createElement("div"), text = doc.createElement("p"), row = doc.createElement("div"), bar = doc.createElement("progress"), stop = doc.createElement("button");
	box.setAttribute("role", "group");
	row.className = "up", stop.className = "b", stop.type = "button", stop.textContent = word("stop");
	bar.max = file.size, bar.value = 0;
	bar.setAttribute("aria-label", file.name);
	row.append(bar, stop), box.append(text, row);
	form.hidden = true, form.after(box);
	let told = 0, at = 0;
	const progress = n => {
		bar.value = n;
		const p = Math.floor(n * 100 / file.size);
		text.textContent = `${file.name} ${p}%`;
		if (p >= told + 25) { told = p - p % 25; live(word("up") + told + "%"); }
	};
	const back = () => { box.remove(); form.hidden = false; };
	stop.onclick = () => { handle.stopped = true; handle.x && handle.x.abort(); back(); form.reset(); };
	const go = async () => {
		for (let tries = 0; at < file.size;) {
			try { at = await send(form.action, token, file, at, progress, handle); tries = 0; }
			catch (status) {
				if (handle.stopped) return;
				if (status >= 400 && status < 500 && status !== 409) { back(); live(word(status === 413 ? "big" : "refused")); form.submit(); return; }
				if (++tries > 3) {
					text.textContent = `${word("lost")} (${Math.floor(at * 100 / file.size)}%)`;
					const more = doc.createElement("button");
					more.className = "b", more.type = "button", more.textContent = word("again");
					more.onclick = () => { more.remove(); go(); };
					row.append(more);
					return;
				}
				await pause(1000 * tries);
				at = await offset(form.action, token).catch(() => at);
			}
		}
		live(word("done"));
		location.reload();
	};
	progress(0);
	go();
}
addEventListener("change", e => {
	const f = e.target.form;
	if (e.target.type === "file" && f && f.dataset.upload && e.target.files.length) upload(f, e.target.files[0]);
});

// -- read aloud: only with a voice on this device, so that no text leaves it
const reader = $("[data-read]");
if (reader && self.speechSynthesis) {
	const voice = () => speechSynthesis.getVoices().find(v => v.localService && v.lang.startsWith(english ? "en" : "zh"));
	const show = () => { reader.hidden = !voice(); };
	speechSynthesis.onvoiceschanged = show;
	show();
	reader.onclick = () => {
		if (speechSynthesis.speaking) { speechSynthesis.cancel(); return; }
		const u = new SpeechSynthesisUtterance($(reader.dataset.read).innerText);
		u.voice = voice(), u.rate = 0.9;
		speechSynthesis.speak(u);
	};
}
