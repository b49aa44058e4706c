// staff.mjs — the pages of those who watch, decide and receive; and the pages that say no.
import { User, base, check } from "./lib.mjs";
import { audit } from "./pages.mjs";
import { picks } from "./pick.mjs";

const desktop = { width: 1366, height: 768 };

export async function staff(browser) {
	const supervisor = await User.in(browser, "supervisor", desktop);
	await supervisor.sign_in("/watch");
	await supervisor.go("/watch/simulate");
	const model = await supervisor.page.$eval("#i-model option", o => o.value);
	await supervisor.go("/ratings");
	const rating = await supervisor.href("[data-row]");
	await audit(supervisor, ["/watch/incidents", "/watch/payments", "/watch/payments?state=done", "/watch/paths", "/watch/simulate", `/watch/simulate?model=${encodeURIComponent(model)}`,
		"/ratings", "/ratings?state=done", "/rules", "/rules/candidates", "/rules/sources", "/rules/social_card_loss", rating].filter(Boolean), { staff: true });
	const admin = await User.in(browser, "admin", desktop);
	await admin.sign_in("/watch");
	await audit(admin, ["/watch/moves"], { staff: true });
	const approver = await User.in(browser, "justice_approver", desktop);
	await approver.sign_in("/office");
	await audit(approver, ["/office", "/office?queue=done", "/ratings", "/reviews", "/reviews?state=done"], { staff: true });
	await refusals(browser, approver);
	const chooses = await User.in(browser, "urban_management_approver", desktop);
	await chooses.sign_in("/office");
	await audit(chooses, [await picks(browser, async at => audit(chooses, [at], { staff: true }))], { staff: true });
	await chooses.close();
	for (const u of [supervisor, admin, approver]) await u.close();
}

// Every refusal is a page with a sentence and a way on.
async function refusals(browser, approver) {
	const status = async (u, path, how) => u.page.evaluate(async (p, h) => { const r = await fetch(p, h); return [r.status, await r.text()]; }, path, how || {});
	const way_on = (html, what) => check(/<p class="acts"><a class="b p" href="/.test(html) && /<p class="lead">[^<]{4,}/.test(html), `${what}: says what to do next`, html.slice(-900));
	const u = await User.in(browser, "elder");
	await u.sign_in();
	const form = body => ({ method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body });
	for (const [path, how, want, what] of [["/no-such-page", null, 404, "no page"], ["/desk", null, 403, "not a clerk"], ["/sign-out", null, 405, "a post's address opened"],
		["/cases", form("a=b"), 405, "a page posted to"], ["/apply", form("csrf=of-another-session&code=passport"), 403, "a form of another session"], ["/search?q=%ff", null, 400, "an address that is no text"]]) {
		const [got, html] = await status(u, path, how);
		check(got === want, `${what}: ${want}`, String(got));
		if (want !== 400 || /<html/.test(html)) way_on(html, what);
	}
	const [got, html] = await status(approver, "/watch/moves");
	check(got === 403 && html.includes('href="/staff"'), "staff are led back to their workbench", String(got));
	// More than any file may be: refused while it is sent, by a page that leads back.
	const [large, why] = await status(u, "/apply/1/materials/plan", { method: "POST", headers: { "content-type": "multipart/form-data; boundary=x" }, body: "a".repeat(23 << 20) });
	check(large === 413, "a file beyond all limits: 413", String(large));
	way_on(why, "a file beyond all limits");
	check(why.includes(`href="${u.at}"`), "and leads back to where it was chosen", why.slice(-900));
	// A form that outlives its session asks to sign in and comes back to the page it stood on.
	await u.go("/query/realty_query");
	for (const c of await u.context.cookies()) if (c.name === "session") await u.context.deleteCookie(c);
	await u.press('main form[method="post"] button');
	check(/^\/sign-in\?next=%2Fquery%2Frealty_query/.test(u.at), "a lost session asks to sign in", u.at);
	// The way to the other language keeps what was asked.
	await u.go("/search?q=%E6%8A%A4%E7%85%A7&page=1");
	check((await u.href("header a.en")).startsWith("/en/search?q="), "the other language keeps the query", await u.href("header a.en"));
	await u.close();
}
