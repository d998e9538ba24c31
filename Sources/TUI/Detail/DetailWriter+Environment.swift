internal import ProcessTree

extension DetailWriter {
  /// The environment: first what it has that its parent has not (`+`), lacks (`-`) or has otherwise (`~`), then all.
  mutating func writeEnvironment() {
    guard let image = node.image, let environment = image.env, !node.isKernelThread else { return }
    let variables = environment.map(Variable.init)
    writeDifferences(variables, isWhole: !image.marks.contains(.envCut) && !environment.isCut)
    title(
      "Environment", note: Self.note(on: environment, image.marks, cut: .envCut, unreadable: .envUnreadable))
    for variable in variables { write(variable) }
  }

  /// Nothing where the parent's is not known, or not all of either: what is missing would pass for a difference.
  private mutating func writeDifferences(_ variables: [Variable], isWhole: Bool) {
    guard isWhole, !node.imageIsInherited, let parent = node.parent.flatMap({ tree[$0] })?.image,
      let theirs = parent.env, !theirs.isCut, !parent.marks.contains(.envCut), !parent.marks.contains(.envUnreadable)
    else { return }
    // A name may stand there twice; the first one counts, as for getenv.
    let before = Dictionary(theirs.map { Variable($0) }.map { ($0.name, $0.value) }) { first, _ in first }
    let names = Set(variables.map(\.name))
    let changed = variables.filter { before[$0.name] != $0.value }
    let gone = theirs.map(Variable.init).filter { !names.contains($0.name) }
    guard !changed.isEmpty || !gone.isEmpty else { return }
    title("Environment unlike its parent's", note: .count(changed.count + gone.count))
    for variable in changed {
      before[variable.name] == nil
        ? write(variable, sign: "+ ", style: Style(.running)) : write(variable, sign: "~ ", style: Style(.warning))
    }
    for variable in gone { write(variable, sign: "- ", style: Style(.failed)) }
  }

  private mutating func write(_ variable: Variable, sign: DisplayText = "", style: Style = .text) {
    let name = DisplayText(untrusted: variable.name)
    let indent = sign.width
    let parts = (name + DisplayText(untrusted: variable.value)).wrapped(to: width - indent)
    for (index, part) in parts.enumerated() {
      var line = StyledText(index == 0 ? sign : DisplayText.spaces(indent), style)
      if index == 0, name.width <= part.width {
        line.append(name, Style(.label, .bold))
        line.append(part.columns(from: name.width, count: part.width))
      } else {
        line.append(part)
      }
      self.line(line, continuesAt: index > 0 ? indent : nil)
    }
  }

  private struct Variable {
    var name: ArraySlice<UInt8>
    /// With its `=`; empty where there is none.
    var value: ArraySlice<UInt8>

    init(_ string: ArraySlice<UInt8>) {
      let split = string.firstIndex(of: UInt8(ascii: "=")) ?? string.endIndex
      name = string[..<split]
      value = string[split...]
    }
  }
}
