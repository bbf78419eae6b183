/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a test expects. An expectation that is not met ends the process with
 * a line that tells what was seen; so it may be used in any child of a test.
 */
#ifndef CHECK_H
#define CHECK_H

#include <stdint.h>
#include <sys/types.h>

#define CHECK_FAILED	1	/* exit status */

/*
 * A machine may be as slow as it likes: what is to happen without a lease that
 * has to end first has not happened after this time only if it never will.
 */
#define HANG_MS		300000

void check_fail(const char *file, int line, const char *format, ...)
	__attribute__((noreturn, format(printf, 3, 4)));
void check_note(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
void check_code(const char *file, int line, const char *what, uint32_t seen,
		uint32_t wanted);
void check_number(const char *file, int line, const char *what, long long seen,
		  long long wanted);
void check_errno(const char *file, int line, const char *what, ssize_t seen,
		 int error, int wanted);
void check_same(const char *file, int line, const char *what, const void *seen,
		const void *wanted, size_t size);

#define fail(...) \
	check_fail(__FILE__, __LINE__, __VA_ARGS__)

/* A condition, and what to say when it does not hold. */
#define expect(condition, ...)						\
	do {								\
		if (!(condition))					\
			fail(__VA_ARGS__);				\
	} while (0)

/* A response code of the TPM or of the resource manager. */
#define expect_code(call, wanted) \
	check_code(__FILE__, __LINE__, #call, call, wanted)

#define expect_ok(call) \
	check_code(__FILE__, __LINE__, #call, call, 0)

#define expect_number(seen, wanted) \
	check_number(__FILE__, __LINE__, #seen, seen, wanted)

/* A system call that is to fail. */
#define expect_errno(call, wanted)					\
	do {								\
		ssize_t seen_ = (call);					\
									\
		check_errno(__FILE__, __LINE__, #call, seen_, errno,	\
			    wanted);					\
	} while (0)

#define expect_same(seen, wanted, size) \
	check_same(__FILE__, __LINE__, #seen, seen, wanted, size)

#endif /* CHECK_H */
