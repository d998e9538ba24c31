import Glibc
import Recording

/// Writes traces of other programs, of made-up processes: a shell that starts a compiler again and again.
enum MadeTrace {
  /// Writes a trace.
  /// - Parameter processes: how many processes the shell starts.
  /// - Returns: its size in bytes; nil for a format that is not made.
  /// - Throws: `BenchError` where it cannot be written.
  static func write(_ format: TraceFormat, processes: Int, to path: String) throws -> Int? {
    guard let header = header(of: format) else { return nil }
    guard let file = fopen(path, "we") else { throw BenchError("cannot write \(path): errno \(errno)") }
    var size = header.utf8.count
    fputs(header, file)
    for index in 0..<processes {
      let text = lines(of: format, index)
      size += text.utf8.count
      fputs(text, file)
    }
    guard fclose(file) == 0 else { throw BenchError("cannot write \(path): errno \(errno)") }
    return size
  }

  /// How many processes make a trace of a usual size: lines of security tools are longer.
  /// - Parameter most: how many where lines are short.
  static func count(of format: TraceFormat, most: Int) -> Int { events(of: format, 0) == nil ? most : most / 10 }

  /// The first lines.
  private static func header(of format: TraceFormat) -> String? {
    switch format {
    case .strace: "100 1700000000.000000 execve(\"/bin/sh\", [\"sh\", \"build\"], 0x7ffe /* 30 vars */) = 0\n"
    case .execsnoop: "TIME     TIME(s)  UID    PCOMM            PID    PPID   RET ARGS\n"
    case .exitsnoop: "TIME(s)  PCOMM            PID     PPID    TID     AGE(s)  EXIT_CODE\n"
    case .bpftrace: "TIME(ms)   PID   ARGS\n"
    case .perf:
      "    init     1 [000]     1.000000: sched:sched_process_fork: comm=init pid=1 child_comm=init child_pid=100\n"
    case .audit, .laurel, .tetragon, .sysmon, .ecs, .tracexec: ""
    }
  }

  /// The lines of one process. Pids are used again.
  private static func lines(of format: TraceFormat, _ index: Int) -> String {
    let pid = 1000 + index % 30_000
    let arguments = ["-c", "-O2", "-Wall", "-I", "include", "-o", "out/file\(index).o", "src/file\(index).c"]
    let words = arguments.joined(separator: " ")
    let microseconds = String(1_000_000 + index % 1_000_000).dropFirst()
    let second = 1_700_000_000 + index / 1000
    let clock = "10:\(two(index / 60_000 % 60)):\(two(index / 1000 % 60))"
    switch format {
    case .strace:
      let time = "\(second).\(microseconds)"
      let list = arguments.map { "\"\($0)\"" }.joined(separator: ", ")
      return """
        100 \(time) vfork( <unfinished ...>
        \(pid) \(time) execve("/usr/bin/gcc", ["gcc", \(list)], 0x55d6c2c0 /* 30 vars */ <unfinished ...>
        100 \(time) <... vfork resumed>) = \(pid)
        \(pid) \(time) <... execve resumed>) = 0
        \(pid) \(time) openat(AT_FDCWD, "/etc/ld.so.cache", O_RDONLY|O_CLOEXEC) = 3
        \(pid) \(time) mmap(NULL, 35603, PROT_READ, MAP_PRIVATE, 3, 0) = 0x7f5d5a8f7000
        \(pid) \(time) exit_group(0)   = ?
        \(pid) \(time) +++ exited with 0 +++

        """
    case .execsnoop:
      return "\(clock) \(index / 1000).\(microseconds.prefix(3))   1000  "
        + "gcc              \(pid)  100      0 /usr/bin/gcc \(words) \n"
    case .exitsnoop:
      return "\(clock) gcc              \(pid)    100     \(pid)    0.25    0\n"
    case .bpftrace: return "\(index) \(pid) gcc \(words)\n"
    case .perf:
      let time = "[001] \(2 + index / 1000).\(microseconds): sched:sched_process"
      return """
             sh   100 \(time)_fork: comm=sh pid=100 child_comm=sh child_pid=\(pid)
            gcc \(pid) \(time)_exec: filename=/usr/bin/gcc pid=\(pid) old_pid=\(pid)
            gcc \(pid) \(time)_exit: comm=gcc pid=\(pid) prio=120

        """
    case .audit, .laurel, .tetragon, .sysmon, .ecs, .tracexec: return events(of: format, index) ?? ""
    }
  }

  private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
