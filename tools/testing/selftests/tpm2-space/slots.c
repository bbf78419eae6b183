// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is in the TPM's slots between two commands.
 */
#include <stdlib.h>
#include "slots.h"

/*
 * With trusted keys, the kernel's own commands name handles of the TPM's, and a module
 * does not see them; so it leaves nothing loaded there. Whoever starts a test says
 * whether it is on such a kernel; what is seen must not decide what is expected.
 */
bool nothing_stays(void)
{
	return getenv("TPM2_SPACE_NOTHING_STAYS");
}
