// shim.c — lets libFuzzer follow code compiled by GCC (clang has no decimal types on this machine):
// GCC calls __sanitizer_cov_trace_pc in every block, libFuzzer wants counters. Its own empty
// function of that name gives way to this one (-z muldefs).
#include <stdint.h>

static uint8_t counter[1 << 16];

void __sanitizer_cov_8bit_counters_init(uint8_t *from, uint8_t *to);
void __sanitizer_cov_trace_pc(void);
void __sanitizer_cov_trace_cmpf(float, float);
void __sanitizer_cov_trace_cmpd(double, double);

__attribute__((constructor)) static void offer(void)
{
	__sanitizer_cov_8bit_counters_init(counter, counter + sizeof counter);
}

__attribute__((no_sanitize_coverage, no_sanitize("address", "undefined"))) void __sanitizer_cov_trace_pc(void)
{
	uintptr_t pc = (uintptr_t)__builtin_return_address(0);
	counter[(pc ^ pc >> 16) & (sizeof counter - 1)]++;
}

__attribute__((no_sanitize_coverage)) void __sanitizer_cov_trace_cmpf(float a, float b)
{
}

__attribute__((no_sanitize_coverage)) void __sanitizer_cov_trace_cmpd(double a, double b)
{
}
