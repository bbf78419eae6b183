/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef INTERLEAVE_SEARCH_H
#define INTERLEAVE_SEARCH_H

#include "schedule.h"

/**
 * struct search_result - what a search has done
 * @runs: how many runs there were
 * @whole: how many of them to the end
 * @states: how many states there are with a choice
 * @ends: how many runs there are of which none can be told from another
 */
struct search_result {
	unsigned long runs;
	unsigned long whole;
	unsigned long states;
	unsigned long ends;
};

void search(const struct scenario *scenario, unsigned int most, bool remember,
	    struct search_result *result);
void search_replay(const struct scenario *scenario, const char *choices);

#endif /* INTERLEAVE_SEARCH_H */
