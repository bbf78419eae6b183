// SPDX-License-Identifier: GPL-2.0-only
/* What the kernel tells udev, by the same way: a netlink socket. */
#include <errno.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "check.h"
#include "uevent.h"

#define GROUP_KERNEL	1	/* not what udev tells others */
#define UEVENT_MAX	8192
#define ROOM		1048576	/* bytes for those that nobody has read yet */

/* From here on they are kept for us. */
int uevents_open(void)
{
	const struct sockaddr_nl address = {
		.nl_family = AF_NETLINK,
		.nl_groups = GROUP_KERNEL,
	};
	const int room = ROOM;
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC,
			NETLINK_KOBJECT_UEVENT);

	expect(fd >= 0, "socket(): %s", strerror(errno));
	expect(!setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)),
	       "setsockopt(): %s", strerror(errno));
	expect(!bind(fd, (const struct sockaddr *)&address, sizeof(address)),
	       "bind(): %s", strerror(errno));
	return fd;
}

/* "ACTION@PATH", where the path ends in the device's name. */
static bool is_about(const char *head, const char *action, int chip)
{
	char name[20];
	const char *end = strrchr(head, '/');

	snprintf(name, sizeof(name), "/tpmrm%d", chip);
	return end && !strcmp(end, name) &&
	       !strncmp(head, action, strlen(action)) &&
	       head[strlen(action)] == '@';
}

/* Has something been told of a chip's /dev/tpmrmN, or is it before the time is up? */
bool uevents_saw(int fd, const char *action, int chip, int timeout_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char event[UEVENT_MAX + 1];
	ssize_t len;

	while (poll(&p, 1, timeout_ms) == 1) {
		len = recv(fd, event, UEVENT_MAX, 0);
		expect(len > 0, "recv(): %s", strerror(errno));
		event[len] = 0;
		if (is_about(event, action, chip))
			return true;
	}
	return false;
}
