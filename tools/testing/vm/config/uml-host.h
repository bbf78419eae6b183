/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files of User-Mode Linux that call this machine's own library do not know the
 * kernel's types, and so not what those need that look for races.
 */
#undef CONFIG_KCSAN
