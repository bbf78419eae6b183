/* SPDX-License-Identifier: GPL-2.0-only */
/* What tpm-sessions can do; each takes its part of the command line. */
#ifndef COMMANDS_H
#define COMMANDS_H

int list_main(int argc, char **argv);
int stat_main(int argc, char **argv);
int watch_main(int argc, char **argv);
int flush_main(int argc, char **argv);
int set_main(int argc, char **argv);

#endif /* COMMANDS_H */
