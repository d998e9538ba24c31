internal import Events
package import Tree

/// A critical path as lines with aligned columns, and what could be won at most.
package struct PathListing {
  private let path: CriticalPath
  private let tree: ProcessTree
  private let scopeStart: UInt64?
  private let glyphs: Glyphs

  /// - Parameter scopeStart: as `TreeListing` has it.
  package init(of path: CriticalPath, in tree: ProcessTree, scopeStart: UInt64?, glyphs: Glyphs) {
    self.path = path
    self.tree = tree
    self.scopeStart = scopeStart
    self.glyphs = glyphs
  }

  /// The header, a line for each step, and a conclusion. - Complexity: O(steps).
  package var lines: [StyledText] {
    let (shown, rest) = path.notableSteps
    let rows = shown.map { row(path.steps[$0]) }
    let titles: [DisplayText] = ["TIME", "SHARE", "CPU", "WAIT", "BESIDE", "PID"]
    let widths = titles.indices.map { column in
      rows.reduce(titles[column].width) { max($0, $1[column].width) }
    }
    func line(_ cells: [DisplayText], _ style: Style) -> StyledText {
      var line = StyledText()
      for (cell, width) in zip(cells, widths) { line.append(cell.paddedLeft(to: width) + "  ", style) }
      return line
    }
    var header = line(titles, Style(.label))
    header.append("COMMAND", Style(.label))
    var lines = [header]
    for (number, cells) in zip(shown, rows) {
      let step = path.steps[number]
      var line = line(cells, Style(path.isNotable(step) ? .text : .dim))
      line.append(.spaces(2 * min(step.depth, Self.deepest)))
      line.append(command(of: step))
      lines.append(line)
    }
    if !rest.isEmpty {
      let time = rest.reduce(UInt64(0)) { $0 &+ path.steps[$1].own }
      let cells: [DisplayText] = [.duration(time, glyphs), share(time), "", "", "", ""]
      var line = line(cells, Style(.dim))
      line.append("(\(.count(rest.count)) shorter \(rest.count == 1 ? "step" : "steps"))", Style(.dim))
      lines.append(line)
    }
    return lines + [StyledText(conclusion)]
  }

  /// Deeper steps are not indented further.
  private static let deepest = 20

  private func row(_ step: CriticalPath.Step) -> [DisplayText] {
    [
      .duration(step.own, glyphs), share(step.own),
      step.cpu.map { .duration($0, glyphs) } ?? glyphs.unknown,
      step.wait.map { .duration($0, glyphs) } ?? glyphs.unknown,
      .tenths(step.besideTenths), DisplayText(number: step.id.pid),
    ]
  }

  private func share(_ time: UInt64) -> DisplayText { .percent(permille: path.permille(of: time)) }

  private func command(of step: CriticalPath.Step) -> StyledText {
    guard let node = tree[step.id] else { return StyledText() }
    return CommandText.line(of: node, limit: .max, shortening: .max, scopeStart: scopeStart, glyphs: glyphs)
  }

  /// What the path says about the time that could be won.
  package var conclusion: DisplayText {
    let all: DisplayText = "\(.duration(path.whole, glyphs)) \(path.isRunning ? "so far" : "in all")"
    let least = DisplayText.duration(path.leastTime, glyphs)
    let saved = DisplayText.duration(path.mostSaved, glyphs)
    return
      "\(all): no order of these steps finishes before \(least); running everything else at once saves at most \(saved)"
  }
}

extension CriticalPath {
  /// A step of less than half a per cent explains nothing.
  private static let leastShare = 5
  /// A path of so few steps is shown whole.
  private static let few = 24

  /// Whether the step's own time explains anything.
  func isNotable(_ step: Step) -> Bool { permille(of: step.own) >= Self.leastShare }

  /// The steps that are shown, with the ancestors of each, and the others. - Complexity: O(steps).
  var notableSteps: (shown: [Int], rest: [Int]) {
    if steps.count <= Self.few { return (Array(steps.indices), []) }
    var isShown = [Bool](repeating: false, count: steps.count)
    // The depth at which an ancestor of a shown step is expected, from the last step to the first.
    var wanted = -1
    for number in steps.indices.reversed() {
      let step = steps[number]
      if isNotable(step) || step.depth == wanted {
        isShown[number] = true
        wanted = step.depth - 1
      }
    }
    return (steps.indices.filter { isShown[$0] }, steps.indices.filter { !isShown[$0] })
  }
}

extension CriticalPath {
  /// The processes of the steps that explain something.
  var notableProcesses: Set<ProcessID> { Set(steps.lazy.filter { self.isNotable($0) }.map(\.id)) }
}

extension DisplayText {
  /// A number in tenths: `0.0`, `1.5`, `12.0`.
  static func tenths(_ value: Int) -> DisplayText { "\(number: value / 10, grouped: true).\(value % 10)" }

  /// A share in thousandths as per cent: `0.4%`, `98.2%`.
  static func percent(permille: Int) -> DisplayText { tenths(permille) + "%" }
}
