// main.c — tongban: commands.
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/set.h"
#include "cli/args.h"
#include "cli/backup_cmd.h"
#include "cli/bpmn_cmd.h"
#include "cli/check_cmd.h"
#include "cli/diff_cmd.h"
#include "cli/export_cmd.h"
#include "cli/dmn_cmd.h"
#include "cli/feel_cmd.h"
#include "cli/flow_cmd.h"
#include "cli/gen_cmd.h"
#include "cli/journal_cmd.h"
#include "cli/rule_cmd.h"
#include "cli/serve_cmd.h"
#include "cli/settings_cmd.h"
#include "cli/simulate_cmd.h"
#include "cli/story.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
} commands[] = {
	{"serve", serve_cmd, "--city DIR --data DIR | --store postgres://… --listen ADDR:PORT [--url URL] [--demo]   运行一座城市"},
	{"check", check_cmd, "CITY [--json]   检查城市目录"},
	{"export", export_cmd, "DIR --data DATA [--version HASH]   把已发布的一版写成城市文件夹"},
	{"diff", diff_cmd, "OLD NEW [--json] [--zh]   新版本对申请人、单位和办理中办件有什么改变"},
	{"gen", gen_cmd, "N DIR [--city CITY]   生成一座有 N 个事项的城市，用来测量"},
	{"journal", journal_cmd, "verify|save|xes [--data DIR | --store URL] [--against FILE] [--out FILE]   验证留痕"},
	{"flow", flow_cmd, "replay [--data DIR | --store URL]   用留存的事件重放每个流程实例"},
	{"simulate", simulate_cmd, "MODEL --arrivals 12m,exp --staff ROLE=N --service STEP=30m,exp [--days N] [--seed S]   模拟一个流程"},
	{"backup", backup_cmd, "--to DIR [--data DIR | --store URL]   备份"},
	{"restore", restore_cmd, "--from DIR [--data DIR] [--store URL]   恢复"},
	{"settings", settings_cmd, "[--en]   所有设置及其默认值"},
	{"story", story_cmd, "FILE… [--store URL] [--city DIR]   在假时钟下演一遍办事过程"},
	{"rule", rule_cmd, "replay [--data DIR | --store URL] [--city NEWDIR]   用同一版本或新版本重新作出全部自动决定"},
	{"feel", feel_cmd, "[--now INSTANT] [--zone ZONE]   逐行计算 FEEL（标准输入 JSON Lines）"},
	{"dmn", dmn_cmd, "test DIR | eval MODEL --decision NAME   决策"},
	{"bpmn", bpmn_cmd, "check FILE… | run MODEL SCRIPT | svg MODEL   流程"},
};

static int usage(FILE *to)
{
	fprintf(to, "用法 usage: tongban [--set KEY=VALUE]… COMMAND …\n");
	for (size_t i = 0; i < countof(commands); i++) fprintf(to, "  %-9s%s\n", commands[i].name, commands[i].help);
	return to == stderr ? 2 : 0;
}

static int run(struct arena *a, int argc, char **argv)
{
	const char *conf = getenv("TONGBAN_CONF");         // allow: names the file that the settings are in
	struct str override[64];
	size_t overrides = 0;
	for (; argc > 2 && strcmp(argv[1], "--set") == 0 && overrides < countof(override); argc -= 2, argv += 2)
		override[overrides++] = str_of(argv[2]);
	struct err *e = set_load(a, str_of(conf ? conf : "tongban.conf"), conf != NULL, override, overrides);
	if (e) return args_fail(e);
	log_settle();
	if (argc < 2 || strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0) return usage(argc < 2 ? stderr : stdout);
	for (size_t i = 0; i < countof(commands); i++)
		if (strcmp(argv[1], commands[i].name) == 0) return commands[i].run(argc - 1, argv + 1);
	fprintf(stderr, "tongban: 没有命令 %s (no such command)\n", argv[1]);
	return usage(stderr);
}

int main(int argc, char **argv)
{
	struct arena *a = arena_new(0);                    // holds the settings while the program runs
	int status = run(a, argc, argv);
	arena_free(a);
	return status;
}
