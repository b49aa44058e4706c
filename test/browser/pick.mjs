// pick.mjs — somebody chooses what comes next, without scripts and by keyboard; running cases are moved to a new version.
import { User, base, check, pdf } from "./lib.mjs";

// The operations by themselves, for what a page's own test need not press.
export async function api(login) {
	const reads = /\.(list|get|case)$/;
	const ask = async (op, body, token) => {
		const read = reads.test(op), headers = { ...(token ? { Authorization: `Bearer ${token}` } : {}), "Idempotency-Key": `${op}-${Math.random()}` };
		const r = await fetch(`${base}/api/v1/${op}${read ? `?${new URLSearchParams(body)}` : ""}`, read ? { headers } : { method: "POST", body: JSON.stringify(body), headers });
		const out = await r.json();
		if (!r.ok) throw new Error(`${login} ${op}: ${JSON.stringify(out)}`);
		return out;
	};
	const { token } = await ask("session.sign_in", { login, password: "yunfan-demo-2026" });
	const call = (op, body) => ask(op, body, token);
	call.upload = async (id, material) => {
		const r = await fetch(`${base}/api/v1/draft.upload?case=${id}&material=${material}`, { method: "POST", body: pdf(material),
			headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/pdf" } });
		if (!r.ok) throw new Error(`${login} ${material}: ${await r.text()}`);
	};
	return call;
}

// An enterprise's application, filed, and accepted at the window when asked.
export async function filed(what, pages, materials, accepted) {
	const owner = await api("islander"), { case: id } = await owner("draft.start", { what });
	for (const [page, values] of Object.entries(pages)) await owner("draft.save", { case: id, page, values });
	for (const m of materials) await owner.upload(id, m);
	await owner("draft.delivery", { case: id, way: "electronic" });
	const { number } = await owner("draft.submit", { case: id, declared: true });
	if (accepted) await taken(id);
	return { id, number };
}

// The window accepts it.
export async function taken(id) {
	const clerk = await api("window1"), { version } = await clerk("desk.case", { case: id });
	await clerk("desk.accept", { case: id, version });
}

const enterprise = { "enterprise.enterprise_name": "云帆市海风餐饮店", "enterprise.uscc": "92359900MA0Y90023Q" };

async function road() {
	const c = await filed("road_digging", { enterprise, site: { "site.premises_address": "云帆市望海区港湾路 30 号", "site.dig_length": "35" } },
		["business_licence_copy.enterprise", "dig_plan.site"], true);
	const approver = await api("urban_management_approver");
	for (let i = 0; i < 50; i++) {
		const row = (await approver("task.list", {})).rows.find(r => r.case === c.number);
		if (row) {
			const { version } = await approver("task.get", { task: row.id });
			await approver("task.decide", { task: row.id, version: +version, outcome: "agree", opinion: "材料齐全。" });
			return c;
		}
		await new Promise(r => setTimeout(r, 200));
	}
	throw new Error(`nothing to review of ${c.number}`);
}

export async function picks(browser, audit) {
	const c = await road();
	const plain = await User.in(browser, "urban_management_approver", { js: false, width: 1366, height: 768 });
	await plain.sign_in("/office");
	check((await plain.text("table.work")).includes("选择征求的意见"), "the step of choosing is in the list");
	await plain.go(`/office/case/${c.number}`);
	check((await plain.text("aside")).includes("选择征求的意见"), "and on the case's page");
	await plain.follow("选择征求的意见", "aside");
	const at = plain.at;
	await audit(at);
	check((await plain.text(".op")).includes("有一项意见为不同意"), "what ends it is said", await plain.text(".op"));
	await plain.press("button[value=pick]");
	check((await plain.text(".errors")).includes("请填写要选办的环节"), "nothing chosen: told", await plain.text(".errors"));
	await plain.set("activity", "pipes");
	await plain.press("button[value=pick]");
	check(plain.at === at && await plain.has("#p-pipes[disabled]") && await plain.has("button[value=picked_all][disabled]"), "one is under way", plain.at);
	await plain.shot("pick-under-way");
	// A colleague chooses by keyboard: 2 is the second one.
	const keys = await User.in(browser, "urban_management_second", { width: 1366, height: 768 });
	await keys.sign_in("/office");
	await keys.go(at);
	await keys.page.keyboard.press("2");
	check(await keys.page.$eval("#p-traffic", x => x.checked), "the key chooses");
	const gone = keys.page.waitForNavigation({ waitUntil: "load" });
	await keys.page.keyboard.down("Control");
	await keys.page.keyboard.press("Enter");
	await keys.page.keyboard.up("Control");
	await gone;
	check(keys.at === at && await keys.has("#p-traffic[disabled]"), "and Ctrl+Enter begins it", keys.at);
	// Who still has the old page is told, and sees the new one.
	await plain.set("activity", "trees");
	await plain.press("button[value=pick]");
	check(await plain.has(".errors") && await plain.has("#p-traffic[disabled]"), "an old page is told", await plain.text(".errors"));
	// The opinion on traffic is another office's: it opens the case's page and its papers.
	const police = await User.in(browser, "public_security_approver", { js: false, width: 1366, height: 768 });
	await police.sign_in(`/office/case/${c.number}`);
	check((await police.text()).includes("挖掘城市道路"), "the office that is asked sees the case", police.at);
	await police.follow("交通组织意见", "aside");
	const paper = await police.page.$eval(".sheet object", e => e.getAttribute("data")).catch(() => "");
	check(paper && paper === `${await police.href(".sheet object a")}#toolbar=0&navpanes=0`, "and the papers, with a way to open them without a viewer", paper);
	const opened = await fetch(`${base}${paper}`, { headers: { Cookie: (await police.context.cookies()).map(c => `${c.name}=${c.value}`).join("; ") } });
	check(opened.ok && opened.headers.get("content-type") === "application/pdf", "which are the files themselves", String(opened.status));
	await police.shot("pick-asked");
	for (const login of ["urban_management_approver", "public_security_approver"]) {
		const approver = await api(login);
		for (const row of (await approver("task.list", {})).rows.filter(r => r.case === c.number && r.step.endsWith("意见"))) {
			const { version } = await approver("task.get", { task: row.id });
			await approver("task.decide", { task: row.id, version: +version, outcome: "agree", opinion: "没有意见。" });
		}
	}
	await keys.go(at);
	await keys.page.bringToFront();
	await keys.shot("pick-done");
	const left = keys.page.waitForNavigation({ waitUntil: "load" });
	await keys.page.keyboard.down("Alt");
	await keys.page.keyboard.press("n");
	await keys.page.keyboard.up("Alt");
	await left;
	check(keys.at !== at && /^\/office/.test(keys.at), "nothing more is needed: on to the next", keys.at);
	await plain.go(`/office/case/${c.number}`);
	const said = await plain.text();
	check(said.includes("选办环节：地下管线意见") && said.includes("不再需要其他环节"), "the trail tells it", said.slice(-600));
	check((await plain.text("aside")).includes("决定"), "and the decision is next");
	await plain.go(at);
	check((await plain.text(".op")).includes("已经办完"), "the step is over");
	for (const u of [plain, keys, police]) await u.close();
	return at;
}

// Cases under way when `publish` puts another version in force are shown, and moved by the button.
export async function moves(browser, number) {
	const admin = await User.in(browser, "admin", { js: false, width: 1366, height: 768 });
	await admin.sign_in("/watch/moves");
	const row = async () => (await admin.page.$$eval("table.work tr", (all, n) => all.map(x => x.innerText).filter(x => x.includes(n)), number))[0] || "";
	check(/可以/.test(await row()) && !/apply:|item:/.test(await admin.text()), "a case of the version before can move", await row() || await admin.text());
	await admin.shot("moves");
	await admin.press("form[action='/watch/moves'] button");
	check((await admin.text(".errors")).includes("请填写原因") && await row(), "a move needs its reason", await admin.text(".errors"));
	await admin.set("note", "承诺时限改了");
	await admin.press("form[action='/watch/moves'] button");
	check(admin.at.startsWith("/watch/moves") && await row() === "", "moved by the button", await row());
	check((await admin.text("body")).includes("件已转"), "and said how many", (await admin.text()).slice(0, 200));
	await admin.shot("moves-done");
	await admin.go("/watch/moves");
	await admin.close();
}
