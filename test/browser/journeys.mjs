// journeys.mjs — everything the browser proves, in order; called by run.sh with a fresh city at TONGBAN_URL.
//   node journeys.mjs [nojs] [public] [bundles] [staff] [keeper] [lively] [figures] [counter] [keyboard]
import fs from "node:fs";
import path from "node:path";
import { User, open, check, counts, complaints, folder } from "./lib.mjs";
import { after, answers, journey } from "./bundle.mjs";
import { keeper } from "./keeper.mjs";
import { counter, lively, lively_end } from "./lively.mjs";
import { keyboard } from "./keyboard.mjs";
import { clicks, keys, paints } from "./figures.mjs";
import { whole } from "./more.mjs";
import { staff } from "./staff.mjs";
import { audit, audited, complete, sheets, weigh } from "./pages.mjs";

const only = process.argv.slice(2), wants = part => !only.length || only.includes(part);
const { browser, close } = await open();
const files = folder(), began = Date.now();
async function part(name, work) {
	if (!wants(name)) return null;
	const start = Date.now();
	try { return await work(); }
	catch (e) { check(false, name, e.stack); return null; }
	finally { console.log(`${name}: ${Math.round((Date.now() - start) / 1000)} s`); }
}

// A picture for the README: what the page shows at 1280 × 800.
async function picture(user, name, where, ready) {
	if (!process.env.SHOTS_README) return;
	fs.mkdirSync(process.env.SHOTS_README, { recursive: true });
	await user.page.setViewport({ width: 1280, height: 800 });
	await user.go(where);
	if (ready) await ready();
	await user.page.screenshot({ path: path.join(process.env.SHOTS_README, `${name}.png`) });
}

const told = Object.entries(answers).map(([k, v]) => `${k}:${v}`).join(",");
const open_pages = ["/", "/search?q=esf", "/search?q=zzzz", "/guide/second_hand_home", "/guide/realty_transfer", "/guide/second_hand_home/questions/1",
	`/guide/second_hand_home/result?answers=${encodeURIComponent(told)}`, "/sign-in", "/verify", "/mode", "/accessibility",
	"/guide/open_restaurant?area=port_zone", "/search?q=%E7%99%BB%E8%AE%B0&page=2", "/instant", "/certificates/types", "/certificates/types/realty", "/api"];
const own_pages = ["/cases", "/messages", "/certificates", "/query/realty_query"];

// Without scripts, and at the same time the public pages in every mode: two cores, two people.
await Promise.all([
	part("nojs", async () => {
		const s = await journey(browser, { js: false, midway: (u, number) => picture(u, "case", `/case/${number}`) });
		await after(s);
		await audit(s.buyer, ["/", "/cases", `/case/${s.number}`, `/case/${s.number}/flow`, `/case/${s.number}/done`, "/certificates", `/case/${s.number}/rate`, s.verify, s.paid].filter(Boolean));
		await s.buyer.go("/messages");
		await audit(s.buyer, ["/messages", "/messages?state=unread", await s.buyer.href('.msgs a[href*="/messages/"]'), "/query/realty_query"]);
	}),
	part("public", async () => {
		const guest = await User.in(browser, "guest");
		await picture(guest, "home", "/");
		await picture(guest, "guide", "/guide/second_hand_home");
		await weigh(browser, open_pages);
		await sheets();
		await audit(guest, [...open_pages, "/dev/ui"]);
		await guest.close();
	}),
]);

// Two more bundles from the guide to the end, side by side.
await part("bundles", () => Promise.all([whole(browser, "newborn", files), whole(browser, "open_restaurant", files)]));
// What those who watch, decide and receive see; lists are as full as the parts before left them.
await part("staff", () => staff(browser));
await part("keeper", () => keeper(browser));
await part("lively", async () => {
	const s = await lively(browser, files, picture);
	await lively_end(browser, s, picture);
});
await part("figures", async () => { await clicks(browser); await keys(browser); await paints(browser, open_pages); await paints(browser, own_pages, "buyer"); });
// Alone: a file is chosen with keys only in the window that has the focus.
await part("counter", () => counter(browser, files));
await part("keyboard", () => keyboard(browser, files));

if (!only.length) complete();
check(complaints.length === 0, "no script error, no breach of the policy, no dead link, no failure of the server", [...new Set(complaints)].slice(0, 12).join("\n  "));
await close();
fs.rmSync(files.dir, { recursive: true, force: true });
const n = counts();
console.log(JSON.stringify({ figure: "axe runs", value: audited(), seconds: Math.round((Date.now() - began) / 1000) }));
console.log(`${n.passed} passed, ${n.failed} failed, ${n.skipped} skipped`);
process.exit(n.failed ? 1 : 0);
