/* SPDX-License-Identifier: GPL-2.0-only */
/* The code of the events is in <linux/tracepoint.h>. */
