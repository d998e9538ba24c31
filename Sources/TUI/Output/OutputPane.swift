internal import Events
internal import Filtering

/// Where the parts of a row of the output pane are.
struct OutputColumns: Hashable, Sendable {
  /// From this width on, the time of each line is shown.
  static let columnsForTime = 60
  static let timeWidth = 9

  /// The column of the seconds since the start of the command; nil without room.
  let time: Int?
  /// The column of the sign of the stream.
  let sign: Int
  let text: Int
  let textWidth: Int

  init(width: Int) {
    time = width >= Self.columnsForTime ? 1 : nil
    sign = time.map { $0 + Self.timeWidth + 1 } ?? 1
    text = sign + 2
    textWidth = max(width - text, 0)
  }
}

/// The output of the traced command, in the place of the log.
struct OutputPane {
  let state: AppState
  let box: Layout.Box
  private let columns: OutputColumns
  private let store: OutputStore
  private var glyphs: Glyphs { state.glyphs }

  init(state: AppState, box: Layout.Box) {
    self.state = state
    self.box = box
    columns = OutputColumns(width: box.columns)
    store = state.shownOutput
  }

  func draw(into frame: inout Frame) {
    let top = state.outputTop
    let ofMoment = state.outputRowsOfMoment
    let count = store.rowCount
    // While the end of a moment is followed, nothing that was printed later is shown.
    let end = state.output.isFollowing ? ofMoment : count
    if let row = box.title {
      PaneTitle(
        pane: .log, name: "Output", isFocused: state.focus == .log, notes: notes,
        position: PaneTitle.position(top: top, rows: min(box.rows, max(end - top, 0)), count: count)
      ).draw(row: row, column: box.column, width: box.columns, glyphs: glyphs, into: &frame)
    }
    for line in 0..<max(min(box.rows, end - top), 0) {
      draw(row: top + line, at: box.top + line, isLater: top + line >= ofMoment, into: &frame)
    }
    if end == 0, box.rows > 0 {
      frame.put(emptiness, row: box.top, column: box.column + 1, style: Style(.dim), width: max(box.columns - 1, 0))
    }
  }

  /// Draws one row of those in view, in place of all of them.
  func draw(only line: Int, into frame: inout Frame) {
    draw(row: state.outputTop + line, at: box.top, isLater: false, into: &frame)
  }

  private var notes: [DisplayText] {
    var notes: [DisplayText] = []
    if store.first > 0 { notes.append("\(number: store.first, grouped: true) lines forgotten") }
    if let filter = store.filter { notes.append("only \(DisplayText(typed: filter.text))") }
    if state.output.isFollowing, !state.isFrozen { notes.append("following") }
    return notes
  }

  /// Why there are no lines.
  private var emptiness: DisplayText {
    if store.filter != nil, !store.isEmpty { return store.hasWork ? "filtering" : "no line matches the filter" }
    let name = state.output.command?.name ?? "the command"
    if !store.isEmpty || state.isFrozen { return "\(name) had printed nothing at this time" }
    return state.output.command?.end == nil ? "\(name) has printed nothing yet" : "\(name) printed nothing"
  }

  private func draw(row: Int, at line: Int, isLater: Bool, into frame: inout Frame) {
    guard let number = store.number(atRow: row), let text = store.line(number) else { return }
    if let column = columns.time {
      frame.putRight(
        seconds(of: text), row: line, column: box.column + column, style: Style(.dim), width: OutputColumns.timeWidth)
    }
    if text.isContinuation {
      frame.put(glyphs.ellipsis, row: line, column: box.column + columns.sign, style: Style(.dim))
    } else if text.kind == .text(.error) {
      frame.put(Self.errorSign, row: line, column: box.column + columns.sign, style: Style(.failed))
    }
    let paneRow = PaneRow(row: line, column: box.column, width: box.columns, glyphs: glyphs)
    let sideways = state.output.sideways
    paneRow.put(text.text, at: columns.text, width: columns.textWidth, sideways: sideways, into: &frame)
    if state.output.showsMatches, let search = state.output.search {
      for range in Self.columns(of: search.ranges(in: text.utf8), in: text) {
        let start = max(range.lowerBound - sideways, 0)
        let end = min(range.upperBound - sideways, columns.textWidth)
        frame.restyle(row: line, column: box.column + columns.text + start, width: end - start) { _ in Style(.match) }
      }
    }
    if isLater { frame.restyle(row: line, column: box.column, width: box.columns) { _ in Style(.dim) } }
    if !state.output.isFollowing, number == state.output.cursor {
      paneRow.select(isFocused: state.focus == .log, into: &frame)
    }
  }

  /// Before a line of standard error.
  static let errorSign: DisplayText = "!"

  /// Seconds and milliseconds since the start of the command.
  private func seconds(of line: OutputLine) -> DisplayText {
    let start = state.output.command?.start ?? 0
    let milliseconds = (line.start > start ? line.start - start : 0) / 1_000_000
    let rest = milliseconds % 1000
    let zeros: DisplayText = rest < 10 ? "00" : rest < 100 ? "0" : ""
    return "\(number: milliseconds / 1000, grouped: false).\(zeros)\(number: rest, grouped: false)"
  }

  /// The columns of ranges of bytes of a line. - Complexity: O(text)
  static func columns(of ranges: [Range<Int>], in line: OutputLine) -> [Range<Int>] {
    guard let last = ranges.last else { return [] }
    var starts: [Int: Int] = [:]
    var (byte, column) = (0, 0)
    for run in line.text.runs where byte <= last.upperBound {
      run.text.forEachGlyph { _, at, bytes in
        starts[byte + bytes.lowerBound] = column + at
        return byte + bytes.lowerBound <= last.upperBound
      }
      byte += run.text.utf8.count
      column += run.text.width
    }
    starts[byte] = column
    // A range of a regular expression may cut through a character.
    func place(_ wanted: Int) -> Int {
      var wanted = wanted
      while wanted > 0, starts[wanted] == nil { wanted -= 1 }
      return starts[wanted] ?? 0
    }
    return ranges.map { range in
      let start = place(range.lowerBound)
      return start..<max(place(range.upperBound), start)
    }
  }
}
