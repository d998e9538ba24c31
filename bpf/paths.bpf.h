// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Paths, as names from the leaf upwards: the kernel keeps no path, only each name's parent, and a mount's root must
// be left through the place where it is mounted. User space turns the names round.
#pragma once

// The most steps up a path, a mount being one. What goes deeper, or does not fit, is sent once more in a part of its
// own; what does not fit even there is cut at its upper end.
#define PATH_STEPS_FEW 24
#define PATH_STEPS 2200 // a path of PATH_MAX with names of one letter, and its mounts

// The kernel's layout of a qstr, read in one go.
struct name_and_length {
	__u32 hash;
	__u32 length;
	const unsigned char *name;
};

// Where paths are being written, and whether the walk came to an end. `used` stands in the record, not on the stack:
// a value that comes from the ring is just some number to the verifier, so states do not multiply.
struct path_walk {
	char *room;
	__u32 *used;
	struct dentry *dentry;
	struct dentry *root; // of the mount
	struct mount *mount;
	__u32 whole;
	__u32 pseudo;
};

// One step up. The constant size of the room keeps the verifier's arithmetic in range: there is always a whole
// name's room behind `used`.
#define DEFINE_STEP_UP(step, ROOM)                                                       \
	static long step(__u32 round, void *context)                                     \
	{                                                                                \
		struct path_walk *walk = context;                                        \
		struct dentry *dentry = walk->dentry, *parent;                           \
		struct name_and_length name;                                             \
		if (dentry == walk->root) {                                              \
			struct mount *mount = walk->mount;                               \
			struct mount *above = BPF_CORE_READ(mount, mnt_parent);          \
			if (above == mount) {                                            \
				walk->whole = 1;                                         \
				return 1;                                                \
			}                                                                \
			walk->dentry = BPF_CORE_READ(mount, mnt_mountpoint);             \
			walk->root = BPF_CORE_READ(above, mnt.mnt_root);                 \
			walk->mount = above;                                             \
			return 0;                                                        \
		}                                                                        \
		parent = BPF_CORE_READ(dentry, d_parent);                                \
		if (bpf_core_read(&name, sizeof(name), &dentry->d_name))                 \
			return 1;                                                        \
		__u32 used = *walk->used, length = name.length & EST_NAME_MAX;           \
		barrier_var(length);                                                     \
		if (used > ROOM - EST_NAME_MAX - 1)                                      \
			return 1;                                                        \
		if (bpf_probe_read_kernel(walk->room + used, length, name.name))         \
			return 1;                                                        \
		walk->room[used + length] = 0;                                           \
		*walk->used = used + length + 1;                                         \
		if (parent == dentry) {                                                  \
			walk->whole = walk->pseudo = 1;                                  \
			return 1;                                                        \
		}                                                                        \
		walk->dentry = parent;                                                   \
		return 0;                                                                \
	}

DEFINE_STEP_UP(step_up, EST_PATHS_ROOM)
DEFINE_STEP_UP(step_up_large, EST_PATHS_ROOM_LARGE)

// Walks from a path to the root of its mount tree, and adds `cut` to the marks when it has to stop below that. A name
// without a directory (a memfd, say) is a path of that one name, and adds `pseudo`.
#define WALK_PATH(step, out_room, out_used, vfs, leaf, marks, cut, pseudo_mark)                      \
	do {                                                                                         \
		struct mount *mount = (void *)(vfs) - bpf_core_field_offset(struct mount, mnt);      \
		struct path_walk walk = {                                                            \
			.room = (out_room),                                                          \
			.used = (out_used),                                                          \
			.dentry = (leaf),                                                            \
			.root = BPF_CORE_READ(mount, mnt.mnt_root),                                  \
			.mount = mount,                                                              \
		};                                                                                   \
		LOOP(PATH_STEPS_FEW, PATH_STEPS, step, &walk);                                       \
		if (!walk.whole)                                                                     \
			*(marks) |= (cut);                                                           \
		if (walk.pseudo)                                                                     \
			*(marks) |= (pseudo_mark);                                                   \
	} while (0)

// Appends a kernel string of at most `most` bytes with its NUL; false when it is longer.
static __always_inline bool put_text(char *room, __u32 *out_used, const char *text, const __u32 size, const __u32 most)
{
	__u32 used = *out_used;
	if (used > size - most)
		return false;
	long length = bpf_probe_read_kernel_str(room + used, most, text);
	if (length < 0)
		return false;
	*out_used = used + (__u32)length;
	return (__u32)length < most;
}

struct paths {
	const char *file;
	const char *interpreter; // or null
	struct path exe;
	struct path cwd;
};

// Writes all four paths and their sizes, and marks those that do not fit.
#define DEFINE_PUT_PATHS(put, step, ROOM, TEXT)                                                           \
	static __always_inline void put(struct est_path_sizes *sizes, char *room, struct paths *paths,    \
					__u32 *marks)                                                     \
	{                                                                                                 \
		__u32 *used = &sizes->all;                                                                \
		*used = 0;                                                                                \
		if (!put_text(room, used, paths->file, ROOM, TEXT))                                       \
			*marks |= EST_FILE_CUT;                                                           \
		sizes->file = *used;                                                                      \
		if (paths->interpreter && !put_text(room, used, paths->interpreter, ROOM, TEXT))          \
			*marks |= EST_FILE_CUT;                                                           \
		sizes->interpreter = *used - sizes->file;                                                 \
		WALK_PATH(step, room, used, paths->exe.mnt, paths->exe.dentry, marks, EST_EXE_CUT,        \
			  EST_EXE_MEMFD);                                                                 \
		sizes->exe = *used - sizes->interpreter - sizes->file;                                    \
		WALK_PATH(step, room, used, paths->cwd.mnt, paths->cwd.dentry, marks, EST_CWD_CUT, 0);    \
	}

DEFINE_PUT_PATHS(put_paths, step_up, EST_PATHS_ROOM, 256)
DEFINE_PUT_PATHS(put_paths_large, step_up_large, EST_PATHS_ROOM_LARGE, 4096)

// Fills the paths of an exec record, and where they do not fit sends them once more, whole, in a part.
static __always_inline void fill_paths(struct est_exec *exec, struct paths *paths)
{
	const __u32 cut = EST_FILE_CUT | EST_EXE_CUT | EST_CWD_CUT;
	__u32 *marks = &exec->record.marks;

	put_paths(&exec->path_sizes, exec->paths, paths, marks);
	if (!(*marks & cut))
		return;
	struct est_part *part = bpf_ringbuf_reserve(&ring, sizeof(*part) + EST_PATHS_ROOM_LARGE, 0);
	if (!part) {
		count(&counters.lost_parts);
		return;
	}
	part->kind = EST_PART;
	part->field = EST_PART_PATHS;
	part->pid = exec->record.facts.pid;
	*marks &= ~cut;
	put_paths_large(&part->path_sizes, part->bytes, paths, marks);
	part->size = part->path_sizes.all;
	bpf_ringbuf_submit(part, 0);
	exec->parts++;
}

struct cgroup_walk {
	struct kernfs_node *node;
	struct est_part *part;
};

static long step_up_cgroup(__u32 round, void *context)
{
	struct cgroup_walk *walk = context;
	struct kernfs_node *node = walk->node, *parent;
	struct kernfs_node___before_6_15 *old = (void *)node;
	if (bpf_core_field_exists(old->parent))
		parent = BPF_CORE_READ(old, parent);
	else
		parent = BPF_CORE_READ(node, __parent);
	__u32 used = walk->part->size;
	if (!parent || used > EST_CGROUP_ROOM - EST_NAME_MAX - 1)
		return 1; // the root has no name
	long length = bpf_probe_read_kernel_str(walk->part->bytes + used, EST_NAME_MAX + 1, BPF_CORE_READ(node, name));
	if (length < 0)
		return 1;
	walk->part->size = used + (__u32)length;
	walk->node = parent;
	return 0;
}

// Sends a cgroup's path when it is first met; records then only carry its id.
static __always_inline void announce_cgroup(struct kernfs_node *node, __u64 id, __s32 pid)
{
	if (!id || bpf_map_lookup_elem(&announced_cgroups, &id))
		return;
	struct est_part *part = bpf_ringbuf_reserve(&ring, sizeof(*part) + EST_CGROUP_ROOM, 0);
	if (!part) {
		count(&counters.lost_parts);
		return;
	}
	part->kind = EST_PART;
	part->field = EST_PART_CGROUP;
	part->pid = pid;
	part->cgroup_id = id;
	part->size = 0;
	struct cgroup_walk walk = { .node = node, .part = part };
	LOOP(12, 64, step_up_cgroup, &walk);
	bpf_ringbuf_submit(part, 0);
	__u8 yes = 1;
	bpf_map_update_elem(&announced_cgroups, &id, &yes, BPF_ANY);
}
