// SPDX-License-Identifier: GPL-2.0-only
/*
 * The queue alone: places, turns, times.
 */
#include <kunit/test.h>
#include <linux/array_size.h>
#include <linux/errno.h>
#include "../session-queue.h"
#include "numbers.h"

#define TICKETS	16
#define USERS	8
#define NEVER	TPM2_SESSION_QUEUE_NEVER
#define ROUNDS	2000
#define SEED	0x706c616365

/**
 * struct desk - a queue and those who may stand in it
 * @queue: the queue
 * @lines: of each user
 * @tickets: two of each user, one after the other
 * @asked: when the queue last wanted to be called
 * @attempts: how often each ticket has been tried
 * @done: how often each was done
 * @results: what it got
 * @due: when an attempt says that there may be something
 * @served: an attempt succeeds
 * @during: happens while a ticket is being tried; may be NULL
 */
struct desk {
	struct tpm2_session_queue queue;
	struct tpm2_session_line lines[USERS];
	struct tpm2_session_ticket tickets[TICKETS];
	u64 asked;
	unsigned int attempts[TICKETS];
	unsigned int done[TICKETS];
	ssize_t results[TICKETS];
	u64 due;
	bool served;
	void (*during)(struct desk *desk);
};

/* Whose is it? There is one at a time. */
static struct desk *the_desk;

static void ask(struct tpm2_session_queue *queue, u64 due)
{
	the_desk->asked = due;
}

static void done(struct tpm2_session_ticket *ticket, ssize_t result)
{
	struct desk *desk = the_desk;
	unsigned int i = ticket - desk->tickets;

	desk->done[i]++;
	desk->results[i] = result;
}

static void attempt(struct tpm2_session_ticket *ticket)
{
	struct desk *desk = the_desk;
	u64 kicks = tpm2_session_queue_kicks(&desk->queue);

	desk->attempts[ticket - desk->tickets]++;
	if (desk->during)
		desk->during(desk);
	if (desk->served)
		tpm2_session_queue_retire(&desk->queue, ticket, 10, 1000);
	else
		tpm2_session_queue_keep(&desk->queue, ticket, desk->due, kicks);
}

static int init(struct kunit *test)
{
	struct desk *desk = kunit_kzalloc(test, sizeof(*desk), GFP_KERNEL);
	unsigned int i;

	if (!desk)
		return -ENOMEM;
	the_desk = desk;
	desk->asked = NEVER;
	tpm2_session_queue_init(&desk->queue, ask);
	for (i = 0; i < USERS; i++)
		tpm2_session_line_init(&desk->queue, &desk->lines[i]);
	for (i = 0; i < TICKETS; i++) {
		tpm2_session_ticket_init(&desk->tickets[i],
					 &desk->lines[i / 2], attempt);
		desk->tickets[i].done = done;
	}
	test->priv = desk;
	return 0;
}

static void finish(struct kunit *test)
{
	struct desk *desk = test->priv;
	unsigned int i;

	for (i = 0; i < TICKETS; i++)
		tpm2_session_queue_abandon(&desk->queue, &desk->tickets[i],
					   false);
	KUNIT_EXPECT_EQ(test, desk->queue.nr, 0);
	KUNIT_EXPECT_NULL(test, rb_first_cached(&desk->queue.lines));
	KUNIT_EXPECT_NULL(test, rb_first_cached(&desk->queue.passed));
	KUNIT_EXPECT_NULL(test, rb_first_cached(&desk->queue.begun));
	tpm2_session_queue_destroy(&desk->queue);
}

static enum tpm2_session_admission admit(struct desk *desk, unsigned int i)
{
	return tpm2_session_queue_admit(&desk->queue, &desk->tickets[i], 500);
}

/* A user has so many sessions now. */
static void hold(struct desk *desk, unsigned int user, unsigned int sessions)
{
	tpm2_session_line_hold(&desk->queue, &desk->lines[user], sessions);
}

/* The ticket has been admitted, and there is no session before @due. */
static void wait_for(struct kunit *test, unsigned int i, u64 due)
{
	struct desk *desk = test->priv;
	u64 kicks = tpm2_session_queue_kicks(&desk->queue);

	KUNIT_EXPECT_TRUE(test, tpm2_session_queue_wait(&desk->queue,
							&desk->tickets[i], due,
							kicks, 500));
}

/* Who is tried at this time? TICKETS if nobody is. */
static unsigned int turn(struct desk *desk, u64 now)
{
	unsigned int before[TICKETS], i;

	for (i = 0; i < TICKETS; i++)
		before[i] = desk->attempts[i];
	tpm2_session_queue_turn(&desk->queue, now);
	for (i = 0; i < TICKETS && desk->attempts[i] == before[i]; i++)
		;
	return i;
}

/* G2: who comes first is admitted, and who comes later waits behind it. */
static void admits_the_first(struct kunit *test)
{
	struct desk *desk = test->priv;

	KUNIT_EXPECT_EQ(test, admit(desk, 0), TPM2_SESSION_ADMITTED);
	KUNIT_EXPECT_EQ(test, admit(desk, 1), TPM2_SESSION_ADMITTED);
	wait_for(test, 1, 700);
	KUNIT_EXPECT_EQ(test, desk->asked, 700);
	KUNIT_EXPECT_EQ(test, admit(desk, 0), TPM2_SESSION_QUEUED);
	KUNIT_EXPECT_EQ(test, admit(desk, 2), TPM2_SESSION_QUEUED);
	KUNIT_EXPECT_EQ(test, desk->queue.nr, 3);
	/* and who waits behind others changes nothing for the first */
	KUNIT_EXPECT_EQ(test, desk->asked, 700);
}

/* The first is tried when it is due, and not before; then whoever is next. */
static void turns(struct kunit *test)
{
	struct desk *desk = test->priv;

	wait_for(test, 0, 700);
	KUNIT_EXPECT_EQ(test, admit(desk, 1), TPM2_SESSION_QUEUED);
	KUNIT_EXPECT_EQ(test, turn(desk, 699), TICKETS);
	KUNIT_EXPECT_EQ(test, desk->asked, 700);
	desk->due = 900;
	KUNIT_EXPECT_EQ(test, turn(desk, 700), 0);
	KUNIT_EXPECT_EQ(test, desk->asked, 900);
	desk->served = true;
	KUNIT_EXPECT_EQ(test, turn(desk, 900), 0);
	KUNIT_EXPECT_EQ(test, desk->done[0], 1);
	KUNIT_EXPECT_EQ(test, desk->results[0], 10);
	/* the next one is tried at once */
	KUNIT_EXPECT_EQ(test, desk->asked, 0);
	KUNIT_EXPECT_EQ(test, turn(desk, 900), 1);
	KUNIT_EXPECT_EQ(test, turn(desk, 900), TICKETS);
}

/* G20: users take turns, however many commands each has. */
static void users_in_turn(struct kunit *test)
{
	struct desk *desk = test->priv;
	static const unsigned int order[] = { 0, 2, 4, 1, 3 };
	unsigned int i;

	wait_for(test, 0, 0);
	KUNIT_EXPECT_EQ(test, admit(desk, 1), TPM2_SESSION_QUEUED);
	KUNIT_EXPECT_EQ(test, admit(desk, 2), TPM2_SESSION_QUEUED);
	KUNIT_EXPECT_EQ(test, admit(desk, 3), TPM2_SESSION_QUEUED);
	KUNIT_EXPECT_EQ(test, admit(desk, 4), TPM2_SESSION_QUEUED);
	desk->served = true;
	for (i = 0; i < ARRAY_SIZE(order); i++)
		KUNIT_EXPECT_EQ(test, turn(desk, 0), order[i]);

	/* whose turn was longest ago is first, whoever has come first */
	wait_for(test, 3, 0);
	KUNIT_EXPECT_EQ(test, admit(desk, 5), TPM2_SESSION_QUEUED);
	KUNIT_EXPECT_EQ(test, turn(desk, 0), 5);
	KUNIT_EXPECT_EQ(test, turn(desk, 0), 3);
}

/* G20: who has fewest sessions is first, whoever has come first. */
static void fewest_sessions_first(struct kunit *test)
{
	struct desk *desk = test->priv;

	hold(desk, 0, 5);
	hold(desk, 1, 2);
	hold(desk, 2, 2);
	wait_for(test, 0, 900);
	KUNIT_EXPECT_EQ(test, desk->asked, 900);
	/* a user that has fewer need not wait until it is the other's time */
	KUNIT_EXPECT_EQ(test, admit(desk, 2), TPM2_SESSION_QUEUED);
	KUNIT_EXPECT_EQ(test, desk->asked, 0);
	KUNIT_EXPECT_EQ(test, admit(desk, 3), TPM2_SESSION_QUEUED);
	KUNIT_EXPECT_EQ(test, admit(desk, 4), TPM2_SESSION_QUEUED);
	desk->served = true;
	KUNIT_EXPECT_EQ(test, turn(desk, 500), 2);
	hold(desk, 1, 3);
	KUNIT_EXPECT_EQ(test, turn(desk, 500), 4);
	KUNIT_EXPECT_EQ(test, turn(desk, 500), 3);
	hold(desk, 1, 4);
	KUNIT_EXPECT_EQ(test, turn(desk, 500), 0);
	KUNIT_EXPECT_EQ(test, turn(desk, 500), TICKETS);
}

/* Its sessions come and go while it waits; whoever has fewest then is tried. */
static void fewest_sessions_then(struct kunit *test)
{
	struct desk *desk = test->priv;

	wait_for(test, 0, 900);
	KUNIT_EXPECT_EQ(test, admit(desk, 2), TPM2_SESSION_QUEUED);
	KUNIT_EXPECT_EQ(test, turn(desk, 500), TICKETS);
	hold(desk, 0, 1);
	tpm2_session_queue_kick(&desk->queue);
	KUNIT_EXPECT_EQ(test, desk->asked, 0);
	desk->due = 800;
	KUNIT_EXPECT_EQ(test, turn(desk, 500), 2);
	KUNIT_EXPECT_EQ(test, desk->asked, 800);
	hold(desk, 1, 1);
	hold(desk, 0, 0);
	tpm2_session_queue_kick(&desk->queue);
	KUNIT_EXPECT_EQ(test, desk->asked, 0);
	desk->served = true;
	KUNIT_EXPECT_EQ(test, turn(desk, 500), 0);
}

/* A session ends while somebody is tried. */
static void kick_once(struct desk *desk)
{
	desk->during = NULL;
	tpm2_session_queue_kick(&desk->queue);
}

/*
 * G19: what has begun comes to its end: who has one and needs a second is tried first,
 * whenever there may be one. When that is in vain, who has none is tried all the same.
 */
static void begun_go_on(struct kunit *test)
{
	struct desk *desk = test->priv;

	hold(desk, 1, 1);
	hold(desk, 2, 1);
	desk->tickets[2].begun = true;
	desk->tickets[4].begun = true;
	wait_for(test, 0, 900);
	KUNIT_EXPECT_EQ(test, admit(desk, 4), TPM2_SESSION_QUEUED);
	KUNIT_EXPECT_EQ(test, admit(desk, 2), TPM2_SESSION_QUEUED);
	/* there is none at present, so that changes nothing */
	KUNIT_EXPECT_EQ(test, desk->asked, 900);
	KUNIT_EXPECT_EQ(test, turn(desk, 899), TICKETS);
	desk->due = 1100;
	KUNIT_EXPECT_EQ(test, turn(desk, 900), 4);
	KUNIT_EXPECT_EQ(test, desk->asked, 0);
	KUNIT_EXPECT_EQ(test, turn(desk, 900), 0);
	KUNIT_EXPECT_EQ(test, desk->asked, 1100);

	tpm2_session_queue_kick(&desk->queue);
	KUNIT_EXPECT_EQ(test, desk->asked, 0);
	KUNIT_EXPECT_EQ(test, turn(desk, 1000), 4);
	KUNIT_EXPECT_EQ(test, desk->asked, 0);
	KUNIT_EXPECT_EQ(test, turn(desk, 1000), 0);
	KUNIT_EXPECT_EQ(test, desk->asked, 1100);

	/* one after the other, and then whoever has none */
	tpm2_session_queue_kick(&desk->queue);
	desk->served = true;
	KUNIT_EXPECT_EQ(test, turn(desk, 1000), 4);
	hold(desk, 2, 2);
	KUNIT_EXPECT_EQ(test, turn(desk, 1000), 2);
	hold(desk, 1, 2);
	KUNIT_EXPECT_EQ(test, turn(desk, 1000), 0);
}

/* An end that an attempt has missed is for those who have begun, too. */
static void begun_do_not_miss_an_end(struct kunit *test)
{
	struct desk *desk = test->priv;

	hold(desk, 1, 1);
	desk->tickets[2].begun = true;
	wait_for(test, 0, 0);
	KUNIT_EXPECT_EQ(test, admit(desk, 2), TPM2_SESSION_QUEUED);
	desk->due = 900;
	desk->during = kick_once;
	KUNIT_EXPECT_EQ(test, turn(desk, 0), 0);
	KUNIT_EXPECT_EQ(test, desk->asked, 0);
	KUNIT_EXPECT_EQ(test, turn(desk, 0), 2);
	/* nor is one that somebody has missed who was admitted */
	tpm2_session_queue_kick(&desk->queue);
	KUNIT_EXPECT_TRUE(test, tpm2_session_queue_wait(&desk->queue,
							&desk->tickets[4], 900,
							0, 500));
	KUNIT_EXPECT_EQ(test, turn(desk, 0), 2);
	/* and what that one has not found is not there */
	KUNIT_EXPECT_EQ(test, turn(desk, 0), 0);
	tpm2_session_queue_kick(&desk->queue);
	tpm2_session_queue_abandon(&desk->queue, &desk->tickets[4], false);
	wait_for(test, 4, 900);
	KUNIT_EXPECT_EQ(test, turn(desk, 0), 0);
}

/* Who has two is nearer to its end than who has one. */
static void nearest_to_the_end(struct kunit *test)
{
	struct desk *desk = test->priv;

	hold(desk, 1, 1);
	hold(desk, 2, 2);
	hold(desk, 3, 3);
	desk->tickets[2].begun = 1;
	desk->tickets[4].begun = 1;
	desk->tickets[5].begun = 2;
	desk->tickets[6].begun = 2;
	wait_for(test, 0, 0);
	KUNIT_EXPECT_EQ(test, admit(desk, 2), TPM2_SESSION_QUEUED);
	KUNIT_EXPECT_EQ(test, admit(desk, 4), TPM2_SESSION_QUEUED);
	KUNIT_EXPECT_EQ(test, admit(desk, 6), TPM2_SESSION_QUEUED);
	KUNIT_EXPECT_EQ(test, admit(desk, 5), TPM2_SESSION_QUEUED);
	tpm2_session_queue_kick(&desk->queue);
	desk->served = true;
	KUNIT_EXPECT_EQ(test, turn(desk, 0), 5);
	hold(desk, 2, 3);
	KUNIT_EXPECT_EQ(test, turn(desk, 0), 2);
	hold(desk, 1, 2);
	KUNIT_EXPECT_EQ(test, turn(desk, 0), 0);
	/* of whose user's sessions some are another client's */
	KUNIT_EXPECT_EQ(test, turn(desk, 0), 4 + 2);
	KUNIT_EXPECT_EQ(test, turn(desk, 0), 4);
}

/* Only one session, and that the client's own, makes a user go on. */
static void not_all_have_begun(struct kunit *test)
{
	struct desk *desk = test->priv;

	hold(desk, 1, 1);
	hold(desk, 2, 2);
	desk->tickets[4].begun = true;
	wait_for(test, 0, 0);
	KUNIT_EXPECT_EQ(test, admit(desk, 2), TPM2_SESSION_QUEUED);
	KUNIT_EXPECT_EQ(test, admit(desk, 4), TPM2_SESSION_QUEUED);
	tpm2_session_queue_kick(&desk->queue);
	KUNIT_EXPECT_EQ(test, turn(desk, 0), 0);

	/* of one user's, those that go on are first */
	desk->tickets[3].begun = true;
	KUNIT_EXPECT_EQ(test, admit(desk, 3), TPM2_SESSION_QUEUED);
	desk->served = true;
	tpm2_session_queue_kick(&desk->queue);
	KUNIT_EXPECT_EQ(test, turn(desk, 0), 3);
	hold(desk, 1, 2);
	KUNIT_EXPECT_EQ(test, turn(desk, 0), 0);
	KUNIT_EXPECT_EQ(test, turn(desk, 0), 4);
	KUNIT_EXPECT_EQ(test, turn(desk, 0), 2);
}

/* Since when somebody waits can be asked. */
static void since(struct kunit *test)
{
	struct desk *desk = test->priv;
	u64 when = 0;

	KUNIT_EXPECT_FALSE(test, tpm2_session_queue_since(&desk->queue,
							  &desk->tickets[0],
							  &when));
	wait_for(test, 0, 0);
	KUNIT_EXPECT_TRUE(test, tpm2_session_queue_since(&desk->queue,
							 &desk->tickets[0],
							 &when));
	KUNIT_EXPECT_EQ(test, when, 500);
}

/* Who goes and comes again as a new user gains nothing by it. */
static void new_user_is_last(struct kunit *test)
{
	struct desk *desk = test->priv;

	desk->served = true;
	wait_for(test, 0, 0);
	KUNIT_EXPECT_EQ(test, admit(desk, 1), TPM2_SESSION_QUEUED);
	KUNIT_EXPECT_EQ(test, turn(desk, 0), 0);
	tpm2_session_line_init(&desk->queue, &desk->lines[1]);
	KUNIT_EXPECT_EQ(test, admit(desk, 2), TPM2_SESSION_QUEUED);
	KUNIT_EXPECT_EQ(test, turn(desk, 0), 1);
	KUNIT_EXPECT_EQ(test, turn(desk, 0), 2);
}

/* A session that ends makes the first one's turn, also while it is tried. */
static void kicks(struct kunit *test)
{
	struct desk *desk = test->priv;

	tpm2_session_queue_kick(&desk->queue);
	KUNIT_EXPECT_EQ(test, desk->asked, NEVER);
	wait_for(test, 0, 700);
	tpm2_session_queue_kick(&desk->queue);
	KUNIT_EXPECT_EQ(test, desk->asked, 0);
	desk->due = 800;
	desk->during = kick_once;
	KUNIT_EXPECT_EQ(test, turn(desk, 0), 0);
	KUNIT_EXPECT_EQ(test, desk->asked, 0);
	KUNIT_EXPECT_EQ(test, turn(desk, 0), 0);
	KUNIT_EXPECT_EQ(test, desk->asked, 800);

	/* and while one that was admitted was on its way */
	KUNIT_EXPECT_TRUE(test, tpm2_session_queue_abandon(&desk->queue,
							   &desk->tickets[0],
							   false));
	KUNIT_EXPECT_EQ(test, admit(desk, 1), TPM2_SESSION_ADMITTED);
	KUNIT_EXPECT_TRUE(test, tpm2_session_queue_wait(&desk->queue,
							&desk->tickets[1], 900,
							0, 500));
	KUNIT_EXPECT_EQ(test, desk->asked, 0);
}

/* When the first one goes, there is never nobody whose turn will come. */
static void first_goes(struct kunit *test)
{
	struct desk *desk = test->priv;

	wait_for(test, 0, 700);
	KUNIT_EXPECT_EQ(test, admit(desk, 1), TPM2_SESSION_QUEUED);
	KUNIT_EXPECT_TRUE(test, tpm2_session_queue_abandon(&desk->queue,
							   &desk->tickets[0],
							   false));
	KUNIT_EXPECT_EQ(test, desk->asked, 0);
	KUNIT_EXPECT_EQ(test, turn(desk, 0), 1);
	/* who was in no queue cannot be taken back */
	KUNIT_EXPECT_FALSE(test, tpm2_session_queue_abandon(&desk->queue,
							    &desk->tickets[0],
							    false));
}

/* Who is interrupted has its place again if it comes back for the same. */
static void keeps_the_place(struct kunit *test)
{
	struct desk *desk = test->priv;

	desk->served = true;
	wait_for(test, 0, 700);
	KUNIT_EXPECT_EQ(test, admit(desk, 1), TPM2_SESSION_QUEUED);
	tpm2_session_queue_abandon(&desk->queue, &desk->tickets[0], true);
	KUNIT_EXPECT_EQ(test, admit(desk, 0), TPM2_SESSION_QUEUED);
	KUNIT_EXPECT_EQ(test, desk->queue.waits, 2);
	KUNIT_EXPECT_EQ(test, turn(desk, 0), 0);
	KUNIT_EXPECT_EQ(test, turn(desk, 0), 1);

	wait_for(test, 0, 700);
	KUNIT_EXPECT_EQ(test, admit(desk, 1), TPM2_SESSION_QUEUED);
	tpm2_session_queue_abandon(&desk->queue, &desk->tickets[0], true);
	tpm2_session_queue_lose_place(&desk->queue, &desk->tickets[0]);
	KUNIT_EXPECT_EQ(test, admit(desk, 0), TPM2_SESSION_QUEUED);
	KUNIT_EXPECT_EQ(test, turn(desk, 0), 1);
	KUNIT_EXPECT_EQ(test, turn(desk, 0), 0);
}

/* Nor is it behind users who have come after it, where none has had a turn yet. */
static void keeps_the_place_among_users(struct kunit *test)
{
	struct desk *desk = test->priv;

	desk->served = true;
	wait_for(test, 0, 700);
	KUNIT_EXPECT_EQ(test, admit(desk, 2), TPM2_SESSION_QUEUED);
	tpm2_session_queue_abandon(&desk->queue, &desk->tickets[0], true);
	KUNIT_EXPECT_EQ(test, admit(desk, 0), TPM2_SESSION_QUEUED);
	KUNIT_EXPECT_EQ(test, turn(desk, 0), 0);
	KUNIT_EXPECT_EQ(test, turn(desk, 0), 2);
}

/* Somebody else comes first while a ticket is being tried. */
static void return_of_the_first(struct desk *desk)
{
	desk->during = NULL;
	admit(desk, 0);
}

static void overtaken_while_tried(struct kunit *test)
{
	struct desk *desk = test->priv;

	wait_for(test, 0, 700);
	KUNIT_EXPECT_EQ(test, admit(desk, 1), TPM2_SESSION_QUEUED);
	tpm2_session_queue_abandon(&desk->queue, &desk->tickets[0], true);
	desk->due = 800;
	desk->during = return_of_the_first;
	KUNIT_EXPECT_EQ(test, turn(desk, 0), 1);
	/* its time is no matter to whoever is first now */
	KUNIT_EXPECT_EQ(test, desk->asked, 0);
	KUNIT_EXPECT_EQ(test, turn(desk, 0), 0);
}

/* Who goes can join no more. */
static void barred(struct kunit *test)
{
	struct desk *desk = test->priv;

	wait_for(test, 0, 700);
	tpm2_session_queue_bar(&desk->queue, &desk->tickets[1]);
	KUNIT_EXPECT_EQ(test, admit(desk, 1), TPM2_SESSION_REFUSED);
	KUNIT_EXPECT_FALSE(test, tpm2_session_queue_wait(&desk->queue,
							 &desk->tickets[1], 0,
							 0, 500));
	KUNIT_EXPECT_EQ(test, desk->queue.nr, 1);
	KUNIT_EXPECT_EQ(test, desk->asked, 700);
}

/* G16: the longest wait is that from joining to having an answer. */
static void longest_wait(struct kunit *test)
{
	struct desk *desk = test->priv;

	wait_for(test, 0, 0);
	desk->served = true;
	KUNIT_EXPECT_EQ(test, turn(desk, 0), 0);
	KUNIT_EXPECT_EQ(test, tpm2_session_queue_longest(&desk->queue, false),
			500);
	KUNIT_EXPECT_EQ(test, tpm2_session_queue_longest(&desk->queue, true),
			500);
	KUNIT_EXPECT_EQ(test, tpm2_session_queue_longest(&desk->queue, false),
			0);
}

/* G13: when the chip goes, all are let go, and none may wait any more. */
static void close_queue(struct desk *desk)
{
	desk->during = NULL;
	tpm2_session_queue_close(&desk->queue);
}

static void closing(struct kunit *test)
{
	struct desk *desk = test->priv;
	unsigned int i;

	wait_for(test, 0, 0);
	for (i = 1; i < 4; i++)
		KUNIT_EXPECT_EQ(test, admit(desk, i), TPM2_SESSION_QUEUED);
	desk->during = close_queue;
	KUNIT_EXPECT_EQ(test, turn(desk, 0), 0);
	for (i = 0; i < TICKETS; i++) {
		KUNIT_EXPECT_EQ(test, desk->done[i], i < 4);
		if (i < 4)
			KUNIT_EXPECT_EQ(test, desk->results[i], -EPIPE);
		KUNIT_EXPECT_EQ(test, admit(desk, i), TPM2_SESSION_REFUSED);
	}
}

/* Who waits for another session keeps those that it has. */
static void hold_any(struct desk *desk, unsigned int user,
		     struct numbers *numbers)
{
	unsigned int least = 0, i;

	for (i = 2 * user; i < 2 * user + 2; i++)
		least = max(least, desk->tickets[i].begun);
	hold(desk, user, least + numbers_next(numbers, 4 - least));
}

/*
 * Users have some sessions, some of them wait, and have had turns; some have been
 * interrupted, and others have other sessions than when they came.
 */
static void begin_anywhere(struct kunit *test, struct numbers *numbers)
{
	struct desk *desk = test->priv;
	unsigned int begun, i, other;

	desk->served = true;
	for (i = 0; i < USERS; i++)
		hold_any(desk, i, numbers);
	for (i = 0; i < TICKETS; i++) {
		if (numbers_next(numbers, 3) && !desk->tickets[i].waiting) {
			/* some may need a second, and some a third */
			begun = 1 + i / 2 % 2;
			if (desk->lines[i / 2].held < begun ||
			    numbers_next(numbers, 2))
				begun = 0;
			desk->tickets[i].begun = begun;
			wait_for(test, i, 0);
		}
		if (!numbers_next(numbers, 4))
			turn(desk, 1000);
		if (!numbers_next(numbers, 4))
			hold_any(desk, numbers_next(numbers, USERS), numbers);
		other = numbers_next(numbers, TICKETS);
		if (tpm2_session_queue_abandon(&desk->queue,
					       &desk->tickets[other], true))
			wait_for(test, other, 0);
	}
}

/* How many sessions has a user, if all are those of a client that needs another? */
static unsigned int goes_on(struct desk *desk,
			    const struct tpm2_session_line *line)
{
	unsigned int i;

	for (i = 0; i < TICKETS; i++) {
		if (desk->tickets[i].waiting && desk->tickets[i].line == line &&
		    desk->tickets[i].begun == line->held)
			return line->held;
	}
	return 0;
}

/* Is nobody who waits to be served before the one who is first? */
static bool is_first(struct desk *desk, const struct tpm2_session_ticket *ticket)
{
	const struct tpm2_session_line *line = ticket->line, *other;
	const struct tpm2_session_ticket *next;
	unsigned int i;

	for (i = 0; i < TICKETS; i++) {
		next = &desk->tickets[i];
		if (!next->waiting || next == ticket)
			continue;
		other = next->line;
		if (other == line) {
			if (next->begun > ticket->begun ||
			    (next->begun == ticket->begun &&
			     next->arrival < ticket->arrival))
				return false;
			continue;
		}
		if (goes_on(desk, other) > goes_on(desk, line))
			return false;
		if (goes_on(desk, other) < goes_on(desk, line))
			continue;
		if (other->held < line->held ||
		    (other->held == line->held && other->served < line->served))
			return false;
	}
	return true;
}

/* How many are said to come before each ticket? TICKETS if it does not wait. */
static void ask_before(struct kunit *test, unsigned int before[TICKETS])
{
	struct desk *desk = test->priv;
	unsigned int i;
	bool waits;
	u64 since;

	for (i = 0; i < TICKETS; i++) {
		before[i] = TICKETS;
		since = 500;
		waits = tpm2_session_queue_before(&desk->queue,
						  &desk->tickets[i], &before[i],
						  &since);
		KUNIT_EXPECT_EQ(test, waits, desk->tickets[i].waiting);
		KUNIT_EXPECT_EQ(test, since, 500);
		KUNIT_EXPECT_EQ(test, waits, before[i] < TICKETS);
	}
}

/*
 * How many come before a ticket is how many are served before it, if each of them
 * gets a session and keeps it.
 */
static void foretells(struct kunit *test)
{
	struct numbers numbers = { .state = SEED };
	unsigned int before[TICKETS], round, served, i;
	struct tpm2_session_ticket *first;
	struct desk *desk = test->priv;

	for (round = 0; round < ROUNDS; round++) {
		begin_anywhere(test, &numbers);
		tpm2_session_queue_kick(&desk->queue);
		ask_before(test, before);
		for (served = 0; desk->queue.nr; served++) {
			first = tpm2_session_queue_first(&desk->queue);
			KUNIT_EXPECT_TRUE(test, is_first(desk, first));
			i = turn(desk, 1000);
			KUNIT_ASSERT_TRUE(test, i < TICKETS);
			KUNIT_EXPECT_PTR_EQ(test, &desk->tickets[i], first);
			KUNIT_EXPECT_EQ(test, before[i], served);
			hold(desk, i / 2, desk->lines[i / 2].held + 1);
		}
	}
}

/* Who has none is served. */
static void serve_who_has_none(struct desk *desk)
{
	desk->served = !desk->queue.trying->line->held;
}

/*
 * Users who have none come again and again. Who has some is passed over, but not for
 * ever; and when that was in vain, the others go on.
 */
static void pass_over(struct kunit *test, bool interrupted)
{
	struct desk *desk = test->priv;
	unsigned int i, n, when = 0;

	hold(desk, 2, 5);
	desk->due = 100000;
	desk->during = serve_who_has_none;
	KUNIT_EXPECT_EQ(test, admit(desk, 4), TPM2_SESSION_ADMITTED);
	wait_for(test, 4, 100000);
	for (n = 0; n < 4; n += 2)
		KUNIT_EXPECT_EQ(test, admit(desk, n), TPM2_SESSION_QUEUED);
	for (i = 1; i <= 500; i++) {
		n = turn(desk, 1000);
		KUNIT_ASSERT_TRUE(test, n != TICKETS);
		if (n == 4) {
			KUNIT_EXPECT_EQ(test, when, 0);
			when = i;
			continue;
		}
		KUNIT_EXPECT_EQ(test, admit(desk, n), TPM2_SESSION_QUEUED);
		if (!interrupted || i % 10)
			continue;
		/* another one of the user's, which gives up */
		KUNIT_EXPECT_EQ(test, admit(desk, 5), TPM2_SESSION_QUEUED);
		tpm2_session_queue_abandon(&desk->queue, &desk->tickets[5],
					   false);
		tpm2_session_queue_abandon(&desk->queue, &desk->tickets[4],
					   true);
		KUNIT_EXPECT_EQ(test, admit(desk, 4), TPM2_SESSION_QUEUED);
	}
	KUNIT_EXPECT_EQ(test, when, 258);
	finish(test);
}

static void passed_over(struct kunit *test)
{
	pass_over(test, false);
}

/* G2: nor does it wait for longer for being interrupted meanwhile. */
static void passed_over_and_interrupted(struct kunit *test)
{
	pass_over(test, true);
}

/* Of two who are passed over, the one whom it has befallen for longer is first. */
static void longest_passed_over(struct kunit *test)
{
	struct desk *desk = test->priv;
	unsigned int i, n, when[USERS] = {};

	hold(desk, 2, 5);
	hold(desk, 3, 5);
	desk->due = 100000;
	desk->during = serve_who_has_none;
	wait_for(test, 4, 100000);
	for (n = 0; n < 4; n += 2)
		KUNIT_EXPECT_EQ(test, admit(desk, n), TPM2_SESSION_QUEUED);
	for (i = 1; i <= 300; i++) {
		if (i == 10)
			KUNIT_EXPECT_EQ(test, admit(desk, 6),
					TPM2_SESSION_QUEUED);
		/* what it has makes no difference to that */
		if (i == 20)
			hold(desk, 2, 7);
		n = turn(desk, 1000);
		KUNIT_ASSERT_TRUE(test, n != TICKETS);
		if (!desk->lines[n / 2].held) {
			KUNIT_EXPECT_EQ(test, admit(desk, n),
					TPM2_SESSION_QUEUED);
			continue;
		}
		KUNIT_EXPECT_EQ(test, when[n / 2], 0);
		when[n / 2] = i;
	}
	KUNIT_EXPECT_EQ(test, when[2], 258);
	/* who came nine turns later, and was not served by the one above */
	KUNIT_EXPECT_EQ(test, when[3], 258 + 9 + 1);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(admits_the_first),
	KUNIT_CASE(turns),
	KUNIT_CASE(users_in_turn),
	KUNIT_CASE(fewest_sessions_first),
	KUNIT_CASE(fewest_sessions_then),
	KUNIT_CASE(begun_go_on),
	KUNIT_CASE(begun_do_not_miss_an_end),
	KUNIT_CASE(nearest_to_the_end),
	KUNIT_CASE(not_all_have_begun),
	KUNIT_CASE(since),
	KUNIT_CASE(passed_over),
	KUNIT_CASE(passed_over_and_interrupted),
	KUNIT_CASE(longest_passed_over),
	KUNIT_CASE(new_user_is_last),
	KUNIT_CASE(kicks),
	KUNIT_CASE(first_goes),
	KUNIT_CASE(keeps_the_place),
	KUNIT_CASE(keeps_the_place_among_users),
	KUNIT_CASE(overtaken_while_tried),
	KUNIT_CASE(barred),
	KUNIT_CASE(longest_wait),
	KUNIT_CASE(closing),
	KUNIT_CASE(foretells),
	{}
};

static struct kunit_suite queue_suite = {
	.name = "tpm2_space_queue",
	.init = init,
	.exit = finish,
	.test_cases = cases,
};

kunit_test_suite(queue_suite);
