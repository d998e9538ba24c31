/// The timeline: two rows of bars over the last minutes, execs above and failed execs below, each five seconds a column.
/// A loss is a `!` among the failures, and a frozen view has its moment marked.
struct TimelineStrip {
  let state: AppState
  let scale: TimelineScale

  init(state: AppState) {
    self.state = state
    scale = state.timelineScale
  }

  func draw(row: Int, into frame: inout Frame) {
    let glyphs = state.glyphs
    let activity = state.shown.activity
    let counts = scale.bars.map { activity.bar($0) }
    draw(counts.map { Int($0.execs) }, sign: glyphs.running, role: .sparkline, row: row, into: &frame)
    draw(counts.map { Int($0.failed) }, sign: glyphs.failed, role: .failed, row: row + 1, into: &frame)
    for (index, count) in counts.enumerated() where count.lost > 0 {
      frame.put("!", row: row + 1, column: scale.column + index, style: Style(.error))
    }
    drawTimes(row: row, into: &frame)
    drawMoment(row: row, into: &frame)
  }

  private func draw(
    _ values: [Int], sign: DisplayText, role: Role, row: Int, into frame: inout Frame
  ) {
    frame.put(sign, row: row, column: scale.column - 2, style: Style(role))
    let highest = values.max() ?? 0
    guard highest > 0 else { return }
    let ceiling = TimelineScale.ceiling(highest)
    let line = values.map { state.glyphs.bar($0, highest: ceiling) }.joined()
    frame.put(line, row: row, column: scale.column, style: Style(role))
    guard scale.hasRate else { return }
    let tenths = highest * 10 / ActivityHistory.barSeconds
    var rate = StyledText(.rate(tenths: tenths), Style(.text))
    rate.append("/s", Style(.dim))
    let column = scale.column + scale.count
    frame.put(rate, row: row, column: column + TimelineScale.rateWidth - rate.width)
  }

  private func drawTimes(row: Int, into frame: inout Frame) {
    let end = scale.column + scale.count + (scale.hasRate ? TimelineScale.rateWidth : 0)
    drawTime(of: scale.bars.lowerBound, row: row, column: 1, into: &frame)
    drawTime(of: scale.bars.upperBound, row: row, column: end + 1, into: &frame)
  }

  /// The hour and the minute at the start of a bar; below them the day, if it is not the newest day.
  private func drawTime(of bar: Int, row: Int, column: Int, into frame: inout Frame) {
    // A screen may show more time than has passed since boot.
    guard bar >= 0 else { return }
    let moment = state.clock.moment(at: TimelineScale.start(of: bar))
    frame.put(DisplayText.timeOfDay(moment).columns(from: 0, count: 5), row: row, column: column, style: Style(.dim))
    guard state.dates(of: moment) != .none else { return }
    frame.put(.day(moment, .monthAndDay), row: row + 1, column: column, style: Style(.dim))
  }

  /// A frozen view shows a moment: its column is highlighted, with a sign if nothing failed then.
  private func drawMoment(row: Int, into frame: inout Frame) {
    guard state.isFrozen, let column = scale.column(of: state.shownTime) else { return }
    if frame[row + 1, column].glyph == .space {
      frame.put(state.glyphs.arrowUp, row: row + 1, column: column, style: Style(.frozen))
    }
    for line in [row, row + 1] {
      frame.restyle(row: line, column: column, width: 1) { _ in Style(.frozen) }
    }
  }
}
