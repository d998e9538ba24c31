internal import Events
internal import Tree

extension DetailWriter {
  /// The environment: first the changes from the parent's, that is variables added (`+`), removed (`-`) or changed
  /// (`~`, followed by the parent's value), then all variables.
  mutating func writeEnvironment() {
    guard let image = node.image, !node.isKernelThread else { return }
    guard let environment = image.env else {
      guard image.marks.contains(.envUnreadable) else { return }
      title("Environment")
      return text("unreadable", style: Style(.warning))
    }
    let variables = environment.map(Variable.init)
    let isWhole = !image.marks.contains(.envCut) && !environment.isCut
    let differs = writeDifferences(variables, isWhole: isWhole)
    let note = Self.note(on: environment, image.marks, cut: .envCut, unreadable: .envUnreadable)
    title("Environment", note: differs == false ? "\(note), same as the parent's" : note)
    for variable in variables { write(variable) }
  }

  /// Writes nothing if either environment is unknown or incomplete: missing variables would look like differences.
  /// - Returns: whether there is a difference; nil if that is unknown.
  private mutating func writeDifferences(_ variables: [Variable], isWhole: Bool) -> Bool? {
    guard isWhole, !node.imageIsInherited, let parent = node.parent.flatMap({ tree[$0] })?.image,
      let theirs = parent.env, !theirs.isCut, !parent.marks.contains(.envCut), !parent.marks.contains(.envUnreadable)
    else { return nil }
    // A name may occur twice; the first one counts, as for getenv.
    let before = Dictionary(theirs.map { Variable($0) }.map { ($0.name, $0.value) }) { first, _ in first }
    let names = Set(variables.map(\.name))
    let changed = variables.filter { before[$0.name] != $0.value }
    let gone = theirs.map(Variable.init).filter { !names.contains($0.name) }
    guard !changed.isEmpty || !gone.isEmpty else { return false }
    title("Environment changes from parent", note: "(\(.count(changed.count + gone.count)))")
    for variable in changed {
      guard let old = before[variable.name] else {
        write(variable, sign: "+ ", style: Style(.running))
        continue
      }
      write(variable, sign: "~ ", style: Style(.warning))
      for (index, part) in DisplayText(untrusted: old.dropFirst()).wrapped(to: width - 6).enumerated() {
        var line = StyledText(index == 0 ? "  was " : DisplayText.spaces(6), Style(.label))
        line.append(part, Style(.dim))
        self.line(line, continuesAt: index > 0 ? 6 : nil)
      }
    }
    for variable in gone { write(variable, sign: "- ", style: Style(.failed)) }
    return true
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
    /// With its `=`; empty if there is none.
    var value: ArraySlice<UInt8>

    init(_ string: ArraySlice<UInt8>) {
      let split = string.firstIndex(of: UInt8(ascii: "=")) ?? string.endIndex
      name = string[..<split]
      value = string[split...]
    }
  }
}
