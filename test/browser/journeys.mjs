// journeys.mjs — everything the browser proves, in order; called by run.sh with a fresh city at TONGBAN_URL.
//   node journeys.mjs [nojs] [public] [bundles] [keeper] [lively] [figures] [counter]
import fs from "node:fs";
import path from "node:path";
import { User, open, check, counts, complaints, folder } from "./lib.mjs";
import { after, answers, journey } from "./bundle.mjs";
import { keeper } from "./keeper.mjs";
import { counter, lively, lively_end } from "./lively.mjs";
import { clicks, keys } from "./figures.mjs";
import { whole } from "./more.mjs";
import { audit, audited, weigh } from "./pages.mjs";

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
	`/guide/second_hand_home/result?answers=${encodeURIComponent(told)}`, "/sign-in", "/verify", "/mode", "/accessibility"];

// Without scripts, and at the same time the public pages in every mode: two cores, two people.
await Promise.all([
	part("nojs", async () => {
		const s = await journey(browser, { js: false, midway: (u, number) => picture(u, "case", `/case/${number}`) });
		await after(s);
		await audit(s.buyer, ["/", "/cases", `/case/${s.number}`, `/case/${s.number}/flow`, `/case/${s.number}/done`, "/certificates", s.verify, s.paid].filter(Boolean));
	}),
	part("public", async () => {
		const guest = await User.in(browser, "guest");
		await picture(guest, "home", "/");
		await picture(guest, "guide", "/guide/second_hand_home");
		await weigh(browser, open_pages);
		await audit(guest, open_pages);
		await guest.close();
	}),
]);

// Two more bundles from the guide to the end, side by side.
await part("bundles", () => Promise.all([whole(browser, "newborn", files), whole(browser, "open_restaurant", files)]));
await part("keeper", () => keeper(browser));
await part("lively", async () => {
	const s = await lively(browser, files, picture);
	await lively_end(browser, s, picture);
});
await part("figures", async () => { await clicks(browser); await keys(browser); });
// Alone: a file is chosen with keys only in the window that has the focus.
await part("counter", () => counter(browser, files));

check(complaints.length === 0, "no script error, no breach of the policy, no dead link, no failure of the server", [...new Set(complaints)].slice(0, 12).join("\n  "));
await close();
fs.rmSync(files.dir, { recursive: true, force: true });
const n = counts();
console.log(JSON.stringify({ figure: "axe runs", value: audited(), seconds: Math.round((Date.now() - began) / 1000) }));
console.log(`${n.passed} passed, ${n.failed} failed, ${n.skipped} skipped`);
process.exit(n.failed ? 1 : 0);
