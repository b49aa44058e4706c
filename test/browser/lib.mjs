// lib.mjs — a browser, a user in it, and what every page is watched for.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import zlib from "node:zlib";
import puppeteer from "puppeteer-core";

export const base = process.env.TONGBAN_URL || "http://127.0.0.1:8101";
const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
	"--disable-component-update", "--disable-sync", "--disable-extensions", "--disable-dev-shm-usage"];

let passed = 0, failed = 0, skipped = 0;
export const counts = () => ({ passed, failed, skipped });
export function check(ok, what, more = "") {
	if (ok) passed++;
	else { failed++; console.log(`FAIL ${what}${more ? `: ${more}` : ""}`); }
	if (ok && process.env.VERBOSE) console.log(`ok   ${what}`);
	return ok;
}
export function skip(what) { skipped++; console.log(`skip ${what}`); }

// Without the browser's own PDF viewer: it is a process and a frame for every paper, and on a busy machine now and then
// one never says that it has loaded. What is ours is the address, the type and the way to open the file. Pictures show it.
export async function open() {
	const profile = fs.mkdtempSync(path.join(os.tmpdir(), "journeys-"));
	const pictures = Boolean(process.env.SHOTS || process.env.SHOTS_README);
	fs.mkdirSync(path.join(profile, "Default"));
	fs.writeFileSync(path.join(profile, "Default", "Preferences"), JSON.stringify({ plugins: { always_open_pdf_externally: !pictures } }));
	const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", headless: true, userDataDir: profile,
		args: flags, protocolTimeout: 120000 });
	return { browser, profile, close: async () => { await browser.close(); fs.rmSync(profile, { recursive: true, force: true }); } };
}

// Everything that goes wrong on a page without anybody asking: scripts, policy, server errors.
export const seen = new Map();        // path of a page → who saw it
export const complaints = [];
export function watch(page, who) {
	page.on("console", m => { if (/Content Security Policy/i.test(m.text())) complaints.push(`csp ${page.url()}: ${m.text()}`); });
	page.on("pageerror", e => complaints.push(`script ${page.url()}: ${e.message}`));
	page.on("response", r => {
		if (r.status() >= 500) complaints.push(`${r.status()} ${r.request().method()} ${r.url()}`);
		else if (r.status() === 404 && !/^(xhr|fetch)$/.test(r.request().resourceType()) && r.url().startsWith(base)) complaints.push(`404 ${r.url()} on ${page.url()}`);
	});
	page.on("framenavigated", f => { if (f === page.mainFrame() && f.url().startsWith(base)) seen.set(f.url().slice(base.length).replace(/#.*/, ""), who); });
}

// One person in a browser of their own (cookies are not shared).
export class User {
	static async in(browser, login, { js = true, width = 1280, height = 900 } = {}) {
		const u = new User();
		u.login = login;
		u.context = await browser.createBrowserContext();
		u.page = await u.context.newPage();
		await u.page.setViewport({ width, height });
		await u.page.setJavaScriptEnabled(js);
		u.js = js;
		await u.page.emulateMediaFeatures([{ name: "prefers-reduced-motion", value: "reduce" }]);
		watch(u.page, login);
		return u;
	}
	async close() { await this.context.close(); }
	async go(where) { await this.page.goto(base + where, { waitUntil: "load" }); await this.shot(); return this; }
	get at() { return this.page.url().slice(base.length); }
	async text(selector = "main") { return this.page.$eval(selector, e => e.innerText).catch(() => ""); }
	async has(selector) { return (await this.page.$(selector)) !== null; }
	async value(selector) { return this.page.$eval(selector, e => e.value).catch(() => ""); }
	async href(selector) { return this.page.$eval(selector, e => e.getAttribute("href")).catch(() => ""); }
	// A click that leads to another page.
	async press(selector) {
		const e = await this.page.$(selector);
		if (!e) throw new Error(`${this.login} finds no ${selector} on ${this.at}: ${(await this.text()).slice(0, 300)}`);
		await Promise.all([this.page.waitForNavigation({ waitUntil: "load", timeout: 30000 }), e.evaluate(x => x.click())]);
		await this.shot();
		return this;
	}
	// By the words on it, as people do.
	async follow(words, within = "body") {
		const ok = await this.page.evaluate((words, within) => {
			for (const x of document.querySelectorAll(`${within} a, ${within} button`))
				if (x.innerText.replace(/\s+/g, " ").includes(words)) { x.setAttribute("data-follow", "1"); return true; }
			return false;
		}, words, within);
		if (!ok) throw new Error(`${this.login} finds no “${words}” on ${this.at}: ${(await this.text()).slice(0, 300)}`);
		return this.press("[data-follow]");
	}
	async set(name, value) {
		const ok = await this.page.evaluate((name, value) => {
			const all = [...document.querySelectorAll(`[name="${name}"]`)].filter(x => x.type !== "hidden");
			if (!all.length) return false;
			if (all[0].type === "radio") { const r = all.find(x => x.value === value); if (!r) return false; r.checked = true; return true; }
			if (all[0].type === "checkbox") { all[0].checked = Boolean(value); return true; }
			all[0].value = value;
			return all[0].tagName !== "SELECT" || all[0].value === value;
		}, name, value);
		if (!ok) throw new Error(`${this.login} cannot set ${name} to ${value} on ${this.at}`);
		return this;
	}
	async fill(values) {
		for (const [k, v] of Object.entries(values)) if (await this.has(`[name="${k}"]:not([type=hidden])`)) await this.set(k, v);
		return this;
	}
	async sign_in(next = "") {
		await this.go(`/sign-in${next ? `?next=${encodeURIComponent(next)}` : ""}`);
		await this.set("account", this.login);
		await this.set("password", "yunfan-demo-2026");
		await this.press('form:has([name=password]) button');
		return this;
	}
	async shot(name) {
		if (!process.env.SHOTS) return;
		const file = name || `${String(User.n++).padStart(3, "0")}-${this.login}${this.at.replace(/[?#].*/, "").replace(/[^a-z0-9]+/gi, "-").slice(0, 60)}`;
		await this.page.screenshot({ path: path.join(process.env.SHOTS, `${file}.png`), fullPage: !/\/(desk|office)/.test(this.at) });
	}
}
User.n = 0;

// ---- files to hand in ----

export function pdf(text) {
	const objects = ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"];
	const stream = `BT /F 24 Tf 72 760 Td (${text}) Tj ET`;
	objects.push(`<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`);
	let out = "%PDF-1.4\n";
	const at = objects.map((o, i) => { const p = out.length; out += `${i + 1} 0 obj\n${o}\nendobj\n`; return p; });
	const xref = out.length;
	out += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${at.map(p => `${String(p).padStart(10, "0")} 00000 n \n`).join("")}`;
	return Buffer.from(`${out}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${xref}\n%%EOF\n`, "latin1");
}

function crc(buf) {
	let c = ~0;
	for (const b of buf) { c ^= b; for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1; }
	return ~c >>> 0;
}

// A picture of width × height; noise makes it as large as a photograph.
export function png(width, height, noise = false) {
	const chunk = (type, data) => {
		const t = Buffer.concat([Buffer.from(type), data]), n = Buffer.alloc(4), c = Buffer.alloc(4);
		n.writeUInt32BE(data.length);
		c.writeUInt32BE(crc(t));
		return Buffer.concat([n, t, c]);
	};
	const head = Buffer.alloc(13), rows = Buffer.alloc(height * (1 + width * 3));
	head.writeUInt32BE(width, 0);
	head.writeUInt32BE(height, 4);
	head[8] = 8, head[9] = 2;
	for (let y = 0, seed = 7; y < height; y++)
		for (let x = 0; x < width * 3; x++) {
			seed = (seed * 1103515245 + 12345) & 0x7fffffff;
			rows[y * (1 + width * 3) + 1 + x] = noise ? seed >> 16 : 200 + ((x + y) % 40);
		}
	return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk("IHDR", head), chunk("IDAT", zlib.deflateSync(rows, { level: noise ? 0 : 6 })), chunk("IEND", Buffer.alloc(0))]);
}

export function folder() {
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), "papers-"));
	const files = { contract: "合同.pdf", photo: "照片.png", register: "户口簿.pdf", big: "大合同.pdf" };
	fs.writeFileSync(path.join(dir, files.contract), pdf("Contract"));
	fs.writeFileSync(path.join(dir, files.photo), png(320, 200));
	fs.writeFileSync(path.join(dir, files.register), pdf("Register"));
	const whole = pdf("Contract of sale - sample");                           // a PDF with nine megabytes of nothing in front of its end
	fs.writeFileSync(path.join(dir, files.big), Buffer.concat([whole, Buffer.alloc(9 << 20, "%\n"), Buffer.from("%%EOF\n")]));
	const out = { dir };
	for (const k of Object.keys(files)) out[k] = path.join(dir, files[k]);
	return out;
}
