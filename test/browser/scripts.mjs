// scripts.mjs — what app.js and staff.js promise, against a small server that misbehaves on purpose.
//
//   node scripts.mjs <preview folder>
import http from "node:http";
import fs from "node:fs";
import path from "node:path";
import os from "node:os";
import puppeteer from "puppeteer-core";

const root = process.argv[2];
const types = { html: "text/html; charset=utf-8", css: "text/css; charset=utf-8", js: "text/javascript; charset=utf-8", svg: "image/svg+xml" };
let got = Buffer.alloc(0), pieces = [], drops = 2, saves = [], posts = 0, fragments = [];
const server = http.createServer((q, r) => {
	const url = new URL(q.url, "http://x"), name = decodeURIComponent(url.pathname);
	if (q.headers["upload-id"]) {
		if (q.method === "HEAD") { r.writeHead(200, { "Upload-Offset": got.length }); r.end(); return; }
		if (q.method === "GET") { r.writeHead(200, { "Upload-Offset": 0 }); r.end(); return; }
		const body = [];
		q.on("data", d => {
			body.push(d);
			// Twice the line breaks in the middle of a piece.
			if (drops && got.length && Buffer.concat(body).length > 1 << 20) { drops--; q.socket.destroy(); }
		});
		q.on("end", () => {
			const b = Buffer.concat(body);
			if (Number(q.headers["upload-offset"]) !== got.length || !q.headers["x-csrf"]) { r.writeHead(409); r.end(); return; }
			pieces.push(b.length);
			got = Buffer.concat([got, b]);
			// Like the real server: the last piece leads to the page, and a GET with the header says 0.
			if (got.length === Number(q.headers["upload-length"])) r.writeHead(303, { Location: "/materials.html" });
			else r.writeHead(204, { "Upload-Offset": got.length });
			r.end();
		});
		return;
	}
	if (q.method === "POST") {
		let body = "";
		q.on("data", d => { body += d; });
		q.on("end", () => {
			if (/do=autosave/.test(body)) { saves.push(body); r.writeHead(204); r.end(); return; }
			posts++;
			setTimeout(() => { r.writeHead(204); r.end(); }, 300);
		});
		return;
	}
	if (q.headers["x-fragment"]) {
		fragments.push([q.headers["x-fragment"], url.searchParams.get("q")]);
		r.writeHead(200, { "X-Fragment": q.headers["x-fragment"], "Content-Type": types.html });
		r.end('<form id="main-form" method="post" action="/desk/70"><p id="fresh">2 项</p></form>');
		return;
	}
	fs.readFile(path.join(root, name), (e, data) => {
		r.writeHead(e ? 404 : 200, { "Content-Type": types[name.split(".").pop()] || "text/html", "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; form-action 'self'" });
		r.end(e ? "" : data);
	});
}).listen(0);
const base = `http://127.0.0.1:${server.address().port}`;
const profile = fs.mkdtempSync(path.join(os.tmpdir(), "scripts-"));
const browser = await puppeteer.launch({ executablePath: "/usr/bin/chromium", headless: true, userDataDir: profile,
	args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
const page = await browser.newPage();
let bad = 0;
const check = (ok, what) => { console.log(`${ok ? "ok  " : "FAIL"} ${what}`); if (!ok) bad++; };
page.on("pageerror", e => check(false, `script error ${e.message}`));
const wait = ms => new Promise(r => setTimeout(r, ms));
const until = async (f, ms = 15000) => { for (const end = Date.now() + ms; Date.now() < end; await wait(50)) if (await f()) return true; return false; };

// a 9 MB file arrives whole although the line breaks twice, in pieces of 4 MB at most
const file = path.join(profile, "合同.pdf"), bytes = Buffer.alloc(9 << 20);
for (let i = 0; i < bytes.length; i++) bytes[i] = (i * 7919) >> 8;
fs.writeFileSync(file, bytes);
await page.goto(`${base}/materials.html`);
await (await page.$("#p-6")).uploadFile(file);
check(await until(() => got.length === bytes.length, 30000) && got.equals(bytes), "a 9 MB upload survives two disconnects and arrives whole");
await wait(1000);
check(pieces.length === 3, "and is sent once");
check(Math.max(...pieces) <= 4 << 20 && drops === 0, `pieces of 4 MB at most (${pieces.join(", ")})`);

// one answer a form
await page.goto(`${base}/check.html`);
await page.evaluate(() => { const b = document.querySelector(".box button"); b.click(); b.click(); b.click(); });
await wait(800);
check(posts === 1, `three clicks, ${posts} submission`);

// autosave when the page goes to the background
await page.goto(`${base}/form.html`);
await page.type("#i-gas", "9");
await page.evaluate(() => { Object.defineProperty(document, "hidden", { value: true }); document.dispatchEvent(new Event("visibilitychange", { bubbles: true })); });
check(await until(() => saves.length === 1) && /gas=/.test(saves[0]) && /csrf=/.test(saves[0]), "what was typed is saved when the page is left");
check(await until(() => page.$eval("[data-saved]", e => /已保存 \d\d:\d\d/.test(e.textContent))), "and the page says when");

// focus goes to the error summary
await page.goto(`${base}/form--error.html`);
check(await page.evaluate(() => document.activeElement.classList.contains("errors")), "the error summary has the focus");

// search as you type
await page.goto(`${base}/desk--item.html`);
await page.focus("#q");
await page.$eval("#q", e => e.select());
await page.keyboard.type("x");
check(await until(() => page.$("#fresh")) && fragments.at(-1)[0] === "items" && fragments.at(-1)[1] === "x", "item search fetches its block");
check(await page.evaluate(() => document.activeElement.id === "q"), "and typing goes on");

// keys: digits do nothing while typing, J moves, X selects, / searches
await page.goto(`${base}/office-list.html`);
await page.evaluate(() => document.activeElement.blur());
await page.keyboard.press("j");
await page.keyboard.press("j");
check(await page.evaluate(() => document.activeElement === document.querySelectorAll("[data-row]")[1]), "J J stands on the second row");
await page.keyboard.press("x");
check(await page.evaluate(() => document.querySelectorAll("tr [type=checkbox]")[1].checked), "X selects it");
await page.keyboard.press("/");
check(await page.evaluate(() => document.activeElement.id === "q"), "/ goes to the search");
await page.keyboard.press("2");
check(await page.evaluate(() => document.activeElement.id === "q" && document.activeElement.value === "2"), "a digit typed there is a digit");
await page.goto(`${base}/office-task.html`);
await page.evaluate(() => document.activeElement.blur());
await page.keyboard.press("2");
check(await page.$eval("#d-refuse", e => e.checked), "2 chooses the second decision");
check(await page.$eval("#o-basis", e => e.offsetParent !== null), "which asks for its legal basis");
await page.keyboard.down("Alt"); await page.keyboard.press("1"); await page.keyboard.up("Alt");
check(await page.$eval("#i-opinion", e => /经审查，符合法定条件。$/.test(e.value)), "Alt+1 inserts an opinion");
await page.evaluate(() => document.activeElement.blur());
await page.keyboard.press("n");
check(await page.evaluate(() => document.activeElement.hasAttribute("data-bad")), "N stands on the mismatch");
await page.keyboard.press("?");
check(await page.$eval("dialog", d => d.open && /Ctrl\+Enter/.test(d.textContent)), "? lists the keys");

await browser.close();
server.close();
fs.rmSync(profile, { recursive: true, force: true });
process.exit(bad ? 1 : 0);
