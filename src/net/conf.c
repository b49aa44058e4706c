// conf.c — the server's configuration out of the settings.
#include "base/set.h"
#include "net/http.h"

struct http_conf http_conf_default(void)
{
	return (struct http_conf){
		.listen = set_text(SET_net_listen),
		.net_threads = (int)set_int(SET_net_threads),
		.workers = (int)set_int(SET_net_workers),
		.queue = (int)set_int(SET_net_queue),
		.connections = (int)set_int(SET_net_connections),
		.listeners = (int)set_int(SET_net_listeners),
		.connection_memory = (int)set_int(SET_net_connection_memory),
		.header_s = (int)set_int(SET_net_header_s),
		.body_s = (int)set_int(SET_net_body_s),
		.idle_s = (int)set_int(SET_net_idle_s),
		.send_s = (int)set_int(SET_net_send_s),
		.request_s = (int)set_int(SET_net_request_s),
		.min_rate = (int)set_int(SET_net_min_rate),
		.body_limit = (uint64_t)set_int(SET_net_body_limit),
		.drain = (uint64_t)set_int(SET_net_drain),
		.uploads = (int)set_int(SET_net_uploads),
		.events_kept = (int)set_int(SET_net_events_kept),
		.heartbeat_s = (int)set_int(SET_net_heartbeat_s),
		.grace_s = (int)set_int(SET_net_grace_s),
		.retry_after_s = (int)set_int(SET_net_retry_after_s),
		.proxies = set_text(SET_net_proxies),
	};
}
