/// One line of text being typed, with a cursor and the usual keys of readline.
struct LineEditor: Hashable, Sendable {
  /// Longer than any expression that a user types; longer pasted text is cut.
  static let limit = 2000

  private(set) var characters: [Character]
  /// Where the next character goes: 0 to `characters.count`.
  private(set) var cursor: Int

  init(_ text: String = "") {
    characters = Array(text.prefix(Self.limit))
    cursor = characters.count
  }

  var text: String { String(characters) }
  var isEmpty: Bool { characters.isEmpty }

  /// Inserts text at the cursor; line ends and tabs become spaces, other control characters are left out.
  mutating func insert(_ text: some Sequence<Character>) {
    let room = Self.limit - characters.count
    let clean = text.lazy.compactMap(Self.clean).prefix(max(0, room))
    let added = Array(clean)
    characters.insert(contentsOf: added, at: cursor)
    cursor += added.count
  }

  private static func clean(_ character: Character) -> Character? {
    if character.isNewline || character == "\t" { return " " }
    let isControl = character.unicodeScalars.contains { $0.properties.generalCategory == .control }
    return isControl ? nil : character
  }

  /// Replaces some characters, and puts the cursor after the new ones.
  mutating func replace(_ range: Range<Int>, with text: String) {
    let range = range.clamped(to: 0..<characters.count)
    characters.replaceSubrange(range, with: text.compactMap(Self.clean).prefix(Self.limit))
    cursor = min(range.lowerBound + text.count, characters.count)
  }

  mutating func set(_ text: String) { self = LineEditor(text) }

  /// Handles a key of the line editor; false for any other key.
  mutating func handle(_ key: Key) -> Bool {
    switch key {
    case .character(let character): insert([character])
    case .left, .ctrl("b"): cursor = max(0, cursor - 1)
    case .right, .ctrl("f"): cursor = min(characters.count, cursor + 1)
    case .home, .ctrl("a"): cursor = 0
    case .end, .ctrl("e"): cursor = characters.count
    case .backspace: deleteBackward(to: max(0, cursor - 1))
    case .delete, .ctrl("d"): if cursor < characters.count { characters.remove(at: cursor) }
    case .ctrl("w"): deleteBackward(to: wordStart)
    case .ctrl("u"): deleteBackward(to: 0)
    case .ctrl("k"): characters.removeSubrange(cursor...)
    default: return false
    }
    return true
  }

  private mutating func deleteBackward(to start: Int) {
    characters.removeSubrange(start..<cursor)
    cursor = start
  }

  private var wordStart: Int {
    var position = cursor
    while position > 0, characters[position - 1] == " " { position -= 1 }
    while position > 0, characters[position - 1] != " " { position -= 1 }
    return position
  }
}
