/* SPDX-License-Identifier: GPL-2.0-only */
/* What the program ends with; the man page says the same. */
#ifndef STATUS_H
#define STATUS_H

/**
 * enum status - exit status
 * @STATUS_OK: all that was asked for was done
 * @STATUS_FAILED: it could not be done
 * @STATUS_USAGE: it is not clear what was asked for
 * @STATUS_ABSENT: there is no TPM, or the extension is not there
 * @STATUS_PARTLY: not all sessions that were to be flushed were, or were seen
 */
enum status {
	STATUS_OK,
	STATUS_FAILED,
	STATUS_USAGE,
	STATUS_ABSENT,
	STATUS_PARTLY,
};

#endif /* STATUS_H */
