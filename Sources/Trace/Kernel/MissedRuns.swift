internal import CLibBPF
internal import CLinux
internal import Glibc

/// How often the kernel skipped one of our programs because it was at work on that CPU already (`recursion_misses`).
///
/// Read from /proc/PID/fdinfo: bpf(2) itself, which tells it too, refuses everybody without privilege before Linux
/// 5.19. The files are opened while there is privilege and then read again and again, each time with the number of the
/// moment. Before 5.12 the kernel counts nothing of the kind.
///
/// The programs' descriptors have to be open in some process for that, and with one of them a program can be attached once
/// more. So a process of its own has them, which does nothing, reads nothing, and nobody may look into.
final class MissedRuns {
  /// The file of one program.
  private struct Source {
    let file: Int32
    /// The most that was ever read. A number that cannot be read now is not gone, and none of the kernel's shrinks.
    var known: UInt64 = 0
  }
  private var sources: [Source] = []
  private var holder: lnx_holder?

  init(of trace: borrowing KernelTrace) {
    var programs: [Int32] = []
    var program = bpf_object__next_program(trace.object, nil)
    while let current = program {
      let descriptor = bpf_program__fd(current)
      if descriptor >= 0 { programs.append(descriptor) }
      program = bpf_object__next_program(trace.object, current)
    }
    var holder = lnx_holder()
    guard let user = try? InvokingUser(), Self.isCounted(programs.first) else { return }
    (holder.change_user, holder.uid, holder.gid) = (user.isOther, user.uid, user.gid)
    guard lnx_start_holder(&holder, programs, programs.count) == 0 else { return }
    for program in programs { add("/proc/\(holder.pid)/fdinfo/\(program)") }
    _ = lnx_seal_holder(&holder)
    self.holder = holder
  }

  /// Of files in the same form.
  init(files: [String]) {
    for file in files { add(file) }
  }

  private func add(_ path: String) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    if file >= 0 { sources.append(Source(file: file)) }
  }

  /// Whether the kernel counts such runs.
  private static func isCounted(_ program: Int32?) -> Bool {
    guard let program else { return false }
    let file = open("/proc/self/fdinfo/\(program)", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return false }
    defer { close(file) }
    return misses(in: contents(of: file)) != nil
  }

  deinit {
    for source in sources { close(source.file) }
    if var holder { lnx_end_holder(&holder) }
  }

  private static func contents(of file: Int32) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 1024) { buffer, initialized in
      initialized = max(pread(file, buffer.baseAddress, buffer.count, 0), 0)
    }
  }

  /// In all, since the start; never less than before. A system call for each program.
  func read() -> UInt64 {
    var total: UInt64 = 0
    for index in sources.indices {
      if let misses = Self.misses(in: Self.contents(of: sources[index].file)) {
        sources[index].known = max(sources[index].known, misses)
      }
      total = total.addingReportingOverflow(sources[index].known).overflow ? .max : total &+ sources[index].known
    }
    return total
  }

  /// The number behind `recursion_misses:`.
  static func misses(in text: [UInt8]) -> UInt64? {
    let key = Array("recursion_misses:".utf8)
    for line in text.split(separator: UInt8(ascii: "\n")) where line.starts(with: key) {
      let digits = line.dropFirst(key.count).drop { $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: " ") }
      return UInt64(String(decoding: digits, as: UTF8.self))
    }
    return nil
  }
}
