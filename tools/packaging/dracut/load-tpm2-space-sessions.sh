#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Loads the module before anything can open /dev/tpmrm0. Where the TPM comes later, the rule for udev sees to it.

modprobe -bq tpm2_space_sessions 2>/dev/null || :
