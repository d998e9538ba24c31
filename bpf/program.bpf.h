// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Facts of an exec's program file besides its path.
#pragma once

// Whether the file's last name was deleted, or the one that it was opened by: then /proc/PID/exe shows "(deleted)". Only
// files in the kernel's table of names have one.
static __always_inline bool is_deleted(struct file *program)
{
	return !program->f_inode->i_nlink || !program->f_path.dentry->d_hash.pprev;
}

#define S_ISUID_OR_ISGID 06000

// File capabilities gave a user what only an exec of such a file can: everything else that is permitted after an exec
// was ambient before (cap_bprm_creds_from_file in security/commoncap.c).
static __always_inline bool gained_capabilities(struct task_struct *task)
{
	struct cred *cred = task->cred;
	__u64 permitted = 0, ambient = 0;

	if (!cred->uid.val || cred->uid.val != cred->euid.val)
		return false;
	bpf_core_read(&permitted, sizeof(permitted), &cred->cap_permitted);
	bpf_core_read(&ambient, sizeof(ambient), &cred->cap_ambient);
	return permitted & ~ambient;
}

// Whether the exec changed the effective user or group, or gave capabilities. The kernel's own flag for this, which the
// program gets as AT_SECURE, is not enough: it is also set where real and effective user differed before.
static __always_inline bool changed_privileges(struct linux_binprm *bprm, struct task_struct *task,
					       struct file *program)
{
	if (!BPF_CORE_READ_BITFIELD(bprm, secureexec))
		return false;
	return program->f_inode->i_mode & S_ISUID_OR_ISGID || gained_capabilities(task);
}

// The task and the program of an exec.
struct program {
	struct task_struct *task; // the current one
	struct paths paths;
};

// A pointer in memory that is passed to a separately verified function is just a number there.
static __always_inline struct task_struct *task_of(const struct program *program)
{
#ifdef EST_WITH_BPF_LOOP
	return CAN_CAST ? CAST(struct task_struct, program->task) : bpf_get_current_task_btf();
#else
	return program->task;
#endif
}

// Fills everything of an exec record except its strings and the marks of the file. Returns 0.
ONCE int fill_exec(struct exec_record *exec, struct program *program)
{
	if (!exec || !program)
		return 0;
	fill_record(&exec->head.record, EST_EXEC, bpf_ktime_get_boot_ns(), task_of(program));
	exec->head.thread = bpf_get_current_pid_tgid();
	exec->head.error = 0;
	exec->head.has_directory = 0;
	exec->head.parts = 0;
	fill_paths(exec, &program->paths);
	return 0;
}
