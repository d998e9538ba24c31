// The smallest program there is: it ends. Without a C library, whose start (it asks the processor about itself, which
// in a virtual machine is slow) takes longer than all that the kernel does for the process.
//
// Its first argument may name one more thing to do before that, as cheaply:
//   tell       write its arguments, as they are in its memory, to descriptor 3: their length in four bytes, then they
//   again N    exec itself N times more; N has leading zeros, and is counted down in place

#if defined(__x86_64__)
enum { WRITEV = 20, EXECVE = 59, EXIT_GROUP = 231 };
__asm__(".globl _start\n_start:\n\tmov %rsp, %rdi\n\tand $-16, %rsp\n\tcall begin\n");

static long call(long number, long a, long b, long c)
{
	long result;
	__asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
	return result;
}
#elif defined(__aarch64__)
enum { WRITEV = 66, EXECVE = 221, EXIT_GROUP = 94 };
__asm__(".globl _start\n_start:\n\tmov x0, sp\n\tb begin\n");

static long call(long number, long a, long b, long c)
{
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	__asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
	return x0;
}
#else
#error "no system call is known here for this architecture"
#endif

// struct iovec
struct piece {
	const void *start;
	unsigned long size;
};

static void tell(long argc, char **argv)
{
	const char *end = argv[argc - 1];
	while (*end++)
		;
	unsigned size = end - argv[0];
	struct piece pieces[2];
	pieces[0].start = &size;
	pieces[0].size = sizeof(size);
	pieces[1].start = argv[0];
	pieces[1].size = size;
	call(WRITEV, 3, (long)pieces, 2);
}

static void again(char **argv, char **env)
{
	char *digit = argv[2];
	while (*digit)
		digit++;
	while (digit > argv[2] && digit[-1] == '0')
		*--digit = '9';
	if (digit == argv[2])
		return; // all were zeros
	digit[-1]--;
	call(EXECVE, (long)"/proc/self/exe", (long)argv, (long)env);
}

__attribute__((used, noreturn)) void begin(long *stack)
{
	long argc = stack[0];
	char **argv = (char **)(stack + 1);
	if (argc > 2 && argv[1][0] == 't')
		tell(argc, argv);
	if (argc > 2 && argv[1][0] == 'a')
		again(argv, argv + argc + 1);
	call(EXIT_GROUP, 0, 0, 0);
	__builtin_unreachable();
}
