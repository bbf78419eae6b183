// SPDX-License-Identifier: GPL-2.0-only
/*
 * In libFuzzer's place, where there is none: the inputs in the folders that are
 * named, once.
 */
#include <dirent.h>
#include <stdio.h>
#include "fuzz.h"

#define LONGEST	8192

static unsigned long inputs;

static int replay(const char *folder, const char *name)
{
	uint8_t data[LONGEST];
	char path[1024];
	size_t size;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "rb");
	if (!file) {
		perror(path);
		return 1;
	}
	size = fread(data, 1, sizeof(data), file);
	fclose(file);
	inputs++;
	return LLVMFuzzerTestOneInput(data, size);
}

int main(int argc, char **argv)
{
	struct dirent *entry;
	DIR *folder;
	int i;

	for (i = 1; i < argc; i++) {
		folder = opendir(argv[i]);
		if (!folder) {
			perror(argv[i]);
			return 1;
		}
		while ((entry = readdir(folder))) {
			if (entry->d_name[0] != '.' &&
			    replay(argv[i], entry->d_name))
				return 1;
		}
		closedir(folder);
	}
	printf("# %lu inputs\n", inputs);
	return 0;
}
