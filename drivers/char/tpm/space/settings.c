// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is set from outside: whether new files are ours, and the limits that a
 * chip begins with.
 */
#include <linux/kstrtox.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include "file.h"
#include "settings.h"
#include "state.h"

struct tpm2_space_settings tpm2_space_settings = {
	.enabled = true,
	.lease_ms = TPM2_RM_LEASE_MS,
	.tenure_ms = TPM2_RM_TENURE_MS,
};

/* Protects the switch, and what follows. */
static DEFINE_MUTEX(switch_mutex);

/* How we were delivered, while there is something to be switched. */
static const struct tpm2_space_delivery *delivery;

/* What is ours must not go while new files may get to it. */
static int hold(const struct tpm2_space_delivery *how)
{
	return how->hold && !how->hold() ? -ENODEV : 0;
}

static void let_go(const struct tpm2_space_delivery *how)
{
	if (how->let_go)
		how->let_go();
}

static int switch_to(bool enable)
{
	int rc;

	if (!delivery || enable == tpm2_space_settings.enabled)
		return 0;
	if (!enable) {
		tpm2_space_chips_enable(false);
		let_go(delivery);
		return 0;
	}
	rc = hold(delivery);
	if (!rc)
		tpm2_space_chips_enable(true);
	return rc;
}

static int set_switch(const char *val, const struct kernel_param *param)
{
	bool enable;
	int rc;

	rc = kstrtobool(val, &enable);
	if (rc)
		return rc;

	mutex_lock(&switch_mutex);
	rc = switch_to(enable);
	if (!rc)
		tpm2_space_settings.enabled = enable;
	mutex_unlock(&switch_mutex);
	return rc;
}

const struct kernel_param_ops tpm2_space_switch_ops = {
	.set = set_switch,
	.get = param_get_bool,
};

static int start(const struct tpm2_space_delivery *how)
{
	bool enable = tpm2_space_settings.enabled;
	int rc;

	lockdep_assert_held(&switch_mutex);

	rc = tpm2_space_file_init();
	if (rc)
		return rc;
	if (enable)
		rc = hold(how);
	if (rc)
		goto exit_file;
	rc = tpm2_space_chip_init(how, &tpm2_space_settings);
	if (rc)
		goto let_go;
	delivery = how;
	return 0;

let_go:
	if (enable)
		let_go(how);
exit_file:
	tpm2_space_file_exit();
	return rc;
}

/**
 * tpm2_space_start() - serve files from now on, unless we are switched off
 * @how: how we were delivered; stays valid until tpm2_space_stop()
 *
 * Return: as tpm2_space_chip_init().
 */
int tpm2_space_start(const struct tpm2_space_delivery *how)
{
	int rc;

	mutex_lock(&switch_mutex);
	rc = start(how);
	mutex_unlock(&switch_mutex);
	return rc;
}

/**
 * tpm2_space_stop() - the opposite of tpm2_space_start()
 *
 * Nothing is held any more: else we could not be about to go.
 */
void tpm2_space_stop(void)
{
	mutex_lock(&switch_mutex);
	delivery = NULL;
	mutex_unlock(&switch_mutex);
	tpm2_space_chip_exit();
	tpm2_space_file_exit();
}
