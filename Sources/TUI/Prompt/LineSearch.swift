/// A search in the lines of the detail or the help: exact text, also across the ends of wrapped lines, ignoring case
/// unless it has a capital letter.
struct LineSearch: Hashable, Sendable {
  let text: String
  /// From top to bottom; none overlaps another.
  private(set) var matches: [Match] = []
  /// The current match.
  var current: Int?
  /// The searched lines.
  private var lines: [StyledText] = []

  struct Match: Hashable, Sendable {
    var start: Place
    /// The column after its last one.
    var end: Place
  }

  struct Place: Hashable, Sendable {
    var line: Int
    var column: Int
  }

  init(_ text: String) { self.text = text }

  /// Searches again if the lines have changed. Keeps the current match if it is still in its place.
  ///
  /// - Parameter joints: lines that continue the text of the line before, with the column of the continuation.
  /// - Complexity: O(text of the lines) when they changed.
  mutating func update(in lines: [StyledText], joints: [Int: Int]) {
    guard lines != self.lines else { return }
    let former = current.map { matches[$0] }
    self.lines = lines
    matches = Self.matches(of: text, in: lines, joints)
    current = former.flatMap { former in matches.firstIndex { $0 == former } }
  }

  /// The next match: after the current one while that is in view, else after the lines in view.
  ///
  /// - Parameter view: the lines in view.
  /// - Returns: its index, and whether it is beyond the end of the lines; nil without matches.
  func next(_ direction: AppState.Direction, from view: Range<Int>) -> (index: Int, wraps: Bool)? {
    guard !matches.isEmpty else { return nil }
    let target: Int?
    if let current, view.contains(matches[current].start.line) {
      target = direction == .forward ? current + 1 : current - 1
    } else if direction == .forward {
      target = matches.firstIndex { $0.start.line >= view.lowerBound }
    } else {
      target = matches.lastIndex { $0.start.line < view.upperBound }
    }
    if let target, matches.indices.contains(target) { return (target, false) }
    return (direction == .forward ? 0 : matches.count - 1, true)
  }

  /// Makes a match the current one.
  ///
  /// - Returns: the top line that brings it into view: `top` if it is already in view.
  mutating func select(_ index: Int, top: Int, height: Int) -> Int {
    current = index
    let line = matches[index].start.line
    return (top..<top + height).contains(line) ? top : line - height / 3
  }

  /// The position of the current match among all.
  func place(wraps: Bool, _ direction: AppState.Direction) -> DisplayText {
    let index = current ?? 0
    let place: DisplayText = "match \(number: index + 1, grouped: true) of \(number: matches.count, grouped: true)"
    guard wraps else { return place }
    return direction == .forward ? "\(place), wrapped to the top" : "\(place), wrapped to the bottom"
  }

  private static func matches(of text: String, in lines: [StyledText], _ joints: [Int: Int]) -> [Match] {
    let foldsCase = !text.contains { $0.isUppercase }
    var wanted = Stretch(foldsCase: foldsCase)
    wanted.append(StyledText(DisplayText(typed: text)), line: 0, from: 0)
    guard !wanted.scalars.isEmpty else { return [] }
    var found: [Match] = []
    var stretch = Stretch(foldsCase: foldsCase)
    for (index, line) in lines.enumerated() {
      if joints[index] == nil {
        found += stretch.matches(of: wanted.scalars)
        stretch = Stretch(foldsCase: foldsCase)
      }
      stretch.append(line, line: index, from: joints[index] ?? 0)
    }
    return found + stretch.matches(of: wanted.scalars)
  }
}

/// The text of lines that belong together, with the place of each scalar.
private struct Stretch {
  let foldsCase: Bool
  private(set) var scalars: [UInt32] = []
  private var places: [(start: LineSearch.Place, width: Int)] = []

  init(foldsCase: Bool) { self.foldsCase = foldsCase }

  mutating func append(_ text: StyledText, line: Int, from first: Int) {
    var start = 0
    for run in text.runs {
      run.text.forEachGlyph { glyph, column, _ in
        guard start + column >= first else { return true }
        let place = LineSearch.Place(line: line, column: start + column)
        scalars.append(folded(glyph.base))
        places.append((place, glyph.width))
        if glyph.hasMarks {
          for mark in glyph.marks {
            scalars.append(mark.value)
            places.append((place, glyph.width))
          }
        }
        return true
      }
      start += run.text.width
    }
  }

  private func folded(_ scalar: Unicode.Scalar) -> UInt32 {
    guard foldsCase else { return scalar.value }
    if scalar.isASCII { return (65...90).contains(scalar.value) ? scalar.value | 0x20 : scalar.value }
    let lower = scalar.properties.lowercaseMapping.unicodeScalars
    return lower.count == 1 ? lower.first?.value ?? scalar.value : scalar.value
  }

  func matches(of wanted: [UInt32]) -> [LineSearch.Match] {
    var found: [LineSearch.Match] = []
    guard scalars.count >= wanted.count else { return [] }
    var start = 0
    while start <= scalars.count - wanted.count {
      guard scalars[start] == wanted[0], scalars[start..<start + wanted.count].elementsEqual(wanted) else {
        start += 1
        continue
      }
      let last = places[start + wanted.count - 1]
      let end = LineSearch.Place(line: last.start.line, column: last.start.column + last.width)
      found.append(LineSearch.Match(start: places[start].start, end: end))
      start += wanted.count
    }
    return found
  }
}

extension LineSearch {
  /// Highlights the matches of a search, the current one most.
  ///
  /// - Parameters:
  ///   - top: the line in the first of `rows` rows.
  ///   - place: where that is on the screen.
  func mark(top: Int, rows: Int, at place: Point, width: Int, into frame: inout Frame) {
    for (index, match) in matches.enumerated() {
      if match.start.line >= top + rows { break }
      guard match.end.line >= top else { continue }
      for line in max(match.start.line, top)...min(match.end.line, top + rows - 1) {
        let first = line == match.start.line ? match.start.column : 0
        let end = min(line == match.end.line ? match.end.column : .max, width)
        frame.restyle(row: place.row + line - top, column: place.column + first, width: end - first) { _ in
          Style(.match, index == current ? .reverse : [])
        }
      }
    }
  }
}
