/* SPDX-License-Identifier: GPL-2.0-only */
/* All tests, by subject. */
#ifndef TESTS_H
#define TESTS_H

#include "tap.h"

extern const struct test exhaustion_tests[];
extern const struct test eviction_tests[];
extern const struct test replay_tests[];
extern const struct test victim_tests[];
extern const struct test reissue_tests[];
extern const struct test wait_tests[];
extern const struct test wake_tests[];
extern const struct test nonblock_tests[];
extern const struct test signal_tests[];
extern const struct test patience_tests[];
extern const struct test lease_tests[];
extern const struct test hostile_tests[];
extern const struct test stalled_tests[];
extern const struct test sibling_tests[];
extern const struct test isolation_tests[];
extern const struct test intact_tests[];
extern const struct test saved_tests[];
extern const struct test raw_tests[];
extern const struct test many_tests[];
extern const struct test traffic_tests[];
extern const struct test garbage_tests[];
extern const struct test file_tests[];
extern const struct test chaos_tests[];
extern const struct test switch_tests[];
extern const struct test trace_tests[];
extern const struct test fdinfo_tests[];
extern const struct test removal_tests[];

/* These are in programs of their own, since they need more than a TPM. */
extern const struct test consumer_tests[];
extern const struct test no_consumer_tests[];
extern const struct test beside_consumer_tests[];
extern const struct test reset_tests[];
extern const struct test platform_tests[];
extern const struct test sleep_tests[];
extern const struct test late_tests[];

#endif /* TESTS_H */
