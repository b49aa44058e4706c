// random.h — numbers that come again from the same seed.
#pragma once
#include <stdint.h>

static uint64_t seed;
static uint32_t rnd(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 11) % n;
}
