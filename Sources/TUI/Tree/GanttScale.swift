/// The time axis of the run times: from one moment on, over a span.
struct GanttScale: Hashable {
  /// The start of the axis, nanoseconds since boot.
  let start: UInt64
  /// The length of the axis, nanoseconds; never 0.
  let span: UInt64

  /// The axis for an exited process.
  init(start: UInt64, end: UInt64) {
    self.start = start
    span = max(end > start ? end - start : 0, 1)
  }

  /// The axis for a running process: somewhat longer than its run time so far, in steps of about a tenth, so that the
  /// bars rarely move.
  init(start: UInt64, now: UInt64) {
    self.start = start
    span = Self.rounded(now > start ? now - start : 0)
  }

  /// Steps of about a tenth, from 1 to 10, in hundredths.
  private static let steps: [UInt64] = [
    100, 110, 120, 135, 150, 165, 180, 200, 220, 250, 275, 300, 330, 365, 400, 450, 500, 550, 600, 660, 730, 800, 900,
  ]

  /// The first step above a time, at least a second. Nanoseconds.
  static func rounded(_ time: UInt64) -> UInt64 {
    var decade: UInt64 = 10_000_000
    while true {
      for step in steps {
        let (value, overflows) = step.multipliedReportingOverflow(by: decade)
        if overflows { return .max }
        if value > time { return value }
      }
      decade *= 10
    }
  }

  /// When the axis for a running process gets longer, nanoseconds since boot; nil if never.
  var nextChange: UInt64? {
    let (change, overflows) = start.addingReportingOverflow(span)
    return overflows ? nil : change
  }

  /// Converts a moment to eighths of cells from the left, for an axis of this width in cells; nil before the axis, and
  /// the axis's end behind it.
  func eighths(of time: UInt64, width: Int) -> Int? {
    guard time >= start else { return nil }
    let whole = UInt64(max(width, 0) * 8)
    guard time - start < span else { return Int(whole) }
    return Int(span.dividingFullWidth((time - start).multipliedFullWidth(by: whole)).quotient)
  }

  /// The moment at the left edge of a cell, for an axis of this width in cells; its end behind the last cell.
  func time(ofCell cell: Int, width: Int) -> UInt64 {
    guard cell > 0, width > 0 else { return start }
    let passed =
      cell >= width ? span : UInt64(width).dividingFullWidth(span.multipliedFullWidth(by: UInt64(cell))).quotient
    let (time, overflows) = start.addingReportingOverflow(passed)
    return overflows ? .max : time
  }
}

/// The bar of one run time on a time axis: which eighths of the cells it covers, how many of them stand for CPU time,
/// and the signs at its ends.
struct GanttBar: Hashable {
  /// Eighths of cells from the left; never empty.
  let eighths: Range<Int>
  /// How many eighths from its left end are the share of CPU time in the run time; the others are waiting. Nil if the
  /// CPU time is unknown.
  let computed: Int?
  /// The run time starts before the axis.
  let beganBefore: Bool
  /// The process still runs, or its run time continues beyond the axis.
  let goesOn: Bool
  private let width: Int

  /// - Parameters:
  ///   - start: the start of the run time, nanoseconds since boot.
  ///   - end: the end of the run time; nil while the process runs.
  ///   - width: cells that the axis has.
  ///   - cpu: the CPU time of the process in nanoseconds; nil if unknown.
  /// - Returns: nil if no part of it is on the axis.
  init?(from start: UInt64, to end: UInt64?, cpu: UInt64?, on scale: GanttScale, width: Int) {
    let whole = width * 8
    guard width > 0 else { return nil }
    if let end, end < scale.start { return nil }
    if start > scale.start, start - scale.start > scale.span { return nil }
    let first = min(scale.eighths(of: start, width: width) ?? 0, whole - 1)
    let last = end.flatMap { scale.eighths(of: max($0, start), width: width) } ?? whole
    let eighths = first..<max(last, first + 1)
    self.eighths = eighths
    computed = cpu.flatMap { cpu in
      guard let end else { return nil }
      let runTime = end > start ? end - start : 0
      if cpu >= runTime { return eighths.count }
      let (quotient, rest) = runTime.dividingFullWidth(cpu.multipliedFullWidth(by: UInt64(eighths.count)))
      return Int(quotient) + (rest >= runTime - rest ? 1 : 0)
    }
    beganBefore = start < scale.start
    goesOn = end.map { $0 > scale.start && $0 - scale.start > scale.span } ?? true
    self.width = width
  }

  /// A bar that covers the whole axis is a line, so that the other bars stand out.
  var isThroughout: Bool { beganBefore && goesOn }

  /// The bar as text of exactly `width` columns: CPU time solid, waiting light.
  ///
  /// - Parameter sign: the sign at its end, which shows how the process exited.
  func text(sign: DisplayText?, _ glyphs: SpanGlyphs) -> DisplayText {
    var cells = Array(repeating: DisplayText.spaces(1), count: width)
    let (first, last) = (eighths.lowerBound / 8, (eighths.upperBound - 1) / 8)
    for cell in first...last { cells[cell] = glyph(of: cell, isOnly: first == last, glyphs) }
    if beganBefore { cells[first] = glyphs.before }
    if goesOn { cells[last] = glyphs.onward }
    if let sign, !goesOn { cells[min(last + 1, width - 1)] = sign }
    return cells.joined()
  }

  private func glyph(of cell: Int, isOnly: Bool, _ glyphs: SpanGlyphs) -> DisplayText {
    if isThroughout { return glyphs.throughout }
    let covered = eighths.clamped(to: cell * 8..<cell * 8 + 8)
    func part(_ range: Range<Int>) -> DisplayText {
      glyphs.cell(range.lowerBound - cell * 8..<range.upperBound - cell * 8)
    }
    let solid = covered.clamped(to: eighths.lowerBound..<eighths.lowerBound + (computed ?? 0))
    if solid.count * 2 >= covered.count { return part(solid) }
    // There are no light blocks for parts of a cell.
    if covered.count >= 4 { return computed == nil ? glyphs.unknown : glyphs.waiting }
    return isOnly || !solid.isEmpty ? part(covered) : " "
  }

  /// The cells that a time on the axis covers, at least one; nil if it is not on the axis.
  static func cells(from first: UInt64, until last: UInt64, on scale: GanttScale, width: Int) -> Range<Int>? {
    guard let bar = GanttBar(from: first, to: last, cpu: nil, on: scale, width: width) else { return nil }
    return bar.eighths.lowerBound / 8..<(bar.eighths.upperBound + 7) / 8
  }
}
