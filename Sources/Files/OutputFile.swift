internal import CLinux
internal import Glibc

/// A file that appears under its name only when it is complete, for the present user alone (mode 0600).
///
/// It is written beside its place under an unused name, and then renamed. So no link is followed, no FIFO or device is
/// written to, and an interrupted run leaves nothing under the name. Without `replaces`, the name must be free at the
/// start and at the end.
package final class OutputFile {
  /// Why no file was written: what is wrong, and what to do. The text follows the name of the file.
  package struct Fault: Error, Hashable, Sendable {
    /// The text, which contains no text from outside.
    package let text: String
    /// The error of the system call; nil for another reason.
    package let errno: Int32?
  }

  private let directory: Int32
  private let name: [CChar]
  private let draft: [CChar]
  private let file: Int32
  private let replaces: Bool
  private var isDone = false

  /// Opens the file.
  /// - Parameters:
  ///   - path: the bytes of the path.
  ///   - replaces: whether to replace a file that has the name. A link is replaced itself, and not what it leads to;
  ///     only a regular file or a link is replaced.
  package init(_ path: [UInt8], replaces: Bool) throws(Fault) {
    guard let last = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).last, !last.isEmpty,
      last != [0x2e], last != [0x2e, 0x2e], !path.contains(0)
    else { throw Fault(text: " is not the name of a file: name one to write to", errno: nil) }
    self.replaces = replaces
    name = Self.cString(last)
    // A name has at most 255 bytes.
    draft = Self.cString(
      Array(".".utf8) + last.prefix(200) + Array(".\(String(UInt64.random(in: 0 ... .max), radix: 36))".utf8))
    let folder = path.dropLast(last.count)
    directory = open(folder.isEmpty ? [0x2e, 0] : Self.cString(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { throw Self.failed("create", errno) }
    var facts = stat()
    if fstatat(directory, name, &facts, AT_SYMLINK_NOFOLLOW) == 0 {
      let kind = facts.st_mode & S_IFMT
      guard replaces else {
        close(directory)
        throw Self.exists
      }
      guard kind == S_IFREG || kind == S_IFLNK else {
        close(directory)
        throw Fault(text: " is neither a regular file nor a link: name another file", errno: nil)
      }
    }
    file = openat(directory, draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      let error = errno
      close(directory)
      throw Self.failed("create", error)
    }
    // Independent of the umask.
    fchmod(file, 0o600)
  }

  deinit {
    if !isDone {
      close(file)
      unlinkat(directory, draft, 0)
    }
    close(directory)
  }

  /// Appends bytes.
  package func write(_ bytes: [UInt8]) throws(Fault) {
    do throws(Errno) { try FileDescriptor(file).write(allOf: bytes) } catch {
      throw Self.failed("write", error.number)
    }
  }

  /// Gives the complete file its name.
  package func finish() throws(Fault) {
    isDone = true
    // Some file systems report a full disk only when the file is closed.
    guard close(file) == 0 else {
      let error = errno
      unlinkat(directory, draft, 0)
      throw Self.failed("write", error)
    }
    guard rename() == 0 else {
      let error = errno
      unlinkat(directory, draft, 0)
      throw error == EEXIST ? Self.exists : Self.failed("write", error)
    }
  }

  /// Renames the draft (`renameat`); where the name has to be free, gives it that second name first (`linkat`).
  private func rename() -> Int32 {
    if replaces { return renameat(directory, draft, directory, name) }
    if linkat(directory, draft, directory, name, 0) == 0 {
      unlinkat(directory, draft, 0)
      return 0
    }
    // A file system without hard links.
    guard errno == EPERM || errno == EOPNOTSUPP || errno == EMLINK else { return -1 }
    var facts = stat()
    if fstatat(directory, name, &facts, AT_SYMLINK_NOFOLLOW) == 0 {
      errno = EEXIST
      return -1
    }
    return renameat(directory, draft, directory, name)
  }

  private static let exists = Fault(text: " exists: use --force to replace it, or name another file", errno: EEXIST)

  private static func failed(_ operation: String, _ error: Int32) -> Fault {
    Fault(text: ": cannot \(operation) it: \(String(cString: strerror(error)))", errno: error)
  }

  private static func cString(_ bytes: some Sequence<UInt8>) -> [CChar] { bytes.map { CChar(bitPattern: $0) } + [0] }
}
