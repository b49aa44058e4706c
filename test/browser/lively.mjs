// lively.mjs — with scripts: pieces resumed, a seller who refuses, a correction, one item withdrawn; staff by keyboard alone.
import fs from "node:fs";
import net from "node:net";
import { User, base, check, folder } from "./lib.mjs";
import { answers, approve, form, begin, confirm, fill_in, hand_in, submit, until } from "./bundle.mjs";
import { audit as in_modes } from "./pages.mjs";

// English is promised for public pages; those who are signed in see it on the pages the other parts look at.
const audit = (u, paths, how = {}) => in_modes(u, paths, { english: false, ...how });

// ---- keys only ----

const focused = page => page.evaluate(() => { const e = document.activeElement; return e ? `${e.tagName}#${e.id} ${e.getAttribute("name") || ""}=${e.getAttribute("value") || ""} ${(e.innerText || "").slice(0, 30)}` : ""; });
export async function tab_to(u, selector, most = 90) {
	for (let i = 0; i < most; i++) {
		if (await u.page.evaluate(s => document.activeElement?.matches(s), selector)) return true;
		await u.page.keyboard.press("Tab");
		u.keys++;
	}
	throw new Error(`${u.login} cannot reach ${selector} with Tab on ${u.at}; stands on ${await focused(u.page)}`);
}
export async function key(u, name, leads = true) {
	u.keys++;
	const parts = name.split("+"), last = parts.pop();
	for (const m of parts) await u.page.keyboard.down(m);
	const go = leads ? u.page.waitForNavigation({ waitUntil: "load", timeout: 20000 }).catch(() => { throw new Error(`${u.login}: ${name} leads nowhere on ${u.at}`); }) : null;
	await Promise.all([go, u.page.keyboard.press(last)]);
	for (const m of parts) await u.page.keyboard.up(m);
	if (leads) await u.shot();
}
export async function type(u, text) {
	u.keys += [...text].length;
	await u.page.keyboard.type(text);
}

// The sample applicant, taken at the desk by keyboard alone.
export async function take_applicant(u) {
	await key(u, "F2");
	await tab_to(u, "[name=name]");
	await type(u, "郑渔生");
	await tab_to(u, "[name=document]");
	await type(u, "359903190311300745");
	await tab_to(u, "[name=phone]");
	await type(u, "13800000007");
	await key(u, "Control+Enter");
}

// A clerk files for an applicant who came to the window: the wizard, the same form pages, the signatories one after another.
export async function counter(browser, files) {
	const u = await User.in(browser, "window2", { width: 1366, height: 768 });
	u.keys = 0;
	await u.sign_in("/desk");
	const began = Date.now();
	await take_applicant(u);
	check(await u.has("[name=q]"), "keyboard: the applicant is taken, the item is asked", `${u.at} ${await u.text(".errors")}`);
	// Each key of the two short lists is told truly and reaches the page while somebody types: the first of what is taken often.
	const often = await u.page.$$eval("button[data-key]", all => all.filter(b => /^Alt\+[UIOJKL]$/.test(b.dataset.key)).map(b => ({ key: b.dataset.key, told: b.closest("li").querySelector("kbd").textContent, name: b.textContent })));
	check(often.length === 6 && often.every(o => o.key === o.told), "counter: six keys for what is taken often, as told", JSON.stringify(often));
	const asked = u.at;
	await tab_to(u, "[name=q]");
	await key(u, often[0].key);
	check(!await u.has("[name=q]") && (await u.text()).includes(often[0].name), "keyboard: Alt and a letter take what is taken often", `${u.at} ${often[0].name}`);
	await u.go(asked);
	u.keys = 0;
	await tab_to(u, "[name=q]");
	await type(u, "esf");
	check(await until(() => u.page.evaluate(() => document.querySelectorAll("#items input[name=item]").length > 0)), "keyboard: items appear while typing");
	await tab_to(u, "#items input[name=item]");
	await key(u, "Enter");
	for (let i = 0; i < 8 && await u.has("fieldset.cur"); i++) {
		await u.page.evaluate(() => document.activeElement.blur());
		await key(u, "1", false);
		await key(u, "Enter");
	}
	check(/^\/apply\/\d+$/.test(u.at), "keyboard: the situation is told, the draft is there", `${u.at} ${await u.text()}`);
	const id = u.at.match(/\d+/)?.[0], filing = u.keys;
	console.log(JSON.stringify({ figure: "counter filing, applicant to draft", keys: filing, ms: Date.now() - began }));

	// The same pages as at home.
	await tab_to(u, "main a.b.p");
	await key(u, "Enter");
	for (let i = 0; i < 6 && !/materials$/.test(u.at); i++) await fill_by_keys(u, form);
	check(/materials$/.test(u.at), "keyboard: every form page is filled", `${u.at} ${await u.text(".errors")}`);
	for (let i = 0; i < 20; i++) {
		const tile = await u.page.$eval(".tile.wanted, .tile.failed", e => e.id).catch(() => "");
		if (!tile) break;
		// Under load Chromium now and then drops the key that comes right after a page has loaded: a person presses again.
		let chooser;
		for (let again = 0; !chooser && again < 3; again++) {
			await u.page.evaluate(() => document.activeElement.blur());
			await tab_to(u, `#${CSS_escape(tile)} input[type=file]`);
			[chooser] = await Promise.all([u.page.waitForFileChooser({ timeout: 5000 }).catch(() => null), u.page.keyboard.press("Enter")]);
		}
		if (!check(chooser, `keyboard: Enter opens the files for ${tile}`)) return;
		await Promise.all([u.page.waitForNavigation({ waitUntil: "load", timeout: 20000 }), chooser.accept([i % 2 ? files.photo : files.register])]);
		u.keys += 2;
	}
	await u.shot();
	await tab_to(u, "main a.b.p");
	await key(u, "Enter");
	await fill_by_keys(u, { way: "pickup" });
	await tab_to(u, 'main a[href$="/check"]');
	await key(u, "Enter");
	await tab_to(u, "[name=declared]");
	await key(u, "Space", false);
	await tab_to(u, "form.box button");
	await key(u, "Enter");
	check(/signers$/.test(u.at), "keyboard: it is submitted and waits for the others", `${u.at} ${await u.text(".errors")}`);
	await audit(u, [`/apply/${id}/signers`]);
	await tab_to(u, "[name=document]");
	await type(u, "359901190102030504");
	await key(u, "Enter");
	check(await u.has(".errors") && await u.value("[name=document]") === "359901190102030504", "keyboard: somebody else's document confirms nothing", await u.text());
	await tab_to(u, "[name=document]");
	await key(u, "Control+a", false);
	await type(u, form["seller.id_number"]);
	await key(u, "Enter");
	check(/^\/desk\/\d+/.test(u.at), "keyboard: confirmed at the window, it comes back to the desk", `${u.at} ${await u.text(".errors")}`);
	await key(u, "F10");
	check(!await u.has(".errors"), "keyboard: accepted", await u.text(".errors"));
	console.log(JSON.stringify({ figure: "counter filing of the bundle, whole", keys: u.keys, ms: Date.now() - began }));
	return u;
}

// One form page by Tab and typing: what has no value yet gets one.
export async function fill_by_keys(u, values) {
	for (const [name, value] of Object.entries(values)) {
		if (!await u.has(`form [name="${name}"]:not([type=hidden])`)) continue;
		const kind = await u.page.$eval(`form [name="${name}"]:not([type=hidden])`, e => e.tagName === "SELECT" ? "select" : e.type);
		if (kind === "radio") {
			await tab_to(u, `[name="${name}"]`);
			for (let i = 0; i < 9 && !await u.page.evaluate((n, v) => document.querySelector(`[name="${n}"]:checked`)?.value === v, name, value); i++) {
				await u.page.keyboard.press(i ? "ArrowDown" : "Space");
				u.keys++;
			}
		} else if (kind === "select") {
			await tab_to(u, `[name="${name}"]`);
			for (let i = 0; i < 20 && await u.value(`[name="${name}"]`) !== value; i++) { await u.page.keyboard.press("ArrowDown"); u.keys++; }
		} else if (!await u.value(`[name="${name}"]`)) {
			await tab_to(u, `[name="${name}"]`);
			await type(u, value);
		}
	}
	await tab_to(u, 'button[name="do"][value="save"]');
	await key(u, "Enter");
}

// ---- the lively bundle ----

export async function lively(browser, files, picture = async () => {}) {
	const buyer = await User.in(browser, "buyer", { js: true });
	const told = { ...answers, co_owned: "single", utilities: "gas" };
	await buyer.sign_in();
	await begin(buyer, told);
	const result = await buyer.text();
	check(!/有线电视过户/.test(result) && /燃气过户/.test(result), "another answer gives other items", result.slice(0, 500));
	await buyer.press('form[action="/apply"] button');
	const id = buyer.at.match(/\d+/)[0];
	await buyer.go(`/apply/${id}/buyer`);

	// A form that is wrong says so at the field and keeps what was typed.
	await buyer.set("buyer.phone", "12");
	await buyer.press('button[name="do"][value="save"]');
	check(await buyer.has(".errors") && await buyer.value('[name="buyer.phone"]') === "12", "a wrong value is told at the field and kept");
	check(/^有错误/.test(await buyer.page.title()), "and the title says so", await buyer.page.title());
	await fill_in(buyer, files, { upload: false });
	await audit(buyer, [`/apply/${id}`, `/apply/${id}/buyer`, `/apply/${id}/house`, `/apply/${id}/materials`, `/apply/${id}/delivery`, `/apply/${id}/check`]);

	await picture(buyer, "tasks", `/apply/${id}`);

	// A large paper arrives in pieces although the line breaks.
	const page = buyer.page;
	const line = await breaking_line(5 << 20);
	await page.goto(`${line.url}/apply/${id}/materials`, { waitUntil: "load" });
	const input = await page.$(".tile.wanted form.pick input[type=file]");
	const tile = `#${CSS_escape(await input.evaluate(e => e.closest(".tile").id))}`;
	let pieces = 0;
	page.on("request", r => { if (r.method() === "POST" && r.headers()["upload-id"]) pieces++; });
	await Promise.all([page.waitForNavigation({ waitUntil: "load", timeout: 60000 }), input.uploadFile(files.big)]);
	check(line.cuts() === 1 && pieces >= 3, "a large file goes in pieces, the line broke in one of them", `${line.cuts()} cuts, ${pieces} pieces`);
	line.close();
	await buyer.go(`/apply/${id}/materials`);
	check(await buyer.has(`${tile}.uploaded`), "it arrived all the same", await buyer.text(tile));
	check((await page.$$(`${tile} form.file`)).length === 1, "and only once", await buyer.text(tile));
	const sent = fs.statSync(files.big).size, file = await buyer.href(`${tile} a[href^="/files/"]`);
	const back = await page.evaluate(async h => (await (await fetch(h)).arrayBuffer()).byteLength, file);
	check(back === sent, "byte for byte", `${back} of ${sent}`);
	await hand_in(buyer, files);
	await submit(buyer);

	// The seller refuses first; it comes back as a draft, is changed and submitted again.
	const seller = await User.in(browser, "seller", { js: true });
	await seller.sign_in();
	await seller.go("/");
	await seller.press('.todo a[href*="/sign/"]');
	await audit(seller, [seller.at]);
	const invited = await User.in(browser, "invited");
	await audit(invited, [seller.at.replace(/\/confirm.*/, "")], { english: true });
	await invited.close();
	await audit(buyer, [`/apply/${id}/signers`]);
	await seller.press("button[value=confirm]");
	check(await seller.has(".errors"), "nothing is confirmed without the tick");
	await seller.page.$eval("details", d => { d.open = true; });
	await seller.set("reason", "成交价不对，应为 129 万元。");
	await seller.press("button[value=decline]");
	await buyer.go(`/apply/${id}`);
	check(/^\/apply\/\d+$/.test(buyer.at), "a refusal returns it to the draft", buyer.at);
	check(/成交价不对/.test(await buyer.text()), "and the applicant reads why", (await buyer.text()).slice(0, 300));
	await buyer.go(`/apply/${id}/house`);
	await buyer.set("deal.deal_price", "1290000.00");
	await buyer.press('button[name="do"][value="save"]');
	await buyer.go(`/apply/${id}`);
	await submit(buyer);
	await seller.close();
	const again = await confirm(browser, "seller", { js: true });
	await buyer.go("/cases");
	await buyer.press('main a[href^="/case/"]');
	const number = buyer.at.match(/\/case\/(\w+)/)[1];

	// A stranger learns nothing.
	const stranger = await User.in(browser, "elder", { js: true });
	await stranger.sign_in();
	const r = await stranger.page.evaluate(async p => (await fetch(p)).status, `/case/${number}`);
	check(r === 404, "a stranger does not learn that the case exists", String(r));
	await stranger.close();

	// The clerk returns it once, by keyboard alone.
	const clerk = await User.in(browser, "window1", { width: 1366, height: 768 });
	clerk.keys = 0;
	await clerk.sign_in("/desk");
	await key(clerk, "F6");
	check(clerk.at.startsWith(`/desk/${id}`), "F6 opens what waits", clerk.at);
	await audit(clerk, ["/desk", `/desk/${id}`, `/desk/${id}?step=material`], { staff: true });
	await picture(clerk, "workbench", `/desk/${id}`);
	await clerk.page.setViewport({ width: 1366, height: 768 });
	await tab_to(clerk, '[name="reason-field-house.floor_area"]');
	await type(clerk, "与不动产权证书不符，请核对面积");
	await tab_to(clerk, '[name="reason-material-contract_draft.deal"]');
	await type(clerk, "最后一页没有签字");
	await key(clerk, "F9");
	check(!await clerk.has(".errors"), "the clerk returns it once, with reasons", await clerk.text(".errors"));

	// The buyer corrects only that.
	await buyer.go("/");
	check(/补正/.test(await buyer.text(".todo")), "the first page says that a correction waits");
	await buyer.go(`/case/${number}`);
	check(/最后一页没有签字/.test(await buyer.text()), "the case page names the reasons");
	await audit(buyer, [`/case/${number}`, `/case/${number}/correction`]);
	await buyer.go(`/case/${number}/correction`);
	check((await buyer.page.$$(".tile")).length === 1 && await buyer.has('[name="house.floor_area"]'), "only what is marked is asked for");
	await buyer.set("house.floor_area", "89.60");
	await buyer.press("button[value=later]");
	await buyer.go(`/case/${number}/correction`);
	const pick = await buyer.page.$(".tile input[type=file]");
	await pick.evaluate(e => { const d = e.closest("details"); if (d) d.open = true; });
	await Promise.all([buyer.page.waitForNavigation({ waitUntil: "load" }), pick.uploadFile(files.register)]);
	await buyer.press("button[value=submit]");
	check(!await buyer.has(".errors"), "the correction is submitted", await buyer.text(".errors"));
	return { buyer, seller: again, clerk, id, number };
}

const CSS_escape = s => s.replace(/\./g, "\\.");

// A line to the server that breaks once, after so many bytes went up.
async function breaking_line(after) {
	let sent = 0, cuts = 0;
	const server = net.createServer(up => {
		const down = net.connect(Number(new URL(base).port), "127.0.0.1");
		const end = () => { up.destroy(); down.destroy(); };
		up.on("data", d => { sent += d.length; if (sent > after && !cuts) { cuts++; end(); } });
		up.on("error", end).on("close", end);
		down.on("error", end).on("close", end);
		up.pipe(down).pipe(up);
	});
	await new Promise(r => server.listen(0, "127.0.0.1", r));
	return { url: `http://127.0.0.1:${server.address().port}`, cuts: () => cuts, close: () => server.close() };
}

export async function lively_end(browser, s, picture = async () => {}) {
	const { buyer, clerk, id, number } = s;
	await buyer.go("/");
	// What concerns the seller is confirmed again.
	const seller = await User.in(browser, "seller", { js: true });
	await seller.sign_in();
	await seller.go("/");
	check(await seller.has('.todo a[href*="/sign/"]'), "what was corrected is confirmed again", await seller.text());
	await seller.press('.todo a[href*="/sign/"]');
	await seller.set("declared", true);
	await seller.press('button[value="confirm"]');
	await seller.close();
	await clerk.go(`/desk/${id}`);
	await key(clerk, "F10");
	await clerk.go(`/desk/${id}`);
	check(/受理通知书/.test(await clerk.text()), "F10 accepts and the papers are there", (await clerk.text()).slice(0, 500));

	// An approver by keyboard alone: open, look, decide, next.
	const housing = await User.in(browser, "housing_approver", { width: 1366, height: 768 });
	housing.keys = 0;
	await housing.sign_in("/office");
	await until(async () => { await housing.go("/office"); return (await housing.text()).includes(number); }, 8000);
	await audit(housing, ["/office", `/office/case/${number}`], { staff: true });
	await key(housing, "j", false);
	await key(housing, "Enter");
	const split = housing.at;
	await audit(housing, [split], { staff: true });
	await picture(housing, "split", split, () => new Promise(r => setTimeout(r, 1500)));
	await housing.page.setViewport({ width: 1366, height: 768 });
	await key(housing, "Alt+1", false);
	const before = housing.keys;
	await key(housing, "Control+Enter");
	check(!await housing.has(".errors") && /\/office/.test(housing.at), "Ctrl+Enter decides and goes on", await housing.text(".errors"));
	check(before <= 8, "a clean case in eight keys", String(before));

	// One item is withdrawn, the others go on.
	await until(async () => { await buyer.go(`/case/${number}`); return buyer.has('a[href$="/withdraw"]'); });
	await buyer.press('a[href$="/withdraw"]');
	await audit(buyer, [buyer.at, `/case/${number}`]);
	await buyer.set("item", "gas_transfer");
	await buyer.set("reason", "燃气另行办理");
	await buyer.press("main form button.p");
	check(/已撤回/.test(await buyer.text()), "one item is withdrawn", (await buyer.text()).slice(0, 600));
	await buyer.press('a[href$="/withdraw"]');
	await buyer.set("reason", "不买了");
	await buyer.press("main form button.p");
	check(await until(async () => { await buyer.go(`/case/${number}`); return /撤回|终止|办结/.test(await buyer.text(".state h2")); }), "everything can be withdrawn", await buyer.text(".state"));
	await housing.close();
}
