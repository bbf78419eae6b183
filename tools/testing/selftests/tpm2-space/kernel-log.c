// SPDX-License-Identifier: GPL-2.0-only
/* The kernel's log, from /dev/kmsg: each read() gives one message. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "check.h"
#include "kernel-log.h"

#define LOG_FILE	"/dev/kmsg"

/* A file of all that is said from now on. */
int kernel_log(void)
{
	int log = open(LOG_FILE, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	expect(log >= 0, "cannot open " LOG_FILE ": %s", strerror(errno));
	expect(lseek(log, 0, SEEK_END) != -1, "lseek(): %s", strerror(errno));
	return log;
}

/* Does one of the messages that have come since hold this text? */
bool kernel_log_says(int log, const char *text)
{
	bool says = false;
	char message[2048];
	ssize_t len;

	for (;;) {
		len = read(log, message, sizeof(message) - 1);
		if (len >= 0) {
			message[len] = 0;
			says |= !!strstr(message, text);
			continue;
		}
		if (errno == EAGAIN)
			return says;
		/* it has said so much that the oldest is gone */
		expect(errno == EPIPE, "cannot read " LOG_FILE ": %s",
		       strerror(errno));
	}
}
