// keeper.mjs — one change of the catalogue through the pages, without JavaScript: an editor edits, another person sees
// what it changes and approves, the guide shows it at once, and it is taken back.
import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { until } from "./bundle.mjs";
import { free_port } from "./figures.mjs";
import { User, base, check } from "./lib.mjs";
import { audit } from "./pages.mjs";
import { filed, moves, taken } from "./pick.mjs";

// A personal list of twenty papers runs to a third sheet: every paper is on it, once, and its QR opens the list.
async function long_list() {
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), "long-list-")), city = path.join(dir, "city");
	fs.cpSync(process.env.TONGBAN_CITY, city, { recursive: true });
	const names = [...Array(16).keys()].map(i => `第${i + 1}份很长的材料名称要在表格里换行还不能压住别的字`);
	fs.appendFileSync(path.join(city, "materials.yaml"), names.map((n, i) => `- code: long_${i}\n  name: {zh: ${n}, en: "A paper with a long name, number ${i + 1}"}\n  kind: other\n  issuer: {zh: 申请人, en: Applicant}\n  hint: {zh: 写清楚, en: Readable}\n  criteria: {zh: 写清楚, en: Readable}\n`).join(""));
	const item = path.join(city, "items/food_licence.yaml");
	fs.writeFileSync(item, fs.readFileSync(item, "utf8").replace("materials:\n", `materials:\n${names.map((_, i) => `  - {material: long_${i}, subject: enterprise, originals: 1}\n`).join("")}`));
	const port = await free_port(), there = `http://127.0.0.1:${port}`;
	const child = spawn(process.env.TONGBAN, ["serve", "--demo", "--city", city, "--data", path.join(dir, "data"), "--listen", `127.0.0.1:${port}`], { stdio: "ignore" });
	try {
		if (!check(await until(() => fetch(`${there}/healthz`).then(r => r.ok, () => false), 30000), "the city with a long list serves")) return;
		for (const [base, first, last, pages] of [["", "第1份", "第16份", "3/3"], ["/en", "number1", "number16", "3/3"]]) {
			const paper = await fetch(`${there}${base}/guide/food_licence/notice.pdf`);
			const read = JSON.parse(execFileSync(`${process.env.TONGBAN}-read`, { input: Buffer.from(await paper.arrayBuffer()) })), text = read.text.replace(/\s/g, "");
			check(text.includes(first) && text.includes(last) && text.includes(pages), `${base || "/"}: the long list goes on to the sheets after`, text.slice(-300));
			check(read.codes.length === 1 && new URL(read.codes[0], there).pathname.includes("/guide/food_licence"), `${base || "/"}: and its QR opens it`, JSON.stringify(read.codes));
		}
	} finally {
		child.kill();
		await new Promise(r => child.exitCode === null ? child.once("exit", r) : r());
		fs.rmSync(dir, { recursive: true, force: true });
	}
}

export async function keeper(browser) {
	const editor = await User.in(browser, "editor", { js: false }), publisher = await User.in(browser, "publisher", { js: false });
	const anybody = await User.in(browser, "anybody", { js: false });
	const guide = async () => (await anybody.go("/guide/food_licence")).text();
	const before = await guide();
	check(before.includes("8 个工作日"), "the guide before", before.slice(0, 200));
	const running = await filed("food_licence", { enterprise: { "enterprise.enterprise_name": "云帆市海风餐饮店", "enterprise.uscc": "92359900MA0Y90023Q" },
		premises: { "premises.premises_address": "云帆市望海区港湾路 30 号", "premises.premises_area": "60.00", "premises.food_business": "restaurant" } },
	["premises_plan.premises", "food_safety_rules.enterprise", "business_licence_copy.enterprise"], false);
	await editor.sign_in("/catalogue");
	check((await editor.text()).includes("缺要素"), "the list of items");
	await editor.go("/catalogue?q=食品经营");
	await editor.follow("食品经营许可（新办）", "table");
	check(await editor.value('[name="f-promised.n"]') === "8", "the promise stands in the form");
	await editor.set("f-promised.n", "abc");
	await editor.press("form.kf button");
	check(await editor.has(".errors") && await editor.value('[name="f-promised.n"]') === "abc", "a wrong number is told, and stays");
	await editor.set("f-promised.n", "7");
	await editor.press("form.kf button");
	check(editor.at.includes("release="), "a draft", editor.at);
	check((await editor.text("aside")).includes("7 个工作日"), "the preview shows the draft");
	check((await guide()).includes("8 个工作日"), "the guide is as it was");
	await editor.follow("看变化，提交");
	check((await editor.text()).includes("由8 个工作日改为7 个工作日"), "what it changes");
	await editor.set("title", "食品经营许可承诺压缩到 7 个工作日");
	await editor.follow("提交给另一人核准");
	check(!(await editor.has('button[value=agree]')), "no approval of one's own");
	const at = editor.at;
	await publisher.sign_in("/catalogue/releases?state=proposed");
	await publisher.follow("压缩到 7 个工作日", "table");
	check((await publisher.text()).includes("已受理的办件仍按8 个工作日办结"), "running cases are named");
	await publisher.press("button[value=refuse]");
	check(await publisher.has(".errors"), "a refusal needs its reason");
	await publisher.go(at);
	await publisher.press("button[value=agree]");
	check((await publisher.text("body")).includes("现行"), "in force");
	check((await guide()).includes("7 个工作日"), "the guide shows it at once");
	check((await (await anybody.go("/en/guide/food_licence")).text()).includes("7 working days"), "in English too");
	await moves(browser, running.number);
	await taken(running.id);
	await publisher.go(at);
	await publisher.set("reason", "演示撤回");
	await publisher.press("button[value=take_back]");
	check((await guide()).includes("8 个工作日"), "taken back: the guide as before");
	await editor.go("/catalogue/items/food_licence");
	check((await editor.text("aside")).includes("撤回"), "the item's versions tell it");
	await editor.go("/catalogue/file?path=items/food_licence.yaml");
	await editor.set("text", "code: [");
	await editor.press("form.kf button");
	check((await editor.text("aside")).includes("错误"), "a broken file: the checker says where");
	for (const page of ["/catalogue/compare", "/catalogue/files?q=promised", "/catalogue/releases"]) check((await (await editor.go(page)).text()).length > 20, page);
	// A personal list taken along, certificates explained, a search that finds nothing.
	await anybody.go("/guide/second_hand_home/result?answers=home_count:first,co_owned:single,mortgage:none,payment:full,agent_used:self,utilities:neither");
	// On paper: its QR opens the same list with the same answers.
	const own = anybody.at, paper = await fetch(base + own.replace("/result", "/notice.pdf"));
	const read = JSON.parse(execFileSync(`${process.env.TONGBAN}-read`, { input: Buffer.from(await paper.arrayBuffer()) }));
	const asked = where => new URL(where, base).searchParams.get("answers");
	check(read.text.includes("一次性告知单") && read.codes.length === 1 && asked(read.codes[0]) === asked(own), "the printed list leads back to itself", JSON.stringify(read.codes));
	const listed = await anybody.text();
	check((await (await anybody.go(new URL(read.codes[0]).pathname + new URL(read.codes[0]).search)).text()) === listed, "and shows the same papers");
	await anybody.press('button[value=carry]');
	check(/清单号是 \d{8}/.test(await anybody.text()), "a number for the window", (await anybody.text()).slice(0, 200));
	await anybody.go("/certificates/types");
	await anybody.follow("不动产权证书", "main");
	check((await anybody.text()).includes("有了它可以免交的事项"), "a certificate explained");
	check((await (await anybody.go("/en/certificates/types/realty")).text()).includes("How to get"), "in English");
	await anybody.go("/search?q=火星签证");
	const seeing = await User.in(browser, "editor");
	await seeing.sign_in("/catalogue");
	await audit(seeing, ["/catalogue", "/catalogue/items/food_licence", at, "/catalogue/releases", "/catalogue/compare", "/catalogue/problems", "/catalogue/files", "/catalogue/file?path=roles.yaml"], { staff: true });
	for (const u of [editor, publisher, anybody, seeing]) await u.close();
	await long_list();
}
