#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Puts the module into an initramfs of dracut's that uses the TPM, to unlock disks or for anything else: what has opened
# /dev/tpmrm0 before the module came is not served by it.
# shellcheck disable=SC2154 # variables of dracut's

check() {
	# A kernel that DKMS cannot serve has none.
	modinfo -k "$kernel" tpm2_space_sessions >/dev/null 2>&1
}

depends() {
	return 0
}

# Those that use it have been chosen before, by their numbers.
uses_tpm() {
	local name
	for name in tpm2-tss clevis-pin-tpm2 crypt-tpm2; do
		! dracut_module_included "$name" || return 0
	done
	return 1
}

installkernel() {
	# not only if it is loaded now
	! uses_tpm || hostonly='' instmods tpm2_space_sessions
}

install() {
	uses_tpm || return 0
	inst_rules 60-tpm2-space-sessions.rules
	# what unlocks disks does not wait for udev's rules where the kernel has the TPM's driver built in
	inst_hook pre-udev 50 "$moddir/load-tpm2-space-sessions.sh"
}
