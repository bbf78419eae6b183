// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random numbers that can be had again: each run has a seed of its own and
 * prints it, and TPM2_SPACE_SEED in the environment sets it.
 */
#include <stdlib.h>
#include <sys/random.h>
#include "check.h"
#include "random.h"

static uint64_t state;

void random_begin(void)
{
	const char *seed = getenv("TPM2_SPACE_SEED");

	if (seed)
		state = strtoull(seed, NULL, 0);
	else
		expect(getrandom(&state, 4, 0) == 4, "no random numbers");
	check_note("TPM2_SPACE_SEED=%llu", (unsigned long long)state);
}

/* For a process of a test, which is not to do what another one does. */
void random_set(uint64_t seed)
{
	state = seed;
}

/* splitmix64 */
uint32_t random_bits(void)
{
	uint64_t z;

	state += 0x9e3779b97f4a7c15ULL;
	z = state;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return (z ^ z >> 31) >> 32;
}

uint32_t random_below(uint32_t limit)
{
	return (uint64_t)random_bits() * limit >> 32;
}

void random_fill(uint8_t *data, size_t size)
{
	while (size--)
		*data++ = random_bits();
}
