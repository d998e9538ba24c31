internal import Events
internal import Tree

extension DetailWriter {
  /// The most steps that are listed.
  private static let pathLimit = 60
  /// Deeper steps are not indented further.
  private static let deepestStep = 8

  /// The critical path while it is shown: all of it for its root, and the share of a step for the others.
  mutating func writePath(_ shown: ShownPath?) {
    guard let path = shown?.path, let number = path.step(of: node.id) else { return }
    guard number == 0 else {
      let step = path.steps[number]
      let above = path.steps[0].id
      let name = tree[above].map { DisplayText.argument($0.facts.comm.bytes) } ?? ""
      return field(
        "critical", "\(share(step.own, path)) of \(name) (\(above.pid)): \(.duration(step.own, glyphs)) of its own",
        style: Style(.critical))
    }
    title("Critical path", note: path.isRunning ? "so far" : .duration(path.whole, glyphs))
    line(StyledText(" share    own   wait  process", Style(.label)))
    let (notable, rest) = path.notableSteps
    for number in notable.prefix(Self.pathLimit) { write(path.steps[number], of: path) }
    let hidden = rest + notable.dropFirst(Self.pathLimit)
    if !hidden.isEmpty {
      let time = hidden.reduce(UInt64(0)) { $0 &+ path.steps[$1].own }
      text(
        "\(share(time, path).paddedLeft(to: 6))  \(.count(hidden.count)) other \(hidden.count == 1 ? "step" : "steps")",
        style: Style(.dim))
    }
    if path.unknownEnds > 0 {
      text("\(.count(path.unknownEnds)) exits were lost: these steps are missing", style: Style(.warning))
    }
    text(
      "No order of these steps finishes before \(.duration(path.leastTime, glyphs)).", style: Style(.dim))
  }

  private mutating func write(_ step: CriticalPath.Step, of path: CriticalPath) {
    let wait = step.wait.map { DisplayText.duration($0, glyphs) } ?? glyphs.unknown
    var line = StyledText("\(share(step.own, path).paddedLeft(to: 6)) ", path.isNotable(step) ? .text : Style(.dim))
    line.append(DisplayText.duration(step.own, glyphs).paddedLeft(to: 6) + " ", Style(.dim))
    line.append(wait.paddedLeft(to: 6) + "  ", Style(.dim))
    line.append(.spaces(min(step.depth, Self.deepestStep)))
    let name: DisplayText =
      tree[step.id].map { $0.isPlaceholder ? "(not seen)" : .argument($0.facts.comm.bytes) } ?? glyphs.unknown
    line.append(name, Style(.commandName))
    line.append(" \(step.id.pid)", Style(.dim))
    if step.depth > 0, tree[step.id] != nil { link(to: step.id) }
    self.line(line)
  }

  private func share(_ time: UInt64, _ path: CriticalPath) -> DisplayText {
    .percent(permille: path.permille(of: time))
  }
}
