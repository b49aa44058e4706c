// more.mjs — two more bundles from the guide to the end: a child without a number, and a restaurant whose items depend on answers.
import { User, check } from "./lib.mjs";
import { approve, confirm, fill_in, until } from "./bundle.mjs";

export const bundles = {
	newborn: {
		login: "seller", answers: ["yes", "employee"], signers: ["coowner"], items: 6,
		values: { "applicant.phone": "13800000002", "applicant.registered_address": "云帆市望海区港湾路 20 号 501 室", "applicant.address": "云帆市望海区港湾路 20 号 501 室",
			"applicant.bank_account": "6200000000000000000", "spouse.name": "赵同舟", "spouse.id_number": "359902190402290312", "newborn.name": "王小满", "newborn.sex": "female",
			"newborn.birth_date": "2026-11-10", "newborn.birth_weight": "3250", "newborn.birth_hospital": "云帆市妇幼保健院" },
		staff: ["maternity_hospital_approver", "public_security_approver", "medical_insurance_approver", "social_security_approver", "health_approver", "medical_insurance_approver", "medical_insurance_approver"],
		cases: ["01", "02", "03", "04", "05", "06", "06"],
		gives: "出生医学证明",
	},
	open_restaurant: {
		login: "seabreeze", answers: ["small", "no", "mall"], signers: [], items: 3,
		values: { "applicant.name": "吴餐厅", "applicant.id_number": "359901190609210619", "applicant.phone": "13800000006", "premises.premises_address": "云帆市望海区港湾路 30 号",
			"premises.premises_area": "80", "premises.food_business": "restaurant", "premises.daily_meals": "150" },
		staff: ["market_approver", "market_approver", "market_second", "market_head", "urban_management_approver", "ecology_approver"], cases: ["01", "01", "01", "01", "02", "03"],
		gives: "食品经营许可证",
	},
};

// Papers that the library does not hold, one after another: photographs, since a page that shows a PDF waits for the viewer.
async function papers(u, files) {
	for (let i = 0; i < 8; i++) {
		const tile = await u.page.$(".tile.wanted form.pick");
		if (!tile) break;
		await (await tile.$("input[type=file]")).uploadFile(files.photo);
		if (u.js) await u.page.waitForNavigation({ waitUntil: "load", timeout: 20000 }).catch(() => {});
		else await Promise.all([u.page.waitForNavigation({ waitUntil: "load" }), (await tile.$("button")).evaluate(b => b.click())]);
	}
	check(!await u.has(".tile.wanted, .tile.failed"), `${u.login}: every paper is there`, await u.text());
	await u.press("main a.b.p");
	await u.set("way", "electronic");
	await u.press('button[name="do"][value="save"]');
}

export async function whole(browser, code, files) {
	const b = bundles[code], options = { js: false };
	const u = await User.in(browser, b.login, options);
	await u.sign_in();
	await u.go(`/guide/${code}`);
	await u.press('main a[href*="/questions"]');
	for (const answer of b.answers) {
		await u.set("answer", answer);
		await u.press("main form button");
	}
	check((await u.page.$$("ol.items > li, .items > li")).length === b.items || (await u.text()).includes(`${b.items} 件事`), `${code}: the answers leave ${b.items} items`, await u.text());
	await u.press('form[action="/apply"] button');
	const id = u.at.match(/\d+/)?.[0];
	await u.press("main a.b.p");
	u.values = b.values;
	await fill_in(u, files, { upload: false });
	await papers(u, files);
	await u.press('main a[href$="/check"]');
	await u.set("declared", true);
	await u.press("form.box button");
	for (const login of b.signers) await (await confirm(browser, login, options)).close();
	await u.go("/cases");
	await u.press('main a[href^="/case/"]');
	const number = u.at.match(/\/case\/(\w+)/)?.[1];
	check(number, `${code}: it is received and has a number`, u.at);
	const clerk = await User.in(browser, "window1", { ...options, width: 1366, height: 768 });
	await clerk.sign_in("/desk");
	if (!check(await clerk.has(`a[href="/desk/${id}"]`), `${code}: the clerk sees it in today's list`, await clerk.text())) return;
	await clerk.go(`/desk/${id}`);
	await clerk.press('button[value="accept"]');
	check(!await clerk.has(".errors"), `${code}: accepted`, await clerk.text(".errors"));
	await clerk.close();
	const staff = {};
	for (const [i, o] of b.staff.entries()) {
		if (!staff[o]) {
			staff[o] = await User.in(browser, o, { ...options, width: 1366, height: 768 });
			await staff[o].sign_in("/office");
		}
		await approve(staff[o], `${number}-${b.cases[i]}`);
	}
	check(await until(async () => { await u.go(`/case/${number}`); return u.has(`a[href="/case/${number}/rate"], form[action="/case/${number}/rate"]`); }), `${code}: the case is closed and may be rated`, (await u.text()).slice(0, 400));
	await u.go("/certificates");
	check((await u.text()).includes(b.gives), `${code}: ${b.gives} is in the library`, await u.text());
	// Not satisfied: without a reason the page asks for one and keeps what was said.
	await u.go(`/case/${number}/rate`);
	await u.set("level", "4");
	await u.set("comment", "等了太久𤭢");
	await u.press("main form button.p");
	check(await u.has(".errors") && await u.value("#i-comment") === "等了太久𤭢" && await u.has("[name=level][value='4']:checked"), `${code}: a rating without a reason is asked for one and keeps the words`, await u.text());
	await u.page.$eval("[name=tags]", x => { x.checked = true; });
	await u.press("main form button.p");
	await u.go(`/case/${number}`);
	check(await u.has("#rectification"), `${code}: a bad rating is looked into`, await u.text());
	for (const s of Object.values(staff)) await s.close();
	await u.close();
}
