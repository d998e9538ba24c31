import Files
import Glibc

extension UserSettingsFile {
  /// Replaces the file: writes a new one beside it under an unused name, flushes it and renames it.
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
    // The contents are on the disk. This flushes the name; a failure is not reported.
    fsync(directory)
  }

  /// The path with links resolved. Refuses a dangling link, because somebody probably made it on purpose.
  private func target() throws(SettingsFileError) -> String {
    if let resolved = realpath(path, nil) {
      defer { free(resolved) }
      return String(cString: resolved)
    }
    var facts = stat()
    if lstat(path, &facts) == 0 { throw SettingsFileError("is a dangling symbolic link") }
    return path
  }

  private static func split(_ path: String) -> (folder: String, name: String) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: true)
    return ("/" + parts.dropLast().joined(separator: "/"), parts.last.map(String.init) ?? "")
  }

  /// Makes missing directories, like `mkdir -p`, with mode 0700.
  private static func makeFolders(_ path: String) throws(SettingsFileError) {
    var above = ""
    for part in path.split(separator: "/") {
      above += "/" + part
      guard mkdir(above, 0o700) == 0 || errno == EEXIST || access(above, X_OK) == 0 else {
        throw SettingsFileError("cannot be written: \(above)", errno: errno)
      }
    }
  }

  /// Refuses to write to files of another user, for example as root in the home directory of somebody else.
  private static func checkOwner(of name: String, in directory: Int32) throws(SettingsFileError) {
    let user = geteuid()
    var facts = stat()
    guard fstat(directory, &facts) == 0 else { throw SettingsFileError("cannot be written", errno: errno) }
    guard facts.st_uid == user else { throw SettingsFileError("is in a directory of another user") }
    guard facts.st_mode & 0o002 == 0 else {
      throw SettingsFileError("is in a directory that everyone can write to")
    }
    if fstatat(directory, name, &facts, AT_SYMLINK_NOFOLLOW) == 0 {
      guard facts.st_uid == user else { throw SettingsFileError("belongs to another user") }
      guard facts.st_mode & S_IFMT == S_IFREG else { throw SettingsFileError("is not a regular file") }
    } else if errno != ENOENT {
      throw SettingsFileError("cannot be written", errno: errno)
    }
  }

  private static func write(_ bytes: [UInt8], to file: Int32) throws(SettingsFileError) {
    // Independent of the umask.
    guard fchmod(file, 0o600) == 0 else { throw SettingsFileError("cannot be written", errno: errno) }
    do {
      try FileDescriptor(file).write(allOf: bytes)
    } catch {
      throw SettingsFileError("cannot be written", errno: error.number)
    }
    guard fsync(file) == 0 else { throw SettingsFileError("cannot be written", errno: errno) }
  }
}
