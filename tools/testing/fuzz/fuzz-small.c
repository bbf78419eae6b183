// SPDX-License-Identifier: GPL-2.0-only
/*
 * libFuzzer: a long life of a small world. The first bytes say which world, and
 * each pair of bytes after that says which of the things happens that can. The
 * oracle is the model that the KUnit suite of the same name walks all short
 * lives with.
 */
#include <linux/kernel.h>
#include <linux/slab.h>
#include <stdio.h>
#include <stdlib.h>
#include "fuzz.h"
#include "small-world.h"

#define MOST_STEPS	200

#define TPM(active, loaded) {						\
	.active_sessions = active, .loaded_sessions = loaded,		\
	.loaded_objects = 1, .gap = 0xffff,				\
}

/*
 * As in the KUnit suite, but for those with others who use the TPM: in which
 * order losses are noticed that many commands have brought about is nothing
 * that is promised.
 */
static const struct small_config worlds[] = {
	{ "plain", TPM(3, 2), 2, 2 },
	{ "three clients", TPM(3, 2), 3, 2 },
	{ "four sessions", TPM(4, 3), 3, 2 },
	{ "one slot", TPM(3, 1), 2, 2 },
	{ "one client may have all", TPM(3, 2), 2, 3 },
	{ "faults", TPM(3, 2), 2, 2, .faults = true },
	{ "faults, three clients", TPM(4, 2), 3, 3, .faults = true },
};

/* What has happened, for whoever has to find out why. */
static void tell(const struct small_config *config,
		 const struct small_step *path, unsigned int length,
		 const char *wrong)
{
	char text[SMALL_TEXT];
	unsigned int i;

	fprintf(stderr, "in the world \"%s\": ", config->name);
	for (i = 0; i < length; i++) {
		small_step_text(&path[i], text, sizeof(text));
		fputs(text, stderr);
	}
	fprintf(stderr, "%s\n", wrong);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct small_step steps[SMALL_STEPS], path[MOST_STEPS];
	static struct small_world world;
	const struct small_config *config;
	unsigned int choice, length = 0;

	if (size < 1)
		return 0;
	config = &worlds[data[0] % ARRAY_SIZE(worlds)];
	if (small_world_init(&world, config))
		return 0;
	for (data++, size--; size >= 2 && length < MOST_STEPS;
	     data += 2, size -= 2) {
		choice = data[0] | data[1] << 8;
		path[length] = steps[choice % small_steps(&world, steps)];
		small_world_step(&world, &path[length++]);
		if (small_is_wrong(&world))
			break;
	}
	small_world_end(&world);
	if (small_is_wrong(&world)) {
		tell(config, path, length, world.wrong);
		abort();
	}
	return 0;
}
