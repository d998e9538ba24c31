/// What is looked for in the detail: text as it stands there, across the ends of wrapped lines, ignoring case unless it
/// has a capital.
struct DetailSearch: Hashable, Sendable {
  let text: String
  /// From top to bottom; none overlaps another.
  private(set) var matches: [Match] = []
  /// The match that the person stands on.
  var current: Int?
  /// What it was looked for in.
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

  /// Looks anew where the lines are others than they were. Keeps to the match that the person stands on, where that is
  /// still in its place.
  ///
  /// - Parameter joints: lines that go on with the text of the one before, and at which column.
  /// - Complexity: O(text of the lines) when they changed.
  mutating func look(in lines: [StyledText], joints: [Int: Int]) {
    guard lines != self.lines else { return }
    let former = current.map { matches[$0] }
    self.lines = lines
    matches = Self.matches(of: text, in: lines, joints)
    current = former.flatMap { former in matches.firstIndex { $0 == former } }
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
  private var places: [(start: DetailSearch.Place, width: Int)] = []

  init(foldsCase: Bool) { self.foldsCase = foldsCase }

  mutating func append(_ text: StyledText, line: Int, from first: Int) {
    var start = 0
    for run in text.runs {
      run.text.forEachGlyph { glyph, column, _ in
        guard start + column >= first else { return true }
        let place = DetailSearch.Place(line: line, column: start + column)
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

  func matches(of wanted: [UInt32]) -> [DetailSearch.Match] {
    var found: [DetailSearch.Match] = []
    guard scalars.count >= wanted.count else { return [] }
    var start = 0
    while start <= scalars.count - wanted.count {
      guard scalars[start] == wanted[0], scalars[start..<start + wanted.count].elementsEqual(wanted) else {
        start += 1
        continue
      }
      let last = places[start + wanted.count - 1]
      let end = DetailSearch.Place(line: last.start.line, column: last.start.column + last.width)
      found.append(DetailSearch.Match(start: places[start].start, end: end))
      start += wanted.count
    }
    return found
  }
}
