#include <malloc.h>

#include "CLinux.h"

void lnx_release_memory(void)
{
	malloc_trim(0);
}
