internal import CLinux
internal import Glibc

/// Why a system call failed, as in errno(3).
package struct Errno: Error, Hashable, Sendable {
  /// The value of `errno`.
  package let number: Int32

  /// An error with this number.
  package init(_ number: Int32) { self.number = number }

  /// The error of the call that has just failed.
  static var last: Errno { Errno(errno) }
}

/// The descriptor of an open file. All modules read and write whole files through it.
///
/// It does not close itself. Calls that a signal interrupts are repeated. A call that may wait for others, such as one
/// on a network file system, belongs in `SignalWait.endable`.
package struct FileDescriptor: Hashable, Sendable {
  /// The number that the kernel gave it.
  package let number: Int32

  /// A descriptor that is already open.
  package init(_ number: Int32) { self.number = number }

  /// Checks the result of a system call that opens a file.
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

  /// `close(2)`, which may be the first call to report that the disk is full.
  package func close() throws(Errno) {
    guard Glibc.close(number) == 0 else { throw .last }
  }
}

// MARK: - Reading

extension FileDescriptor {
  /// Reads the bytes that are available, at most as many as fit (`read(2)`).
  /// - Returns: how many bytes were read; 0 at the end.
  package func read(into buffer: inout [UInt8]) throws(Errno) -> Int {
    while true {
      let count = buffer.withUnsafeMutableBytes { Glibc.read(number, $0.baseAddress, $0.count) }
      if count >= 0 { return count }
      if errno != EINTR { throw .last }
    }
  }

  /// Reads up to the end, or until there are `limit` bytes or more. Only a read of 0 bytes means the end: a file in
  /// /proc returns whole lines, and so less than was requested, long before.
  ///
  /// - Parameters:
  ///   - size: how many bytes to request at first; more once a read returns as many as requested.
  ///   - isWalk: whether the file is a BPF iterator, which may require another read (EAGAIN).
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

  /// Opens a file, reads it like `contents(limit:)`, and closes it.
  package static func contents(of path: String, limit: Int = .max) throws(Errno) -> [UInt8] {
    let file = try open(path, O_RDONLY)
    defer { try? file.close() }
    return try file.contents(limit: limit)
  }

  /// Reads the bytes that are available at a position in the file, at most `count` (`pread(2)`); none at the end.
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
  /// Writes as many bytes as the file accepts within 20 ms, and removes these from `bytes` (`lnx_write_some`).
  /// - Returns: whether the file accepted any; if not, wait until it is writable.
  package func write(someOf bytes: inout ArraySlice<UInt8>) throws(Errno) -> Bool {
    let count = bytes.withUnsafeBytes { lnx_write_some(number, $0.baseAddress, $0.count) }
    if count == -Int(EAGAIN) { return false }
    guard count > 0 else { throw Errno(count == 0 ? EIO : Int32(clamping: 0 &- count)) }
    bytes = bytes.dropFirst(count)
    return true
  }

  /// Writes all bytes to a regular file: there, a write that cannot continue is an error, and never has to wait.
  package func write(allOf bytes: [UInt8]) throws(Errno) {
    var rest = bytes[...]
    while !rest.isEmpty { _ = try write(someOf: &rest) }
  }
}
