/* SPDX-License-Identifier: GPL-2.0-only */
/* What is going on when the TPM is reset. */
#ifndef SCENE_H
#define SCENE_H

#include <stdbool.h>
#include "client.h"
#include "crowd.h"
#include "session.h"

#define SCENE_CLIENTS	3

/**
 * struct scene - clients that have all sessions
 * @client: some have objects, too
 * @crowd: others have the rest
 * @waiter: a process that waits for a session
 * @nonblock: a file that waits for a session
 */
struct scene {
	struct client client[SCENE_CLIENTS];
	struct crowd crowd;
	struct waiter waiter;
	int nonblock;
};

void set_scene(struct scene *scene);
void check_all_lost(struct scene *scene, bool objects);

#endif /* SCENE_H */
