/// The bar of one run time on a time axis: which eighths of the cells it covers, and what it has at its ends.
struct GanttBar: Hashable {
  /// Eighths of cells from the left; never empty.
  let eighths: Range<Int>
  /// The run time starts before the axis.
  let beganBefore: Bool
  /// The process still runs, or its run time continues beyond the axis.
  let goesOn: Bool
  private let width: Int

  /// - Parameters:
  ///   - start: the start of the run time, nanoseconds since boot.
  ///   - end: the end of the run time; nil while the process runs.
  ///   - width: cells that the axis has.
  /// - Returns: nil if no part of it is on the axis.
  init?(from start: UInt64, to end: UInt64?, on scale: GanttScale, width: Int) {
    let whole = width * 8
    guard width > 0 else { return nil }
    if let end, end < scale.start { return nil }
    if start > scale.start, start - scale.start > scale.span { return nil }
    let first = min(scale.eighths(of: start, width: width) ?? 0, whole - 1)
    let last = end.flatMap { scale.eighths(of: max($0, start), width: width) } ?? whole
    eighths = first..<max(last, first + 1)
    beganBefore = start < scale.start
    goesOn = end.map { $0 > scale.start && $0 - scale.start > scale.span } ?? true
    self.width = width
  }

  /// It covers the whole axis: a line, so that the other bars stand out.
  var isThroughout: Bool { beganBefore && goesOn }

  /// The bar as text of exactly `width` columns.
  ///
  /// - Parameter sign: stands at its end: what became of it.
  func text(sign: DisplayText?, _ glyphs: SpanGlyphs) -> DisplayText {
    var cells = Array(repeating: DisplayText.spaces(1), count: width)
    let (first, last) = (eighths.lowerBound / 8, (eighths.upperBound - 1) / 8)
    for cell in first...last {
      if isThroughout {
        cells[cell] = glyphs.throughout
        continue
      }
      let covered = eighths.clamped(to: cell * 8..<cell * 8 + 8)
      cells[cell] = glyphs.cell(covered.lowerBound - cell * 8..<covered.upperBound - cell * 8)
    }
    if beganBefore { cells[first] = glyphs.before }
    if goesOn { cells[last] = glyphs.onward }
    if let sign, !goesOn { cells[min(last + 1, width - 1)] = sign }
    return cells.joined()
  }
}
