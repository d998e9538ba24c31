import Glibc

/// A whole file as bytes; empty where it cannot be read.
package func contents(of path: String) -> [UInt8] { contents(ofReadable: path) ?? [] }

/// A whole file as bytes; nil where it cannot be opened.
package func contents(ofReadable path: String) -> [UInt8]? {
  let file = open(path, O_RDONLY | O_CLOEXEC)
  guard file >= 0 else { return nil }
  defer { close(file) }
  return contents(of: file)
}

/// A whole file as bytes, from its start, whatever the position of the descriptor.
package func contents(of descriptor: Int32) -> [UInt8] {
  var result: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = pread(descriptor, &chunk, chunk.count, off_t(result.count))
    guard count > 0 else { return result }
    result += chunk[..<count]
  }
}

/// A whole file as text; nil where it cannot be opened.
package func text(of path: String) -> String? {
  contents(ofReadable: path).map { String(decoding: $0, as: UTF8.self) }
}

/// The lines of a text. It uses `memchr`, since the text can be long.
package func lines(of bytes: [UInt8]) -> [String] {
  bytes.withUnsafeBytes { buffer in
    var result: [String] = []
    var start = 0
    while start < buffer.count, let base = buffer.baseAddress {
      let end = memchr(base + start, 10, buffer.count - start).map { UnsafeRawPointer($0) - base } ?? buffer.count
      result.append(String(decoding: buffer[start..<end], as: UTF8.self))
      start = end + 1
    }
    return result
  }
}

/// The names in a directory, including hidden ones; empty where it cannot be read.
package func names(in folder: String) -> [String] {
  guard let directory = opendir(folder) else { return [] }
  defer { closedir(directory) }
  var result: [String] = []
  while let entry = readdir(directory) {
    let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    if name != ".", name != ".." { result.append(name) }
  }
  return result
}
