// shots.mjs — renders every fixture page in a real browser: pictures, axe, CSP, overflow.
//
//   node shots.mjs <preview folder> <pictures folder> [pattern] [--axe] [--wide] [--narrow] [--tiny] [--nojs] [--nopic]
//
// The preview folder comes from `tplc preview`. Serves it with the policy of the real server, so
// that what the policy forbids fails here too. Exit status 1 when anything is wrong.
import http from "node:http";
import fs from "node:fs";
import path from "node:path";
import os from "node:os";
import puppeteer from "puppeteer-core";

const [root, out, pattern = ""] = process.argv.slice(2).filter(a => !a.startsWith("--"));
const flag = f => process.argv.includes(f);
const sizes = flag("--tiny") ? [[320, 640]] : flag("--narrow") ? [[360, 740]] : flag("--wide") ? [[1280, 800]] : [[1280, 800], [360, 740]];
const types = { html: "text/html; charset=utf-8", css: "text/css; charset=utf-8", js: "text/javascript; charset=utf-8", svg: "image/svg+xml" };
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const server = http.createServer((q, r) => {
	if (q.url.startsWith("/files/")) {      // what a citizen uploaded: any drawing will do
		r.writeHead(200, { "Content-Type": types.svg });
		r.end('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 460 600"><path fill="#fff" d="M0 0h460v600H0z"/><path fill="none" stroke="#15191f" stroke-width="2" d="M46 84h374v262H46zM186 84v112M46 196h140v-20M290 84v84H186M290 168h130"/></svg>');
		return;
	}
	const file = path.join(root, decodeURIComponent(new URL(q.url, "http://x").pathname));
	fs.readFile(file, (e, data) => {
		if (e) { r.writeHead(404); r.end(); return; }
		r.writeHead(200, { "Content-Type": types[file.split(".").pop()] || "application/octet-stream", "Content-Security-Policy": policy });
		r.end(data);
	});
}).listen(0);
const base = `http://127.0.0.1:${server.address().port}`;
const profile = fs.mkdtempSync(path.join(os.tmpdir(), "shots-"));
const browser = await puppeteer.launch({ executablePath: "/usr/bin/chromium", headless: true, userDataDir: profile,
	args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
const axe = fs.readFileSync(new URL("./node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
fs.mkdirSync(out, { recursive: true });
let bad = 0, pages = 0;
const complain = (name, text) => { bad++; console.log(`${name}: ${text}`); };
const page = await browser.newPage();
if (flag("--nojs")) await page.setJavaScriptEnabled(false);
let current = "";
page.on("console", m => { if (/Content Security Policy/.test(m.text())) complain(current, m.text()); });
page.on("pageerror", e => complain(current, `script error: ${e.message}`));
for (const f of fs.readdirSync(root).filter(f => f.endsWith(".html") && f.includes(pattern)).sort()) {
	const staff = /^(office|desk|staff)/.test(f);
	for (const [w, h] of staff ? [[1366, 768]] : sizes) {
		current = `${f} ${w}`;
		await page.setViewport({ width: w, height: h, deviceScaleFactor: 1 });
		await page.goto(`${base}/${f}`, { waitUntil: "load" });
		pages++;
		if (!flag("--nopic")) await page.screenshot({ path: path.join(out, `${f.replace(/\.html$/, "")}-${w}.png`), fullPage: !staff });
		const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
		if (over > 0) complain(current, `${over} px wider than the window`);
		if (flag("--axe")) {
			await page.evaluate(axe);
			const r = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
			for (const v of r.violations) complain(current, `axe ${v.id}: ${v.help} (${v.nodes.length}) ${v.nodes[0].html.slice(0, 160)} ${v.nodes[0].any?.[0]?.message || ""}`);
		}
	}
}
await browser.close();
server.close();
fs.rmSync(profile, { recursive: true, force: true });
console.log(`${pages} pages, ${bad} complaints`);
process.exit(bad ? 1 : 0);
