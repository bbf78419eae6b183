// SPDX-License-Identifier: GPL-2.0-only
/* One user that does something in large numbers, and another one beside it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "check.h"
#include "counters.h"
#include "flood.h"
#include "process.h"
#include "tpm2-client.h"

#define SPARE_FDS	64	/* for all but the flood itself */
#define DEADLINE_MS	300000	/* to get a flood going */

/* All that this process opens from here on is somebody else's. */
void become_user(uid_t uid)
{
	expect(!setgroups(0, NULL) && !setresgid(uid, uid, uid) &&
	       !setresuid(uid, uid, uid), "cannot be user %u: %s", uid,
	       strerror(errno));
}

/* Everybody may use the TPM, as a member of its group might. */
static void open_to_all(void)
{
	char path[40];

	snprintf(path, sizeof(path), "/dev/tpmrm%d", chip_number());
	expect(!chmod(path, 0666), "chmod(): %s", strerror(errno));
}

static void run_flood(void *argument)
{
	struct flood *flood = argument;
	const struct rlimit files = {
		.rlim_cur = flood->nr + SPARE_FDS,
		.rlim_max = flood->nr + SPARE_FDS,
	};

	expect(!setrlimit(RLIMIT_NOFILE, &files), "setrlimit(): %s",
	       strerror(errno));
	become_user(FLOOD_USER);
	flood->run(flood);
}

/**
 * flood_start() - let a user's process loose
 * @run: what it does
 * @nr: how many files or processes it does it with
 * @pid: receives the process
 *
 * Return: what it says of it, when it has begun.
 */
struct flood *flood_start(void (*run)(struct flood *flood), unsigned int nr,
			  pid_t *pid)
{
	const struct timespec pause = { .tv_nsec = 5000000 };
	long long begin = now_ms();
	struct flood *flood;

	open_to_all();
	flood = mmap(NULL, sizeof(*flood), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	expect(flood != MAP_FAILED, "mmap(): %s", strerror(errno));
	flood->run = run;
	flood->nr = nr;
	*pid = spawn(run_flood, flood);
	while (!__atomic_load_n(&flood->ready, __ATOMIC_ACQUIRE)) {
		expect(!waitpid(*pid, NULL, WNOHANG), "there is no flood");
		expect(now_ms() - begin < DEADLINE_MS, "no flood after %d ms",
		       DEADLINE_MS);
		nanosleep(&pause, NULL);
	}
	check_note("a flood of %u after %lld ms", nr, now_ms() - begin);
	return flood;
}

void flood_ready(struct flood *flood)
{
	__atomic_store_n(&flood->ready, 1, __ATOMIC_RELEASE);
}

void flood_served(struct flood *flood)
{
	__atomic_add_fetch(&flood->served, 1, __ATOMIC_RELEASE);
}

/* All that it has is closed when this returns. */
void flood_stop(pid_t pid)
{
	long long begin = now_ms();

	kill_and_reap(pid);
	check_note("its end took %lld ms", now_ms() - begin);
}

/* Memory of the kernel's own that it cannot get back by itself. */
long unreclaimable_kb(void)
{
	FILE *file = fopen("/proc/meminfo", "re");
	char line[100];
	long kb = -1;

	expect(file, "/proc/meminfo: %s", strerror(errno));
	while (kb < 0 && fgets(line, sizeof(line), file))
		sscanf(line, "SUnreclaim: %ld", &kb);
	fclose(file);
	expect(kb >= 0, "/proc/meminfo does not tell");
	return kb;
}
