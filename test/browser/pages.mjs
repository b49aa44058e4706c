// pages.mjs — what every page must be: no axe violation, no sideways scroll, no breach of the policy, few bytes.
import fs from "node:fs";
import zlib from "node:zlib";
import { base, check, watch } from "./lib.mjs";

const axe = fs.readFileSync(new URL("./node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
let runs = 0;
export const audited = () => runs;
const looked = new Set();             // addresses without language and query

// Pages that have an address of their own and no audit, each with its reason.
const apart = { "/suggest": "JSON", "/files/{}": "a file", "/papers/{}": "a file", "/certificates/{}": "a file", "/guide/{}/notice.pdf": "a file", "/watch": "leads on", "/staff": "leads on",
	"/guide/{}/questions": "the first question", "/watch/incidents/{}/{}": "nothing fails here; its fixture is looked at by shots.mjs" };

// Every GET route of the program was looked at.
export function complete() {
	const dir = new URL("../../src/web/", import.meta.url);
	for (const file of fs.readdirSync(dir).filter(f => /^pages_\w+\.c$/.test(f)))
		for (const [, route] of fs.readFileSync(new URL(file, dir), "utf8").matchAll(/\{"GET", "([^"]+)"/g)) {
			const pattern = new RegExp(`^${route.replaceAll("{}", "[^/]+").replaceAll(".", "\\.")}$`);
			check(apart[route] || [...looked].some(p => pattern.test(p)), `${route} is looked at in every mode`);
		}
}

async function look(page, name) {
	await page.evaluate(axe);
	const found = await page.evaluate(tags => axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] })
		.then(r => r.violations.map(v => `${v.id} (${v.nodes.length}) ${v.nodes[0].html.slice(0, 140)} ${v.nodes[0].any?.[0]?.message || ""}`)), tags);
	runs++;
	check(found.length === 0, `axe ${name}`, found.join("\n      "));
}

async function wide(page, name) {
	const over = await page.evaluate(() => {
		const by = document.documentElement.scrollWidth - innerWidth;
		if (by <= 0) return null;
		const worst = [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => `${e.tagName}.${e.className}`).slice(0, 3);
		return `${by} px: ${worst.join(" ")}`;
	});
	check(!over, `no sideways scroll ${name}`, over || "");
}

// Looks at pages as the user of this context sees them, in every mode.
export async function audit(user, paths, { staff = false, english = true } = {}) {
	const page = await user.context.newPage();
	watch(page, `${user.login} (audit)`);
	await page.emulateMediaFeatures([{ name: "prefers-reduced-motion", value: "reduce" }]);
	const cookie = async (name, value) => { await user.context.setCookie({ name, value, domain: new URL(base).hostname, path: "/", sameSite: "Lax" }); };
	const clear = async name => { const all = (await user.context.cookies()).filter(c => c.name === name); if (all.length) await user.context.deleteCookie(...all); };
	const go = async (path, name) => {
		const r = await page.goto(base + path, { waitUntil: "load" });
		return check(r.status() === 200 || r.status() === 304, `opens ${name}`, `${r.status()} ${page.url()}`);
	};
	for (const path of paths) {
		looked.add(path.replace(/\?.*/, ""));
		const who = `${path.replace(/\?.*/, "")} of ${user.login}`;
		await page.setViewport(staff ? { width: 1366, height: 768 } : { width: 1280, height: 800 });
		if (!await go(path, who)) continue;
		await look(page, who);
		await page.setViewport({ width: 360, height: 740 });
		await look(page, `${who} at 360 px`);
		await page.setViewport({ width: 320, height: 640 });
		await wide(page, `${who} at 320 px`);
		await cookie("contrast", "1");
		await page.setViewport(staff ? { width: 1366, height: 768 } : { width: 1280, height: 800 });
		if (await go(path, `${who} in high contrast`)) await look(page, `${who} in high contrast`);
		await clear("contrast");
		if (staff) continue;
		await cookie("mode", "elder");
		if (await go(path, `${who} for elders`)) {
			await look(page, `${who} for elders`);
			await page.setViewport({ width: 320, height: 640 });
			await wide(page, `${who} for elders at 320 px`);
		}
		await clear("mode");
		if (!english) continue;
		await page.setViewport({ width: 1280, height: 800 });
		if (await go(`/en${path === "/" ? "" : path}`, `${who} in English`)) {
			await look(page, `${who} in English`);
			await page.setViewport({ width: 360, height: 740 });
			await look(page, `${who} in English at 360 px`);
			await page.setViewport({ width: 320, height: 640 });
			await wide(page, `${who} in English at 320 px`);
			const left = await page.evaluate(() => (document.querySelector("main").innerText.match(/[\u4e00-\u9fff]+/g) || []).length);
			if (process.env.VERBOSE && left) console.log(`     ${left} Chinese runs in /en${path}`);
		}
	}
	await page.close();
}

// Bytes and requests of a cold visit, against UX.md G1 (35 KB) and G2 (5 requests).
export async function weigh(browser, paths) {
	for (const path of paths) {
		const context = await browser.createBrowserContext(), page = await context.newPage();
		const cdp = await page.createCDPSession();
		let bytes = 0, requests = 0;
		await cdp.send("Network.enable");
		cdp.on("Network.loadingFinished", e => { bytes += e.encodedDataLength; requests++; });
		await page.setViewport({ width: 360, height: 800 });
		await page.goto(base + path, { waitUntil: "networkidle0" });
		console.log(JSON.stringify({ page: path.replace(/\?.*/, ""), bytes, requests, goal_bytes: 35000, goal_requests: 5 }));
		check(bytes <= 35000, `bytes of ${path}`, String(bytes));
		check(requests <= 5, `requests of ${path}`, String(requests));
		await context.close();
	}
}

// G3: all style sheets 16 KB, the public script 8 KB, packed.
export async function sheets() {
	const at = (html, name) => html.match(new RegExp(`/a/${name}\\.[0-9a-f]+\\.(css|js)`))?.[0];
	const preview = await (await fetch(`${base}/`)).text(), sign_in = await fetch(`${base}/sign-in`, { method: "POST", redirect: "manual", body: new URLSearchParams({ account: "supervisor", password: "yunfan-demo-2026" }) });
	const staff = await (await fetch(`${base}/watch/incidents`, { headers: { cookie: sign_in.headers.getSetCookie().map(c => c.split(";")[0]).join("; ") } })).text();
	const packed = async path => zlib.gzipSync(Buffer.from(await (await fetch(base + path)).arrayBuffer()), { level: 9 }).length;
	const css = [await packed(at(preview, "public")), await packed(at(staff, "staff"))], js = await packed(at(preview, "app"));
	console.log(JSON.stringify({ figure: "packed sheets and script", css: css[0] + css[1], public_css: css[0], staff_css: css[1], js, goal_css: 16384, goal_js: 8192 }));
	check(css[0] + css[1] <= 16384, "G3: style sheets", String(css));
	check(js <= 8192, "G3: the public script", String(js));
}
