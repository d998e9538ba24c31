import Testing

@testable import TUI

/// The bar of a run time.
@Suite
struct GanttBarTests {
  /// Ten cells of 80 ns each: an eighth is 10 ns.
  let scale = GanttScale(start: 1000, end: 1800)

  /// - Parameter cpu: as long as it ran, if nothing else is said.
  func text(
    _ start: UInt64, _ end: UInt64?, cpu: UInt64? = .max, sign: DisplayText? = nil, _ glyphs: SpanGlyphs = .utf8
  ) -> String? {
    GanttBar(from: start, to: end, cpu: cpu, on: scale, width: 10)?.text(sign: sign, glyphs).string
  }

  @Test func `Covers what it ran`() {
    #expect(text(1000, 1800) == "██████████")
    #expect(text(1080, 1240) == " ██       ")
    #expect(text(1000, 1010) == "▏         ")
    #expect(text(1000, 1130) == "█▋        ")
    #expect(text(1120, 1240) == " ▐█       ")
    #expect(text(1150, 1240) == " ▕█       ")
    #expect(text(1090, 1240) == " ██       ")
  }

  @Test func `Is never lost`() {
    #expect(text(1400, 1400) == "     ▏    ")
    #expect(text(1470, 1475) == "     ▕    ")
    #expect(text(1800, 1800) == "         ▕")
    #expect(text(1440, 1439) == "     ▕    ")
  }

  @Test func `Its ends say when it goes beyond the axis`() {
    #expect(text(900, 1240) == "◂██       ")
    #expect(text(1640, nil) == "        ▒▸")
    #expect(text(900, nil) == "◂────────▸")
    #expect(text(1640, 1900) == "        █▸")
    #expect(text(1640, 1800) == "        ██")
    #expect(text(1801, nil) == nil)
    #expect(text(800, 999) == nil)
  }

  @Test func `CPU time is solid and waiting is light`() {
    #expect(text(1000, 1800, cpu: 400) == "█████░░░░░")
    #expect(text(1000, 1800, cpu: 0) == "░░░░░░░░░░")
    #expect(text(1000, 1800, cpu: 800) == "██████████")
    #expect(text(1000, 1800, cpu: 440) == "█████▌░░░░")
    #expect(text(1000, 1800, cpu: 420) == "█████░░░░░")
    #expect(text(1080, 1240, cpu: 20) == " ░░       ")
    #expect(text(1000, 1800, cpu: nil) == "▒▒▒▒▒▒▒▒▒▒")
    #expect(text(1000, 1800, cpu: 400, .ascii) == "=====.....")
    #expect(text(1000, 1800, cpu: nil, .ascii) == "~~~~~~~~~~")
    // Of a time before the axis the share is that of the whole.
    #expect(text(200, 1800, cpu: 800) == "◂████░░░░░")
    // What is too short for a cell is where it was, whatever it did.
    #expect(text(1400, 1410, cpu: 0) == "     ▏    ")
  }

  @Test func `A time covers at least one cell`() {
    func cells(_ from: UInt64, _ until: UInt64) -> Range<Int>? {
      GanttBar.cells(from: from, until: until, on: scale, width: 10)
    }
    #expect(cells(1000, 1800) == 0..<10 && cells(1080, 1240) == 1..<3 && cells(1400, 1401) == 5..<6)
    #expect(cells(1801, 1802) == nil && cells(0, 999) == nil && cells(0, 1100) == 0..<2)
    let edges = (0...11).map { scale.time(ofCell: $0, width: 10) }
    #expect(edges == [1000, 1080, 1160, 1240, 1320, 1400, 1480, 1560, 1640, 1720, 1800, 1800])
  }

  @Test func `A sign stands at the end`() {
    #expect(text(1080, 1240, sign: "✗") == " ██✗      ")
    #expect(text(1640, 1800, sign: "✗") == "        █✗")
    #expect(text(1790, 1795, sign: "✗") == "         ✗")
  }

  @Test func `In ASCII half a cell is enough`() {
    #expect(text(1080, 1240, .ascii) == " ==       ")
    #expect(text(1000, 1110, .ascii) == "=-        ")
    #expect(text(1150, 1280, .ascii) == " -==      ")
    #expect(text(900, nil, .ascii) == "<-------->")
    #expect(text(1080, 1240, sign: "x", .ascii) == " ==x      ")
  }

  @Test(arguments: [1, 2, 13, 60])
  func `Whatever the times, it is as wide as the axis`(width: Int) {
    let times: [UInt64] = [0, 1, 999, 1000, 1001, 1399, 1400, 1799, 1800, 1801, .max - 1, .max]
    for axis in [scale, GanttScale(start: 0, end: .max), GanttScale(start: .max - 1, now: .max)] {
      for start in times {
        for end in times.map(Optional.some) + [nil] {
          guard let bar = GanttBar(from: start, to: end, cpu: start, on: axis, width: width) else { continue }
          for glyphs in [SpanGlyphs.utf8, .ascii] {
            #expect(bar.text(sign: "✗", glyphs).width == width)
            #expect(!bar.eighths.isEmpty && bar.eighths.lowerBound >= 0 && bar.eighths.upperBound <= width * 8)
          }
        }
      }
    }
    #expect(GanttBar(from: 1, to: 2, cpu: 1, on: scale, width: 0) == nil)
  }
}
