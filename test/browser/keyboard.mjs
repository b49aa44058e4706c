// keyboard.mjs — a citizen without a mouse: from the first page to the case, every stop of Tab seen, in order, and none of them a trap.
import { User, check } from "./lib.mjs";
import { fill_by_keys, key, tab_to, type } from "./lively.mjs";

// Through a page with Tab from its top: the skip link first, each stop visible and marked, in the order of the page, out at the end.
async function walk(u) {
	await u.page.evaluate(() => { document.activeElement.blur(); scrollTo(0, 0); getSelection().removeAllRanges(); window.stops = []; });
	await u.page.reload({ waitUntil: "load" });
	await u.page.evaluate(() => { document.activeElement.blur(); window.stops = []; });
	const focused_first = await u.page.$("[data-focus]");
	if (focused_first) await u.page.evaluate(() => { const s = document.querySelector(".skip"); s.focus(); });
	else await u.page.keyboard.press("Tab");
	const wrong = [];
	let n = 0, out = false;
	for (; n < 200 && !out; n++) {
		const stop = await u.page.evaluate(() => {
			const e = document.activeElement, seen = window.stops;
			if (!e || e === document.body || seen.includes(e)) return { out: true };
			const before = seen[seen.length - 1];
			seen.push(e);
			// The mark may be drawn on what a control stands in or on the label behind it.
			const near = [e, e.closest(".oc"), e.closest(".in"), e.nextElementSibling].filter(Boolean);
			const marked = near.some(x => { const c = getComputedStyle(x); return c.outlineStyle !== "none" && parseFloat(c.outlineWidth) >= 2 || c.boxShadow !== "none"; });
			const shown = near.map(x => x.getBoundingClientRect()).some(r => r.width > 1 && r.height > 1 && r.bottom > 0 && r.top < innerHeight && r.right > 0 && r.left < innerWidth);
			const ordered = !before || Boolean(before.compareDocumentPosition(e) & 4);
			return { what: `${e.tagName} ${e.className} ${(e.innerText || e.name || "").slice(0, 24)}`, skip: e.matches(".skip"), marked, shown, ordered, positive: e.tabIndex > 0 };
		});
		out = Boolean(stop.out);
		if (!out) {
			if (!n && !stop.skip) wrong.push(`first is ${stop.what}`);
			for (const k of ["marked", "shown", "ordered"]) if (!stop[k]) wrong.push(`not ${k}: ${stop.what}`);
			if (stop.positive) wrong.push(`an order of its own: ${stop.what}`);
			await u.page.keyboard.press("Tab");
		}
	}
	check(out && n > 4 && !wrong.length, `keyboard: every stop of ${u.at.replace(/\d{6,}/g, "N").slice(0, 50)} is seen, in order, no trap`, `${n} stops; ${wrong.slice(0, 6).join("; ")}`);
}

// A link within the page: the next stop is where it leads, and nothing was loaded.
async function within(u, link, what) {
	const there = await u.page.$eval(link, e => { window.same = true; e.focus(); return e.hash.slice(1); });
	await key(u, "Enter", false);
	await new Promise(r => setTimeout(r, 300));
	if (!await u.page.evaluate(id => document.activeElement.id === id, there)) await u.page.keyboard.press("Tab");
	const at = await u.page.evaluate(id => ({ same: window.same === true, inside: document.getElementById(id).contains(document.activeElement) }), there);
	check(at.same && at.inside, `keyboard: ${what} leads there`, `${there} ${JSON.stringify(at)}`);
}

// The page says what is wrong before anything else: focus stands on it.
async function refused(u, what) {
	check(await u.page.evaluate(() => document.activeElement.matches(".errors[role=alert]") && document.title.startsWith("有错误")), `keyboard: ${what}: focus stands on what is wrong`, `${u.at} ${await u.text(".errors")}`);
}

export async function keyboard(browser, files) {
	const u = await User.in(browser, "islander");
	u.keys = 0;
	await u.go("/");
	await walk(u);
	await u.go("/");
	await within(u, ".skip", "the skip link");
	await u.go("/");
	await tab_to(u, "main [name=q]");
	await type(u, "狗证");
	await key(u, "Enter");
	await walk(u);
	await tab_to(u, 'main a[href$="/guide/dog_licence"]');
	await key(u, "Enter");
	await walk(u);
	const guide = u.at;
	await u.go("/guide/second_hand_home/questions/1");
	await walk(u);
	await tab_to(u, "main form button.p");
	await key(u, "Enter");
	check(await u.page.evaluate(() => document.activeElement.matches(".errors,main [type=radio]")), "keyboard: an unanswered question is pointed at", `${u.at} ${await u.page.evaluate(() => document.activeElement.outerHTML.slice(0, 120))}`);
	await u.go(guide);
	await tab_to(u, 'main form[action$="/apply"] button');
	await key(u, "Enter");
	check(/sign-in/.test(u.at), "keyboard: applying asks to sign in", u.at);
	await walk(u);
	await tab_to(u, "[name=account]");
	await type(u, "islander");
	await tab_to(u, "[name=password]");
	await type(u, "wrong");
	await key(u, "Enter");
	await refused(u, "a wrong password");
	await tab_to(u, "[name=password]");
	await type(u, "yunfan-demo-2026");
	await key(u, "Enter");
	if (!/^\/apply\/\d/.test(u.at)) {
		await u.go(guide);
		await tab_to(u, 'main form[action$="/apply"] button');
		await key(u, "Enter");
	}
	await walk(u);
	await tab_to(u, "main a.b.p");
	await key(u, "Enter");
	await walk(u);
	await tab_to(u, "main form button.p");
	await key(u, "Enter");
	await refused(u, "an empty form");
	await within(u, ".errors a", "the first of the errors");
	for (let i = 0; i < 3 && !/materials$/.test(u.at); i++) await fill_by_keys(u, { "applicant.phone": "13800000007", "applicant.address": "码头路 9 号", "applicant.dog_breed": "中华田园犬" });
	await walk(u);
	for (let i = 0; i < 4 && await u.has(".tile.wanted"); i++) {
		const tile = await u.page.$eval(".tile.wanted", e => e.id);
		await tab_to(u, `[id="${tile}"] input[type=file]`);
		// The browser must have heard that choosers are asked for before the key is pressed.
		const asked = u.page.waitForFileChooser({ timeout: 10000 });
		await new Promise(r => setTimeout(r, 300));
		await u.page.keyboard.press("Enter");
		const chooser = await asked;
		await Promise.all([u.page.waitForNavigation({ waitUntil: "load", timeout: 20000 }), chooser.accept([files.photo])]);
	}
	await tab_to(u, "main a.b.p");
	await key(u, "Enter");
	await walk(u);
	await fill_by_keys(u, { way: "electronic" });
	await tab_to(u, 'main a[href$="/check"]');
	await key(u, "Enter");
	await walk(u);
	await tab_to(u, "form.box button");
	await key(u, "Enter");
	await refused(u, "not declared");
	await tab_to(u, "[name=declared]");
	await key(u, "Space", false);
	await tab_to(u, "form.box button");
	await key(u, "Enter");
	check(/\/done$/.test(u.at), "keyboard: it is submitted", `${u.at} ${await u.text(".errors")}`);
	await walk(u);
	await tab_to(u, 'main a[href*="/case/"]');
	await key(u, "Enter");
	await walk(u);
	console.log(JSON.stringify({ figure: "home to case by keyboard", keys: u.keys }));
	await u.close();
}
