internal import Events
internal import Tree

extension DetailWriter {
  /// The changes from the parent's environment: variables added (`+`), removed (`-`) or changed (`~`, followed by the
  /// parent's value), each kind in the order of the names. That there are none, or that they are unknown, is said too.
  mutating func writeEnvironmentChanges() {
    guard let image = node.image, !node.isKernelThread, !node.imageIsInherited, let environment = image.env,
      let parent = node.parent.flatMap({ tree[$0] })
    else { return }
    let name: DisplayText = "Environment changes from parent"
    // Missing variables would look like differences.
    guard !image.marks.contains(.envCut), !environment.isCut else { return title(name, note: "unknown: it was cut") }
    guard let theirImage = parent.image, let theirs = theirImage.env, !theirs.isCut,
      !theirImage.marks.contains(.envCut), !theirImage.marks.contains(.envUnreadable)
    else { return title(name, note: "unknown: the parent's environment is not known") }
    let variables = Self.sorted(environment)
    // A name may occur twice; the first one counts, as for getenv.
    let before = Dictionary(theirs.map { Variable($0) }.map { ($0.name, $0.value) }) { first, _ in first }
    let names = Set(variables.map(\.name))
    let changed = variables.filter { before[$0.name] != $0.value }
    let gone = Self.sorted(theirs).filter { !names.contains($0.name) }
    guard !changed.isEmpty || !gone.isEmpty else { return title(name, note: "none") }
    title(name, note: "(\(.count(changed.count + gone.count)))")
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
  }

  /// All variables, in the order of their names.
  mutating func writeEnvironment() {
    guard let image = node.image, !node.isKernelThread else { return }
    guard let environment = image.env else {
      guard image.marks.contains(.envUnreadable) else { return }
      title("Environment")
      return text("unreadable", style: Style(.warning))
    }
    title(
      "Environment", note: Self.note(on: environment, image.marks, cut: .envCut, unreadable: .envUnreadable))
    for variable in Self.sorted(environment) { write(variable) }
  }

  /// The variables in the order of their names; those with one name in their own order.
  private static func sorted(_ environment: StringVector) -> [Variable] {
    let variables = environment.map(Variable.init).enumerated().sorted { a, b in
      a.element.name == b.element.name
        ? a.offset < b.offset : a.element.name.lexicographicallyPrecedes(b.element.name)
    }
    return variables.map(\.element)
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

extension DetailWriter {
  /// The most columns of a line of output, in lines of the pane.
  private static let outputRows = 3

  /// The last lines that the failed command and its descendants printed.
  mutating func writeOutput() {
    guard !output.isEmpty else { return }
    title("Output", note: "its last lines")
    for line in output { text(line.fitted(to: Self.outputRows * width, mark: glyphs.ellipsis)) }
  }
}
