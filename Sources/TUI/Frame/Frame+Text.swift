extension Frame {
  /// The text of one row, or of some of its columns, spaces at its end included. - Precondition: the row is within the
  /// frame.
  package func text(row: Int, columns: Range<Int>? = nil) -> String {
    let columns = columns ?? 0..<size.columns
    var scalars = String.UnicodeScalarView()
    for cell in self.row(row).dropFirst(columns.lowerBound).prefix(columns.count) {
      guard let glyph = cell.glyph else { continue }
      scalars.append(glyph.base)
      scalars.append(contentsOf: glyph.marks)
    }
    return String(scalars)
  }
}

extension Frame {
  /// The frame as text for comparing and reading: the text plane between bars, the attribute plane with one letter a
  /// cell, and a legend of the letters. Plain text (role `text`, no emphasis) is a dot.
  package var dump: String {
    var lines: [String] = ["\(size.columns)x\(size.rows)" + cursorNote]
    for row in 0..<size.rows { lines.append("|" + text(row: row) + "|") }
    let legend = legendLetters()
    lines.append("")
    for row in 0..<size.rows {
      lines.append("|" + String(self.row(row).map { legend[$0.style] ?? "?" }) + "|")
    }
    lines.append("")
    for (style, letter) in legend.sorted(by: { $0.value < $1.value }) where letter != "." {
      lines.append("\(letter) \(style.name)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var cursorNote: String { cursor.map { " cursor \($0.row),\($0.column)" } ?? "" }

  /// A letter for each style: that of the role where there is no emphasis, so that a change of one cell leaves the
  /// letters of the others as they are; digits and signs for a role with emphasis.
  private func legendLetters() -> [Style: Character] {
    // Z was the letter of a role that is gone; the others keep theirs.
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYabcdefghijklmnopqrstuvwxyz")
    var signs = Array("0123456789+*#%&$@!/<>=~^")[...]
    var legend: [Style: Character] = [.text: "."]
    func order(_ style: Style) -> (UInt8, UInt8, Int, Int) {
      (
        style.role.rawValue, style.emphasis.rawValue, style.ink?.foreground.map(Int.init) ?? -1,
        style.ink?.background.map(Int.init) ?? -1
      )
    }
    let present = Set(cells.map(\.style)).sorted { order($0) < order($1) }
    for style in present where style != .text {
      let role = Int(style.role.rawValue)
      let plain = style.emphasis.isEmpty && style.ink == nil && role <= letters.count ? letters[role - 1] : nil
      legend[style] = plain ?? signs.popFirst() ?? "?"
    }
    return legend
  }
}

extension Style {
  /// The style in words: `commandName bold reverse`.
  var name: String {
    var words = ["\(role)"]
    if emphasis.contains(.bold) { words.append("bold") }
    if emphasis.contains(.dim) { words.append("dim") }
    if emphasis.contains(.underline) { words.append("underline") }
    if emphasis.contains(.reverse) { words.append("reverse") }
    if let foreground = ink?.foreground { words.append("foreground \(foreground)") }
    if let background = ink?.background { words.append("background \(background)") }
    return words.joined(separator: " ")
  }
}
