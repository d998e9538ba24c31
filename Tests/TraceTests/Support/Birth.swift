/// What the fixture's storm says of each child.
struct Birth {
  let pid: Int32
  let parent: Int32
  let serial: Int
  /// When its fork began, nanoseconds since boot.
  let time: UInt64

  static func all(in path: String) -> [Birth] {
    lines(of: contents(of: path)).compactMap { line in
      let numbers = line.split(separator: " ").compactMap { Int64($0) }
      guard numbers.count == 4 else { return nil }
      return Birth(
        pid: Int32(numbers[0]), parent: Int32(numbers[1]), serial: Int(numbers[2]), time: UInt64(numbers[3]))
    }
  }
}
