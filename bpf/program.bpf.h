// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What an exec's program file tells beside its path.
#pragma once

// Its last name is gone, or the one that it was opened by: /proc/PID/exe says "(deleted)" then. Only what is in the
// kernel's table of names has one.
static __always_inline bool is_deleted(struct file *program)
{
	return !program->f_inode->i_nlink || !program->f_path.dentry->d_hash.pprev;
}

#define S_ISUID_OR_ISGID 06000

// File capabilities gave a user what only an exec of such a file can: all else that is permitted behind an exec was
// ambient before (cap_bprm_creds_from_file in security/commoncap.c).
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

// Whether the exec changed the effective user or group, or gave capabilities. The kernel's own word for that, which the
// program gets as AT_SECURE, is not enough: it also stands where real and effective user differed before.
static __always_inline bool changed_privileges(struct linux_binprm *bprm, struct task_struct *task,
					       struct file *program)
{
	if (!BPF_CORE_READ_BITFIELD_PROBED(bprm, secureexec))
		return false;
	return program->f_inode->i_mode & S_ISUID_OR_ISGID || gained_capabilities(task);
}
