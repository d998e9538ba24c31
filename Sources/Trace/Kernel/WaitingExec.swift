internal import CExecsnoop

/// An exec record whose parts have not all come, and what has.
final class WaitingExec {
  /// The record as it was in the ring, without the strings behind it.
  private let record: [UInt8]
  private var sizes: est_path_sizes
  private var paths: [UInt8]
  private var strings: [UInt8]
  private(set) var missingParts: UInt32

  init(_ record: UnsafePointer<est_exec>, _ bytes: UnsafeRawBufferPointer) {
    self.record = Array(bytes.prefixed(MemoryLayout<est_exec>.size))
    sizes = record.pointee.path_sizes
    missingParts = record.pointee.parts
    paths = Array(bytes.paths(of: record))
    strings = record.pointee.inside != 0 ? Array(bytes.behind(est_exec.self)) : []
  }

  func add(_ part: est_part, _ payload: UnsafeRawBufferPointer) {
    missingParts -= 1
    if part.field == EST_PART_PATHS.rawValue {
      sizes = part.path_sizes
      paths = Array(payload)
    } else if strings.isEmpty && part.offset == 0 {
      strings = Array(payload)
    } else {
      // Parts come in order; a gap would be one that was lost, and its record is marked as cut.
      let start = Int(part.offset)
      if strings.count > start { strings.removeLast(strings.count - start) }
      strings.append(contentsOf: repeatElement(0, count: start - strings.count))
      strings.append(contentsOf: payload)
    }
  }

  /// Lends the record with its paths and strings.
  func withContents(
    _ body: (UnsafePointer<est_exec>, est_path_sizes, UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Void
  ) {
    record.withUnsafeBytes { record in
      paths.withUnsafeBytes { paths in
        strings.withUnsafeBytes { strings in
          if let record = record.record(as: est_exec.self) { body(record, sizes, paths, strings) }
        }
      }
    }
  }
}
