import Glibc

/// A folder for what the programs write, gone afterwards.
final class Scratch {
  private let path: String

  /// - Throws: `BenchError`.
  init() throws {
    var template = Array("/tmp/execsnoop-top-bench-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw BenchError("no folder in /tmp: errno \(errno)") }
    path = String(cString: made)
  }

  deinit {
    for name in ProcFiles.names(in: path) { unlink(self[name]) }
    rmdir(path)
  }

  subscript(name: String) -> String { path + "/" + name }
}
