import Glibc

/// The names of files, to complete a path that is being typed.
enum PathNames {
  /// The most entries of a directory that are looked at.
  private static let limit = 20_000

  /// The paths that begin with a text, in order, those of directories with a `/` at their end. Hidden files need a dot.
  /// - Complexity: O(entries of the directory), at most `limit`.
  static func beginning(with text: String) -> [String] {
    let folder = text.lastIndex(of: "/").map { String(text[...$0]) } ?? ""
    let start = text.dropFirst(folder.count)
    guard let directory = opendir(folder.isEmpty ? "." : NewFile.place(of: folder)) else { return [] }
    defer { closedir(directory) }
    var paths: [String] = []
    var count = 0
    while let entry = readdir(directory), count < limit {
      count += 1
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
      }
      guard let name, name != ".", name != "..", name.hasPrefix(start), !name.hasPrefix(".") || start.hasPrefix(".")
      else {
        continue
      }
      let isDirectory = Int32(entry.pointee.d_type) == Int32(DT_DIR)
      paths.append(folder + name + (isDirectory ? "/" : ""))
    }
    return paths.sorted()
  }
}
