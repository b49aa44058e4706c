// client.c — libcurl with every limit set and no surprises left on.
#include "net/client.h"
#include "base/set.h"
#include "net/parse.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <unistd.h>

enum { HEADERS_MAX = 200, HEADER_BYTES = 64 * 1024 };

struct work {
	struct arena *a;
	struct buf body;
	uint64_t limit;
	bool too_big, refused;
	struct http_header *header;
	size_t headers, cap, header_bytes;
};

void client_init(void)
{
	CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == 0);
}

static size_t take_body(char *p, size_t size, size_t n, void *ctx)
{
	struct work *w = ctx;
	n *= size;
	if (w->body.n + n > w->limit) {
		w->too_big = true;
		return 0;
	}
	buf_add(&w->body, (struct str){p, n});
	return n;
}

static size_t take_header(char *p, size_t size, size_t n, void *ctx)
{
	struct work *w = ctx;
	n *= size;
	struct str line = str_trim((struct str){p, n});
	w->header_bytes += n;
	if (w->header_bytes > HEADER_BYTES || w->headers >= HEADERS_MAX) {
		w->too_big = true;
		return 0;
	}
	if (str_starts(line, S("HTTP/"))) {       // of a redirect or a 100: the last answer's headers count
		w->headers = 0;
		return n;
	}
	if (str_find(line, S(":")) <= 0 || !utf8_valid(line)) return n;
	struct http_header *h = vec_push(w->a, w->header, w->headers, w->cap);
	h->name = str_lower_ascii(w->a, str_trim(str_cut(&line, S(":"))));
	h->value = str_copy(w->a, str_trim(line));
	return n;
}

// Addresses that are not on the public internet (IANA special-purpose registries).
static bool private4(uint32_t ip)
{
	static const struct { uint32_t net; int bits; } nets[] = {
		{0x00000000, 8}, {0x0a000000, 8}, {0x64400000, 10}, {0x7f000000, 8}, {0xa9fe0000, 16}, {0xac100000, 12},
		{0xc0000000, 24}, {0xc0000200, 24}, {0xc0586300, 24}, {0xc0a80000, 16}, {0xc6120000, 15}, {0xc6336400, 24},
		{0xcb007100, 24}, {0xe0000000, 4}, {0xf0000000, 4},
	};
	for (size_t i = 0; i < countof(nets); i++)
		if ((ip ^ nets[i].net) >> (32 - nets[i].bits) == 0) return true;
	return false;
}

static bool private6(const unsigned char b[16])
{
	static const unsigned char zero[16];
	uint32_t last4 = (uint32_t)b[12] << 24 | (uint32_t)b[13] << 16 | (uint32_t)b[14] << 8 | b[15];
	if (memcmp(b, zero, 12) == 0) return true;                             // ::, ::1, v4-compatible
	if (memcmp(b, zero, 10) == 0 && b[10] == 0xff && b[11] == 0xff) return private4(last4);
	if (b[0] == 0x00 && b[1] == 0x64 && b[2] == 0xff && b[3] == 0x9b) return true;   // NAT64
	if (b[0] == 0x20 && b[1] == 0x02) return true;                          // 6to4
	if (b[0] == 0x20 && b[1] == 0x01 && b[2] == 0x00 && b[3] < 2) return true;      // Teredo and protocols
	if (b[0] == 0x20 && b[1] == 0x01 && b[2] == 0x0d && b[3] == 0xb8) return true;  // documentation
	return (b[0] & 0xfe) == 0xfc || (b[0] == 0xfe && b[1] >= 0x80) || b[0] == 0xff || b[0] == 0x01;
}

// Called with the address the name resolved to, so that a name cannot lead inside.
static curl_socket_t open_checked(void *ctx, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct work *w = ctx;
	bool inside = true;
	if (to->family == AF_INET) inside = private4(ntohl(((struct sockaddr_in *)&to->addr)->sin_addr.s_addr));
	else if (to->family == AF_INET6) inside = private6(((struct sockaddr_in6 *)&to->addr)->sin6_addr.s6_addr);
	if (inside) {
		w->refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static bool scheme_ok(struct str url)
{
	return str_starts(url, S("http://")) || str_starts(url, S("https://"));
}

// "host:port" of the URL is in the setting net.out_allowed, with or without its port. Credentials in a URL are refused.
static bool allowed_inside(struct str url)
{
	struct str rest = str_from(url, (size_t)str_find(url, S("://")) + 3);
	size_t n = 0;
	while (n < rest.n && !strchr("/?#", rest.p[n])) n++;
	struct str authority = str_part(rest, 0, n), host = authority;
	size_t colon = authority.n;
	while (colon && authority.p[colon - 1] != ':' && authority.p[colon - 1] != ']') colon--;
	if (colon && authority.p[colon - 1] == ':') host = str_part(authority, 0, colon - 1);
	struct str list = set_text(SET_net_out_allowed);
	return host.n && (parse_listed(list, authority) || parse_listed(list, host));
}

static bool text_ok(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= 0x20 || s.p[i] == 0x7f || s.p[i] == '@') return false;
	return s.n > 0;
}

static const char *reason(const struct work *w, CURLcode code)
{
	if (w->too_big) return "answer too large";
	if (w->refused) return "address not allowed";
	switch (code) {
	case CURLE_OPERATION_TIMEDOUT: return "timed out";
	case CURLE_COULDNT_RESOLVE_HOST: return "name not found";
	case CURLE_COULDNT_CONNECT: return "no connection";
	case CURLE_UNSUPPORTED_PROTOCOL: case CURLE_URL_MALFORMAT: return "address not usable";
	case CURLE_TOO_MANY_REDIRECTS: return "too many redirects";
	case CURLE_PEER_FAILED_VERIFICATION: case CURLE_SSL_CONNECT_ERROR: case CURLE_SSL_CACERT_BADFILE: return "certificate not trusted";
	case CURLE_GOT_NOTHING: case CURLE_RECV_ERROR: case CURLE_PARTIAL_FILE: return "answer broken off";
	default: return "exchange failed";
	}
}

static void set_method(CURL *c, const struct client_call *call)
{
	static const char *const names[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
	if (call->method == HTTP_HEAD) curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
	if (call->method == HTTP_POST || call->method == HTTP_PUT || call->method == HTTP_PATCH) {
		curl_easy_setopt(c, CURLOPT_POST, 1L);
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, call->body.n ? call->body.p : "");
		curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body.n);
	}
	if (call->method > HTTP_POST) curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, names[call->method]);
}

static struct curl_slist *headers_of(struct arena *a, const struct client_call *call)
{
	// No "Expect": it costs a second with peers that ignore it. No content type curl invents.
	struct curl_slist *list = curl_slist_append(NULL, "Expect:");
	bool typed = false;
	for (size_t i = 0; i < call->headers; i++) {
		const struct http_header *h = &call->header[i];
		CHECK(h->name.n && parse_header_text(h->name) && parse_header_text(h->value));
		struct str line = h->value.n ? str_fmt(a, STR_FMT ": " STR_FMT, STR_ARG(h->name), STR_ARG(h->value))
			: str_fmt(a, STR_FMT ";", STR_ARG(h->name));
		typed |= str_is(str_lower_ascii(a, h->name), "content-type");
		list = curl_slist_append(list, str_z(a, line));
	}
	return typed ? list : curl_slist_append(list, "Content-Type:");
}

static void set_limits(CURL *c, const struct client_call *call, struct work *w)
{
	struct arena *a = w->a;
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, call->redirects > 0 ? 1L : 0L);
	curl_easy_setopt(c, CURLOPT_MAXREDIRS, (long)call->redirects);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)(call->connect_ms ? call->connect_ms : set_int(SET_net_out_connect_ms)));
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)(call->total_ms ? call->total_ms : set_int(SET_net_out_total_ms)));
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_PROXY, "");          // the environment must not redirect the city's traffic
	curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, w);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, w);
	if (call->ca_file.n) curl_easy_setopt(c, CURLOPT_CAINFO, str_z(a, call->ca_file));
	if (call->unix_path.n) curl_easy_setopt(c, CURLOPT_UNIX_SOCKET_PATH, str_z(a, call->unix_path));
	else if (call->block_private && !(call->redirects == 0 && allowed_inside(call->url))) {
		curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_checked);
		curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, w);
	}
}

must_use struct err *client_do(struct arena *a, const struct client_call *call, struct client_answer *out)
{
	*out = (struct client_answer){0};
	if (!scheme_ok(call->url) || !text_ok(call->url)) return err_arg(a, E_PEER, S("address not usable"));
	CURL *c = curl_easy_init();
	CHECK(c);
	struct work w = {.a = a, .body = buf_new(a), .limit = call->limit ? call->limit : (uint64_t)set_int(SET_net_out_limit)};
	set_limits(c, call, &w);
	curl_easy_setopt(c, CURLOPT_URL, str_z(a, call->url));
	set_method(c, call);
	struct curl_slist *list = headers_of(a, call);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, list);
	CURLcode code = curl_easy_perform(c);
	long status = 0;
	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	curl_slist_free_all(list);
	curl_easy_cleanup(c);
	if (code != CURLE_OK) return err_arg(a, E_PEER, str_of(reason(&w, code)));
	*out = (struct client_answer){(int)status, w.header, w.headers, buf_str(&w.body)};
	return NULL;
}

struct str client_header(const struct client_answer *answer, struct str name)
{
	for (size_t i = 0; i < answer->headers; i++)
		if (str_eq(answer->header[i].name, name)) return answer->header[i].value;
	return (struct str){0};
}
