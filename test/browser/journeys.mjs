// journeys.mjs — everything the browser proves, in order; called by run.sh with a fresh city at TONGBAN_URL.
//   node journeys.mjs [nojs|js|keys|pages|bytes …]
import { open, check, counts, complaints } from "./lib.mjs";
import { journey, after } from "./bundle.mjs";

const only = process.argv.slice(2), wants = part => !only.length || only.includes(part);
const { browser, close } = await open();
const began = Date.now();
async function part(name, work) {
	try { return await work(); }
	catch (e) { check(false, name, e.stack); }
	finally { console.log(`${name}: ${Math.round((Date.now() - began) / 1000)} s`); }
}

const nojs = wants("nojs") && await part("the bundle without scripts", async () => {
	const s = await journey(browser, { js: false });
	await after(s);
	return s;
});

check(complaints.length === 0, "no script error, no breach of the policy, no dead link, no failure of the server", [...new Set(complaints)].slice(0, 12).join("\n  "));
await close();
const n = counts();
console.log(`${n.passed} passed, ${n.failed} failed, ${n.skipped} skipped`);
process.exit(n.failed ? 1 : 0);
