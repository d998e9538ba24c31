internal import Glibc

/// One child in the log of the fixture's storm.
package struct Birth: Sendable {
  /// The pid of the child.
  package let pid: Int32
  /// The pid of its parent.
  package let parent: Int32
  /// Its number in the storm.
  package let serial: Int
  /// When its fork started, in nanoseconds since boot.
  package let time: UInt64

  /// A child.
  package init(pid: Int32, parent: Int32, serial: Int, time: UInt64) {
    self.pid = pid
    self.parent = parent
    self.serial = serial
    self.time = time
  }

  /// The children of a finished storm, in order; none if there is no such file.
  package static func all(in path: String) -> [Birth] { StormLog(path: path)?.births ?? [] }
}

/// The log file of the fixture's storm: `took NANOSECONDS`, then a line with pid, parent, number and time for each
/// child.
package struct StormLog: Sendable {
  /// From the first fork to the last child's exit, in nanoseconds.
  package let duration: UInt64
  /// The children, in order.
  package let births: [Birth]

  /// Reads a log; nil if there is no such file, or if it is not the log of a storm.
  package init?(path: String) {
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(line) }
    func nextLine() -> UnsafeMutablePointer<CChar>? { getline(&line, &capacity, file) > 0 ? line : nil }

    let word = "took "
    guard let first = nextLine(), strncmp(first, word, word.utf8.count) == 0 else { return nil }
    duration = UInt64(strtoull(first + word.utf8.count, nil, 10))
    var births: [Birth] = []
    while let line = nextLine() {
      var rest: UnsafeMutablePointer<CChar>? = line
      func number() -> Int64 { Int64(strtoll(rest ?? line, &rest, 10)) }
      births.append(
        Birth(pid: Int32(number()), parent: Int32(number()), serial: Int(number()), time: UInt64(number())))
    }
    self.births = births
  }
}
