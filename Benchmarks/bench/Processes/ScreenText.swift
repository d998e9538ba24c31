/// The text of a terminal's screen, from the output of a program for xterm: enough of the sequences for ncurses,
/// without attributes. Every character takes one column, which is true for what is measured here.
struct ScreenText {
  private(set) var rows: [[Character]]
  private var row = 0, column = 0
  private var saved = (row: 0, column: 0)
  /// The rows that scroll.
  private var region: ClosedRange<Int>
  /// The bytes of an incomplete sequence or character.
  private var pending: [UInt8] = []
  private var last: Character = " "

  init(columns: Int, rows: Int) {
    self.rows = Array(repeating: Array(repeating: " ", count: columns), count: rows)
    region = 0...rows - 1
  }

  func text(row: Int) -> String { String(rows[row]) }

  mutating func feed(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { feed(byte) }
  }

  // Inlined into its callers' callers, it makes the compiler of Swift 6.3.1 fail.
  @inline(never)
  private mutating func feed(_ byte: UInt8) {
    if pending.first == 0x1b {
      pending.append(byte)
      if isComplete { perform() }
    } else if byte == 0x1b {
      pending = [byte]
    } else if byte >= 0x80 {
      pending.append(byte)
      if let character = String(validating: pending, as: UTF8.self)?.first {
        pending = []
        put(character)
      }
    } else {
      pending = []
      control(byte)
    }
  }

  private var isComplete: Bool {
    guard pending.count > 1, let end = pending.last else { return false }
    switch pending[1] {
    case UInt8(ascii: "["): return pending.count > 2 && (0x40...0x7e).contains(end)
    case UInt8(ascii: "]"): return end == 0x07 || pending.suffix(2).elementsEqual([0x1b, UInt8(ascii: "\\")])
    case UInt8(ascii: "("), UInt8(ascii: ")"): return pending.count == 3
    default: return true
    }
  }

  private mutating func control(_ byte: UInt8) {
    switch byte {
    case 0x08: column = max(column - 1, 0)
    case 0x0a: down()
    case 0x0d: column = 0
    case 0x20...0x7e: put(Character(Unicode.Scalar(byte)))
    default: break
    }
  }

  private mutating func put(_ character: Character) {
    last = character
    // At the edge it stays until the next movement: ncurses never continues there.
    rows[row][min(column, rows[row].count - 1)] = character
    column = min(column + 1, rows[row].count)
  }

  private mutating func down() {
    if row == region.upperBound { scroll(from: region.lowerBound, by: 1) } else { row = min(row + 1, rows.count - 1) }
  }

  /// Moves the rows from one to the end of the region up, or down where negative.
  private mutating func scroll(from top: Int, by count: Int) {
    guard region.contains(top) else { return }
    let blank = Array(repeating: Character(" "), count: rows[0].count)
    for _ in 0..<min(abs(count), region.upperBound - top + 1) {
      rows.remove(at: count > 0 ? top : region.upperBound)
      rows.insert(blank, at: count > 0 ? region.upperBound : top)
    }
  }

  private mutating func perform() {
    let sequence = pending
    pending = []
    guard sequence[1] == UInt8(ascii: "["), let end = sequence.last else {
      switch sequence[1] {
      case UInt8(ascii: "7"): saved = (row, column)
      case UInt8(ascii: "8"): (row, column) = saved
      case UInt8(ascii: "M"): if row == region.lowerBound { scroll(from: row, by: -1) } else { row = max(row - 1, 0) }
      default: break
      }
      return
    }
    let body = sequence[2..<(sequence.count - 1)]
    // Modes of the terminal itself: cursor, mouse, synchronized updates.
    if let first = body.first, (0x3c...0x3f).contains(first) { return }
    let numbers = body.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
      .map { Int(String(decoding: $0, as: UTF8.self)) ?? 0 }
    control(Character(Unicode.Scalar(end)), numbers)
  }

  private mutating func control(_ kind: Character, _ numbers: [Int]) {
    let count = max(numbers.first ?? 0, 1), columns = rows[0].count
    let place = min(column, columns - 1)
    switch kind {
    case "A": row = max(row - count, 0)
    case "B": row = min(row + count, rows.count - 1)
    case "C": column = min(column + count, columns - 1)
    case "D": column = max(column - count, 0)
    case "G": column = min(count, columns) - 1
    case "d": row = min(count, rows.count) - 1
    case "H":
      row = min(count, rows.count) - 1
      column = min(max(numbers.dropFirst().first ?? 1, 1), columns) - 1
    case "r":
      let bottom = min(numbers.dropFirst().first ?? rows.count, rows.count)
      region = min(count, bottom) - 1...bottom - 1
      (row, column) = (0, 0)
    case "J": erase(row, from: place, to: columns, andRowsBelow: true, all: numbers.first == 2)
    case "K": erase(row, from: numbers.first == 1 ? 0 : place, to: numbers.first == 1 ? place + 1 : columns)
    case "X": erase(row, from: place, to: min(place + count, columns))
    case "b": for _ in 0..<count { put(last) }
    case "L": scroll(from: row, by: -count)
    case "M": scroll(from: row, by: count)
    case "S": scroll(from: region.lowerBound, by: count)
    case "T": scroll(from: region.lowerBound, by: -count)
    case "P": shift(by: -count, at: place)
    case "@": shift(by: count, at: place)
    default: break
    }
  }

  private mutating func erase(_ line: Int, from: Int, to: Int, andRowsBelow: Bool = false, all: Bool = false) {
    for place in from..<to { rows[line][place] = " " }
    guard andRowsBelow else { return }
    for other in rows.indices where all || other > line {
      rows[other] = Array(repeating: " ", count: rows[0].count)
    }
  }

  /// Moves the characters right of a place to the right, or to the left where negative.
  private mutating func shift(by count: Int, at place: Int) {
    let width = rows[row].count, number = min(abs(count), width - place)
    let blanks = Array(repeating: Character(" "), count: number)
    if count > 0 {
      rows[row].insert(contentsOf: blanks, at: place)
      rows[row].removeLast(number)
    } else {
      rows[row].removeSubrange(place..<place + number)
      rows[row] += blanks
    }
  }
}
