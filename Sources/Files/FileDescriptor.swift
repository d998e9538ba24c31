internal import CLinux
internal import Glibc

/// Why a system call failed: a number of errno(3).
package struct Errno: Error, Hashable, Sendable {
  package let number: Int32

  package init(_ number: Int32) { self.number = number }

  /// Of the call that has just failed.
  static var last: Errno { Errno(errno) }
}

/// An open file by its number: the one place that reads and writes whole.
///
/// It is not closed by itself. Calls that a signal interrupts are made again. A call on a file that may wait for others,
/// such as one on a network, belongs into `SignalWait.endable`.
package struct FileDescriptor: Hashable, Sendable {
  package let number: Int32

  package init(_ number: Int32) { self.number = number }

  /// What a system call that opens a file has returned.
  private init(checked number: Int32) throws(Errno) {
    guard number >= 0 else { throw .last }
    self.number = number
  }

  /// `open(2)`, close-on-exec.
  package static func open(_ path: String, _ flags: Int32, mode: UInt32 = 0) throws(Errno) -> FileDescriptor {
    try FileDescriptor(checked: Glibc.open(path, flags | O_CLOEXEC, mode))
  }

  /// `openat(2)`, close-on-exec.
  package static func open(
    _ name: String, in directory: Int32, _ flags: Int32, mode: UInt32 = 0
  ) throws(Errno) -> FileDescriptor {
    try FileDescriptor(checked: openat(directory, name, flags | O_CLOEXEC, mode))
  }

  /// `close(2)`, which may be the first to tell that there was no room.
  package func close() throws(Errno) {
    guard Glibc.close(number) == 0 else { throw .last }
  }
}

// MARK: - Reading

extension FileDescriptor {
  /// A piece of the file: as many bytes as come at once, 0 at the end (`read(2)`).
  package func read(into buffer: inout [UInt8]) throws(Errno) -> Int {
    while true {
      let count = buffer.withUnsafeMutableBytes { Glibc.read(number, $0.baseAddress, $0.count) }
      if count >= 0 { return count }
      if errno != EINTR { throw .last }
    }
  }

  /// All up to the end, or the pieces that come until there are `limit` bytes or more. The end is where nothing more
  /// comes: a file of /proc gives whole lines, and so less than was asked for, long before.
  ///
  /// - Parameters:
  ///   - size: how many bytes to ask for at first; where all of them come, more are asked for.
  ///   - isWalk: it is a walk of BPF's, which may want to be asked again (EAGAIN).
  package func contents(limit: Int = .max, size: Int = 4096, isWalk: Bool = false) throws(Errno) -> [UInt8] {
    var result: [UInt8] = []
    var room = size
    while result.count < limit {
      var error: Errno?
      let piece = [UInt8](unsafeUninitializedCapacity: room) { buffer, initialized in
        let count = Glibc.read(number, buffer.baseAddress, buffer.count)
        if count < 0 { error = .last }
        initialized = max(count, 0)
      }
      if let error {
        if error.number == EINTR || isWalk && error.number == EAGAIN { continue }
        throw error
      }
      if piece.isEmpty { break }
      if result.isEmpty { result = piece } else { result += piece }
      if piece.count == room { room = max(room, min(room &* 4, 1 << 20)) }
    }
    return result
  }

  /// A file that is opened for this, as `contents(limit:)` has it.
  package static func contents(of path: String, limit: Int = .max) throws(Errno) -> [UInt8] {
    let file = try open(path, O_RDONLY)
    defer { try? file.close() }
    return try file.contents(limit: limit)
  }

  /// As many bytes as come at once from a place in the file (`pread(2)`); none at the end.
  package func bytes(at place: UInt64, count: Int) throws(Errno) -> [UInt8] {
    var error: Errno?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      var count = -1
      repeat {
        count = pread(number, buffer.baseAddress, buffer.count, off_t(truncatingIfNeeded: place))
      } while count < 0 && errno == EINTR
      if count < 0 { error = .last }
      initialized = max(count, 0)
    }
    if let error { throw error }
    return bytes
  }
}

// MARK: - Writing

extension FileDescriptor {
  /// Writes what is taken of some bytes within 20 ms, and drops that from them (`lnx_write_some`).
  /// - Returns: whether something was taken; else it may be waited for.
  package func write(someOf bytes: inout ArraySlice<UInt8>) throws(Errno) -> Bool {
    let count = bytes.withUnsafeBytes { lnx_write_some(number, $0.baseAddress, $0.count) }
    if count == -Int(EAGAIN) { return false }
    guard count > 0 else { throw Errno(count == 0 ? EIO : Int32(clamping: 0 &- count)) }
    bytes = bytes.dropFirst(count)
    return true
  }

  /// Writes all of it to a regular file, which is never full for a while only.
  package func write(allOf bytes: [UInt8]) throws(Errno) {
    var rest = bytes[...]
    while !rest.isEmpty { _ = try write(someOf: &rest) }
  }
}
