internal import CLibBPF
internal import Glibc

/// How often the kernel skipped one of our programs because it was at work on that CPU already (`recursion_misses`).
///
/// Read from /proc/self/fdinfo: bpf(2) itself, which tells it too, refuses everybody without privilege before Linux
/// 5.19. The files are opened while there is privilege and then read again and again, each time with the number of the
/// moment. Before 5.12 the kernel counts nothing of the kind.
final class MissedRuns {
  /// The file of one program.
  private struct Source {
    let file: Int32
    /// The most that was ever read. A number that cannot be read now is not gone, and none of the kernel's shrinks.
    var known: UInt64 = 0
  }
  private var sources: [Source] = []

  init(of trace: borrowing KernelTrace) {
    var program = bpf_object__next_program(trace.object, nil)
    while let current = program {
      let descriptor = bpf_program__fd(current)
      if descriptor >= 0 { add("/proc/self/fdinfo/\(descriptor)") }
      program = bpf_object__next_program(trace.object, current)
    }
  }

  /// Of files in the same form.
  init(files: [String]) {
    for file in files { add(file) }
  }

  private func add(_ path: String) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    if file >= 0 { sources.append(Source(file: file)) }
  }

  deinit { for source in sources { close(source.file) } }

  /// In all, since the start; never less than before. A system call for each program.
  func read() -> UInt64 {
    var total: UInt64 = 0
    for index in sources.indices {
      let text = [UInt8](unsafeUninitializedCapacity: 1024) { buffer, initialized in
        initialized = max(pread(sources[index].file, buffer.baseAddress, buffer.count, 0), 0)
      }
      if let misses = Self.misses(in: text) { sources[index].known = max(sources[index].known, misses) }
      total = total.addingReportingOverflow(sources[index].known).overflow ? .max : total + sources[index].known
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
