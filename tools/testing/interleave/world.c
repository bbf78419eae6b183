// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is below the driver: a chip, its class, and a fake TPM.
 */
#include <linux/reboot.h>
#include <linux/suspend.h>
#include <string.h>
#include "chip.h"
#include "compat.h"
#include "file.h"
#include "rm.h"
#include "wire.h"
#include "world.h"

PER_RUN struct world world;
PER_RUN int shim_module_references;
static PER_RUN struct class class;
static PER_RUN struct notifier_block *sleeper;
static PER_RUN u32 attributes[FAKE_TPM_LAST_CC - FAKE_TPM_FIRST_CC + 1];
static PER_RUN struct tpm2_space_delivery delivery;
static PER_RUN struct tpm2_space_settings settings;

int class_interface_register(struct class_interface *interface)
{
	class.interface = interface;
	return interface->add_dev(class.dev);
}

void class_interface_unregister(struct class_interface *interface)
{
	class.interface = NULL;
	if (class.dev)
		interface->remove_dev(class.dev);
}

int register_pm_notifier(struct notifier_block *block)
{
	sleeper = block;
	return 0;
}

struct tpm_chip *tpm_default_chip(void)
{
	get_device(&world.chip.dev);
	return &world.chip;
}

int tpm_try_get_ops(struct tpm_chip *chip)
{
	mutex_lock(&chip->tpm_mutex);
	if (world.fail_hold) {
		note("the chip cannot be had");
		world.fail_hold = false;
		mutex_unlock(&chip->tpm_mutex);
		return -EIO;
	}
	if (!chip->gone)
		return 0;
	mutex_unlock(&chip->tpm_mutex);
	return -EIO;
}

void tpm_put_ops(struct tpm_chip *chip)
{
	mutex_unlock(&chip->tpm_mutex);
}

ssize_t tpm_transmit_cmd(struct tpm_chip *chip, struct tpm_buf *buf,
			 size_t least, const char *what)
{
	u32 cc = get_unaligned_be32(buf->data + 6);
	ssize_t size;

	(void)least;
	(void)what;
	hook_assert_held(&chip->tpm_mutex, "the chip", __func__);
	hook_might_sleep(__func__);
	task_point(&chip->tpm_mutex, "has the TPM at work", "on a command", __func__);
	note("the TPM is sent command 0x%x", cc);
	if (cc == TPM_CC_START_AUTH_SESSION)
		check_start();
	else if (cc == FAKE_CC_GET_RANDOM)
		check_random();
	if (world.fail_with && cc == world.fail_cc) {
		note("but the driver says %d", world.fail_with);
		size = world.fail_with;
		world.fail_with = 0;
		return size;
	}
	size = fake_tpm_transmit(&world.tpm, buf->data);
	if (size < 0)
		return size;
	note("the TPM answers with 0x%x", get_unaligned_be32(buf->data + 6));
	task_point(&chip->tpm_mutex, "has the TPM at work", "no more", __func__);
	return (int)get_unaligned_be32(buf->data + 6);
}

/**
 * world_init() - make a world without clients
 * @config: what its TPM has
 * @lease_ms: how long leases are, from creation
 */
void world_init(const struct fake_tpm_config *config, u32 lease_ms)
{
	u32 cc, attrs;

	fake_tpm_init(&world.tpm, config);
	for (cc = FAKE_TPM_FIRST_CC; cc <= FAKE_TPM_LAST_CC; cc++) {
		if (fake_tpm_attrs(cc, &attrs))
			attributes[world.chip.nr_commands++] = attrs;
	}
	world.chip.cc_attrs_tbl = attributes;
	kref_init(&world.chip.dev.kobj.kref);
	kref_init(&world.chip.devs.kobj.kref);
	kref_init(&world.chip.cdev.kobj.kref);
	kref_init(&world.chip.cdevs.kobj.kref);
	world.chip.devs.class = &class;
	class.dev = &world.chip.devs;

	settings.enabled = true;
	settings.lease_ms = lease_ms;
	settings.tenure_ms = lease_ms;
	settings.max_per_fd = 4;
	if (tpm2_space_file_init() ||
	    tpm2_space_chip_init(&delivery, &settings))
		fail("the driver does not begin");
	world.rm = tpm2_space_chip_find(&world.chip);
	tpm2_rm_put(world.rm);
	work_init();
	task_create_end(check_end);
}

/* The chip goes away. */
void world_remove(void)
{
	note("the chip goes away");
	class.dev = NULL;
	class.interface->remove_dev(&world.chip.devs);
	mutex_lock(&world.chip.tpm_mutex);
	world.chip.gone = true;
	mutex_unlock(&world.chip.tpm_mutex);
}

/* The machine sleeps, and wakes up again. */
void world_sleep(void)
{
	note("the machine is about to sleep");
	sleeper->notifier_call(sleeper, PM_SUSPEND_PREPARE, NULL);
	note("the machine has slept");
	sleeper->notifier_call(sleeper, PM_POST_SUSPEND, NULL);
}

/* As sysfs does it. */
void world_set_lease(u64 ns)
{
	struct tpm2_rm *rm = tpm2_space_chip_find(&world.chip);

	note("leases are set to %llu ms", ns / NSEC_PER_MSEC);
	spin_lock(&rm->lock);
	tpm2_lease_set(&rm->lease, ns, ns);
	spin_unlock(&rm->lock);
	tpm2_session_queue_kick(&rm->queue);
	tpm2_rm_put(rm);
}
