/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * KUnit's interface, as far as the driver's suites use it, so that they run in
 * user space too: each test is a line of TAP there.
 */
#ifndef SHIM_KUNIT_TEST_H
#define SHIM_KUNIT_TEST_H

#include <linux/compiler.h>
#include <linux/slab.h>
#include <linux/types.h>

#define KUNIT_PARAM_DESC_SIZE	128

/**
 * struct kunit - a test that is running
 * @priv: what its suite has made for it
 * @param_value: the case of a test that has several
 * @status: whether it has failed
 */
struct kunit {
	void *priv;
	const void *param_value;
	enum { KUNIT_SUCCESS, KUNIT_FAILURE } status;
};

struct kunit_case {
	void (*run_case)(struct kunit *test);
	const char *name;
	const void *(*generate_params)(const void *prev, char *desc);
};

struct kunit_suite {
	const char name[64];
	int (*init)(struct kunit *test);
	void (*exit)(struct kunit *test);
	struct kunit_case *test_cases;
};

#define KUNIT_CASE(test)	{ .run_case = test, .name = #test }
#define KUNIT_CASE_SLOW(test)	KUNIT_CASE(test)
#define KUNIT_CASE_PARAM(test, generate) \
	{ .run_case = test, .name = #test, .generate_params = generate }

#define KUNIT_ARRAY_PARAM(named, array, get_desc)			\
static const void *named##_gen_params(const void *prev, char *desc)	\
	{								\
		typeof((array)[0]) *next = prev ?			\
			(typeof(next))prev + 1 : (array);		\
									\
		if (next - (array) >= sizeof(array) / sizeof((array)[0])) \
			return NULL;					\
		get_desc(next, desc);					\
		return next;						\
	}

void shim_kunit_register(struct kunit_suite *suite);
void shim_kunit_fail(struct kunit *test, const char *file, int line, bool fatal,
		     const char *format, ...)
	__attribute__((format(printf, 5, 6)));
void shim_kunit_note(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
void *kunit_kzalloc(struct kunit *test, size_t size, int flags);

#define kunit_test_suite(suite)						\
	__attribute__((constructor)) static void suite##_register(void)	\
	{								\
		shim_kunit_register(&(suite));				\
	}								\
	extern struct kunit_suite suite

#define kunit_info(test, ...)	((void)(test), shim_kunit_note(__VA_ARGS__))

#define SHIM_CHECK(test, fatal, condition, ...)				\
	do {								\
		if (!(condition))					\
			shim_kunit_fail(test, __FILE__, __LINE__, fatal,	\
					__VA_ARGS__);			\
	} while (0)

#define SHIM_CHECK_OP(test, fatal, left, op, right)			\
	do {								\
		long long left_ = (long long)(left);			\
		long long right_ = (long long)(right);			\
									\
		SHIM_CHECK(test, fatal, left_ op right_,		\
			   "%s is 0x%llx, not %s %s (0x%llx)", #left,	\
			   left_, #op, #right, right_);			\
	} while (0)

#define KUNIT_FAIL(test, ...)	SHIM_CHECK(test, false, false, __VA_ARGS__)
#define KUNIT_EXPECT_TRUE(test, c)	SHIM_CHECK(test, false, c, "%s", #c)
#define KUNIT_EXPECT_FALSE(test, c)	SHIM_CHECK(test, false, !(c), "!%s", #c)
#define KUNIT_EXPECT_EQ(test, a, b)	SHIM_CHECK_OP(test, false, a, ==, b)
#define KUNIT_EXPECT_NE(test, a, b)	SHIM_CHECK_OP(test, false, a, !=, b)
#define KUNIT_EXPECT_LE(test, a, b)	SHIM_CHECK_OP(test, false, a, <=, b)
#define KUNIT_EXPECT_GE(test, a, b)	SHIM_CHECK_OP(test, false, a, >=, b)
#define KUNIT_EXPECT_LT(test, a, b)	SHIM_CHECK_OP(test, false, a, <, b)
#define KUNIT_EXPECT_GT(test, a, b)	SHIM_CHECK_OP(test, false, a, >, b)
#define KUNIT_EXPECT_PTR_EQ(test, a, b)	SHIM_CHECK(test, false, (a) == (b), \
						   "%s is not %s", #a, #b)
#define KUNIT_EXPECT_NOT_NULL(test, p)	SHIM_CHECK(test, false, p, "%s", #p)
#define KUNIT_EXPECT_NULL(test, p)	SHIM_CHECK(test, false, !(p), "!%s", #p)
#define KUNIT_EXPECT_STREQ(test, a, b)	SHIM_CHECK(test, false, !strcmp(a, b), \
						   "%s is '%s', not '%s'", #a, \
						   a, b)
#define KUNIT_ASSERT_TRUE(test, c)	SHIM_CHECK(test, true, c, "%s", #c)
#define KUNIT_ASSERT_EQ(test, a, b)	SHIM_CHECK_OP(test, true, a, ==, b)
#define KUNIT_ASSERT_NOT_NULL(test, p)	SHIM_CHECK(test, true, p, "%s", #p)

#endif /* SHIM_KUNIT_TEST_H */
