// signed_in.h — a sample account of a booted demonstration city, through its own sign-in.
#pragma once
#include "base/seam.h"
#include "cli/boot.h"
#include "domain/party/account.h"

static inline struct actor signed_in(struct boot *boot, struct arena *a, const char *login)
{
	struct actor who = {.roles = 1u << ROLE_PUBLIC};
	struct json *in = json_obj(a);
	struct snap *snap;
	json_put(a, in, S("login"), json_str(a, str_of(login)));
	json_put(a, in, S("password"), json_str(a, S("yunfan-demo-2026")));
	struct op_request r = {.name = S("session.sign_in"), .actor = who, .in = in, .a = a};
	op_call(&boot->app, &r);
	assert_null(r.err);
	assert_null(snap_open(boot->store, a, &snap));
	assert_null(actor_of_token(snap, a, boot->domain, r.set_cookie, seam_now_ms(), &who));
	snap_close(snap);
	return who;
}
