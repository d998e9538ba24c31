internal import CExecsnoop
internal import Events

/// An exec record with missing parts, and the parts that have arrived.
final class WaitingExec {
  /// Identifies a record and its parts: a thread does one exec at a time.
  struct Key: Hashable {
    let thread: Int32
    /// Nanoseconds since boot.
    let time: UInt64
  }

  /// When the exec happened, in nanoseconds since boot.
  let time: UInt64
  /// The record as it was in the ring buffer, without the bytes after it.
  private let record: [UInt8]
  private var sizes: est_path_sizes
  private var paths: [UInt8]
  private var strings: [UInt8]
  /// How many parts have not arrived.
  private(set) var missingParts: UInt32
  /// The marks of the missing parts.
  private var gaps: Marks = []

  init(_ record: UnsafePointer<est_exec>, _ bytes: UnsafeRawBufferPointer) {
    time = record.pointee.record.time
    self.record = Array(bytes.prefixed(MemoryLayout<est_exec>.size))
    sizes = record.pointee.path_sizes
    missingParts = record.pointee.parts
    paths = Array(bytes.paths(of: record))
    strings = Array(bytes.strings(of: record))
  }

  /// Adds the payload of a part.
  func append(_ part: est_part, _ payload: UnsafeRawBufferPointer) {
    if missingParts > 0 { missingParts &-= 1 }
    if part.field == EST_PART_PATHS.rawValue {
      sizes = part.path_sizes
      paths = Array(payload)
    } else if strings.isEmpty && part.offset == 0 {
      strings = Array(payload)
    } else if Int(part.offset) == strings.count {
      strings.append(contentsOf: payload)
    } else {
      // Parts arrive in order and without gaps. Zeros in a gap would look like empty strings.
      gaps.formUnion([.argvCut, .envCut])
    }
  }

  /// Marks the record as cut: no more parts will arrive.
  func giveUp() {
    if missingParts > 0 { gaps.formUnion([.argvCut, .envCut]) }
    missingParts = 0
  }

  /// Lends the record with its paths and strings.
  func withRecord(
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
