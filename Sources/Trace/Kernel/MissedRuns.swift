internal import CLibBPF
internal import Glibc

/// How often the kernel skipped one of our programs because it was at work on that CPU already (`recursion_misses`).
///
/// Read from /proc/self/fdinfo: bpf(2) itself, which tells it too, refuses everybody without privilege before Linux
/// 5.19. The files are opened while there is privilege and then read again and again, each time with the number of the
/// moment. Before 5.12 the kernel counts nothing of the kind.
final class MissedRuns {
  private let files: [Int32]

  init(of trace: borrowing KernelTrace) {
    var files: [Int32] = []
    var program = bpf_object__next_program(trace.object, nil)
    while let current = program {
      let descriptor = bpf_program__fd(current)
      if descriptor >= 0 {
        let file = open("/proc/self/fdinfo/\(descriptor)", O_RDONLY | O_CLOEXEC)
        if file >= 0 { files.append(file) }
      }
      program = bpf_object__next_program(trace.object, current)
    }
    self.files = files
  }

  deinit { for file in files { close(file) } }

  /// In all, since the start; nil where nothing tells. A system call for each program.
  func read() -> UInt64? {
    var total: UInt64?
    for file in files {
      let text = [UInt8](unsafeUninitializedCapacity: 1024) { buffer, initialized in
        initialized = max(pread(file, buffer.baseAddress, buffer.count, 0), 0)
      }
      if let misses = Self.misses(in: text) { total = (total ?? 0) + misses }
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
