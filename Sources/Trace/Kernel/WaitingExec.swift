internal import CExecsnoop
internal import ProcessTree

/// An exec record whose parts have not all come, and what has.
final class WaitingExec {
  /// What a record and its parts have in common, and no other record: a thread does one exec at a time.
  struct Key: Hashable {
    let thread: Int32
    /// Nanoseconds since boot.
    let time: UInt64
  }

  /// When it happened, nanoseconds since boot.
  let time: UInt64
  /// The record as it was in the ring, without what stands behind it.
  private let record: [UInt8]
  private var sizes: est_path_sizes
  private var paths: [UInt8]
  private var strings: [UInt8]
  /// How many have not come yet.
  private(set) var missingParts: UInt32
  /// Of `Marks`, for what did not come.
  private var gaps: Marks = []

  init(_ record: UnsafePointer<est_exec>, _ bytes: UnsafeRawBufferPointer) {
    time = record.pointee.record.time
    self.record = Array(bytes.prefixed(MemoryLayout<est_exec>.size))
    sizes = record.pointee.path_sizes
    missingParts = record.pointee.parts
    paths = Array(bytes.paths(of: record))
    strings = Array(bytes.strings(of: record))
  }

  func add(_ part: est_part, _ payload: UnsafeRawBufferPointer) {
    if missingParts > 0 { missingParts -= 1 }
    if part.field == EST_PART_PATHS.rawValue {
      sizes = part.path_sizes
      paths = Array(payload)
    } else if strings.isEmpty && part.offset == 0 {
      strings = Array(payload)
    } else if Int(part.offset) == strings.count {
      strings.append(contentsOf: payload)
    } else {
      // Parts come in order, and none is left out. Zeros in a gap would pass for empty strings.
      gaps.formUnion([.argvCut, .envCut])
    }
  }

  /// No other part will come.
  func giveUp() {
    if missingParts > 0 { gaps.formUnion([.argvCut, .envCut]) }
    missingParts = 0
  }

  /// Lends the record with its paths and strings.
  func withContents(
    _ body: (UnsafePointer<est_exec>, _ gaps: Marks, est_path_sizes, UnsafeRawBufferPointer, UnsafeRawBufferPointer) ->
      Void
  ) {
    record.withUnsafeBytes { record in
      paths.withUnsafeBytes { paths in
        strings.withUnsafeBytes { strings in
          if let record = record.record(as: est_exec.self) { body(record, gaps, sizes, paths, strings) }
        }
      }
    }
  }
}
