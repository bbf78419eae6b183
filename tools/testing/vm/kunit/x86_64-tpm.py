# SPDX-License-Identifier: GPL-2.0-only
#
# The machine that kunit.py runs the suites on: with the TPM whose socket and model are named in the environment, and the
# kernel that tools/testing/vm/kernel has built. QEMU is called by way of qemu-system-bed, beside this file.

import os

from ..qemu_config import QemuArchParams

QEMU_ARCH = QemuArchParams(linux_arch='x86_64',
                           kconfig='',
                           qemu_arch='bed',
                           kernel_path='arch/x86/boot/bzImage',
                           kernel_command_line='console=ttyS0 panic=-1 oops=panic reboot=t',
                           extra_qemu_params=['-no-user-config', '-nic', 'none', '-smp', '2,sockets=2',
                                              '-chardev', 'socket,id=tpm,path=' + os.environ['TPM2_SPACE_TPM'],
                                              '-tpmdev', 'emulator,id=tpm0,chardev=tpm',
                                              '-device', os.environ['TPM2_SPACE_TPM_MODEL'] + ',tpmdev=tpm0'])
