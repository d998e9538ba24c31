import Glibc

/// A directory of its own, gone with the test.
final class Scratch {
  let path: String

  init() {
    var template = Array("/tmp/execsnoop-top-test-XXXXXX".utf8CString)
    path = mkdtemp(&template).map { String(cString: $0) } ?? "/nonexistent"
    // A traced command runs as the user that called sudo.
    chmod(path, 0o777)
  }

  deinit {
    // Children of this process alone; paths inside may be longer than PATH_MAX, which rm copes with.
    _ = try? Fixture(["rm", "-rf", path], program: "/bin/rm").wait()
  }

  subscript(name: String) -> String { path + "/" + name }

  func write(_ name: String, _ text: String, mode: mode_t = 0o644) {
    let file = open(self[name], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    _ = text.withCString { Glibc.write(file, $0, strlen($0)) }
    fchmod(file, mode)
    close(file)
  }
}

/// A whole file as bytes; empty where it cannot be read.
func contents(of path: String) -> [UInt8] {
  let file = open(path, O_RDONLY | O_CLOEXEC)
  defer { close(file) }
  return contents(of: file)
}

func contents(of descriptor: Int32) -> [UInt8] {
  var result: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = pread(descriptor, &chunk, chunk.count, off_t(result.count))
    guard count > 0 else { return result }
    result += chunk[..<count]
  }
}

func lines(of bytes: [UInt8]) -> [String] {
  bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
}
