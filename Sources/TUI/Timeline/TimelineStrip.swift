/// The timeline: two rows of bars over the time with events, execs above and nonzero exits below.
/// A loss is a `!` among the nonzero exits, and a frozen view has its moment marked.
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
    let counts = scale.bars.map { activity.bar($0, step: scale.step) }
    draw(counts.map { Int($0.execs) }, sign: glyphs.running, role: .sparkline, row: row, into: &frame)
    draw(counts.map { Int($0.nonzero) }, sign: glyphs.failed, role: .failed, row: row + 1, into: &frame)
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
    var rate = StyledText(.rate(tenths: scale.rateTenths(of: highest)), Style(.text))
    rate.append("/s", Style(.dim))
    let column = scale.column + scale.count
    frame.put(rate, row: row, column: column + TimelineScale.rateWidth - rate.width)
  }

  private func drawTimes(row: Int, into frame: inout Frame) {
    let end = scale.column + scale.count + (scale.hasRate ? TimelineScale.rateWidth : 0)
    drawTime(of: scale.bars.lowerBound, row: row, column: 1, into: &frame)
    drawTime(of: scale.bars.upperBound, row: row, column: end + 1, into: &frame)
  }

  /// The time of day at the start of a bar; below it the day, if it is not the newest day, else at the left how long a
  /// bar is.
  private func drawTime(of bar: Int, row: Int, column: Int, into frame: inout Frame) {
    let isFirst = bar == scale.bars.lowerBound
    // A screen may show more time than has passed since boot.
    guard bar >= 0, state.shown.activity.lastTime != nil else { return }
    let moment = state.clock.moment(at: scale.start(of: bar))
    frame.put(.timeOfDay(moment), row: row, column: column, style: Style(.dim))
    if state.dates(of: moment) != .none {
      frame.put(.day(moment, .monthAndDay), row: row + 1, column: column, style: Style(.dim))
    } else if isFirst {
      frame.put("\(scale.stepText)/bar", row: row + 1, column: column, style: Style(.dim))
    }
  }

  /// A frozen view shows a moment: its column is highlighted, with a sign if nothing exited nonzero then.
  private func drawMoment(row: Int, into frame: inout Frame) {
    guard state.isFrozen, scale.count > 0 else { return }
    // A moment without events may be outside of the bars: the nearest is highlighted.
    let bar = min(max(scale.bar(at: state.shownTime), scale.bars.lowerBound), scale.bars.upperBound - 1)
    let column = scale.column + bar - scale.bars.lowerBound
    if frame[row + 1, column].glyph == .space {
      frame.put(state.glyphs.arrowUp, row: row + 1, column: column, style: Style(.frozen))
    }
    for line in [row, row + 1] {
      frame.restyle(row: line, column: column, width: 1) { _ in Style(.frozen) }
    }
  }
}
