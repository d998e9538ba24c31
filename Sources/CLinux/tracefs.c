#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mount.h>

struct job {
	int (*body)(void *);
	void *context;
	int result;
};

static void *run(void *argument)
{
	struct job *job = argument;
	// The thread leaves the host's mounts unchanged: no other process sees its mount.
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    (mount("tracefs", "/sys/kernel/tracing", "tracefs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) &&
	     errno != EBUSY))
		job->result = -errno;
	else
		job->result = job->body(job->context);
	return NULL;
}

int lnx_with_private_tracefs(int (*body)(void *), void *context)
{
	struct job job = { .body = body, .context = context };
	pthread_t thread;
	int error = pthread_create(&thread, NULL, run, &job);
	if (error)
		return -error;
	pthread_join(thread, NULL);
	return job.result;
}
