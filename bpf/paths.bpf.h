// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Paths, as names from the leaf upwards: the kernel stores no path, only the parent of each name, and at the root of a
// mount the walk continues at the mount point. User space reverses the names.
#pragma once

// The most steps up a path; a mount is one. A deeper path, or one that does not fit, is sent again in a part of its
// own; what does not fit there either is cut at its upper end. Without bpf_loop that second try would cost the verifier
// more than everything else, and is left out. Failed execs have the larger room at once.
#define PATH_STEPS_FEW 48
#define PATH_STEPS 4400 // two paths of PATH_MAX with names of one letter, and their mounts

// One name of a path, and its parent.
struct path_name {
	struct dentry *parent;
	const unsigned char *text;
	__u32 length;
	struct dentry *typed; // the dentry of the name, where plain loads can read its bytes; else null
};

// The kernel's layout of a qstr, read at once.
struct name_and_length {
	__u32 hash;
	__u32 length;
	const unsigned char *name;
};

static __always_inline bool read_name(struct path_name *name, struct dentry *dentry)
{
	if (CAN_CAST) {
		struct dentry *typed = CAST(struct dentry, dentry);
		name->parent = typed->d_parent;
		name->length = typed->d_name.len;
		name->text = typed->d_name.name;
		name->typed = typed;
		return true;
	}
	struct name_and_length found;
	name->parent = BPF_CORE_READ(dentry, d_parent);
	if (bpf_core_read(&found, sizeof(found), &dentry->d_name))
		return false;
	name->length = found.length;
	name->text = found.name;
	name->typed = 0;
	return true;
}

// A short name is in its dentry: this many bytes of it are copied without a check of its length.
#define INLINE_NAME 32

// Copies `length` bytes of a name, at most EST_NAME_MAX; INLINE_NAME bytes are written in any case.
static __always_inline bool copy_name(char *to, const struct path_name *name, __u32 length)
{
	if (name->typed && length < INLINE_NAME) {
		struct dentry *dentry = name->typed;
		struct dentry___before_6_14 *old = (void *)dentry;
		__u32 offset = bpf_core_field_exists(old->d_iname) ? bpf_core_field_offset(old->d_iname)
								   : bpf_core_field_offset(dentry->d_shortname);
		if (name->text == (void *)dentry + offset) {
			const __u64 *from = (void *)dentry + offset;
			__u64 *words = (__u64 *)to;
			words[0] = from[0];
			words[1] = from[1];
			words[2] = from[2];
			words[3] = from[3];
			return true;
		}
	}
	return !bpf_probe_read_kernel(to, length, name->text);
}

// The progress of a walk. It is in the record, like `used` below, and not on the stack: data from the ring is just a
// number to the verifier, so its states do not multiply with the rounds.
struct path_place {
	struct dentry *dentry;
	struct dentry *root; // of the mount
	struct mount *mount;
	__u64 is_last; // 1: the present path is the last one
};
_Static_assert(sizeof(struct path_place) <= sizeof(struct est_progress), "a walk's place is lent by the strings");

// Where paths are written: first the executable, then the working directory, in one loop, since every loop costs the
// verifier again.
struct path_walk {
	char *room;
	struct est_path_sizes *sizes;
	__u32 *marks;
	struct path_place *place;
	struct dentry *next; // the last path's leaf
	struct vfsmount *next_vfs;
};

#define MOUNT_READ(from, MEMBER) \
	(CAN_CAST ? CAST(struct mount, from)->MEMBER : BPF_CORE_READ(from, MEMBER))

static __always_inline struct mount *mount_of(struct vfsmount *vfs)
{
	return (void *)vfs - bpf_core_field_offset(struct mount, mnt);
}

static __always_inline void start_path(struct path_place *place, struct dentry *leaf, struct vfsmount *vfs, bool is_last)
{
	struct mount *mount = mount_of(vfs);
	place->dentry = leaf;
	place->mount = mount;
	place->root = MOUNT_READ(mount, mnt.mnt_root);
	place->is_last = is_last;
}

// The present path is complete. Returns 1 after the last one.
static __always_inline long end_path(struct path_walk *walk)
{
	if (walk->place->is_last) {
		*walk->marks &= ~EST_CWD_CUT;
		return 1;
	}
	*walk->marks &= ~EST_EXE_CUT;
	walk->sizes->exe = walk->sizes->all - walk->sizes->file - walk->sizes->interpreter;
	start_path(walk->place, walk->next, walk->next_vfs, true);
	return 0;
}

// The kernel's addresses must not reach user space.
static __always_inline void forget_place(struct path_place *place)
{
	place->dentry = place->root = 0;
	place->mount = 0;
}

// One step up. The constant size of the room keeps the verifier's arithmetic in range: there is always room for a whole
// name after `used`. A name without a directory (such as a memfd) is a path of that one name.
#define DEFINE_STEP_UP(step, ROOM)                                                  \
	static long step(__u32 round, void *context)                                \
	{                                                                           \
		struct path_walk *walk = context;                                   \
		struct path_place *place = walk->place;                             \
		struct dentry *dentry = place->dentry;                              \
		struct path_name name;                                              \
		if (dentry == place->root) {                                        \
			struct mount *mount = place->mount;                         \
			struct mount *above = MOUNT_READ(mount, mnt_parent);        \
			if (above == mount)                                         \
				return end_path(walk);                              \
			place->dentry = MOUNT_READ(mount, mnt_mountpoint);          \
			place->root = MOUNT_READ(above, mnt.mnt_root);              \
			place->mount = above;                                       \
			return 0;                                                   \
		}                                                                   \
		if (!read_name(&name, dentry))                                      \
			return 1;                                                   \
		__u32 used = walk->sizes->all, length = name.length & EST_NAME_MAX; \
		barrier_var(length);                                                \
		if (used > ROOM - EST_NAME_MAX - 1)                                 \
			return 1;                                                   \
		if (!copy_name(walk->room + used, &name, length))                   \
			return 1;                                                   \
		walk->room[used + length] = 0;                                      \
		walk->sizes->all = used + length + 1;                               \
		if (name.parent != dentry) {                                        \
			place->dentry = name.parent;                                \
			return 0;                                                   \
		}                                                                   \
		if (!place->is_last)                                                \
			*walk->marks |= EST_EXE_MEMFD;                              \
		return end_path(walk);                                              \
	}

DEFINE_STEP_UP(step_up, EST_PATHS_ROOM)
DEFINE_STEP_UP(step_up_large, EST_PATHS_ROOM_LARGE)

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

// Whether a directory or file has no name any more: where /proc adds "(deleted)" to its path (`d_unlinked`). The root
// of a mount never has one.
static __always_inline bool is_unlinked(struct dentry *dentry)
{
	if (CAN_CAST) {
		struct dentry *typed = CAST(struct dentry, dentry);
		return !typed->d_hash.pprev && typed->d_parent != dentry;
	}
	return !BPF_CORE_READ(dentry, d_hash.pprev) && BPF_CORE_READ(dentry, d_parent) != dentry;
}

struct paths {
	const char *file;
	const char *interpreter; // or null
	struct path exe;
	struct path cwd;
};

// Writes all four paths and their sizes. Paths that do not fit stay marked as cut.
#define DEFINE_PUT_PATHS(put, step, ROOM, TEXT)                                                        \
	static __always_inline void put(struct est_path_sizes *sizes, char *room, struct paths *paths, \
					__u32 *marks, struct path_place *place)                        \
	{                                                                                              \
		__u32 *used = &sizes->all;                                                             \
		*marks |= EST_EXE_CUT | EST_CWD_CUT;                                                   \
		*used = 0;                                                                             \
		if (!put_text(room, used, paths->file, ROOM, TEXT))                                    \
			*marks |= EST_FILE_CUT;                                                        \
		sizes->file = *used;                                                                   \
		if (paths->interpreter && !put_text(room, used, paths->interpreter, ROOM, TEXT))       \
			*marks |= EST_FILE_CUT;                                                        \
		sizes->interpreter = *used - sizes->file;                                              \
		sizes->exe = 0;                                                                        \
		struct path_walk walk = {                                                              \
			.room = room,                                                                  \
			.sizes = sizes,                                                                \
			.marks = marks,                                                                \
			.place = place,                                                                \
			.next = paths->cwd.dentry,                                                     \
			.next_vfs = paths->cwd.mnt,                                                    \
		};                                                                                     \
		if (is_unlinked(paths->cwd.dentry))                                                    \
			*marks |= EST_CWD_DELETED;                                                     \
		start_path(place, paths->exe.dentry, paths->exe.mnt, false);                           \
		LOOP(PATH_STEPS_FEW, PATH_STEPS, step, &walk);                                         \
		forget_place(place);                                                                   \
		if (*marks & EST_EXE_CUT)                                                              \
			sizes->exe = *used - sizes->file - sizes->interpreter;                         \
	}

DEFINE_PUT_PATHS(put_paths, step_up, EST_PATHS_ROOM, 256)
// One byte more than PATH_MAX, or a name of that length would look as if it was cut.
DEFINE_PUT_PATHS(put_paths_large, step_up_large, EST_PATHS_ROOM_LARGE, 4097)

// An exec record as it is reserved in the ring, with room for short paths.
struct exec_record {
	struct est_exec head;
	char paths[EST_PATHS_ROOM];
	char strings[];
};

#ifdef EST_WITH_BPF_LOOP
// Sends all paths of a record in a part of their own. Returns the remaining marks.
static __always_inline __u32 send_long_paths(struct est_exec *exec, struct paths *paths, __u32 marks)
{
	const __u32 cut = EST_FILE_CUT | EST_EXE_CUT | EST_CWD_CUT;
	__u32 number;
	union buffer *buffer = take_buffer(&number);

	if (!buffer) {
		count(&counters.lost_parts);
		return marks;
	}
	struct est_part *part = &buffer->part.head;
	start_part(part, EST_PART_PATHS, exec);
	exec->record.marks = marks & ~cut;
	put_paths_large(&part->path_sizes, buffer->part.room, paths, &exec->record.marks, (void *)&exec->progress);
	part->size = part->path_sizes.all;
	if (send_buffer(buffer, sizeof(*part), part->size, EST_PATHS_ROOM_LARGE)) {
		exec->parts++;
		marks = exec->record.marks;
	} else {
		count(&counters.lost_parts);
	}
	give_back_buffer(&number);
	return marks;
}
#endif

// Fills the paths of an exec record, and where they do not fit sends them again, complete, in a part.
static __always_inline void fill_paths(struct exec_record *exec, struct paths *paths)
{
	__u32 *marks = &exec->head.record.marks;

	put_paths(&exec->head.path_sizes, exec->paths, paths, marks, (void *)&exec->head.progress);
#ifdef EST_WITH_BPF_LOOP
	if (*marks & (EST_FILE_CUT | EST_EXE_CUT | EST_CWD_CUT))
		*marks = send_long_paths(&exec->head, paths, *marks);
#endif
}
