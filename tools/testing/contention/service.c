// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who shares the TPM out: the driver's own code, from a user's line to the TPM,
 * with the time of this world.
 */
#include <linux/errno.h>
#include "exec.h"
#include "service.h"

#define REST	(20 * NS_PER_MS)	/* as long as the driver puts work off */

const char *const rule_names[RULES] = {
	[RULE_UNPATCHED] = "unpatched",
	[RULE_PLAIN] = "plain",
	[RULE_OURS] = "ours",
	[RULE_ORACLE] = "oracle",
};

static struct tpm2_rm_ops ops;

static ssize_t transmit(struct tpm2_rm *rm, u8 *buf)
{
	struct fake_chip *chip = rm->priv;

	return world_transmit(container_of(chip, struct world, chip), buf);
}

/* Called with spinlocks held. */
static void schedule_turn(struct fake_chip *chip)
{
	struct service *service = container_of(chip, struct service,
					       world.chip);

	world_at(&service->world, &service->turn_due, chip->due);
}

static void turn_due(struct event *event)
{
	struct service *service = container_of(event, struct service,
					       turn_due);

	if (!service->turn_asked)
		world_ask(&service->world, &service->turn);
	service->turn_asked = true;
}

/* What was put off is done after a while. */
static void watch_rest(struct service *service)
{
	if (service->rm->gap_work.pending && !service->rest.place)
		world_after(&service->world, &service->rest, REST);
}

static void take_turn(struct job *job)
{
	struct service *service = container_of(job, struct service, turn);

	service->turn_asked = false;
	tpm2_session_queue_turn(&service->rm->queue,
				world_now(&service->world));
	watch_rest(service);
}

static void rest_is_over(struct event *event)
{
	struct service *service = container_of(event, struct service, rest);

	world_ask(&service->world, &service->refresh);
}

static void refresh(struct job *job)
{
	struct service *service = container_of(job, struct service, refresh);
	struct delayed_work *work = &service->rm->gap_work;

	if (cancel_delayed_work(work))
		work->work.func(&work->work);
	watch_rest(service);
}

/**
 * service_init() - make a world, and share out its TPM
 * @service: memory for it
 * @rule: by which rule
 * @lease_ns: in place of what is default, in ns; 0 for that
 * @tenure_ns: likewise
 */
void service_init(struct service *service, enum rule rule, u64 lease_ns,
		  u64 tenure_ns)
{
	struct tpm2_rm *rm;

	memset(service, 0, sizeof(*service));
	world_init(&service->world);
	service->rule = rule;
	INIT_LIST_HEAD(&service->reserving);
	if (rule == RULE_UNPATCHED)
		return;

	service->turn_due.run = turn_due;
	service->turn.run = take_turn;
	service->rest.run = rest_is_over;
	service->refresh.run = refresh;
	service->world.chip.scheduled = schedule_turn;

	ops = fake_chip_ops;
	ops.transmit = transmit;
	rm = tpm2_rm_create(&ops, &service->world.chip);
	if (!rm)
		abort();
	service->rm = rm;
	if (!lease_ns)
		lease_ns = rm->lease.length;
	if (!tenure_ns)
		tenure_ns = rule == RULE_OURS ? rm->lease.tenure : lease_ns;
	spin_lock(&rm->lock);
	tpm2_lease_set(&rm->lease, lease_ns, tenure_ns);
	spin_unlock(&rm->lock);
}

/**
 * service_destroy() - the opposite of service_init()
 * @service: the service, all of whose files are closed
 */
void service_destroy(struct service *service)
{
	if (service->rm) {
		service->world.chip.scheduled = NULL;
		if (cancel_delayed_work(&service->rm->gap_work))
			tpm2_rm_put(service->rm);
		tpm2_rm_put(service->rm);
	}
	WARN_ON_ONCE(service->world.chip.misuses);
	world_destroy(&service->world);
}

/**
 * service_held() - how many sessions does a user have?
 * @service: the service, which is ours
 * @user: the user
 */
unsigned int service_held(struct service *service, u32 user)
{
	struct tpm2_user *other;

	list_for_each_entry(other, &service->rm->users, node) {
		if (other->id == user)
			return other->holder.nr_sessions;
	}
	return 0;
}

/**
 * service_promise() - the oracle says that a session is needed to the end
 * @file: its file, or that of who has saved it
 * @handle: the session, which has just been started
 */
void service_promise(struct file *file, u32 handle)
{
	struct tpm2_session *session;

	if (file->service->rule != RULE_ORACLE)
		return;
	session = tpm2_session_table_find(&file->service->rm->sessions, handle);
	session->created.now = TPM2_SESSION_ETERNITY / 2;
}

/* See that those begin for whom there are enough, in the order of asking. */
static void make_reservations(struct service *service)
{
	unsigned int most = service->world.chip.tpm.config.active_sessions;
	struct reservation *next;

	while (!list_empty(&service->reserving)) {
		next = list_first_entry(&service->reserving, struct reservation,
					node);
		if (service->reserved + next->nr > most)
			return;
		service->reserved += next->nr;
		list_del_init(&next->node);
		world_after(&service->world, &next->made, 0);
	}
}

/**
 * service_reserve() - somebody is about to start several sessions
 * @service: the service
 * @reservation: how many, and what is to happen then: at once, but where an oracle
 *	sees to it that nobody waits for one while it holds another
 */
void service_reserve(struct service *service, struct reservation *reservation)
{
	INIT_LIST_HEAD(&reservation->node);
	if (service->rule != RULE_ORACLE) {
		world_after(&service->world, &reservation->made, 0);
		return;
	}
	list_add_tail(&reservation->node, &service->reserving);
	make_reservations(service);
}

/**
 * service_cancel() - it has ended its sessions
 * @service: the service
 * @reservation: the reservation, which has been made
 */
void service_cancel(struct service *service, struct reservation *reservation)
{
	if (service->rule != RULE_ORACLE)
		return;
	service->reserved -= reservation->nr;
	make_reservations(service);
}

/* The file's command has come to the TPM. */
static void at_tpm(struct job *job)
{
	struct file *file = container_of(job, struct file, job);
	struct service *service = file->service;

	file->under_way = false;
	file->carry_out(file);
	if (service->rm) {
		tpm2_user_end(service->rm, &file->command);
		watch_rest(service);
	}
	if (!file->client.waits)
		file->answered(file);
}

/* The command has passed its user's line. Called with spinlocks held. */
static void pass(struct tpm2_user_command *command)
{
	struct file *file = container_of(command, struct file, command);

	world_ask(&file->service->world, &file->job);
}

/* Called with spinlocks held: its client hears of it in a moment. */
static void done(struct client *client)
{
	struct file *file = container_of(client, struct file, client);

	world_after(&file->service->world, &file->late, 0);
}

static void late(struct event *event)
{
	struct file *file = container_of(event, struct file, late);

	file->answered(file);
}

/**
 * file_open() - open a file
 * @file: the file, zeroed but for the callbacks
 * @service: whom it leads to
 * @user: who opens it
 */
void file_open(struct file *file, struct service *service, u32 user)
{
	file->service = service;
	file->job.run = at_tpm;
	INIT_LIST_HEAD(&file->job.node);
	file->late.run = late;
	if (!service->rm) {
		memset(&file->client, 0, sizeof(file->client));
		file->client.exec = unpatched_exec;
		return;
	}
	if (client_init(&file->client, service->rm, user))
		abort();
	file->client.done = done;
	file->command.user = file->client.space.user;
	file->command.owner = &file->client.space.owner;
	file->command.pass = pass;
	INIT_LIST_HEAD(&file->command.node);
}

/* Take a command back that has not come to the TPM. */
static void take_back(struct file *file)
{
	struct tpm2_rm *rm = file->service->rm;

	file->under_way = false;
	if (rm && tpm2_user_cancel(rm, &file->command))
		return;
	list_del_init(&file->job.node);
	if (rm)
		tpm2_user_end(rm, &file->command);
}

/**
 * file_close() - close a file
 * @file: the file
 */
void file_close(struct file *file)
{
	world_cancel(&file->service->world, &file->late);
	if (file->under_way)
		take_back(file);
	if (file->service->rm)
		client_close(&file->client);
	else
		unpatched_close(file);
}

/**
 * file_send() - write a command
 * @file: the file, whose callback says which
 */
void file_send(struct file *file)
{
	file->under_way = true;
	if (file->service->rm)
		tpm2_user_begin(file->service->rm, &file->command);
	else
		world_ask(&file->service->world, &file->job);
}
