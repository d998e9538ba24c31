// Titles: what programs write over their own arguments.
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

extern char **environ;

// The memory map as the kernel has it on record. Fields are counted from 1, as proc(5) does.
static struct prctl_mm_map find_map(void)
{
	unsigned long fields[53] = {};
	char text[2048] = "";
	FILE *file = fopen("/proc/self/stat", "r");
	must(file && fgets(text, sizeof(text), file) ? 0 : -1, "read stat");
	fclose(file);
	// Behind the comm and the state.
	char *field = strrchr(text, ')') + 4;
	for (int i = 4; i < 52; i++)
		fields[i] = strtoul(field, &field, 10);
	return (struct prctl_mm_map){
		.start_code = fields[26],
		.end_code = fields[27],
		.start_stack = fields[28],
		.start_data = fields[45],
		.end_data = fields[46],
		.start_brk = fields[47],
		.brk = (unsigned long)sbrk(0),
		.arg_start = fields[48],
		.arg_end = fields[49],
		.env_start = fields[50],
		.env_end = fields[51],
		.exe_fd = -1,
	};
}

static char **copies(char **strings)
{
	size_t count = 0;
	while (strings[count])
		count++;
	char **made = calloc(count + 1, sizeof(*made));
	for (size_t i = 0; i < count; i++)
		made[i] = strdup(strings[i]);
	return made;
}

// HOW TEXT STEP: writes a title over the arguments. HOW is
//   zeros   the text, then zeros to the end of the arguments
//   whole   nothing but the text, again and again, without any NUL in the arguments
//   over    the text, from the arguments on into the environment, all else of which becomes zeros
//   moved   the text in other memory, which the kernel is told by PR_SET_MM
int run_title(char **arguments)
{
	char *how = strdup(arguments[0]), *text = strdup(arguments[1]);
	char **next = copies(arguments + 2);
	size_t length = strlen(text);
	struct prctl_mm_map map = find_map();
	char *start = (char *)map.arg_start, *end = (char *)map.arg_end;
	if (!strcmp(how, "zeros")) {
		memset(start, 0, end - start);
		strncpy(start, text, end - start - 1);
	} else if (!strcmp(how, "whole")) {
		for (char *place = start; place < end; place++)
			*place = text[(place - start) % length];
	} else if (!strcmp(how, "over")) {
		char **last = environ;
		while (last[1])
			last++;
		char *limit = *last + strlen(*last);
		environ = copies(environ);
		memset(start, 0, limit - start);
		for (char *place = start; place < end + 4 && place < limit; place++)
			*place = text[(place - start) % length];
	} else {
		char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		must(page == MAP_FAILED ? -1 : 0, "mmap");
		strncpy(page, text, 4095);
		map.arg_start = (unsigned long)page;
		map.arg_end = map.arg_start + length + 1;
		must(prctl(PR_SET_MM, PR_SET_MM_MAP, &map, sizeof(map), 0), "prctl");
	}
	return run(next);
}

// PATH STEP: takes a name away, of a file or of an empty directory.
int run_unlink(char **arguments)
{
	must(remove(arguments[0]), "remove");
	return run(arguments + 1);
}
