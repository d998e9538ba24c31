import Testing

@testable import TUI

/// The layout.
@Suite
struct LayoutTests {
  @Test func `Every size keeps everything within itself and apart`() {
    for columns in [0, 1, 2, 10, 20, 39, 40, 71, 72, 80, 120, 200, 500] {
      for rows in Array(0...45) + [100, 200] {
        for focus in Pane.allCases {
          for isZoomed in [false, true] {
            let size = Size(columns: columns, rows: rows)
            for hasTimeline in [false, true] {
              check(
                Layout(size: size, focus: focus, isZoomed: isZoomed, hasTimeline: hasTimeline), columns, rows)
            }
          }
        }
      }
    }
  }

  func check(_ layout: Layout, _ columns: Int, _ rows: Int) {
    var used: [Int: Int] = [:]
    func use(_ row: Int, _ width: Int) {
      #expect(row >= 0 && row < rows)
      used[row, default: 0] += width
    }
    if let row = layout.topLine { use(row, columns) }
    if let row = layout.keyBar { use(row, columns) }
    if let row = layout.timeline {
      use(row, columns)
      use(row + 1, columns)
    }
    for box in layout.boxes.values {
      #expect(box.column >= 0 && box.column + box.columns <= columns)
      for row in [box.title, box.header].compactMap({ $0 }) { use(row, box.columns) }
      for row in box.top..<box.top + box.rows { use(row, box.columns) }
    }
    for (_, width) in used { #expect(width <= columns) }
  }

  @Test func `A tree row is there from one row on`() {
    for rows in 1...60 {
      let layout = Layout(size: Size(columns: 20, rows: rows), focus: .tree, isZoomed: false)
      #expect(layout[.tree]?.rows ?? 0 >= 1)
    }
  }

  @Test func `Things go in their order`() {
    func parts(_ columns: Int, _ rows: Int) -> [Bool] {
      let layout = Layout(size: Size(columns: columns, rows: rows), focus: .tree, isZoomed: false)
      return [
        layout[.detail] != nil, layout[.tree]?.header != nil, layout[.log] != nil, layout.keyBar != nil,
        layout.topLine != nil,
      ]
    }
    #expect(parts(80, 24) == [true, true, true, true, true])
    #expect(parts(71, 24) == [false, true, true, true, true])
    var last = parts(80, 60)
    for rows in stride(from: 59, through: 1, by: -1) {
      let now = parts(80, rows)
      // Nothing comes back while the screen shrinks, and nothing goes before what stands left of it has gone.
      for index in now.indices {
        if now[index] { #expect(last[index]) }
        if index > 0, now[index - 1] { #expect(now[index]) }
      }
      last = now
    }
    #expect(parts(20, 5) == [false, false, false, true, true])
  }

  @Test func `A pane without room is shown in place of the tree`() {
    let small = Size(columns: 40, rows: 6)
    for pane in Pane.allCases {
      let layout = Layout(size: small, focus: pane, isZoomed: false)
      #expect(layout[pane]?.rows ?? 0 > 0)
    }
  }

  @Test func `Columns never overlap and the command gets the rest`() {
    for digits in 5...7 {
      for width in 0...300 {
        let tree = TreeColumns(width: width, pidDigits: digits)
        let log = LogColumns(width: width, pidDigits: digits)
        #expect(tree.commandWidth == max(width - tree.command, 0))
        #expect(log.argumentsWidth == max(width - log.arguments, 0))
        let starts = tree.places.map(\.start) + [tree.sign] + [tree.word?.start].compactMap { $0 } + [tree.command]
        #expect(starts == starts.sorted())
        if width >= 20 { #expect(tree.commandWidth >= 9) }
      }
    }
  }
}
