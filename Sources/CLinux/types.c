#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/btf.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

// Maps a file, or reads it where it cannot be mapped: the kernel's types, before 6.16.
static const char *contents(int fd, size_t size)
{
	char *memory = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (memory != MAP_FAILED)
		return memory;
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		return NULL;
	size_t filled = 0;
	ssize_t count;
	while (filled < size && ((count = read(fd, memory + filled, size - filled)) > 0 || (count < 0 && errno == EINTR)))
		filled += count > 0 ? count : 0;
	if (filled == size)
		return memory;
	munmap(memory, size);
	return NULL;
}

// The number of bytes after a type; negative for a kind that this header does not know.
static long size_behind(unsigned int info)
{
	long members = BTF_INFO_VLEN(info);
	switch (BTF_INFO_KIND(info)) {
	case BTF_KIND_INT:
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG:
		return sizeof(__u32);
	case BTF_KIND_ARRAY:
		return sizeof(struct btf_array);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return members * sizeof(struct btf_member);
	case BTF_KIND_ENUM:
		return members * sizeof(struct btf_enum);
	case BTF_KIND_ENUM64:
		return members * sizeof(struct btf_enum64);
	case BTF_KIND_FUNC_PROTO:
		return members * sizeof(struct btf_param);
	case BTF_KIND_DATASEC:
		return members * sizeof(struct btf_var_secinfo);
	default:
		return BTF_INFO_KIND(info) > BTF_KIND_MAX ? -EINVAL : 0;
	}
}

// The position of a name among the strings, which contain each name once. It compares with the NULs around the name, or
// the end of a longer name would match.
static long find_name(const char *strings, size_t size, const char *name)
{
	size_t length = strlen(name) + 2;
	char wanted[128] = "";
	if (length > sizeof(wanted))
		return -ENAMETOOLONG;
	memcpy(wanted + 1, name, length - 1);
	const char *found = memmem(strings, size, wanted, length);
	return found ? found - strings + 1 : -ENOENT;
}

// The strings of the types, or NULL where the format is unexpected.
static const char *strings_of(const char *btf, size_t size)
{
	const struct btf_header *header = (const void *)btf;
	if (size < sizeof(*header) || header->magic != BTF_MAGIC ||
	    (size_t)header->hdr_len + header->type_off + header->type_len > size ||
	    (size_t)header->hdr_len + header->str_off + header->str_len > size)
		return NULL;
	return btf + header->hdr_len + header->str_off;
}

static int find_function(const char *btf, size_t size, const char *name)
{
	const struct btf_header *header = (const void *)btf;
	const char *strings = strings_of(btf, size);
	if (!strings)
		return -EINVAL;
	long place = find_name(strings, header->str_len, name);
	if (place < 0)
		return place;
	const char *at = btf + header->hdr_len + header->type_off, *end = at + header->type_len;
	for (int number = 1; at + sizeof(struct btf_type) <= end; number++) {
		const struct btf_type *type = (const void *)at;
		long behind = size_behind(type->info);
		if (behind < 0)
			return behind;
		if (BTF_INFO_KIND(type->info) == BTF_KIND_FUNC && type->name_off == place)
			return number;
		at += sizeof(*type) + behind;
	}
	return -ENOENT;
}

static int find_any(const char *btf, size_t size, const char *name)
{
	const struct btf_header *header = (const void *)btf;
	const char *strings = strings_of(btf, size);
	long place = strings ? find_name(strings, header->str_len, name) : -EINVAL;
	return place < 0 ? place : 0;
}

// Passes the kernel's types to one of the two functions above.
static int search(int find(const char *btf, size_t size, const char *name), const char *name)
{
	int fd = open("/sys/kernel/btf/vmlinux", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	struct stat file;
	const char *btf = fstat(fd, &file) ? NULL : contents(fd, file.st_size);
	int result = btf ? find(btf, file.st_size, name) : -EIO;
	if (btf)
		munmap((void *)btf, file.st_size);
	close(fd);
	return result;
}

int lnx_kernel_function(const char *name)
{
	return search(find_function, name);
}

int lnx_kernel_name(const char *name)
{
	return search(find_any, name);
}
