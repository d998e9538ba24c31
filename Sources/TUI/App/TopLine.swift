internal import Events
internal import Filtering
internal import Tree

/// The first line: the mode of the view, the totals, and the filter. Each figure has its own width, so that nothing
/// moves while they grow; on a narrow screen the least important figures are left out.
struct TopLine {
  let state: AppState
  private let data: ViewData

  init(state: AppState) {
    self.state = state
    data = state.shown
  }

  /// One figure and its rank: a lower rank is kept longer.
  private struct Item {
    var text: StyledText
    var rank: Int
    /// The columns that it takes even if its text is shorter.
    var width: Int
    /// It may become longer if there is room.
    var isFilter = false
  }

  func draw(into frame: inout Frame) {
    let columns = frame.size.columns
    var items = self.items
    let mode = fittingMode(in: columns)
    func total() -> Int { mode.width + items.reduce(0) { $0 + 2 + max($1.width, $1.text.width) } }
    while !items.isEmpty, total() > columns {
      let last = items.indices.max { items[$0].rank < items[$1].rank }!
      // Before a figure is left out, it gives up the room it kept for growing.
      if items.contains(where: { $0.width > $0.text.width }), total() - slack(of: items) <= columns {
        for index in items.indices { items[index].width = 0 }
      } else if items[last].isFilter, Self.filterColumns + columns - total() >= Self.leastFilterColumns {
        break
      } else {
        items.remove(at: last)
      }
    }
    if let index = items.firstIndex(where: \.isFilter) {
      items[index].text = filter(columns: Self.filterColumns + columns - total())
    }
    var column = frame.put(mode, row: 0, column: 0)
    for item in items {
      column += 2
      frame.put(item.text, row: 0, column: column)
      column += max(item.width, item.text.width)
    }
  }

  /// The preferred and the minimum width of the filter expression.
  private static let filterColumns = 24
  private static let leastFilterColumns = 4

  private func slack(of items: [Item]) -> Int { items.reduce(0) { $0 + max($1.width - $1.text.width, 0) } }

  /// The long form if it leaves room for other figures, else the most important part: the time of a moment in the
  /// past, or the number of new events at the newest moment.
  private func fittingMode(in columns: Int) -> StyledText {
    guard let frozen = state.frozen else {
      if let end = commandEnd(in: columns) { return end }
      return state.mode == .live || state.reading?.isLive == true
        ? StyledText(" LIVE ", Style(.live)) : StyledText(" REPLAY ", Style(.replay))
    }
    if let playback = state.playback, !playback.isPaused { return playing(playback, at: frozen.time, in: columns) }
    let word: DisplayText = state.playback == nil ? "FROZEN" : "PAUSED"
    let new: DisplayText = " +\(number: state.newSinceFrozen, grouped: true)"
    let moment = state.clock.moment(at: frozen.time)
    let dates = state.dates(of: moment)
    let time = DisplayText.dated(moment, dates, milliseconds: frozen.event != nil)
    var long = StyledText(" \(word) at \(time) ", Style(.frozen))
    if frozen.event != nil, frozen.horizon > frozen.time {
      long.append("-\(DisplayText.duration(frozen.horizon - frozen.time, state.glyphs)) ", Style(.frozen))
    }
    long.append("\(new) new", Style(.frozen, .bold))
    if columns >= long.width + 16 { return long }
    let timed = StyledText(" \(word) \(time) ", Style(.frozen))
    var both = timed
    both.append(new, Style(.frozen, .bold))
    if columns >= both.width { return both }
    if frozen.event != nil {
      let toTheSecond = StyledText(" \(word) \(DisplayText.dated(moment, dates)) ", Style(.frozen))
      return columns >= timed.width ? timed : toTheSecond
    }
    var short = StyledText(" \(word) ", Style(.frozen))
    short.append(new, Style(.frozen, .bold))
    return short
  }

  /// How the traced command ended, which stays as long as the view is open, and the keys for what to do then: as much of
  /// it as fits. Nil while it runs.
  private func commandEnd(in columns: Int) -> StyledText? {
    guard let command = state.output.command, let end = command.end, let text = command.endText(state.glyphs),
      let short = command.shortEndText
    else { return nil }
    let style = Style(end.isSuccess ? .live : .error)
    let separator = state.glyphs.separator
    let output: DisplayText = "\(separator) \(state.keyName(.output))"
    let keys: [DisplayText] = [
      "\(output) output \(separator) \(state.keyName(.quit)) quit", "\(output) output", output,
    ]
    func line(_ text: DisplayText, _ keys: DisplayText) -> StyledText {
      var line = StyledText(" \(text) ", style)
      line.append(keys)
      return line
    }
    let forms = keys.map { line(text, $0) } + [line(text, "")] + keys.dropFirst().map { line(short, $0) }
    return forms.first { $0.width <= columns } ?? line(short.fitted(to: columns - 2, mark: state.glyphs.ellipsis), "")
  }

  /// The speed and the time, to the second: the milliseconds would only flicker.
  private func playing(_ playback: Playback, at time: UInt64, in columns: Int) -> StyledText {
    let moment = state.clock.moment(at: time)
    let whole: DisplayText = " PLAY \(playback.speed.text) \(DisplayText.dated(moment, state.dates(of: moment))) "
    return StyledText(whole.width <= columns ? whole : " PLAY \(playback.speed.text) ", Style(.replay))
  }

  private var items: [Item] {
    let totals = data.tree.totals
    var items: [Item] = []
    func add(_ text: StyledText, rank: Int, width: Int = 0) {
      items.append(Item(text: text, rank: rank, width: width))
    }
    func figure(_ value: Int, _ one: DisplayText, _ many: DisplayText) -> StyledText {
      var text = StyledText(.count(value), Style(.text, .bold))
      text.append(" \(value == 1 ? one : many)", Style(.dim))
      return text
    }
    if let reading = state.reading, !reading.isLive {
      add(bar(of: reading), rank: 1)
    }
    // A view that is not frozen says it at the start of the line.
    if state.isFrozen, let command = state.output.command, let end = command.end, let text = command.shortEndText {
      add(StyledText(" \(text) ", Style(end.isSuccess ? .live : .error)), rank: 1)
    }
    if totals.lost.events > 0 {
      add(StyledText(" \(.count(totals.lost.events)) lost ", Style(.error)), rank: 0)
    }
    if let recording = state.keeping.recording {
      add(StyledText(" REC \(recording.size) ", Style(.error)), rank: 1, width: 15)
    }
    if totals.lost.procRaces > 0 { add(figure(Int(totals.lost.procRaces), "unread", "unread"), rank: 9) }
    add(figure(totals.processes, "process", "processes"), rank: 2, width: 16)
    add(figure(totals.execs, "exec", "execs"), rank: 3, width: 12)
    add(rate, rank: 4, width: 5)
    // The timeline shows the same, and more.
    if state.layout.timeline == nil { add(sparkline, rank: 7) }
    var nonzero = figure(totals.nonzero, "nonzero", "nonzero")
    if totals.nonzero > 0 { nonzero = nonzero.restyled { Style(.failed, $0.emphasis) } }
    add(nonzero, rank: 5, width: 9)
    if totals.failedExecs > 0 {
      let text = figure(totals.failedExecs, "failed exec", "failed execs")
      add(text.restyled { $0.role == .text ? Style(.failed, .bold) : $0 }, rank: 6)
    }
    if totals.forgotten > 0 { add(figure(totals.forgotten, "forgotten", "forgotten"), rank: 8) }
    if data.filter != nil {
      items.append(Item(text: filter(columns: Self.filterColumns), rank: 1, width: 0, isFilter: true))
    }
    return items
  }

  /// How far the recording is read: a bar and percent, or the number of events of a pipe.
  private func bar(of reading: Reading) -> StyledText {
    guard let percent = reading.percent else {
      return StyledText("reading \(.count(reading.events ?? 0)) events", Style(.dim))
    }
    var text = StyledText("reading ", Style(.dim))
    if state.size.columns >= Self.columnsForBar {
      let filled = percent * Self.barWidth / 100
      for cell in 0..<Self.barWidth {
        cell < filled
          ? text.append(state.glyphs.bar(1, highest: 1), Style(.sparkline))
          : text.append(state.glyphs.horizontal, Style(.dim))
      }
      text.append(" ", Style(.dim))
    }
    text.append("\(percent) %", Style(.dim))
    return text
  }

  private static let columnsForBar = 60
  private static let barWidth = 20

  private var rate: StyledText {
    let tenths = data.activity.tenthsPerSecond(at: state.shownTime)
    var text = StyledText(.rate(tenths: tenths), Style(.text, .bold))
    text.append("/s", Style(.dim))
    return text
  }

  private var sparkline: StyledText {
    let bars = data.activity.bars(at: state.shownTime)
    let highest = bars.max() ?? 0
    let line = bars.map { state.glyphs.bar($0, highest: highest) }.joined()
    return StyledText(line, Style(.sparkline))
  }

  /// The filter expression, cut if long, and the number of matches out of all processes.
  private func filter(columns: Int) -> StyledText {
    let expression = DisplayText(typed: state.typedFilter.text).fitted(to: columns, mark: state.glyphs.ellipsis)
    var text = StyledText("\\", Style(.dim))
    text.append(expression, Style(.match))
    let all = data.tree.totals.processes
    text.append(
      " \(number: data.outline.matchCount, grouped: true)/\(number: all, grouped: true)", Style(.text, .bold))
    if data.filter?.trouble != nil { text.append(" incomplete", Style(.warning)) }
    return text
  }
}
