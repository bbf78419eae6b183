/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tests in user space: each is a function, its result a line of TAP.
 */
#ifndef UNIT_H
#define UNIT_H

#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>

/**
 * struct unit_test - a test
 * @name: what it shows
 * @run: does so
 */
struct unit_test {
	const char *name;
	void (*run)(void);
};

/**
 * struct unit_random - numbers that come again with the same seed
 * @state: xorshift state, not 0
 */
struct unit_random {
	uint64_t state;
};

int unit_main(const struct unit_test *tests, size_t count);
void unit_fail(const char *file, int line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
bool unit_failed(void);
uint32_t unit_random(struct unit_random *random, uint32_t below);

/* A test goes on after a failed check, and has failed. */
#define CHECK(cond)							\
	do {								\
		if (!(cond))						\
			unit_fail(__FILE__, __LINE__, "%s", #cond);	\
	} while (0)

#define CHECK_EQ(is, should)						\
	do {								\
		unsigned long long is_ = (is), should_ = (should);	\
									\
		if (is_ != should_)					\
			unit_fail(__FILE__, __LINE__,			\
				  "%s is 0x%llx, not 0x%llx", #is, is_,	\
				  should_);				\
	} while (0)

#endif /* UNIT_H */
