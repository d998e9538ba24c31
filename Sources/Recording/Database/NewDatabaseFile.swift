internal import Files
internal import Glibc

/// A new file for a database, made as the present user.
///
/// The name must be free: nothing that exists is opened, so no link is followed, and no FIFO or device written to. SQLite
/// makes its two other files (`-wal` and `-shm`) with the same mode, and follows no link either (`O_NOFOLLOW`).
struct NewDatabaseFile {
  /// The path as the user named it.
  let path: String
  /// The bytes of the absolute path, with no link in it.
  let location: [UInt8]
  private let device: dev_t
  private let inode: ino_t

  /// Makes an empty file for this user alone (`O_EXCL`, mode 0600).
  /// - Parameter name: the bytes of the path, where the path is not UTF-8.
  /// - Throws: `RecordingError`.
  init(_ path: String, named name: [UInt8]? = nil) throws(RecordingError) {
    self.path = path
    let bytes = name ?? Array(path.utf8)
    if path == "-" { throw .database(path: path, " cannot be a recording: name a file") }
    guard let last = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).last, !last.isEmpty,
      last != [0x2e], last != [0x2e, 0x2e], !bytes.contains(0)
    else { throw .database(path: path, " is not the name of a file: name one to record to") }
    let folder = bytes.dropLast(last.count)
    location = try Self.resolved(folder.isEmpty ? [0x2e] : Array(folder), path) + [UInt8(ascii: "/")] + last
    // What an earlier recording left, or what somebody put there to be taken for a part of this one.
    for suffix in ["", "-wal", "-shm", "-journal"] {
      var facts = stat()
      if lstat(Self.cString(location + Array(suffix.utf8)), &facts) == 0 { throw Self.exists(path + suffix) }
    }
    let file = open(Self.cString(location), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    if file < 0 {
      if errno == EEXIST { throw Self.exists(path) }
      throw .system(operation: "create", path: path, errno: errno)
    }
    defer { close(file) }
    var facts = stat()
    // Independent of the umask.
    guard fchmod(file, 0o600) == 0, fstat(file, &facts) == 0 else {
      throw .system(operation: "create", path: path, errno: errno)
    }
    (device, inode) = (facts.st_dev, facts.st_ino)
  }

  /// Whether the name still leads to this file.
  var isThere: Bool {
    var facts = stat()
    return lstat(Self.cString(location), &facts) == 0 && facts.st_dev == device && facts.st_ino == inode
  }

  /// The length in bytes, with what SQLite has not moved into the file yet.
  var size: Int { length("") &+ logSize }

  /// The length of what SQLite has not moved into the file yet, in bytes.
  var logSize: Int { length("-wal") }

  private func length(_ suffix: String) -> Int {
    var facts = stat()
    return lstat(Self.cString(location + Array(suffix.utf8)), &facts) == 0 ? Int(facts.st_size) : 0
  }

  /// Removes it, and what SQLite made beside it.
  func remove() {
    guard isThere else { return }
    for suffix in ["", "-wal", "-shm", "-journal"] { unlink(Self.cString(location + Array(suffix.utf8))) }
  }

  /// Removes what SQLite made beside a file that was removed.
  func removeRemains() {
    var facts = stat()
    guard lstat(Self.cString(location), &facts) != 0, errno == ENOENT else { return }
    for suffix in ["-wal", "-shm"] { unlink(Self.cString(location + Array(suffix.utf8))) }
  }

  private static func exists(_ path: String) -> RecordingError { .database(path: path, RecordingError.exists) }

  /// The absolute path of a folder (`realpath`).
  private static func resolved(_ folder: [UInt8], _ path: String) throws(RecordingError) -> [UInt8] {
    guard let result = realpath(cString(folder), nil) else {
      throw .system(operation: "create", path: path, errno: errno)
    }
    defer { free(result) }
    let bytes = UnsafeBufferPointer(start: result, count: strlen(result)).map { UInt8(bitPattern: $0) }
    return bytes == [UInt8(ascii: "/")] ? [] : bytes
  }

  static func cString(_ bytes: [UInt8]) -> [CChar] { bytes.map { CChar(bitPattern: $0) } + [0] }
}
