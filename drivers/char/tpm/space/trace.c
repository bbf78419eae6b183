// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tracepoints' own code; include/trace/events/tpm2_space.h says what they
 * tell.
 */
#include <linux/types.h>

#define CREATE_TRACE_POINTS
#include <trace/events/tpm2_space.h>
