// SPDX-License-Identifier: GPL-2.0-only
/*
 * What tells two states apart is not the memory but the past: for each task what
 * it has done, and for each thing that it has done that to, what others had done
 * to it before. Orders that differ only in what has nothing to do with each
 * other have the same past, and what comes after them is the same.
 */
#include "schedule.h"

#define OBJECTS		512	/* a power of two */

/**
 * struct known - what is known of an object from all runs
 * @address: which one
 * @task: who has done something to it
 * @shared: and so have others
 * @written: and not just looked
 * @looked: without a lock
 * @matters: so others have to be able to come in between
 * @look_matters: likewise, when it is changed while a lock is held
 */
struct known {
	const void *address;
	int task;
	bool shared;
	bool written;
	bool looked;
	bool matters;
	bool look_matters;
};

/**
 * struct object - something that tasks do something to
 * @address: which one
 * @written: the past of whoever changed it last
 * @readers: those of all who have looked at it since
 */
struct object {
	const void *address;
	u64 written;
	u64 readers;
};

static PER_RUN u64 state = 1;
static PER_RUN struct object objects[OBJECTS];

/* From all runs. */
static struct known known[OBJECTS];

u64 past_mix(u64 a, u64 b)
{
	a ^= b + 0x9e3779b97f4a7c15ULL + (a << 6) + (a >> 2);
	a ^= a >> 33;
	a *= 0xff51afd7ed558ccdULL;
	a ^= a >> 33;
	a *= 0xc4ceb9fe1a85ec53ULL;
	a ^= a >> 33;
	return a;
}

static struct object *find_object(const void *address)
{
	size_t i = past_mix(1, (uintptr_t)address) % OBJECTS, tries;

	for (tries = 0; tries < OBJECTS; tries++, i = (i + 1) % OBJECTS) {
		if (objects[i].address == address)
			return &objects[i];
		if (objects[i].address)
			continue;
		objects[i].address = address;
		return &objects[i];
	}
	fail("too many objects");
}

static struct known *find_known(const void *address)
{
	size_t i = past_mix(1, (uintptr_t)address) % OBJECTS, tries;

	for (tries = 0; tries < OBJECTS; tries++, i = (i + 1) % OBJECTS) {
		if (known[i].address == address)
			return &known[i];
		if (known[i].address)
			continue;
		known[i].address = address;
		known[i].task = current_task;
		return &known[i];
	}
	fail("too many objects");
}

static void learn(const void *address, bool written)
{
	struct known *k = find_known(address);

	/* in the end there is nobody to come in between */
	if (calm)
		return;
	k->shared |= k->task != current_task;
	k->written |= written;
}

void past_looked(const void *address)
{
	if (!calm)
		find_known(address)->looked = true;
}

/* Can it matter to others what is done to this, and when? */
bool past_matters(const void *address, const char *what, const char *where)
{
	return !quiet_here(what, where) && find_known(address)->matters;
}

/* The same for a change by who has a lock: does anybody look without it? */
bool past_change_matters(const void *address, const char *what,
			 const char *where)
{
	return find_known(address)->look_matters &&
	       past_matters(address, what, where);
}

/*
 * Has something turned out to matter in the runs since the last time? Then
 * others must be able to come in between from now on, where they were not.
 */
bool past_learned(void)
{
	bool news = false, matters;
	struct known *k;

	for (k = known; k < known + OBJECTS; k++) {
		matters = k->shared && k->written;
		news |= matters != k->matters ||
			(matters && k->looked != k->look_matters);
		k->matters = matters;
		k->look_matters = k->looked;
	}
	return news;
}

/* The task has come to a point, and nobody else has to do with that. */
void task_local_event(void)
{
	struct task *task = self();

	task->past = past_mix(task->past, 1);
	state += task->past;
}

/* The task has changed an object, or done what cannot be told from it. */
void task_event(const void *object)
{
	struct object *o = find_object(object);
	struct task *task = self();

	learn(object, true);
	task->past = past_mix(past_mix(task->past, (uintptr_t)object),
			      past_mix(o->written, o->readers));
	o->written = task->past;
	o->readers = 0;
	state += task->past;
}

/* The task has looked at an object. */
void task_read_event(const void *object)
{
	struct object *o = find_object(object);
	struct task *task = self();

	learn(object, false);
	task->past = past_mix(past_mix(task->past, (uintptr_t)object + 1), o->written);
	o->readers += task->past;
	state += task->past;
}

/* What all that was done in the last run comes to. */
u64 past_state(void)
{
	return state;
}
