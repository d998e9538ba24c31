// Titles: what programs write over their own arguments.
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

extern char **environ;

// Where the arguments are, from the kernel's own record of it.
static void find_arguments(char **start, char **end)
{
	char text[2048] = "";
	FILE *file = fopen("/proc/self/stat", "r");
	must(file && fgets(text, sizeof(text), file) ? 0 : -1, "read stat");
	fclose(file);
	char *field = strrchr(text, ')');
	for (int i = 2; i < 48; i++)
		field = strchr(field + 1, ' ');
	*start = (char *)strtoul(field, &field, 10);
	*end = (char *)strtoul(field, &field, 10);
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
//   moved   the text in memory of its own, which the kernel is told of (PR_SET_MM)
int run_title(char **arguments)
{
	char *how = strdup(arguments[0]), *text = strdup(arguments[1]);
	char **next = copies(arguments + 2), *start, *end;
	size_t length = strlen(text);
	find_arguments(&start, &end);
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
		strncpy(page, text, 4095);
		// The start has to stay below the end at each step.
		if (page < end) {
			must(prctl(PR_SET_MM, PR_SET_MM_ARG_START, page, 0, 0), "prctl start");
			must(prctl(PR_SET_MM, PR_SET_MM_ARG_END, page + length + 1, 0, 0), "prctl end");
		} else {
			must(prctl(PR_SET_MM, PR_SET_MM_ARG_END, page + length + 1, 0, 0), "prctl end");
			must(prctl(PR_SET_MM, PR_SET_MM_ARG_START, page, 0, 0), "prctl start");
		}
	}
	return run(next);
}

// PATH STEP: takes a name away, of a file or of an empty directory.
int run_unlink(char **arguments)
{
	must(remove(arguments[0]), "remove");
	return run(arguments + 1);
}
