// SPDX-License-Identifier: GPL-2.0-only
/* What was found out, as JSON: an object a line. */
#include <stdio.h>
#include "print.h"

void print_begin(const char *part, const char *name, enum route route)
{
	printf("{\"part\": \"%s\", \"name\": \"%s\", \"route\": \"%s\"", part,
	       name, route_name(route));
}

void print_number(const char *key, double value)
{
	printf(", \"%s\": %.12g", key, value);
}

/* How many commands there were on the wire, and how many of each. */
void print_wire(const struct wire *wire)
{
	unsigned int i;

	print_number("wire", wire->total);
	printf(", \"codes\": {");
	for (i = 0; i < wire->nr; i++)
		printf("%s\"0x%03x\": %lu", i ? ", " : "",
		       wire->command[i].code, wire->command[i].nr);
	printf("}");
}

/* What a share of the commands took at most, in microseconds. */
static double quantile(const struct outcome *outcome, double share)
{
	unsigned long i = share * outcome->commands;

	if (!outcome->commands)
		return 0;
	if (i >= outcome->commands)
		i = outcome->commands - 1;
	return outcome->sorted[i] / 1e3;
}

static void print_times(const struct outcome *outcome)
{
	print_number("seconds", outcome->ns / 1e9);
	print_number("p50_us", quantile(outcome, 0.5));
	print_number("p99_us", quantile(outcome, 0.99));
	print_number("longest_us", quantile(outcome, 1));
}

/* What is on the wire; and how long it took, in the pass, unless that is of no matter. */
void print_outcome(const struct outcome *outcome, bool exact, unsigned int pass)
{
	print_wire(&outcome->wire);
	if (exact)
		return;
	print_number("pass", pass);
	print_times(outcome);
}

void print_end(void)
{
	printf("}\n");
	fflush(stdout);
}
