// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each TPM command of each scenario is struck by each fault, on this machine's
 * kernel, and reported in the Test Anything Protocol.
 *
 * G6: no session is lost but the one that the fault takes. G8: no client sees
 * TPM_RC_CONTEXT_GAP. G9: what clients have saved survives. G12: a reset takes
 * what the TPM loses by it. After each, every file is served, and nothing is left.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <linux/kernel.h>
#include "device-bed.h"
#include "sweep.h"

#define STRIDE		29
#define LONG_GAP	255	/* to go round it once takes seconds */
#define LONG_STRIDES	8
#define TRIES		3	/* on a machine that is too busy */

/* TPM_RC that a resource manager does not get to see */
#define TPM_RC_RETRY	0x922
#define TPM_RC_TESTING	0x90a

static const char usage_text[] =
	"usage: tpm2-space-sweep [OPTION ...]\n"
	"\n"
	"Makes TPMs of its own by /dev/vtpmx, which fail now and then, and sees what\n"
	"becomes of the sessions and objects of clients of /dev/tpmrmN.\n"
	"\n"
	"  --stride N   let every Nth command fail (default: 29), and every 8Nth in the\n"
	"               two scenarios that last for long; each, if N is 1\n";

/* What a kernel's own driver deals with: it sends the command again. */
static const struct sweep_fault passing[] = {
	{ "asked to try again", FAKE_FAULT_REFUSE, TPM_RC_RETRY },
	{ "busy with a self-test", FAKE_FAULT_REFUSE, TPM_RC_TESTING },
	{}
};

/**
 * struct report - what has been told so far
 * @number: of the last line
 * @bad: one of them was not good
 */
struct report {
	unsigned int number;
	bool bad;
};

static void tell(struct report *report, const char *promise, const char *where,
		 const char *what, unsigned int faults, bool good)
{
	good &= faults > 0;
	report->bad |= !good;
	printf("# %u faults\n", faults);
	printf("%sok %u - %s: %s: %s\n", good ? "" : "not ", ++report->number,
	       promise, where, what);
	fflush(stdout);
}

/* Returns how often it struck; says what went wrong. */
static unsigned int play(const struct scenario *scenario,
			 const struct sweep_fault *fault, bool *good)
{
	unsigned int faults, tries = TRIES;
	char wrong[SWEEP_TEXT * 2];

	device_bed_was_late();
	do {
		faults = sweep_all(scenario, fault, wrong, sizeof(wrong));
		if (wrong[0])
			printf("# %s\n", wrong);
	} while (wrong[0] && device_bed_was_late() && --tries &&
		 printf("# but a response came too late: once more\n"));
	*good &= !wrong[0];
	return faults;
}

/* What strikes at memory strikes at the driver, not at the TPM. */
static bool is_tpms(const struct sweep_fault *fault)
{
	return fault->kind != FAKE_FAULT_NONE;
}

static void play_faults(struct report *report, const struct scenario *scenario,
			const struct sweep_fault *fault)
{
	unsigned int faults;

	for (; fault->name; fault++) {
		bool good = true;

		if (!is_tpms(fault))
			continue;
		faults = play(scenario, fault, &good);
		tell(report, "G6", scenario->name, fault->name, faults, good);
	}
}

/* A TPM that is odd in one way, end to end: each fault, told of together. */
static void play_quirk(struct report *report, const struct sweep_quirk *quirk,
		       unsigned int stride)
{
	struct scenario scenario = sweep_short;
	const struct sweep_fault *fault;
	unsigned int faults = 0;
	bool good;

	scenario.stride = stride;
	good = sweep_make_odd(&scenario.tpm, quirk);
	for (fault = sweep_faults; good && fault->name; fault++) {
		if (is_tpms(fault))
			faults += play(&scenario, fault, &good);
	}
	tell(report, "G6", scenario.name, quirk->name, faults, good);
}

static int play_all(unsigned int stride)
{
	struct report report = {};
	struct scenario scenario;
	unsigned int i;

	printf("TAP version 13\n");
	for (i = 0; i < SWEEP_SCENARIOS; i++) {
		scenario = sweep_scenarios[i];
		scenario.stride = stride;
		if (scenario.tpm.gap == LONG_GAP && stride > 1)
			scenario.stride *= LONG_STRIDES;
		play_faults(&report, &scenario, sweep_faults);
	}
	scenario = sweep_short;
	scenario.stride = stride;
	play_faults(&report, &scenario, passing);
	for (i = 0; i < SWEEP_QUIRKS; i++)
		play_quirk(&report, &sweep_quirks[i], stride);
	device_bed_end();
	printf("1..%u\n", report.number);
	return report.bad;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "stride", required_argument, NULL, 's' },
		{ "help", no_argument, NULL, 'h' },
		{}
	};
	unsigned long stride = STRIDE;
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 's':
			stride = strtoul(optarg, NULL, 10);
			break;
		case 'h':
			fputs(usage_text, stdout);
			return 0;
		default:
			fputs(usage_text, stderr);
			return 2;
		}
	}
	if (optind != argc || !stride || stride > 100000) {
		fputs(usage_text, stderr);
		return 2;
	}
	return play_all(stride);
}
