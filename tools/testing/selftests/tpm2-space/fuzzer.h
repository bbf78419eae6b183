/* SPDX-License-Identifier: GPL-2.0-only */
/* A client that does all that a client can do, in no order. */
#ifndef FUZZER_H
#define FUZZER_H

#include <stdint.h>
#include "garbage.h"

/**
 * enum fuzz_event - what has happened to it
 * @FUZZ_COMMANDS: a command was written
 * @FUZZ_ANSWERS: and a response was read, or the beginning of one
 * @FUZZ_SUCCESSES: which says that it was carried out
 * @FUZZ_ERRORS: a system call has failed
 * @FUZZ_INTERRUPTIONS: by a signal
 * @FUZZ_FAULTS: by memory that is not there
 * @FUZZ_BUSY: by a command or a response that was there already
 * @FUZZ_STARVED: by a lack of memory, which the kernel can be told to have
 * @FUZZ_PARTS: a response was read in more than one part
 * @FUZZ_UNREAD: a response was left for somebody else
 * @FUZZ_CLOSES: a file was closed
 * @FUZZ_FORKS: there was another process with the same files
 * @FUZZ_PASSED: a file was sent to anybody
 * @FUZZ_TAKEN: a file was received
 * @FUZZ_BROUGHT: memory was brought while a system call waited for it
 * @FUZZ_LOOKS: somebody has looked what a file has
 * @FUZZ_EVENTS: how many kinds there are
 */
enum fuzz_event {
	FUZZ_COMMANDS,
	FUZZ_ANSWERS,
	FUZZ_SUCCESSES,
	FUZZ_ERRORS,
	FUZZ_INTERRUPTIONS,
	FUZZ_FAULTS,
	FUZZ_BUSY,
	FUZZ_STARVED,
	FUZZ_PARTS,
	FUZZ_UNREAD,
	FUZZ_CLOSES,
	FUZZ_FORKS,
	FUZZ_PASSED,
	FUZZ_TAKEN,
	FUZZ_BROUGHT,
	FUZZ_LOOKS,
	FUZZ_EVENTS,
};

extern const char * const fuzz_event_names[FUZZ_EVENTS];

/**
 * struct fuzz - what all of them share
 * @target: so many commands, and it is over
 * @codes: commands of this TPM
 * @sockets: files are passed over this pair
 * @counts: how often each has happened
 */
struct fuzz {
	unsigned long target;
	struct codes codes;
	int sockets[2];
	unsigned long counts[FUZZ_EVENTS];
};

unsigned long fuzz_count(const struct fuzz *fuzz, enum fuzz_event event);
void fuzzer_run(struct fuzz *fuzz, uint64_t seed);

#endif /* FUZZER_H */
