/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory that does not come at once, or not at all. */
#ifndef PAGES_H
#define PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct pages - such memory
 * @size: of a page, in bytes
 * @edge: a page with nothing behind it
 * @locked: a page that cannot be written to
 * @missing: a page that has to be brought each time; NULL where the kernel has no
 *	userfaultfd
 * @content: what is brought
 * @fd: tells of who wants it, and brings it
 * @meanwhile: called in a thread of its own while somebody waits for it
 * @data: for @meanwhile
 */
struct pages {
	size_t size;
	uint8_t *edge;
	uint8_t *locked;
	uint8_t *missing;
	uint8_t *content;
	int fd;
	void (*meanwhile)(void *data);
	void *data;
};

bool pages_can_miss(void);
void pages_begin(struct pages *pages);
uint8_t *pages_cut(const struct pages *pages, size_t size);
uint8_t *pages_missing(const struct pages *pages, const void *data,
		       size_t size);

#endif /* PAGES_H */
