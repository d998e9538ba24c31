#define _GNU_SOURCE
#include "CLinux.h"

#include <nss.h>
#include <stddef.h>
#include <sys/auxv.h>

void lnx_limit_name_service(void)
{
	static const char *const databases[] = { "passwd", "group", "initgroups" };

	// With a dynamic loader the C library is the system's own, and its modules fit.
	if (getauxval(AT_BASE))
		return;
	for (size_t i = 0; i < sizeof(databases) / sizeof(*databases); i++)
		__nss_configure_lookup(databases[i], "files");
}
