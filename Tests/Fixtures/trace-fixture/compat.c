// The system calls of 32-bit programs, made by this one (int 0x80 does that), and a 32-bit program.
#include "fixture.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define COMPAT_EXECVE 11
#define COMPAT_EXECVEAT 358

static int narrow_call(long number, long b, long c, long d, long s, long i)
{
#if defined(__x86_64__)
	long result;
	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(number), "b"(b), "c"(c), "d"(d), "S"(s), "D"(i)
			 : "r8", "r9", "r10", "r11", "memory");
	return result;
#else
	(void)number, (void)b, (void)c, (void)d, (void)s, (void)i;
	return -ENOSYS;
#endif
}

// Strings and the pointers to them, where 32 bits reach.
static char *low;

static uint32_t low_string(const char *string)
{
	char *copy = strcpy(low, string);
	low += strlen(string) + 1;
	return (uintptr_t)copy;
}

static uint32_t low_strings(char **strings)
{
	uint32_t pointers[256] = {};
	size_t count = 0;
	for (; strings[count] && count < 255; count++)
		pointers[count] = low_string(strings[count]);
	low += -(uintptr_t)low & 7;
	memcpy(low, pointers, (count + 1) * sizeof(*pointers));
	return (uintptr_t)low;
}

static void reserve_low(void)
{
	low = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	must(low == MAP_FAILED ? -1 : 0, "mmap");
}

// FILE ARGV0 ARG...
int run_compat_exec(char **arguments)
{
	reserve_low();
	uint32_t file = low_string(arguments[0]);
	errno = -narrow_call(COMPAT_EXECVE, file, low_strings(arguments + 1), 0, 0, 0);
	must(-1, "execve");
	return 1;
}

// FILE ARGV0 ARG... -- STEP: an exec that must fail.
int run_compat_attempt(char **arguments)
{
	char **next = behind_dashes(arguments);
	reserve_low();
	uint32_t file = low_string(arguments[0]);
	dprintf(1, "errno %d\n", -narrow_call(COMPAT_EXECVE, file, low_strings(arguments + 1), 0, 0, 0));
	return run(next);
}

// DIRECTORY FILE ARGV0 ARG... -- STEP
int run_compat_attempt_at(char **arguments)
{
	char **next = behind_dashes(arguments);
	int directory = must(open(arguments[0], O_PATH | O_CLOEXEC), "open directory");
	reserve_low();
	uint32_t file = low_string(arguments[1]);
	dprintf(1, "directory %d\n", directory);
	dprintf(1, "errno %d\n", -narrow_call(COMPAT_EXECVEAT, directory, file, low_strings(arguments + 2), 0, 0));
	return run(next);
}

// A 32-bit program: it execs its first argument with those behind it, and ends with 0 where there is none, or with the
// errno.
static const uint8_t code[] = {
	0x59,		  // pop %ecx
	0x58,		  // pop %eax
	0x89, 0xe1,	  // mov %esp, %ecx
	0x8b, 0x1c, 0x24, // mov (%esp), %ebx
	0x31, 0xd2,	  // xor %edx, %edx
	0x85, 0xdb,	  // test %ebx, %ebx
	0x74, 0x09,	  // je 1f
	0x6a, 0x0b,	  // push $11
	0x58,		  // pop %eax
	0xcd, 0x80,	  // int $0x80
	0xf7, 0xd8,	  // neg %eax
	0x89, 0xc3,	  // mov %eax, %ebx
	0x31, 0xc0,	  // 1: xor %eax, %eax
	0x40,		  // inc %eax
	0xcd, 0x80,	  // int $0x80
};

// PATH STEP: writes that program there.
int run_narrow(char **arguments)
{
	struct {
		Elf32_Ehdr header;
		Elf32_Phdr segment;
		uint8_t code[sizeof(code)];
	} program = {
		.header = {
			.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS32, ELFDATA2LSB, EV_CURRENT },
			.e_type = ET_EXEC,
			.e_machine = EM_386,
			.e_version = EV_CURRENT,
			.e_entry = 0x08048000 + sizeof(Elf32_Ehdr) + sizeof(Elf32_Phdr),
			.e_phoff = sizeof(Elf32_Ehdr),
			.e_ehsize = sizeof(Elf32_Ehdr),
			.e_phentsize = sizeof(Elf32_Phdr),
			.e_phnum = 1,
		},
		.segment = {
			.p_type = PT_LOAD,
			.p_vaddr = 0x08048000,
			.p_filesz = sizeof(program),
			.p_memsz = sizeof(program),
			.p_flags = PF_R | PF_X,
			.p_align = 4096,
		},
	};
	memcpy(program.code, code, sizeof(code));
	int out = must(open(arguments[0], O_WRONLY | O_CREAT | O_CLOEXEC, 0755), "create");
	must(write(out, &program, sizeof(program)), "write");
	close(out);
	return run(arguments + 1);
}
