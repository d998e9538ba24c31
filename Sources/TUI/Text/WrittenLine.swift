package import Events
package import Tree

/// A line that a process printed, safe to show.
package struct WrittenLine: Sendable, Hashable {
  /// Where the process wrote it to.
  package let stream: OutputEvent.Stream
  /// The line as a terminal would leave it: without sequences for colours and the like, and without what a carriage
  /// return overwrote. All else that is not printable is escaped.
  package let text: DisplayText

  /// Splits what a process wrote into lines: in the order of their ends, lines without an end last.
  /// - Parameters:
  ///   - moment: nothing that was written later, nanoseconds since boot.
  ///   - limit: the most columns of a line.
  /// - Complexity: O(bytes).
  package static func lines(of text: WrittenText, until moment: UInt64 = .max, upTo limit: Int = .max) -> [WrittenLine]
  {
    var lines: [WrittenLine] = []
    var open: [OutputEvent.Stream: [UInt8]] = [:]
    for part in text.parts(until: moment) {
      var rest = part.bytes
      while let end = rest.firstIndex(of: 0x0a) {
        let line = (open.removeValue(forKey: part.stream) ?? []) + rest[..<end]
        lines.append(WrittenLine(line, part.stream, upTo: limit))
        rest = rest[(end + 1)...]
      }
      if !rest.isEmpty { open[part.stream, default: []] += rest }
    }
    for stream in OutputEvent.Stream.allCases {
      if let line = open[stream] { lines.append(WrittenLine(line, stream, upTo: limit)) }
    }
    return lines
  }

  private init(_ bytes: [UInt8], _ stream: OutputEvent.Stream, upTo limit: Int) {
    self.stream = stream
    text = DisplayText(untrusted: Self.plain(bytes[...]), upTo: limit)
  }

  /// The bytes that are left to show.
  private static func plain(_ line: ArraySlice<UInt8>) -> [UInt8] {
    var line = line
    while line.last == 0x0d { line.removeLast() }
    if let overwritten = line.lastIndex(of: 0x0d) { line = line[(overwritten + 1)...] }
    guard line.contains(where: { $0 == 0x1b || $0 == 0x09 }) else { return Array(line) }
    var plain: [UInt8] = []
    plain.reserveCapacity(line.count)
    var index = line.startIndex
    while index < line.endIndex {
      if line[index] == 0x1b, let end = sequenceEnd(line, index) {
        index = end
      } else if line[index] == 0x09 {
        // Columns are not counted: the places of tabs are near enough.
        plain += repeatElement(0x20, count: 8 - plain.count % 8)
        index += 1
      } else {
        plain.append(line[index])
        index += 1
      }
    }
    return plain
  }

  /// The end of a control sequence (CSI of ECMA-48); nil where there is none.
  private static func sequenceEnd(_ line: ArraySlice<UInt8>, _ start: Int) -> Int? {
    guard start + 1 < line.endIndex, line[start + 1] == UInt8(ascii: "[") else { return nil }
    var index = start + 2
    while index < line.endIndex, 0x20...0x3f ~= line[index] { index += 1 }
    return index < line.endIndex && 0x40...0x7e ~= line[index] ? index + 1 : nil
  }
}

extension ProcessTree {
  /// The last lines that a process printed, oldest first, as of the moment that the tree shows; none where nothing was
  /// captured. Blank lines are left out.
  /// - Complexity: O(bytes that are remembered of it).
  package func lastLines(of id: ProcessID, _ count: Int = 5, upTo limit: Int = 1000) -> [WrittenLine] {
    guard count > 0, let text = writtenText(of: id) else { return [] }
    let lines = WrittenLine.lines(of: text, until: moment ?? .max, upTo: limit)
    return lines.filter { $0.text.utf8.contains { $0 != 0x20 } }.suffix(count)
  }
}
