/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TEXT_H
#define TEXT_H

#define TEXT_PRINTABLE	64	/* bytes, with the end */

const char *text_printable(const char *name, char text[TEXT_PRINTABLE]);
void text_make_valid(char *name);

#endif
