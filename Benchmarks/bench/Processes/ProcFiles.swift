import Files
import Glibc

/// The kernel's accounts of a process, in /proc.
enum ProcFiles {
  /// The lines of a file; none where it cannot be read.
  static func lines(_ path: String) -> [Substring] { text(path).split(separator: "\n") }

  static func text(_ path: String) -> String {
    String(decoding: (try? FileDescriptor.contents(of: path)) ?? [], as: UTF8.self)
  }

  /// The size in bytes; 0 where there is no such file.
  static func size(_ path: String) -> Int {
    var found = stat()
    return stat(path, &found) == 0 ? Int(found.st_size) : 0
  }

  static func names(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var result: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if !name.hasPrefix(".") { result.append(name) }
    }
    return result
  }

  /// The number after `NAME:` in a file such as `status`; 0 where there is none.
  static func number(_ name: String, in lines: [Substring]) -> UInt64 {
    guard let line = lines.first(where: { $0.hasPrefix(name + ":") }) else { return 0 }
    return UInt64(line.dropFirst(name.utf8.count + 1).split { $0 == " " || $0 == "\t" }.first ?? "") ?? 0
  }

  /// CPU time of all threads of a process, in nanoseconds (`/proc/PID/task/TID/schedstat`).
  static func cpuTime(pid: Int32) -> UInt64 {
    names(in: "/proc/\(pid)/task").reduce(0) { sum, thread in
      sum + (UInt64(text("/proc/\(pid)/task/\(thread)/schedstat").split(separator: " ").first ?? "") ?? 0)
    }
  }

  /// How often its threads gave up a CPU, or were preempted.
  static func contextSwitches(pid: Int32) -> UInt64 {
    names(in: "/proc/\(pid)/task").reduce(0) { sum, thread in
      let status = lines("/proc/\(pid)/task/\(thread)/status")
      return sum + number("voluntary_ctxt_switches", in: status) + number("nonvoluntary_ctxt_switches", in: status)
    }
  }

  /// Resident memory in bytes: the peak and the present value.
  static func memory(pid: Int32) -> (peak: UInt64, now: UInt64) {
    let status = lines("/proc/\(pid)/status")
    return (number("VmHWM", in: status) << 10, number("VmRSS", in: status) << 10)
  }

  /// Run time and runs of the BPF programs whose descriptors a tracer holds, from their `fdinfo` while
  /// `kernel.bpf_stats_enabled` is 1. Ours leaves them to a child.
  static func programs(pid: Int32) -> (nanoseconds: UInt64, runs: UInt64) {
    var result = (nanoseconds: UInt64(0), runs: UInt64(0))
    for holder in [pid] + children(of: pid) {
      for descriptor in names(in: "/proc/\(holder)/fdinfo") {
        let lines = lines("/proc/\(holder)/fdinfo/\(descriptor)")
        result.nanoseconds += number("run_time_ns", in: lines)
        result.runs += number("run_cnt", in: lines)
      }
    }
    return result
  }

  /// The processes that any thread of a process has forked and not yet waited for (`/proc/PID/task/TID/children`).
  private static func children(of pid: Int32) -> [Int32] {
    names(in: "/proc/\(pid)/task").flatMap { thread in
      text("/proc/\(pid)/task/\(thread)/children").split(separator: " ").compactMap { Int32($0) }
    }
  }
}

/// `kernel.bpf_stats_enabled`: while it is 1, the kernel times BPF programs, which slows them. `Benchmarks/run`
/// restores it.
enum ProgramStatistics {
  private static let path = "/proc/sys/kernel/bpf_stats_enabled"

  /// - Throws: `BenchError` when the kernel has no such setting, or this user may not write it.
  static func set(_ isOn: Bool) throws {
    let file = open(path, O_WRONLY | O_CLOEXEC)
    defer { close(file) }
    guard file >= 0, write(file, isOn ? "1" : "0", 1) == 1 else {
      throw BenchError("cannot write \(path): errno \(errno); be root")
    }
  }
}
