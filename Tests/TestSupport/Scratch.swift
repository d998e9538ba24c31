import Glibc

/// A temporary directory, removed with this object.
package final class Scratch {
  /// Its absolute path.
  package let path: String

  /// Makes a directory.
  /// - Parameters:
  ///   - prefix: the start of its name.
  ///   - mode: its permissions. By default all users may write there: a traced command runs as the user that called
  ///     sudo.
  package init(_ prefix: String = "execsnoop-top-test", mode: UInt32 = 0o777) {
    var template = Array("/tmp/\(prefix)-XXXXXX".utf8CString)
    path = mkdtemp(&template).map { String(cString: $0) } ?? "/nonexistent"
    chmod(path, mode)
  }

  deinit {
    // Not by `system`, which makes the whole process ignore signals meanwhile. Paths inside may be longer than
    // PATH_MAX, which rm copes with.
    let null = open("/dev/null", O_RDWR | O_CLOEXEC)
    defer { close(null) }
    let removal = try? spawn(["rm", "-rf", path], program: "/bin/rm", input: null, output: null, errors: null)
    if let removal { while waitpid(removal, nil, 0) < 0 && errno == EINTR {} }
  }

  /// The path of a file in the directory.
  package subscript(name: String) -> String { path + "/" + name }

  /// Writes a file in the directory.
  package func write(_ name: String, _ text: String, mode: UInt32 = 0o644) {
    write(name, Array(text.utf8), mode: mode)
  }

  /// Writes a file in the directory.
  package func write(_ name: String, _ bytes: [UInt8], mode: UInt32 = 0o644) {
    let file = open(self[name], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    defer { close(file) }
    _ = Glibc.write(file, bytes, bytes.count)
    fchmod(file, mode)
  }
}
