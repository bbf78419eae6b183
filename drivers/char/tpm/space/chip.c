// SPDX-License-Identifier: GPL-2.0-only
/*
 * The chips of this machine and their resource managers.
 *
 * A resource manager comes when its /dev/tpmrmN does and goes when that goes,
 * as the class of these devices reports; open files may outlive it. It does not
 * go with the last open file: sessions that clients have saved themselves live
 * on in the TPM, and their ages with them.
 *
 * New files can be given back to the kernel's own code at any time, and taken
 * again. Files that are open stay with whoever has opened them. While there may
 * be some that are not ours, nothing of ours stays loaded between commands.
 */
#include <linux/cdev.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/reboot.h>
#include <linux/slab.h>
#include <linux/suspend.h>
#include <linux/timekeeping.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include "chip.h"
#include "compat.h"
#include "debugfs.h"
#include "rm.h"
#include "sync.h"

/**
 * struct managed_chip - a chip and its resource manager
 * @chip: the chip; a reference is held
 * @rm: its resource manager; the registry holds one reference
 * @transfer: memory that a transmission may need; protected by the chip
 * @turn: tries the commands that wait for a session; keeps a reference to @rm
 *	while it is pending
 * @files: open files of /dev/tpmrmN that it serves; under the registry's mutex
 * @users: those and open files of /dev/tpmN; under the mutex, too
 * @announced: the class has reported the chip, and will when it goes
 * @expected: it has, or is about to
 * @leaves: it has reported that it goes
 * @attributed: there are files in sysfs
 * @debugfs: the chip's folder, while it is announced
 */
struct managed_chip {
	struct tpm_chip *chip;
	struct tpm2_rm *rm;
	void *transfer;
	struct delayed_work turn;
	unsigned int files;
	unsigned int users;
	bool announced;
	bool expected;
	bool leaves;
	bool attributed;
	struct dentry *debugfs;
};

/* By chip number. Changed and walked under the mutex. */
static DEFINE_XARRAY(chips);
static DEFINE_MUTEX(chips_mutex);

static const struct tpm2_space_delivery *delivery;
static const struct tpm2_space_settings *settings;

/*
 * Serves nothing but the commands that wait for a session, so that nobody's
 * flood of others delays them.
 */
static struct workqueue_struct *turn_wq;

/* New files are ours. Changed under the mutex. */
static bool enabled;

/* The kernel's own code may have open files. Never becomes false again. */
static bool others;

static int chip_get(struct tpm2_rm *rm)
{
	struct managed_chip *managed = rm->priv;
	int rc = tpm_try_get_ops(managed->chip);

	if (!rc)
		tpm2_compat_end_kernel_session(managed->chip);
	return rc;
}

static void chip_put(struct tpm2_rm *rm)
{
	struct managed_chip *managed = rm->priv;

	tpm_put_ops(managed->chip);
}

static ssize_t chip_transmit(struct tpm2_rm *rm, u8 *buf)
{
	struct managed_chip *managed = rm->priv;
	ssize_t rc;

	rc = tpm2_compat_transmit(managed->chip, managed->transfer, buf);
	if (rc < 0)
		return rc;
	/* the core has checked that this is what the driver received */
	rc = get_unaligned_be32(buf + 2);
	return rc > TPM2_WIRE_BUFSIZE ? -EIO : rc;
}

static bool chip_attrs(struct tpm2_rm *rm, u32 cc, u32 *attrs)
{
	const u32 mask = TPMA_CC_VENDOR | TPMA_CC_COMMAND_INDEX;
	struct managed_chip *managed = rm->priv;
	struct tpm_chip *chip = managed->chip;
	u32 i;

	for (i = 0; i < chip->nr_commands; i++) {
		if ((chip->cc_attrs_tbl[i] & mask) != cc)
			continue;
		*attrs = chip->cc_attrs_tbl[i];
		return true;
	}
	return false;
}

/*
 * Does anybody use the chip whom we do not serve? A client of /dev/tpmN; or one
 * of /dev/tpmrmN with a file that is the kernel's: each open file holds a
 * reference to the cdev, which has one more of its own. A file of ours has that
 * before it is counted, and until it is counted no more.
 */
static bool chip_shared(struct tpm2_rm *rm)
{
	struct managed_chip *managed = rm->priv;
	struct tpm_chip *chip = managed->chip;
	bool shared;

	if (!READ_ONCE(enabled) || test_bit(0, &chip->is_open))
		return true;
	if (!READ_ONCE(others))
		return false;
	mutex_lock(&chips_mutex);
	shared = kref_read(&chip->cdevs.kobj.kref) > managed->files + 1;
	mutex_unlock(&chips_mutex);
	return shared;
}

/* While the machine sleeps nobody could use a session, so that time does not count. */
static u64 chip_now(struct tpm2_rm *rm)
{
	return ktime_get_ns();
}

static void take_turn(struct work_struct *work)
{
	struct managed_chip *managed = container_of(to_delayed_work(work),
						    struct managed_chip, turn);
	struct tpm2_rm *rm = managed->rm;

	tpm2_session_queue_turn(&rm->queue, chip_now(rm));
	tpm2_rm_put(rm);
}

static void chip_schedule(struct tpm2_rm *rm, u64 due)
{
	struct managed_chip *managed = rm->priv;
	u64 now = chip_now(rm);
	unsigned long delay = 0;

	/* a jiffy more, since the current one has partly gone by */
	if (due > now)
		delay = nsecs_to_jiffies(due - now) + 1;
	kref_get(&rm->ref);
	if (mod_delayed_work(turn_wq, &managed->turn, delay))
		tpm2_rm_put(rm);
}

static void chip_free(struct tpm2_rm *rm)
{
	struct managed_chip *managed = rm->priv;

	put_device(&managed->chip->dev);
	kfree_sensitive(managed->transfer);
	kfree(managed);
}

static const struct tpm2_rm_ops chip_ops = {
	.get = chip_get,
	.put = chip_put,
	.transmit = chip_transmit,
	.attrs = chip_attrs,
	.shared = chip_shared,
	.now = chip_now,
	.schedule = chip_schedule,
	.free = chip_free,
};

/* So that sysfs has them; if it fails, the first command tries again. */
static void read_limits(struct tpm2_rm *rm)
{
	if (tpm2_rm_hold(rm))
		return;
	if (!rm->limits.active_sessions)
		tpm2_rm_read_limits(rm);
	tpm2_rm_release(rm);
}

static u64 limited_ns(unsigned int ms)
{
	return (u64)min(ms, TPM2_RM_LEASE_MS_MAX) * NSEC_PER_MSEC;
}

static struct managed_chip *create_managed(struct tpm_chip *chip)
{
	struct managed_chip *managed;
	struct tpm2_rm *rm;

	managed = kzalloc_obj(*managed, GFP_KERNEL);
	if (!managed)
		return NULL;
	managed->transfer = tpm2_compat_alloc_transfer();
	if (!managed->transfer)
		goto free_managed;
	rm = tpm2_rm_create(&chip_ops, managed);
	if (!rm)
		goto free_transfer;
	managed->chip = chip;
	managed->rm = rm;
	INIT_DELAYED_WORK(&managed->turn, take_turn);
	get_device(&chip->dev);
	rm->dev = &chip->dev;
	rm->chip = chip->dev_num;
	tpm2_lease_init(&rm->lease, limited_ns(settings->lease_ms),
			limited_ns(settings->tenure_ms));
	rm->limits.max_per_fd = settings->max_per_fd;
	if (delivery->unseen) {
		rm->limits.reserve_objects = 2;
		rm->limits.reserve_sessions = 1;
		rm->limits.reserve_for_good = IS_ENABLED(CONFIG_TCG_TPM2_HMAC);
		rm->limits.reserve_all = TPM2_COMPAT_USERS_NAME_HANDLES;
	}
	return managed;

free_transfer:
	kfree(managed->transfer);
free_managed:
	kfree(managed);
	return NULL;
}

/* The resource manager of a chip, with a reference, or NULL. */
static struct tpm2_rm *find_locked(struct tpm_chip *chip)
{
	struct managed_chip *managed = xa_load(&chips, chip->dev_num);

	lockdep_assert_held(&chips_mutex);

	if (!managed || managed->chip != chip)
		return NULL;
	kref_get(&managed->rm->ref);
	return managed->rm;
}

/*
 * The resource manager of a chip, with a reference, or an ERR_PTR(). It is made
 * by whoever comes first: a file can be opened as soon as it has a name, and
 * the class reports it after that.
 */
static struct tpm2_rm *find_or_create(struct tpm_chip *chip)
{
	struct managed_chip *managed;
	struct tpm2_rm *rm;
	int rc;

	lockdep_assert_held(&chips_mutex);

	rm = find_locked(chip);
	if (rm)
		return rm;
	managed = create_managed(chip);
	if (!managed)
		return ERR_PTR(-ENOMEM);
	rc = xa_insert(&chips, chip->dev_num, managed, GFP_KERNEL);
	if (rc) {
		tpm2_rm_put(managed->rm);
		return ERR_PTR(rc);
	}
	kref_get(&managed->rm->ref);
	return managed->rm;
}

static void divert(struct tpm_chip *chip, bool to_us)
{
	lockdep_assert_held(&chips_mutex);

	if (delivery->divert)
		delivery->divert(chip, to_us);
}

/*
 * Those who were told of the device have not found the files yet, so they are told
 * again.
 */
static void add_attributes(struct managed_chip *managed, struct device *dev)
{
	managed->attributed = !device_add_group(dev, delivery->attributes);
	if (managed->attributed)
		kobject_uevent(&dev->kobj, KOBJ_CHANGE);
	else
		dev_warn(dev, "no sysfs files for sessions\n");
}

static int add_chip(TPM2_COMPAT_CLASS_INTERFACE_ARGS(dev))
{
	struct tpm_chip *chip = container_of(dev, struct tpm_chip, devs);
	struct managed_chip *managed;
	struct tpm2_rm *rm;

	mutex_lock(&chips_mutex);
	rm = find_or_create(chip);
	if (!IS_ERR(rm)) {
		managed = rm->priv;
		managed->announced = true;
		managed->expected = true;
		divert(chip, enabled);
	}
	mutex_unlock(&chips_mutex);
	if (IS_ERR(rm))
		return PTR_ERR(rm);

	managed->debugfs = tpm2_debugfs_add(rm);
	/* its file may be open by now, and has waited for nobody */
	read_limits(rm);
	if (delivery->attributes)
		add_attributes(managed, dev);
	tpm2_rm_put(rm);
	return 0;
}

/* The chip goes, and nobody has to be tried any more. */
static void close_rm(struct tpm2_rm *rm)
{
	struct managed_chip *managed = rm->priv;

	tpm2_rm_close(rm, false);
	if (cancel_delayed_work_sync(&managed->turn))
		tpm2_rm_put(rm);
}

/* Drop the registry's reference; the caller has one of its own. */
static void forget(struct tpm2_rm *rm)
{
	struct managed_chip *managed = rm->priv;

	lockdep_assert_held(&chips_mutex);

	xa_erase(&chips, managed->chip->dev_num);
	tpm2_rm_put(rm);
}

static void remove_chip(TPM2_COMPAT_CLASS_INTERFACE_ARGS(dev))
{
	struct tpm_chip *chip = container_of(dev, struct tpm_chip, devs);
	struct managed_chip *managed;
	struct tpm2_rm *rm;

	mutex_lock(&chips_mutex);
	divert(chip, false);
	rm = find_locked(chip);
	managed = rm ? rm->priv : NULL;
	if (managed)
		managed->leaves = true;
	mutex_unlock(&chips_mutex);
	if (!rm)
		return;

	if (managed->attributed)
		device_remove_group(dev, delivery->attributes);
	tpm2_debugfs_remove(managed->debugfs);
	close_rm(rm);
	/* until the slots are empty, the kernel's commands need us */
	mutex_lock(&chips_mutex);
	forget(rm);
	mutex_unlock(&chips_mutex);
	tpm2_rm_put(rm);
}

static struct class_interface chip_interface = {
	.add_dev = add_chip,
	.remove_dev = remove_chip,
};

/* Watch /dev/tpmrmN come and go. Done once, as soon as the class is known. */
static int watch_class(TPM2_COMPAT_CLASS *cls)
{
	static DEFINE_MUTEX(watch_mutex);
	int rc = 0;

	mutex_lock(&watch_mutex);
	if (!chip_interface.class) {
		chip_interface.class = cls;
		rc = class_interface_register(&chip_interface);
		if (rc)
			chip_interface.class = NULL;
	}
	mutex_unlock(&watch_mutex);
	return rc;
}

/* To a module the class is known from a chip only. */
static int watch_present(void)
{
	TPM2_COMPAT_CLASS *class = tpm2_compat_rm_class();
	struct tpm_chip *chip;
	int rc = -ENODEV;

	if (class)
		return watch_class(class);
	chip = tpm_default_chip();
	if (!chip)
		return -ENODEV;
	/* one of TPM 1.2 need not have any */
	if (chip->devs.class)
		rc = watch_class(chip->devs.class);
	put_device(&chip->dev);
	return rc;
}

/**
 * tpm2_space_chip_find() - the resource manager of a chip
 * @chip: chip
 *
 * Return: the resource manager with a reference for the caller, or NULL.
 */
struct tpm2_rm *tpm2_space_chip_find(struct tpm_chip *chip)
{
	struct tpm2_rm *rm;

	mutex_lock(&chips_mutex);
	rm = find_locked(chip);
	mutex_unlock(&chips_mutex);
	return rm;
}

/* The same for whose /dev/tpmrmN is there, or about to come. */
static struct tpm2_rm *find_expected(struct tpm_chip *chip)
{
	struct managed_chip *managed;
	struct tpm2_rm *rm;

	rm = find_locked(chip);
	managed = rm ? rm->priv : NULL;
	if (managed && !managed->expected) {
		/* the registry has one more */
		tpm2_rm_put(rm);
		rm = NULL;
	}
	return rm;
}

/**
 * tpm2_space_chip_find_expected() - the same, for who does without it
 * @chip: chip, held
 *
 * A file of /dev/tpmN that is opened while its chip goes brings a resource manager
 * about once more. It knows nothing, and what it needs to know of commands goes with
 * the chip's resources.
 *
 * Return: the resource manager with a reference for the caller; NULL if there is none,
 * or /dev/tpmrmN is neither there nor about to come.
 */
struct tpm2_rm *tpm2_space_chip_find_expected(struct tpm_chip *chip)
{
	struct tpm2_rm *rm;

	mutex_lock(&chips_mutex);
	rm = find_expected(chip);
	mutex_unlock(&chips_mutex);
	return rm;
}

/**
 * tpm2_space_chip_open() - a file of a chip is opened
 * @chip: the chip
 * @raw: it is one of /dev/tpmN, and not of /dev/tpmrmN
 *
 * Makes the resource manager for the first file of /dev/tpmN if the class has not
 * reported the chip yet.
 *
 * Return: the resource manager with a reference for the file, or an ERR_PTR().
 */
struct tpm2_rm *tpm2_space_chip_open(struct tpm_chip *chip, bool raw)
{
	struct managed_chip *managed;
	struct tpm2_rm *rm;
	int rc;

	rc = watch_class(chip->devs.class);
	if (rc)
		return ERR_PTR(rc);
	mutex_lock(&chips_mutex);
	if (raw) {
		rm = find_or_create(chip);
	} else {
		/* it is there before its files can be opened, and goes before they do */
		rm = find_expected(chip);
		if (!rm)
			rm = ERR_PTR(-ENODEV);
	}
	if (!IS_ERR(rm)) {
		managed = rm->priv;
		managed->users++;
		if (!raw)
			managed->files++;
	}
	mutex_unlock(&chips_mutex);
	return rm;
}

/**
 * tpm2_space_chip_expect() - a chip is about to have its /dev/tpmrmN
 * @chip: the chip
 *
 * From the moment that others know of the device on, its files in sysfs are to say
 * what is so.
 *
 * Return: the resource manager, for tpm2_space_chip_arrived(); or an ERR_PTR().
 */
struct tpm2_rm *tpm2_space_chip_expect(struct tpm_chip *chip)
{
	struct tpm2_rm *rm = tpm2_space_chip_open(chip, true);
	struct managed_chip *managed;

	if (IS_ERR(rm))
		return rm;
	managed = rm->priv;
	mutex_lock(&chips_mutex);
	managed->expected = true;
	mutex_unlock(&chips_mutex);
	read_limits(rm);
	return rm;
}

/**
 * tpm2_space_chip_close() - a file of a chip is closed
 * @rm: what tpm2_space_chip_open() returned
 * @raw: as it was opened
 *
 * If the class has not reported the chip, it may never: the file may have been
 * opened while the chip went. Then nobody else would end the resource manager.
 */
void tpm2_space_chip_close(struct tpm2_rm *rm, bool raw)
{
	struct managed_chip *managed = rm->priv;
	bool last;

	mutex_lock(&chips_mutex);
	if (!raw)
		managed->files--;
	last = !--managed->users && !managed->announced &&
	       xa_load(&chips, managed->chip->dev_num) == managed;
	if (last)
		forget(rm);
	mutex_unlock(&chips_mutex);
	if (last)
		close_rm(rm);
	tpm2_rm_put(rm);
}

/**
 * tpm2_space_chip_arrived() - a chip has its /dev/tpmrmN, or will have none
 * @rm: what tpm2_space_chip_expect() returned
 * @there: it has, and the class has reported it
 */
void tpm2_space_chip_arrived(struct tpm2_rm *rm, bool there)
{
	struct managed_chip *managed = rm->priv;

	mutex_lock(&chips_mutex);
	managed->expected = there;
	mutex_unlock(&chips_mutex);
	tpm2_space_chip_close(rm, true);
}

/*
 * The next resource manager, with a reference. The registry's mutex is taken
 * inside of a chip's, so it cannot be held while a chip is taken.
 */
static struct tpm2_rm *next_rm(unsigned long *index)
{
	struct managed_chip *managed;
	struct tpm2_rm *rm = NULL;

	mutex_lock(&chips_mutex);
	managed = xa_find(&chips, index, ULONG_MAX, XA_PRESENT);
	if (managed) {
		rm = managed->rm;
		kref_get(&rm->ref);
	}
	mutex_unlock(&chips_mutex);
	return rm;
}

static void visit_all(void (*fn)(struct tpm2_rm *rm))
{
	struct tpm2_rm *rm;
	unsigned long i;

	for (i = 0; (rm = next_rm(&i)); i++) {
		fn(rm);
		tpm2_rm_put(rm);
	}
}

/*
 * Taking a chip and letting go of it empties the slots that must be empty. If it
 * cannot be had, what becomes of them meanwhile has to be found out later.
 */
static void empty_slots(struct tpm2_rm *rm)
{
	if (!tpm2_rm_hold(rm)) {
		tpm2_rm_release(rm);
		return;
	}
	mutex_lock(&rm->mutex);
	tpm2_rm_distrust(rm, TPM2_TRUST_FOREIGN);
	mutex_unlock(&rm->mutex);
}

/**
 * tpm2_space_chips_enabled() - are new files ours?
 */
bool tpm2_space_chips_enabled(void)
{
	return READ_ONCE(enabled);
}

/**
 * tpm2_space_chips_enable() - take new files, or give them to the kernel's own
 *	code
 * @enable: take them
 *
 * When this returns, every open() that begins goes where it is to go; one that
 * has begun before may not. Then the slots are empty that the others need.
 *
 * Context: process context; takes the chips.
 */
void tpm2_space_chips_enable(bool enable)
{
	struct managed_chip *managed;
	unsigned long i;

	mutex_lock(&chips_mutex);
	WRITE_ONCE(others, others || !enable);
	WRITE_ONCE(enabled, enable);
	xa_for_each(&chips, i, managed) {
		if (managed->announced && !managed->leaves)
			divert(managed->chip, enable);
	}
	mutex_unlock(&chips_mutex);
	if (!enable)
		visit_all(empty_slots);
}

/*
 * What is loaded does not survive when the TPM loses power; saved contexts do,
 * if firmware sees to it. Whether it did is seen when the TPM is read back.
 */
static void quiesce(struct tpm2_rm *rm)
{
	WRITE_ONCE(rm->quiesced, true);
	empty_slots(rm);
}

static void resume(struct tpm2_rm *rm)
{
	WRITE_ONCE(rm->quiesced, false);
	mutex_lock(&rm->mutex);
	tpm2_rm_distrust(rm, TPM2_TRUST_FOREIGN);
	mutex_unlock(&rm->mutex);
	/* sessions may have ended meanwhile */
	tpm2_session_queue_kick(&rm->queue);
}

static int pm_event(struct notifier_block *nb, unsigned long event, void *data)
{
	switch (event) {
	case PM_HIBERNATION_PREPARE:
	case PM_SUSPEND_PREPARE:
		visit_all(quiesce);
		break;
	case PM_POST_HIBERNATION:
	case PM_POST_SUSPEND:
		visit_all(resume);
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block pm_notifier = {
	.notifier_call = pm_event,
};

/*
 * A system that hibernates may end in a shutdown or a restart as well. The image
 * has the contexts then, and who uses them finds out what the TPM has left of them.
 */
static void close_unless_asleep(struct tpm2_rm *rm, bool all)
{
	if (!READ_ONCE(rm->quiesced))
		tpm2_rm_close(rm, all);
}

static void end(struct tpm2_rm *rm)
{
	close_unless_asleep(rm, false);
}

static void end_all(struct tpm2_rm *rm)
{
	close_unless_asleep(rm, true);
}

/*
 * A kernel that is started by this one, with kexec, finds the TPM as this one
 * leaves it. It cannot be told from other restarts, where firmware resets
 * the TPM anyway.
 */
static int reboot_event(struct notifier_block *nb, unsigned long event,
			void *data)
{
	/* switched off, what is not ours is left alone */
	visit_all(event == SYS_RESTART && READ_ONCE(enabled) ? end_all : end);
	return NOTIFY_DONE;
}

static struct notifier_block reboot_notifier = {
	.notifier_call = reboot_event,
};

/**
 * tpm2_space_chip_init() - manage the chips of this machine
 * @how: how the extension was delivered
 * @what: what a chip begins with, and whether to take new files. Both stay valid
 *	until tpm2_space_chip_exit().
 *
 * Return: 0; -ENODEV if there is no TPM and no other way to hear of the first
 * one; else -errno.
 */
int tpm2_space_chip_init(const struct tpm2_space_delivery *how,
			 const struct tpm2_space_settings *what)
{
	int rc;

	delivery = how;
	settings = what;
	enabled = what->enabled;
	others = how->late || !enabled;
	tpm2_debugfs_init();
	/*
	 * No command may be sent when the TPM has saved its state: it would not
	 * come back from sleep.
	 */
	turn_wq = alloc_workqueue("tpm2_space_turn", WQ_UNBOUND | WQ_FREEZABLE |
						     WQ_MEM_RECLAIM, 0);
	rc = -ENOMEM;
	if (!turn_wq)
		goto exit_debugfs;
	rc = register_pm_notifier(&pm_notifier);
	if (rc)
		goto destroy_wq;
	rc = register_reboot_notifier(&reboot_notifier);
	if (rc)
		goto exit_pm;
	rc = watch_present();
	if (rc)
		goto exit_reboot;
	return 0;

exit_reboot:
	unregister_reboot_notifier(&reboot_notifier);
exit_pm:
	unregister_pm_notifier(&pm_notifier);
destroy_wq:
	destroy_workqueue(turn_wq);
exit_debugfs:
	tpm2_debugfs_exit();
	return rc;
}

/**
 * tpm2_space_chip_exit() - the opposite of tpm2_space_chip_init()
 */
void tpm2_space_chip_exit(void)
{
	if (chip_interface.class)
		class_interface_unregister(&chip_interface);
	unregister_reboot_notifier(&reboot_notifier);
	unregister_pm_notifier(&pm_notifier);
	destroy_workqueue(turn_wq);
	tpm2_debugfs_exit();
}
