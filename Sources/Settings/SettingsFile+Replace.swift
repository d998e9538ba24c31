import Glibc

extension SettingsFile {
  /// Puts a new file in the place of the old one: written beside it under a name that nobody has, flushed, renamed.
  func replace(with bytes: [UInt8]) throws(SettingsFileError) {
    let (folder, name) = Self.split(try target())
    try Self.makeFolders(folder)
    let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { throw SettingsFileError("cannot be written", errno: errno) }
    defer { close(directory) }
    try Self.checkOwner(of: name, in: directory)

    let draft = ".\(name).\(String(UInt64.random(in: 0 ... .max), radix: 36))"
    let file = openat(directory, draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw SettingsFileError("cannot be written", errno: errno) }
    do {
      defer { close(file) }
      try Self.write(bytes, to: file)
    } catch {
      unlinkat(directory, draft, 0)
      throw error
    }
    guard renameat(directory, draft, directory, name) == 0 else {
      let error = SettingsFileError("cannot be written", errno: errno)
      unlinkat(directory, draft, 0)
      throw error
    }
    // What the file holds is on the disk; this is for its name, and not worth a word where it fails.
    fsync(directory)
  }

  /// The path, or where its links lead. A link to nothing is refused: who made it had something in mind.
  private func target() throws(SettingsFileError) -> String {
    if let resolved = realpath(path, nil) {
      defer { free(resolved) }
      return String(cString: resolved)
    }
    var facts = stat()
    if lstat(path, &facts) == 0 { throw SettingsFileError("is a link that leads nowhere") }
    return path
  }

  private static func split(_ path: String) -> (folder: String, name: String) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: true)
    return ("/" + parts.dropLast().joined(separator: "/"), parts.last.map(String.init) ?? "")
  }

  /// `mkdir -p`, with mode 0700 for what is made.
  private static func makeFolders(_ path: String) throws(SettingsFileError) {
    var above = ""
    for part in path.split(separator: "/") {
      above += "/" + part
      guard mkdir(above, 0o700) == 0 || errno == EEXIST || access(above, X_OK) == 0 else {
        throw SettingsFileError("cannot be written: \(above)", errno: errno)
      }
    }
  }

  /// Nothing is written for somebody else: as root in a home that is not root's, for instance.
  private static func checkOwner(of name: String, in directory: Int32) throws(SettingsFileError) {
    let user = geteuid()
    var facts = stat()
    guard fstat(directory, &facts) == 0 else { throw SettingsFileError("cannot be written", errno: errno) }
    guard facts.st_uid == user else { throw SettingsFileError("is in another user's directory: not written") }
    guard facts.st_mode & 0o002 == 0 else {
      throw SettingsFileError("is in a directory that all may write: not written")
    }
    if fstatat(directory, name, &facts, AT_SYMLINK_NOFOLLOW) == 0 {
      guard facts.st_uid == user else { throw SettingsFileError("is another user's: not written") }
      guard facts.st_mode & S_IFMT == S_IFREG else { throw SettingsFileError("is not a regular file") }
    } else if errno != ENOENT {
      throw SettingsFileError("cannot be written", errno: errno)
    }
  }

  private static func write(_ bytes: [UInt8], to file: Int32) throws(SettingsFileError) {
    // Whatever the umask is.
    guard fchmod(file, 0o600) == 0 else { throw SettingsFileError("cannot be written", errno: errno) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        throw SettingsFileError("cannot be written", errno: errno)
      }
    }
    guard fsync(file) == 0 else { throw SettingsFileError("cannot be written", errno: errno) }
  }
}
