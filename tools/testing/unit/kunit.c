// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs the driver's KUnit suites in user space, under the sanitizers: those
 * that are linked into this program.
 */
#include <kunit/test.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MOST_SUITES	32
#define MOST_COMPLAINTS	10	/* a loop that fails need not say so a million times */

/**
 * struct memory - memory that goes when its test ends
 * @next: other memory of the same test
 * @bytes: the memory
 */
struct memory {
	struct memory *next;
	char bytes[] __attribute__((aligned(16)));
};

static struct kunit_suite *suites[MOST_SUITES];
static unsigned int nr_suites;
static unsigned int complaints;
static struct memory *memories;
static jmp_buf end_of_test;

void shim_kunit_register(struct kunit_suite *suite)
{
	if (nr_suites < MOST_SUITES)
		suites[nr_suites++] = suite;
}

void shim_kunit_fail(struct kunit *test, const char *file, int line, bool fatal,
		     const char *format, ...)
{
	va_list args;

	test->status = KUNIT_FAILURE;
	if (complaints++ < MOST_COMPLAINTS) {
		printf("# %s:%d: ", file, line);
		va_start(args, format);
		vprintf(format, args);
		va_end(args);
		putchar('\n');
	}
	if (fatal)
		longjmp(end_of_test, 1);
}

void shim_kunit_note(const char *format, ...)
{
	va_list args;

	printf("# ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	if (!strchr(format, '\n'))
		putchar('\n');
}

void *kunit_kzalloc(struct kunit *test, size_t size, int flags)
{
	struct memory *memory = calloc(1, sizeof(*memory) + size);

	(void)test;
	(void)flags;
	memory->next = memories;
	memories = memory;
	return memory->bytes;
}

static void free_memories(void)
{
	struct memory *memory;

	while (memories) {
		memory = memories;
		memories = memory->next;
		free(memory);
	}
}

/* Run one test, or one case of it; true if it has not failed. */
static bool run(struct kunit_suite *suite, struct kunit_case *test_case,
		const void *param)
{
	struct kunit test = { .param_value = param };
	volatile bool begun = false;	/* longjmp() comes back here */

	complaints = 0;
	if (!setjmp(end_of_test)) {
		if (suite->init && suite->init(&test))
			shim_kunit_fail(&test, __FILE__, __LINE__, true,
					"cannot begin");
		begun = true;
		test_case->run_case(&test);
	}
	/* what was made is taken apart, whatever came of the test */
	if (suite->exit && !setjmp(end_of_test) && (begun || test.priv))
		suite->exit(&test);
	free_memories();
	return !complaints;
}

/* Run a test with all its cases. */
static bool run_all(struct kunit_suite *suite, struct kunit_case *test_case)
{
	char desc[KUNIT_PARAM_DESC_SIZE] = "";
	const void *param = NULL;
	bool ok = true;

	if (!test_case->generate_params)
		return run(suite, test_case, NULL);
	while ((param = test_case->generate_params(param, desc))) {
		if (run(suite, test_case, param))
			continue;
		printf("# in the case of: %s\n", desc);
		ok = false;
	}
	return ok;
}

/* Is it among those that were asked for, if any were? */
static bool is_wanted(const struct kunit_suite *suite, char **names)
{
	if (!*names)
		return true;
	for (; *names; names++) {
		if (!strcmp(suite->name, *names))
			return true;
	}
	return false;
}

static void list_suites(void)
{
	unsigned int i;

	for (i = 0; i < nr_suites; i++)
		printf("%s\n", suites[i]->name);
}

/* With --list, the names of the suites; with names, those suites; else all. */
int main(int argc, char **argv)
{
	unsigned int count = 0, failed = 0, i;
	struct kunit_case *test_case;

	if (argc == 2 && !strcmp(argv[1], "--list")) {
		list_suites();
		return 0;
	}
	printf("TAP version 13\n");
	for (i = 0; i < nr_suites; i++) {
		if (!is_wanted(suites[i], argv + 1))
			continue;
		for (test_case = suites[i]->test_cases; test_case->run_case;
		     test_case++) {
			bool ok = run_all(suites[i], test_case);

			failed += !ok;
			printf("%sok %u - %s: %s\n", ok ? "" : "not ", ++count,
			       suites[i]->name, test_case->name);
			fflush(stdout);
		}
	}
	printf("1..%u\n", count);
	return failed || !count;
}
