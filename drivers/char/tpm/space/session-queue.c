// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who waits for a session, and whose turn it is.
 *
 * A command that has to wait becomes a ticket here. It is tried for its client,
 * in a context that does nothing else; the client only waits until the ticket
 * is done. So a client that is frozen, stopped or slow is in nobody's way, and
 * a thousand that wait cost one timer.
 *
 *   admit ------------------------------------> the command is sent
 *     |                                               |
 *     |                                             wait
 *     v                                               |
 *   WAITING <-----------------------------------------+
 *     |   ^
 *   turn  keep (not yet)
 *     v   |
 *   TRYING ---- retire ----> done
 *
 * The next user is the one that has fewest sessions; and where several have as
 * few, they take turns: it is the one whose turn was longest ago, and of those who
 * have had none since they came, the one that came first. So a user that
 * has all that it can have waits behind those that have a right to some of it,
 * and not before them; but not for ever, where those only come and go: when it has
 * been passed over often enough, it is tried once. Among the commands of one user the
 * one that came first is first, and none of them is tried before it.
 *
 * Who needs several sessions at a time, one to satisfy a policy, one to encrypt and one
 * to audit, waits for the second while it holds the first; and where all hold one, none
 * of them will ever be done. So what has begun is to come to its end: when there may be
 * a session, who has two and needs a third is tried first, then who has one, and then
 * anybody who has none. If that is in vain, the others are tried all the same, since who
 * has fewest may ask for more. A command takes no more than three, so each first session
 * gives the right to two more, and nobody waits for more than three times as many.
 *
 * All of these orders are trees, so that what a crowd of users or commands costs
 * each command that waits grows with no more than its logarithm.
 *
 * How many sessions users have is told first, and then the queue is kicked: so the time
 * when the next one is to be tried is not that of somebody who has been the next one
 * before.
 *
 * At every moment, if anybody waits, a ticket is being tried or the time when
 * the first one will be is set. Each function that can change who is first
 * establishes that before it lets go of the lock: it is one critical section to
 * come and one to go.
 *
 * A session may end while an attempt is on its way to finding out that there is
 * none. So the end is counted, and an attempt that has missed one is made again
 * at once.
 *
 * Who is interrupted by a signal keeps the number of its place, and stands there
 * again if it comes back for the same thing.
 */
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/rbtree.h>
#include <linux/sched.h>
#include <linux/string.h>
#include "session-queue.h"

/* After so many turns of others a user is tried, whatever it has. */
#define MOST_PASSES	256

/* Who asks how many are before somebody need not have more counted. */
#define MOST_COUNTED	1000

static struct tpm2_session_ticket *ticket_at(struct rb_node *node)
{
	return rb_entry(node, struct tpm2_session_ticket, node);
}

static struct tpm2_session_line *line_at(struct rb_node *node)
{
	return rb_entry(node, struct tpm2_session_line, node);
}

/* Since when have others been served, and this user has not, though it waits? */
static u64 passed_since(const struct tpm2_session_line *line)
{
	return max(line->served, line->joined);
}

/* Have others had so many turns that this user is to be tried? */
static bool is_passed_over(const struct tpm2_session_queue *queue,
			   const struct tpm2_session_line *line)
{
	return queue->turns - passed_since(line) > MOST_PASSES;
}

static bool comes_before(struct rb_node *node, const struct rb_node *other)
{
	const struct tpm2_session_ticket *a = ticket_at(node);
	const struct tpm2_session_ticket *b =
		rb_entry(other, struct tpm2_session_ticket, node);

	if (a->begun != b->begun)
		return a->begun > b->begun;
	return a->arrival < b->arrival;
}

/* Whose turn was longest ago? Of those who have had none, who came first? */
static bool is_next(const struct tpm2_session_line *a,
		    const struct tpm2_session_line *b)
{
	if (a->served != b->served)
		return a->served < b->served;
	return a->came < b->came;
}

static bool is_served_before(struct rb_node *node, const struct rb_node *other)
{
	const struct tpm2_session_line *a = line_at(node);
	const struct tpm2_session_line *b =
		rb_entry(other, struct tpm2_session_line, node);

	if (a->held != b->held)
		return a->held < b->held;
	return is_next(a, b);
}

static bool goes_on_before(struct rb_node *node, const struct rb_node *other)
{
	const struct tpm2_session_line *a =
		rb_entry(node, struct tpm2_session_line, begun);
	const struct tpm2_session_line *b =
		rb_entry(other, struct tpm2_session_line, begun);

	if (a->held != b->held)
		return a->held > b->held;
	return is_next(a, b);
}

static bool is_passed_for_longer(struct rb_node *node,
				 const struct rb_node *other)
{
	const struct tpm2_session_line *a =
		rb_entry(node, struct tpm2_session_line, passed);
	const struct tpm2_session_line *b =
		rb_entry(other, struct tpm2_session_line, passed);

	return passed_since(a) < passed_since(b);
}

static bool line_waits(const struct tpm2_session_line *line)
{
	return rb_first_cached(&line->tickets);
}

/* Are all sessions that this user has those of a client that needs another? */
static bool has_begun(const struct tpm2_session_line *line)
{
	struct rb_node *first = rb_first_cached(&line->tickets);

	return line->held && first && ticket_at(first)->begun == line->held;
}

static void insert_line(struct tpm2_session_queue *queue,
			struct tpm2_session_line *line)
{
	lockdep_assert_held(&queue->lock);

	rb_add_cached(&line->node, &queue->lines, is_served_before);
	rb_add_cached(&line->passed, &queue->passed, is_passed_for_longer);
	if (has_begun(line))
		rb_add_cached(&line->begun, &queue->begun, goes_on_before);
}

static void erase_line(struct tpm2_session_queue *queue,
		       struct tpm2_session_line *line)
{
	lockdep_assert_held(&queue->lock);

	rb_erase_cached(&line->node, &queue->lines);
	rb_erase_cached(&line->passed, &queue->passed);
	if (has_begun(line))
		rb_erase_cached(&line->begun, &queue->begun);
}

/**
 * tpm2_session_queue_first() - who is next?
 * @queue: the queue, locked
 *
 * Return: the first ticket of the user that has fewest sessions, and of several
 * such of the one whose turn was longest ago; before that of those who have begun,
 * unless that has been in vain; but of the one that has been passed over for longest
 * before all others, if that is too long; NULL if nobody waits.
 */
struct tpm2_session_ticket *
tpm2_session_queue_first(const struct tpm2_session_queue *queue)
{
	struct rb_node *node = rb_first_cached(&queue->passed);
	struct tpm2_session_line *line;

	if (!node)
		return NULL;
	line = rb_entry(node, struct tpm2_session_line, passed);
	if (!is_passed_over(queue, line)) {
		node = queue->anew ? rb_first_cached(&queue->begun) : NULL;
		line = node ? rb_entry(node, struct tpm2_session_line, begun) :
			      line_at(rb_first_cached(&queue->lines));
	}
	return ticket_at(rb_first_cached(&line->tickets));
}

static void set_due(struct tpm2_session_queue *queue, u64 due)
{
	queue->due = due;
	if (due != TPM2_SESSION_QUEUE_NEVER)
		queue->schedule(queue, due);
}

/*
 * See to it that the first in the queue is being tried or will be, before the
 * lock is let go of. @before is who was first when it was taken.
 */
static void settle(struct tpm2_session_queue *queue,
		   const struct tpm2_session_ticket *before)
{
	const struct tpm2_session_ticket *now;

	lockdep_assert_held(&queue->lock);

	now = tpm2_session_queue_first(queue);
	if (now && now != before && !queue->trying)
		set_due(queue, 0);
	WARN_ON_ONCE(now && !queue->trying &&
		     queue->due == TPM2_SESSION_QUEUE_NEVER);
}

/* Stand in the line, at the old place if there is one. */
static void put_in(struct tpm2_session_queue *queue,
		   struct tpm2_session_ticket *ticket, u64 now)
{
	struct tpm2_session_line *line = ticket->line;
	bool is_first = !line_waits(line);

	if (!is_first)
		erase_line(queue, line);
	if (!ticket->arrival) {
		ticket->arrival = ++queue->arrivals;
		ticket->since = now;
		queue->waits++;
		if (is_first) {
			line->joined = queue->turns;
			line->came = ticket->arrival;
		}
	}
	rb_add_cached(&ticket->node, &line->tickets, comes_before);
	insert_line(queue, line);
	ticket->unwanted = false;
	WRITE_ONCE(ticket->waiting, true);
	WRITE_ONCE(queue->nr, queue->nr + 1);
}

static void take_out(struct tpm2_session_queue *queue,
		     struct tpm2_session_ticket *ticket)
{
	struct tpm2_session_line *line = ticket->line;

	erase_line(queue, line);
	rb_erase_cached(&ticket->node, &line->tickets);
	if (line_waits(line))
		insert_line(queue, line);
	WRITE_ONCE(ticket->waiting, false);
	WRITE_ONCE(queue->nr, queue->nr - 1);
}

/* A user has had its turn. */
static void take_turn(struct tpm2_session_queue *queue,
		      struct tpm2_session_line *line)
{
	bool waits = line_waits(line);

	if (waits)
		erase_line(queue, line);
	line->served = ++queue->turns;
	if (waits)
		insert_line(queue, line);
}

/* A user has been tried, which is what it had to be for having been passed over. */
static void begin_anew(struct tpm2_session_queue *queue,
		       struct tpm2_session_line *line)
{
	erase_line(queue, line);
	line->joined = queue->turns;
	insert_line(queue, line);
}

/* An attempt was in vain, and nothing has happened meanwhile. */
static void find_none(struct tpm2_session_queue *queue, u64 kicks)
{
	if (kicks == queue->kicks)
		queue->anew = false;
}

/* The ticket that is being tried is no longer. */
static void end_attempt(struct tpm2_session_queue *queue,
			struct tpm2_session_ticket *ticket)
{
	WARN_ON_ONCE(queue->trying != ticket);
	queue->trying = NULL;
	WRITE_ONCE(ticket->trying, false);
	wake_up(&queue->settled);
}

/**
 * tpm2_session_queue_init() - make an empty queue
 * @queue: the queue
 * @schedule: its member of this name
 */
void tpm2_session_queue_init(struct tpm2_session_queue *queue,
			     void (*schedule)(struct tpm2_session_queue *queue,
					      u64 due))
{
	memset(queue, 0, sizeof(*queue));
	spin_lock_init(&queue->lock);
	queue->lines = RB_ROOT_CACHED;
	queue->passed = RB_ROOT_CACHED;
	queue->begun = RB_ROOT_CACHED;
	init_waitqueue_head(&queue->settled);
	queue->due = TPM2_SESSION_QUEUE_NEVER;
	queue->schedule = schedule;
}

/**
 * tpm2_session_queue_destroy() - the opposite of tpm2_session_queue_init()
 * @queue: the queue; nobody waits in it
 */
void tpm2_session_queue_destroy(struct tpm2_session_queue *queue)
{
	WARN_ON_ONCE(rb_first_cached(&queue->lines) || queue->trying);
}

/**
 * tpm2_session_line_init() - make the line of a user that is new here
 * @queue: the queue
 * @line: the line; its user has no sessions
 *
 * It stands behind all others: who goes and comes again must not gain by it.
 */
void tpm2_session_line_init(struct tpm2_session_queue *queue,
			    struct tpm2_session_line *line)
{
	memset(line, 0, sizeof(*line));
	line->tickets = RB_ROOT_CACHED;
	spin_lock(&queue->lock);
	line->served = queue->turns;
	spin_unlock(&queue->lock);
}

/**
 * tpm2_session_line_waits() - does a user wait for a session?
 * @queue: the queue
 * @line: the user's line
 */
bool tpm2_session_line_waits(struct tpm2_session_queue *queue,
			     const struct tpm2_session_line *line)
{
	bool waits;

	spin_lock(&queue->lock);
	waits = line_waits(line);
	spin_unlock(&queue->lock);
	return waits;
}

/**
 * tpm2_session_line_hold() - a user has more sessions now, or fewer
 * @queue: the queue
 * @line: the user's line
 * @held: how many
 *
 * When that is done, the queue is kicked: until then the time when the first one is to
 * be tried may be that of somebody who has been first before. An attempt that is on its
 * way sees to that itself.
 *
 * Context: process context; takes the queue's lock.
 */
void tpm2_session_line_hold(struct tpm2_session_queue *queue,
			    struct tpm2_session_line *line, unsigned int held)
{
	bool waits;

	spin_lock(&queue->lock);
	waits = line_waits(line);
	if (waits)
		erase_line(queue, line);
	line->held = held;
	if (waits)
		insert_line(queue, line);
	spin_unlock(&queue->lock);
}

/**
 * tpm2_session_ticket_init() - make a ticket that is in no queue
 * @ticket: the ticket
 * @line: that of its user
 * @attempt: its member of this name
 *
 * Its member done is the caller's to set.
 */
void tpm2_session_ticket_init(struct tpm2_session_ticket *ticket,
			      struct tpm2_session_line *line,
			      void (*attempt)(struct tpm2_session_ticket *))
{
	memset(ticket, 0, sizeof(*ticket));
	ticket->line = line;
	ticket->attempt = attempt;
}

/**
 * tpm2_session_queue_admit() - may this command ask the TPM for a session?
 * @queue: the queue
 * @ticket: the command
 * @now: time in ns
 *
 * If not, it waits when this returns.
 *
 * Context: called with the chip held; does not sleep.
 */
enum tpm2_session_admission
tpm2_session_queue_admit(struct tpm2_session_queue *queue,
			 struct tpm2_session_ticket *ticket, u64 now)
{
	enum tpm2_session_admission admission = TPM2_SESSION_ADMITTED;
	struct tpm2_session_ticket *before;

	spin_lock(&queue->lock);
	before = tpm2_session_queue_first(queue);
	if (queue->gone || ticket->barred) {
		admission = TPM2_SESSION_REFUSED;
	} else if (before && !ticket->trying) {
		put_in(queue, ticket, now);
		admission = TPM2_SESSION_QUEUED;
	}
	settle(queue, before);
	spin_unlock(&queue->lock);
	return admission;
}

/**
 * tpm2_session_queue_wait() - wait, having been admitted in vain
 * @queue: the queue
 * @ticket: the command
 * @due: when to try again, in ns
 * @kicks: what tpm2_session_queue_kicks() returned before the attempt
 * @now: time in ns
 *
 * Context: called with the chip held; does not sleep.
 *
 * Return: false if nobody waits here any more.
 */
bool tpm2_session_queue_wait(struct tpm2_session_queue *queue,
			     struct tpm2_session_ticket *ticket, u64 due,
			     u64 kicks, u64 now)
{
	struct tpm2_session_ticket *before;

	spin_lock(&queue->lock);
	before = tpm2_session_queue_first(queue);
	if (queue->gone || ticket->barred) {
		spin_unlock(&queue->lock);
		return false;
	}
	put_in(queue, ticket, now);
	find_none(queue, kicks);
	if (tpm2_session_queue_first(queue) == ticket && !queue->trying) {
		set_due(queue, kicks == queue->kicks ? due : 0);
		before = ticket;
	}
	settle(queue, before);
	spin_unlock(&queue->lock);
	return true;
}

/**
 * tpm2_session_queue_keep() - the attempt was in vain
 * @queue: the queue
 * @ticket: the ticket, which was being tried
 * @due: when to try again, in ns
 * @kicks: what tpm2_session_queue_kicks() returned before the attempt
 *
 * Context: any.
 */
void tpm2_session_queue_keep(struct tpm2_session_queue *queue,
			     struct tpm2_session_ticket *ticket, u64 due,
			     u64 kicks)
{
	spin_lock(&queue->lock);
	if (queue->gone) {
		take_out(queue, ticket);
		ticket->arrival = 0;
		end_attempt(queue, ticket);
		if (!ticket->unwanted)
			ticket->done(ticket, -EPIPE);
		spin_unlock(&queue->lock);
		return;
	}
	if (is_passed_over(queue, ticket->line))
		begin_anew(queue, ticket->line);
	if (ticket->unwanted)
		take_out(queue, ticket);
	end_attempt(queue, ticket);
	find_none(queue, kicks);
	if (tpm2_session_queue_first(queue) == ticket)
		set_due(queue, kicks == queue->kicks ? due : 0);
	else if (tpm2_session_queue_first(queue))
		set_due(queue, 0);
	settle(queue, tpm2_session_queue_first(queue));
	spin_unlock(&queue->lock);
}

/**
 * tpm2_session_queue_retire() - a ticket is done
 * @queue: the queue
 * @ticket: the ticket, which was being tried; it may be gone when this returns
 * @result: what its client gets
 * @now: time in ns
 *
 * Context: any.
 */
void tpm2_session_queue_retire(struct tpm2_session_queue *queue,
			       struct tpm2_session_ticket *ticket,
			       ssize_t result, u64 now)
{
	struct tpm2_session_line *line = ticket->line;

	spin_lock(&queue->lock);
	queue->longest = max(queue->longest, now - ticket->since);
	take_out(queue, ticket);
	take_turn(queue, line);
	ticket->arrival = 0;
	/* who has given up in the meantime gets the answer all the same */
	ticket->unwanted = false;
	end_attempt(queue, ticket);
	ticket->done(ticket, result);
	/* whoever is first now has not been tried since it is */
	settle(queue, NULL);
	spin_unlock(&queue->lock);
}

/**
 * tpm2_session_queue_abandon() - a client does not wait any more
 * @queue: the queue
 * @ticket: its ticket
 * @keep_place: it may come back for the same thing
 *
 * Context: process context, no lock held. Sleeps while the ticket is being
 * tried.
 *
 * Return: true if the ticket has been taken back: it is not done, and will not
 * be. False if it is done, or was not in the queue.
 */
bool tpm2_session_queue_abandon(struct tpm2_session_queue *queue,
				struct tpm2_session_ticket *ticket,
				bool keep_place)
{
	struct tpm2_session_ticket *before;
	bool taken_back = false;

	might_sleep();

	spin_lock(&queue->lock);
	before = tpm2_session_queue_first(queue);
	if (ticket->trying) {
		ticket->unwanted = true;
		spin_unlock(&queue->lock);
		wait_event(queue->settled, !READ_ONCE(ticket->trying));
		spin_lock(&queue->lock);
		before = tpm2_session_queue_first(queue);
		taken_back = ticket->unwanted;
		ticket->unwanted = false;
	} else if (ticket->waiting) {
		take_out(queue, ticket);
		taken_back = true;
	}
	if (!keep_place)
		ticket->arrival = 0;
	settle(queue, before);
	spin_unlock(&queue->lock);
	return taken_back;
}

/**
 * tpm2_session_queue_bar() - a client goes
 * @queue: the queue
 * @ticket: its ticket, which can join no more from here on
 */
void tpm2_session_queue_bar(struct tpm2_session_queue *queue,
			    struct tpm2_session_ticket *ticket)
{
	spin_lock(&queue->lock);
	ticket->barred = true;
	spin_unlock(&queue->lock);
}

/**
 * tpm2_session_queue_lose_place() - a client has come for something else
 * @queue: the queue
 * @ticket: its ticket, which does not wait
 */
void tpm2_session_queue_lose_place(struct tpm2_session_queue *queue,
				   struct tpm2_session_ticket *ticket)
{
	spin_lock(&queue->lock);
	WARN_ON_ONCE(ticket->waiting);
	ticket->arrival = 0;
	spin_unlock(&queue->lock);
}

/**
 * tpm2_session_queue_since() - since when does a ticket wait?
 * @queue: the queue
 * @ticket: the ticket
 * @since: receives the time in ns when it came
 *
 * Return: false if it does not wait.
 */
bool tpm2_session_queue_since(struct tpm2_session_queue *queue,
			      const struct tpm2_session_ticket *ticket,
			      u64 *since)
{
	bool waits;

	spin_lock(&queue->lock);
	waits = ticket->waiting;
	if (waits)
		*since = ticket->since;
	spin_unlock(&queue->lock);
	return waits;
}

/* How many users that have begun wait before this one, or in all if that is NULL? */
static unsigned int count_begun(const struct tpm2_session_queue *queue,
				const struct tpm2_session_line *end)
{
	struct rb_node *node = rb_first_cached(&queue->begun);
	unsigned int nr;

	for (nr = 0; node && nr < MOST_COUNTED; nr++) {
		if (rb_entry(node, struct tpm2_session_line, begun) == end)
			break;
		node = rb_next(node);
	}
	return nr;
}

/*
 * How many wait in a line before a ticket, or in all if that is NULL, if there are no
 * more than @most? Else @most.
 */
static unsigned int count_tickets(const struct tpm2_session_line *line,
				  const struct tpm2_session_ticket *end,
				  unsigned int most)
{
	struct rb_node *node = rb_first_cached(&line->tickets);
	unsigned int nr;

	for (nr = 0; node && nr < most; nr++) {
		if (ticket_at(node) == end)
			break;
		node = rb_next(node);
	}
	return nr;
}

/*
 * How many of a user's tickets are served before another one of @own is, whose user
 * has @level sessions by then? Those who have begun have had another before.
 */
static unsigned int most_served(const struct tpm2_session_line *line,
				const struct tpm2_session_line *own,
				unsigned int level)
{
	bool begun = has_begun(line), own_begun = has_begun(own);
	unsigned int held = line->held + begun;
	unsigned int own_held = own->held + own_begun;

	if (held > level)
		return 0;
	if (held > own_held)
		return level - held + 1;
	/* and one more, if it is before the other one where both have as many */
	if (held < own_held)
		return level - held;
	return level - held +
	       (begun == own_begun ? is_next(line, own) : own_begun);
}

/**
 * tpm2_session_queue_before() - how many come before a ticket?
 * @queue: the queue
 * @ticket: the ticket
 * @before: receives how many are served before it, if sessions end, all get one and
 *	keep it, and nobody else comes or goes; at most MOST_COUNTED
 * @since: receives the time in ns when it came
 *
 * First come those who have begun. Then, when it is the ticket's turn, its user has as
 * many sessions as now and one for each of its other tickets that came before. All
 * users have as many by then who have fewer now; and one more, if they come before
 * this one then: those who have come to that number before it has.
 *
 * Return: false if the ticket does not wait.
 */
bool tpm2_session_queue_before(struct tpm2_session_queue *queue,
			       const struct tpm2_session_ticket *ticket,
			       unsigned int *before, u64 *since)
{
	const struct tpm2_session_line *line, *own = ticket->line;
	unsigned int level, most, begun, place;
	struct rb_node *node;

	spin_lock(&queue->lock);
	if (!ticket->waiting) {
		spin_unlock(&queue->lock);
		return false;
	}

	*since = ticket->since;
	place = count_tickets(own, ticket, MOST_COUNTED);
	if (!place && has_begun(own)) {
		*before = count_begun(queue, own);
		spin_unlock(&queue->lock);
		return true;
	}

	*before = min(count_begun(queue, NULL) + place - has_begun(own),
		      MOST_COUNTED);
	level = own->held + place;
	for (node = rb_first_cached(&queue->lines); node; node = rb_next(node)) {
		line = line_at(node);
		if (line == own)
			continue;
		begun = has_begun(line);
		most = min(most_served(line, own, level),
			   MOST_COUNTED - *before);
		if (most)
			*before += count_tickets(line, NULL, most + begun) -
				   begun;
		/* nor do those count that come after this one */
		else if (!begun)
			break;
	}
	spin_unlock(&queue->lock);
	return true;
}

/**
 * tpm2_session_queue_next() - who is to be tried now?
 * @queue: the queue, locked
 * @now: time in ns
 *
 * Return: the ticket; NULL if nobody waits, one is being tried, or it is not time.
 */
struct tpm2_session_ticket *
tpm2_session_queue_next(struct tpm2_session_queue *queue, u64 now)
{
	lockdep_assert_held(&queue->lock);

	if (queue->trying || queue->due > now)
		return NULL;
	if (queue->due)
		queue->anew = true;
	return tpm2_session_queue_first(queue);
}

/**
 * tpm2_session_queue_turn() - try the first ticket, if it is due
 * @queue: the queue
 * @now: time in ns
 *
 * Context: process context, no lock held; what the schedule callback has asked
 * for. Not more than one at a time is of use.
 */
void tpm2_session_queue_turn(struct tpm2_session_queue *queue, u64 now)
{
	struct tpm2_session_ticket *ticket;

	spin_lock(&queue->lock);
	ticket = tpm2_session_queue_next(queue, now);
	if (!ticket) {
		/* a timer need not be exact */
		if (tpm2_session_queue_first(queue) && !queue->trying)
			queue->schedule(queue, queue->due);
		spin_unlock(&queue->lock);
		return;
	}
	queue->due = TPM2_SESSION_QUEUE_NEVER;
	queue->trying = ticket;
	WRITE_ONCE(ticket->trying, true);
	spin_unlock(&queue->lock);

	ticket->attempt(ticket);
}

/**
 * tpm2_session_queue_kicks() - how often could somebody have been served?
 * @queue: the queue
 */
u64 tpm2_session_queue_kicks(struct tpm2_session_queue *queue)
{
	u64 kicks;

	spin_lock(&queue->lock);
	kicks = queue->kicks;
	spin_unlock(&queue->lock);
	return kicks;
}

/**
 * tpm2_session_queue_kick() - a session may be had
 * @queue: the queue
 *
 * Context: process context; takes the queue's lock.
 */
void tpm2_session_queue_kick(struct tpm2_session_queue *queue)
{
	spin_lock(&queue->lock);
	queue->kicks++;
	queue->anew = true;
	if (tpm2_session_queue_first(queue) && !queue->trying && queue->due)
		set_due(queue, 0);
	spin_unlock(&queue->lock);
}

/**
 * tpm2_session_queue_close() - let everybody go, the chip went away
 * @queue: the queue
 *
 * A ticket that is being tried is let go of when that ends.
 */
void tpm2_session_queue_close(struct tpm2_session_queue *queue)
{
	struct rb_node *node, *next_node, *line, *next_line;
	struct tpm2_session_ticket *ticket;

	spin_lock(&queue->lock);
	queue->gone = true;
	for (line = rb_first_cached(&queue->lines); line; line = next_line) {
		next_line = rb_next(line);
		node = rb_first_cached(&line_at(line)->tickets);
		for (; node; node = next_node) {
			next_node = rb_next(node);
			ticket = ticket_at(node);
			if (ticket->trying)
				continue;
			take_out(queue, ticket);
			ticket->arrival = 0;
			ticket->done(ticket, -EPIPE);
		}
	}
	queue->due = TPM2_SESSION_QUEUE_NEVER;
	spin_unlock(&queue->lock);
}

/**
 * tpm2_session_queue_longest() - the longest wait so far
 * @queue: the queue
 * @reset: begin anew
 *
 * Return: ns.
 */
u64 tpm2_session_queue_longest(struct tpm2_session_queue *queue, bool reset)
{
	u64 longest;

	spin_lock(&queue->lock);
	longest = queue->longest;
	if (reset)
		queue->longest = 0;
	spin_unlock(&queue->lock);
	return longest;
}
