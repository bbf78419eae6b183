/* SPDX-License-Identifier: GPL-2.0-only */
/* Who has which sessions, by all that can say so. */
#ifndef ACCOUNT_H
#define ACCOUNT_H

/**
 * struct account - what all agreed on
 * @files: open files of the resource manager
 * @owned: sessions that they have
 * @detached: sessions that no file has
 * @objects: objects that they have
 */
struct account {
	unsigned int files;
	unsigned int owned;
	unsigned int detached;
	long long objects;
};

void account_check(struct account *account);
void account_flush_detached(void);

#endif /* ACCOUNT_H */
