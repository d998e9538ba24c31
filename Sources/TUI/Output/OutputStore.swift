package import Events
internal import Filtering

/// What became of a command's output, for the view.
package enum OutputNews: Hashable, Sendable {
  case written(WrittenOutput)
  /// This many bytes are not shown: they came too fast, or were not kept.
  case leftOut(bytes: UInt64)
}

/// The lines of a command's output, oldest first, within bounds: the oldest are forgotten. A value; a frozen view keeps
/// a copy, which shares its memory.
///
/// Lines have numbers from 0, which they keep. They are in the order in which they ended; those that have not ended are
/// the last ones, at most one of each stream.
package struct OutputStore: Sendable {
  /// The bounds of what is remembered: lines, and about the bytes of memory that they take.
  package static let mostLines = 100_000
  package static let mostBytes = 16 << 20
  /// Lines are forgotten in chunks of this many.
  private static let chunkSize = 256

  private struct Chunk: Sendable {
    var lines: [OutputLine] = []
    var cost = 0
  }

  private var chunks: [Chunk] = []
  private var decoders = OutputStream.allCases.map { OutputDecoder($0) }
  private var cost = 0
  private var lastTime: UInt64 = 0
  /// The number of the first line that is remembered: how many were forgotten.
  private(set) var first = 0
  /// The number of the first line that has not ended.
  private(set) var ended = 0
  /// How many bytes are missing.
  private(set) var leftOut: UInt64 = 0

  /// Which lines are shown; nil for all.
  private(set) var filter: TextPattern?
  /// The numbers of the lines that match, from `matchStart` on.
  private var matches: [Int] = []
  private var matchStart = 0
  /// The first line that the filter has not tested.
  private var untested = 0

  package init() {}

  // MARK: - Adding

  /// Adds output. - Complexity: O(bytes), and the cost of the filter on the lines that they end.
  package mutating func append(_ news: OutputNews) {
    switch news {
    case .written(let written):
      lastTime = max(lastTime, written.time)
      let index = Int(written.stream.rawValue)
      var lines: [OutputLine] = []
      decoders[index].write(written.bytes, at: lastTime) { line in lines.append(line) }
      for line in lines { append(line) }
    case .leftOut(let bytes):
      leftOut &+= bytes
      var lines: [OutputLine] = []
      for index in decoders.indices { decoders[index].interrupt(at: lastTime) { lines.append($0) } }
      for line in lines { append(line) }
      append(
        OutputLine(
          kind: .gap, start: lastTime, end: lastTime,
          text: StyledText("\(number: bytes, grouped: true) bytes of the output are left out here", Style(.warning))))
    }
  }

  private mutating func append(_ line: OutputLine) {
    if chunks.last.map({ $0.lines.count == Self.chunkSize }) ?? true {
      chunks.append(Chunk())
      chunks[chunks.count - 1].lines.reserveCapacity(Self.chunkSize)
    }
    let last = chunks.count - 1
    chunks[last].lines.append(line)
    chunks[last].cost += line.cost
    cost += line.cost
    if let filter, untested == ended {
      if Self.isMatch(line, filter) { matches.append(ended) }
      untested += 1
    }
    ended += 1
    while chunks.count > 1, cost > Self.mostBytes || ended - first > Self.mostLines { forgetChunk() }
  }

  private mutating func forgetChunk() {
    let chunk = chunks.removeFirst()
    cost -= chunk.cost
    first += chunk.lines.count
    untested = max(untested, first)
    while matchStart < matches.count, matches[matchStart] < first { matchStart += 1 }
    if matchStart > 4096, matchStart > matches.count / 2 {
      matches.removeSubrange(..<matchStart)
      matchStart = 0
    }
  }

  // MARK: - Lines

  /// Whether nothing was ever printed.
  var isEmpty: Bool { ended == 0 && !decoders.contains(where: \.isOpen) }

  /// The lines that have not ended, the older one first. - Complexity: O(columns)
  private var openLines: [OutputLine] { decoders.compactMap(\.openLine).sorted { $0.start < $1.start } }

  private var openCount: Int { decoders.count(where: \.isOpen) }

  /// A line by its number; nil if it is forgotten, or not printed yet.
  /// - Complexity: O(1); O(columns) for one that has not ended.
  func line(_ number: Int) -> OutputLine? {
    guard number >= first else { return nil }
    if number >= ended {
      let open = openLines
      return number - ended < open.count ? open[number - ended] : nil
    }
    let index = number - first
    return chunks[index / Self.chunkSize].lines[index % Self.chunkSize]
  }

  /// The last lines with text in them, at most `count`, the oldest first. - Complexity: O(lines looked at), 1,000 at most.
  func lastLines(_ count: Int) -> [OutputLine] {
    var result: [OutputLine] = []
    var number = ended + openCount - 1
    let least = max(first, number - 1000)
    while number >= least, result.count < count {
      if let line = line(number), line.text.runs.contains(where: { $0.text.utf8.contains { $0 != 0x20 } }) {
        result.append(line)
      }
      number -= 1
    }
    return result.reversed()
  }
}

// The rows that are shown: all lines, or those that match the filter.
extension OutputStore {
  private static func isMatch(_ line: OutputLine, _ filter: TextPattern) -> Bool {
    // A notice of what is missing is never hidden.
    line.kind == .gap || filter.isMatch(line.utf8)
  }

  /// Lines that are tested at a time: a few milliseconds.
  private static let slice = 10_000

  /// Shows only lines that match; nil shows all. Tests some of the lines; `work` tests the others.
  mutating func setFilter(_ filter: TextPattern?) {
    self.filter = filter
    matches = []
    matchStart = 0
    untested = first
    work()
  }

  /// Whether the filter has more lines to test.
  var hasWork: Bool { filter != nil && untested < ended }

  /// Goes on to test lines.
  mutating func work() {
    guard let filter else { return }
    let end = min(untested + Self.slice, ended)
    while untested < end {
      if let line = line(untested), Self.isMatch(line, filter) { matches.append(untested) }
      untested += 1
    }
  }

  /// The numbers of the lines that have not ended and are shown.
  private var openNumbers: [Int] {
    guard let filter else { return Array(ended..<ended + openCount) }
    return openLines.enumerated().compactMap { Self.isMatch($1, filter) ? ended + $0 : nil }
  }

  private var endedRows: Int { filter == nil ? ended - first : matches.count - matchStart }

  /// The number of rows. - Complexity: O(columns)
  var rowCount: Int { endedRows + openNumbers.count }

  /// The number of the line in a row; nil if there is no such row.
  func number(atRow row: Int) -> Int? {
    guard row >= 0 else { return nil }
    if row < endedRows { return filter == nil ? first + row : matches[matchStart + row] }
    let open = openNumbers
    let index = row - endedRows
    return index < open.count ? open[index] : nil
  }

  /// The row of a line; of the next one that is shown where it is not.
  func row(of number: Int) -> Int {
    if number >= ended { return endedRows + openNumbers.count { $0 < number } }
    guard filter != nil else { return max(number - first, 0) }
    return firstRow { $0 >= number }
  }

  /// How many rows begin at a moment or before it. - Complexity: O(log rows)
  func rowCount(upTo time: UInt64) -> Int {
    var row = firstRow { line($0)?.end ?? .max > time }
    // Those that had begun and not ended then.
    while let number = number(atRow: row), let line = line(number), line.start <= time { row += 1 }
    return row
  }

  /// The first row of an ended line that fulfils a condition, which all rows after it fulfil too.
  private func firstRow(where isAfter: (Int) -> Bool) -> Int {
    var (low, high) = (0, endedRows)
    while low < high {
      let middle = (low + high) / 2
      let number = filter == nil ? first + middle : matches[matchStart + middle]
      if isAfter(number) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// The next row that matches a pattern, from `start` on in steps of 1 or -1 and around the end.
  /// - Complexity: O(text of the rows looked at)
  func firstRow(matching pattern: TextPattern, from start: Int, step: Int) -> Int? {
    let count = rowCount
    guard count > 0 else { return nil }
    for offset in 0..<count {
      let row = ((start + step * offset) % count + count) % count
      if let number = number(atRow: row), let line = line(number), pattern.isMatch(line.utf8) { return row }
    }
    return nil
  }
}
