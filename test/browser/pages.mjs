// pages.mjs — what every page must be: no axe violation, no sideways scroll, no breach of the policy, few bytes.
import fs from "node:fs";
import { base, check, watch } from "./lib.mjs";

const axe = fs.readFileSync(new URL("./node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
let runs = 0;
export const audited = () => runs;

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
		const who = `${path.replace(/\?.*/, "")} of ${user.login}`;
		await page.setViewport(staff ? { width: 1366, height: 768 } : { width: 1280, height: 800 });
		if (!await go(path, who)) continue;
		await look(page, who);
		if (!staff) {
			await page.setViewport({ width: 360, height: 740 });
			await look(page, `${who} at 360 px`);
			await page.setViewport({ width: 320, height: 640 });
			await wide(page, `${who} at 320 px`);
		}
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
			const left = await page.evaluate(() => (document.querySelector("main").innerText.match(/[\u4e00-\u9fff]+/g) || []).length);
			if (process.env.VERBOSE && left) console.log(`     ${left} Chinese runs in /en${path}`);
		}
	}
	await page.close();
}

// Bytes and requests of a cold visit, against UX.md G1 (35 KB) and G2 (5 requests); LCP by G4 is printed as it came.
export async function weigh(browser, paths) {
	for (const path of paths) {
		const context = await browser.createBrowserContext(), page = await context.newPage();
		const cdp = await page.createCDPSession();
		let bytes = 0, requests = 0;
		await cdp.send("Network.enable");
		cdp.on("Network.loadingFinished", e => { bytes += e.encodedDataLength; requests++; });
		await page.setViewport({ width: 360, height: 800 });
		await page.evaluateOnNewDocument(() => { self.lcp = 0; new PerformanceObserver(l => { for (const e of l.getEntries()) self.lcp = e.startTime; }).observe({ type: "largest-contentful-paint", buffered: true }); });
		await page.goto(base + path, { waitUntil: "networkidle0" });
		const lcp = Math.round(await page.evaluate(() => self.lcp));
		console.log(JSON.stringify({ page: path.replace(/\?.*/, ""), bytes, requests, lcp_ms: lcp, goal_bytes: 35000, goal_requests: 5 }));
		check(bytes <= 35000, `bytes of ${path}`, String(bytes));
		check(requests <= 5, `requests of ${path}`, String(requests));
		await context.close();
	}
}
