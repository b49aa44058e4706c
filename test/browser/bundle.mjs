// bundle.mjs — the whole bundle, from the first word typed to the certificate: each in their own browser.
import { execFileSync } from "node:child_process";
import { User, base, check, folder } from "./lib.mjs";

export const answers = { home_count: "first", co_owned: "spouse", mortgage: "none", payment: "full", agent_used: "self", utilities: "both" };
export const form = {
	"buyer.phone": "13800000001", "buyer.ownership": "sole",
	"seller.name": "李望海", "seller.id_number": "359901190208170230", "seller.phone": "13800000002",
	"co_owner.name": "赵同舟", "co_owner.id_number": "359902190402290312", "co_owner.phone": "13800000003",
	"house.certificate_number": "云（2018）云帆市不动产权第0001234号", "house.house_address": "云帆市望海区港湾路 20 号 501 室",
	"house.floor_area": "89.60", "house.house_use": "flat", "house.water_account": "10023456", "house.power_account": "3501002345",
	"house.gas_account": "80034567", "house.tv_account": "60045678", "deal.deal_price": "1280000.00", "deal.signed_on": "2026-11-05" };

// Search, guide, questions one a screen, the exact result; leaves the user signed in on the task list.
export async function begin(u, told = answers) {
	const order = ["home_count", "co_owned", "mortgage", "payment", "agent_used", "utilities"];
	await u.go("/");
	for (const words of ["esf", "二手方", "二手房"]) {
		await u.go(`/search?q=${encodeURIComponent(words)}`);
		check(await u.has('a[href="/guide/second_hand_home"]'), `search finds the bundle for ${words}`);
	}
	await u.press('a[href="/guide/second_hand_home"]');
	const guide = await u.text();
	check(/5\s*个工作日/.test(guide) && /不动产/.test(guide) && !/undefined|null/.test(guide), "the guide says how long and what comes of it");
	await u.press('main a[href*="/questions"]');
	for (const [i, key] of order.entries()) {
		check(await u.has('[name="answer"]'), `question ${i + 1} is asked on a screen of its own`, u.at);
		await u.set("answer", told[key]);
		await u.press("main form button");
	}
	check(/\/result/.test(u.at), "the questions end at the result", u.at);
	return u;
}

// Goes through every form page by its button, as the task list offers them.
export async function fill_in(u, files, { upload = true } = {}) {
	const values = { ...form, ...(u.values || {}) };
	let pages = 0;
	while (!/materials$/.test(u.at) && pages < 12) {
		await u.fill(values);
		await u.press('button[name="do"][value="save"]');
		pages++;
	}
	check(/materials$/.test(u.at), "the form pages end at the materials", `${u.at} ${(await u.text()).slice(0, 200)}`);
	if (!upload) return u;
	return hand_in(u, files);
}

export async function hand_in(u, files) {
	check((await u.page.$$(".tile.exempt")).length > 0, "certificates of the library are offered instead of uploads");
	for (let i = 0; i < 8; i++) {
		const tile = await u.page.$(".tile.wanted form.pick, .tile.failed form.pick");
		if (!tile) break;
		const left = (await u.page.$$(".tile.wanted, .tile.failed")).length;
		const input = await tile.$("input[type=file]");
		await input.uploadFile(i % 2 ? files.photo : files.contract);
		if (u.js) await u.page.waitForNavigation({ waitUntil: "load", timeout: 20000 }).catch(() => {});
		else await Promise.all([u.page.waitForNavigation({ waitUntil: "load" }), (await tile.$("button")).evaluate(b => b.click())]);
		await u.shot();
		check((await u.page.$$(".tile.uploaded")).length === (await u.page.$$(".tile.uploaded form.file")).length, "each upload stands there once");
		check((await u.page.$$(".tile.wanted, .tile.failed")).length === left - 1, "an upload stands as uploaded", `${i} ${await u.text(".errors")}`);
	}
	await u.press("main a.b.p");
	await u.set("way", "mail");
	await u.press('button[name="do"][value="save"]');
	return u;
}

export async function submit(u) {
	await u.press('main a[href$="/check"]');
	await u.set("declared", true);
	await u.press("form.box button");
	check(/\/signers$/.test(u.at), "it waits for the others", `${u.at} ${await u.text()}`);
	return u.at.match(/\d+/)[0];
}

// Somebody who must sign: home says so, the page shows it, one press confirms it.
export async function confirm(browser, login, options) {
	const u = await User.in(browser, login, options);
	await u.sign_in();
	if (!/^\/$/.test(u.at)) await u.go("/");
	check(/确认/.test(await u.text(".todo")), `${login} sees on the first page what waits`);
	await u.press('.todo a[href*="/sign/"]');
	await u.set("declared", true);
	await u.press('button[value="confirm"]');
	check(/\/case\//.test(u.at) || u.at === "/", `${login} has confirmed`, `${u.at} ${await u.text(".errors")}`);
	return u;
}

export async function accept(browser, number, options) {
	const u = await User.in(browser, "window1", { width: 1366, height: 768, ...options });
	await u.sign_in("/desk");
	await u.go("/desk");
	return u;
}

export const offices = ["housing", "tax", "resources", "water", "power", "gas", "cable_tv", "maintenance_fund"];
const sleep = ms => new Promise(r => setTimeout(r, ms));
export async function until(f, ms = 15000) {
	for (const end = Date.now() + ms; Date.now() < end; await sleep(150)) if (await f()) return true;
	return false;
}

// An approver takes whatever waits; returns how many were decided.
export async function approve(u, number, decision = "approve", opinion = "材料齐全，符合规定条件，同意。") {
	await until(async () => { await u.go("/office"); return (await u.text()).includes(number); }, 8000);
	const href = await u.page.evaluate(n => [...document.querySelectorAll("tr")].find(r => r.innerText.replace(/\s/g, "").includes(n))?.querySelector("a")?.getAttribute("href"), number);
	if (!check(href, `${u.login} finds ${number} in the work list`, await u.text())) return 0;
	await u.go(href);
	await u.set("decision", decision);
	if (decision === "refuse") {
		const basis = await u.page.$eval("#o-basis option:nth-child(2)", o => o.value).catch(() => "");
		check(basis, "a refusal offers its legal basis");
		await u.set("basis", basis);
	}
	await u.set("opinion", opinion);
	await u.press('button[value="submit_next"]');
	check(!(await u.has(".errors")), `${u.login} has decided`, await u.text(".errors"));
	return 1;
}

export async function pay(u, number) {
	let order = "";
	await until(async () => { await u.go(`/case/${number}`); order = await u.href('main a[href*="/pay/"]'); return order; }, 10000);
	if (!check(order, "the case page asks for the payment", (await u.text()).slice(0, 200))) return;
	await u.press('main a[href*="/pay/"]');
	await u.press('button[value="pay"]');
	check(/已缴|已支付|缴费成功|支付成功/.test(await u.text()), "it is paid", await u.text());
	return u.at;
}

export async function journey(browser, { js = false, midway = async () => {} } = {}) {
	const files = folder(), options = { js };
	const buyer = await User.in(browser, "buyer", options);
	await begin(buyer);
	const result = await buyer.text();
	check(/材料/.test(result), "the result lists the materials");
	await buyer.press('form[action="/apply"] button');
	check(/^\/sign-in/.test(buyer.at), "whoever is not signed in is asked to", buyer.at);
	await buyer.set("account", "buyer");
	await buyer.set("password", "yunfan-demo-2026");
	await buyer.press("form:has([name=password]) button");
	check(/\/result/.test(buyer.at), "and comes back to the result", buyer.at);
	await buyer.press('form[action="/apply"] button');
	check(/^\/apply\/\d+$/.test(buyer.at), "a draft was made", `${buyer.at} ${(await buyer.text()).slice(0, 300)}`);
	await buyer.press("main a.b.p");
	await fill_in(buyer, files);
	const id = await submit(buyer);
	const seller = await confirm(browser, "seller", options);
	const coowner = await confirm(browser, "coowner", options);
	await buyer.go("/cases");
	await buyer.press('main a[href^="/case/"]');
	const number = buyer.at.match(/\/case\/(\w+)/)[1];
	check(number, "it is received and has a number", buyer.at);
	await buyer.go(`/case/${number}/done`);
	check(await buyer.has("main svg"), "the receipt page has a QR code");

	const clerk = await accept(browser, number, options);
	const href = await clerk.href(`a[href="/desk/${id}"]`);
	check(href, "the clerk sees it in today's list", await clerk.text());
	await clerk.go(`/desk/${id}`);
	await clerk.press('button[value="accept"]');
	await clerk.go(`/desk/${id}`);
	check(/受理/.test(await clerk.text()), "the clerk has accepted");

	const staff = {};
	for (const o of offices) {
		staff[o] = await User.in(browser, `${o}_approver`, { ...options, width: 1366, height: 768 });
		await staff[o].sign_in("/office");
	}
	await approve(staff.housing, `${number}-01`);
	await approve(staff.tax, `${number}-02`);
	await pay(buyer, number);
	await approve(staff.resources, `${number}-03`);
	await approve(staff.resources, `${number}-03`);
	const paid = await pay(buyer, number);
	const rest = ["water", "power", "gas", "cable_tv", "maintenance_fund"];
	for (const [i, o] of rest.entries()) {
		if (o === "gas" && !js) await approve(staff[o], `${number}-0${i + 4}`, "refuse", "燃气表具与登记不符，不予过户。");
		else await approve(staff[o], `${number}-0${i + 4}`);
		if (i === 1) await midway(buyer, number);
	}
	check(await until(async () => { await buyer.go(`/case/${number}`); return buyer.has(`a[href="/case/${number}/rate"], form[action="/case/${number}/rate"]`); }), "the case is closed and may be rated", (await buyer.text()).slice(0, 400));
	return { number, id, paid, buyer, seller, coowner, clerk, staff, files };
}

export async function after(s) {
	const { buyer, number } = s;
	const cert = await buyer.href('a[href^="/certificates/"][href$=".pdf"]');
	check(cert, "the case page offers the certificate");
	const head = await buyer.page.evaluate(async h => { const r = await fetch(h); return [r.status, r.headers.get("content-type"), (await r.arrayBuffer()).byteLength]; }, cert).catch(e => [String(e)]);
	check(head[0] === 200 && head[1] === "application/pdf" && head[2] > 5000, "and it opens as a PDF", head.join(" "));
	// Laid out as its template says: 登记机构 is the template's word, 证件号 a field that it leaves to {{face}}.
	const bytes = await buyer.page.evaluate(async h => [...new Uint8Array(await (await fetch(h)).arrayBuffer())], cert);
	const face = JSON.parse(execFileSync(`${process.env.TONGBAN}-read`, { input: Buffer.from(bytes) })).text.replace(/[\s样例]/g, "");
	check(face.includes("登记机构") && face.includes("359901190305120120") && !face.includes("发证机关"), "and is laid out by its template", face);
	s.verify = "";
	await buyer.go("/certificates");
	const code = await buyer.href('a[href*="/verify/"]');
	check(code, "the library says where it can be verified", await buyer.text());
	if (code) { s.verify = code; await buyer.go(code); check(/有效|真实/.test(await buyer.text()), "the verification page says it is valid", await buyer.text()); }
	await buyer.go(`/case/${number}/rate`);
	await buyer.set("level", "1");
	await buyer.press("main form button.p");
	check(/谢/.test(await buyer.text()), "the rating is taken", await buyer.text());
}
