// seam.c — clocks, randomness and fault points.
#include "base/seam.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

static _Atomic int64_t fake_now;
static atomic_bool faked;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint64_t fake_seed;

static int64_t clock_us(clockid_t id)
{
	struct timespec t;
	CHECK(clock_gettime(id, &t) == 0);
	return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

int64_t seam_now_ms(void)
{
	return atomic_load(&faked) ? atomic_load(&fake_now) : clock_us(CLOCK_REALTIME) / 1000;
}

int64_t seam_mono_us(void)
{
	return clock_us(CLOCK_MONOTONIC);
}

void seam_random(void *out, size_t n)
{
	unsigned char *p = out;
	if (atomic_load(&faked)) {
		pthread_mutex_lock(&lock);
		for (size_t i = 0; i < n; i++) {   // splitmix64, one byte a step
			uint64_t z = (fake_seed += 0x9e3779b97f4a7c15u);
			z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
			z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
			p[i] = (unsigned char)(z >> 56);
		}
		pthread_mutex_unlock(&lock);
		return;
	}
	while (n) {
		ssize_t got = getrandom(p, n, 0);
		CHECK(got > 0);
		p += got;
		n -= (size_t)got;
	}
}

void seam_fake(int64_t now_ms, uint64_t seed)
{
	fake_seed = seed;
	atomic_store(&fake_now, now_ms);
	atomic_store(&faked, true);
}

void seam_fake_set(int64_t now_ms)
{
	CHECK(atomic_load(&faked));
	atomic_store(&fake_now, now_ms);
}

bool seam_is_fake(void)
{
	return atomic_load(&faked);
}

// Few points, seldom armed: a short list is enough, and an unarmed program pays one load.
static struct { const char *point; int64_t nth, passes; } faults[16];
static atomic_bool armed;

bool seam_fault(const char *point)
{
	if (!atomic_load_explicit(&armed, memory_order_relaxed)) return false;
	bool fail = false;
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < countof(faults) && faults[i].point; i++)
		if (strcmp(faults[i].point, point) == 0) fail = ++faults[i].passes == faults[i].nth;
	pthread_mutex_unlock(&lock);
	return fail;
}

void seam_fault_set(const char *point, int64_t nth)
{
	pthread_mutex_lock(&lock);
	size_t i = 0;
	while (i < countof(faults) && faults[i].point && strcmp(faults[i].point, point)) i++;
	CHECK(i < countof(faults));
	faults[i].point = point;
	faults[i].nth = nth;
	faults[i].passes = 0;
	pthread_mutex_unlock(&lock);
	atomic_store(&armed, true);
}

int64_t seam_fault_passes(const char *point)
{
	int64_t n = 0;
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < countof(faults) && faults[i].point; i++)
		if (strcmp(faults[i].point, point) == 0) n = faults[i].passes;
	pthread_mutex_unlock(&lock);
	return n;
}
