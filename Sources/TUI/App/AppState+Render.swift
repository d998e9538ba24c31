extension AppState {
  /// Draws the state. - Complexity: O(cells of the screen), whatever the size of the tree, the log and the arguments.
  package func render() -> Frame {
    var frame = Frame(size: size)
    guard size.rows > 0, size.columns > 0 else { return frame }
    let layout = self.layout
    if layout.topLine != nil { TopLine(state: self).draw(into: &frame) }
    if let row = layout.timeline, help.top == nil, settingsScreen == nil {
      TimelineStrip(state: self).draw(row: row, into: &frame)
    }
    if let screen = settingsScreen {
      SettingsPane(state: self, screen: screen).draw(into: &frame)
    } else if let top = help.top {
      HelpPane(state: self, top: top).draw(into: &frame)
    } else {
      drawPanes(layout, into: &frame)
    }
    drawBottomLine(layout, into: &frame)
    return frame
  }

  private func drawPanes(_ layout: Layout, into frame: inout Frame) {
    if let box = layout[.tree] {
      top.isOpen
        ? TopPane(state: self, box: box).draw(into: &frame) : TreePane(state: self, box: box).draw(into: &frame)
    }
    if let box = layout[.detail] { DetailPane(state: self, box: box).draw(into: &frame) }
    if let box = layout[.log] {
      output.isOpen
        ? OutputPane(state: self, box: box).draw(into: &frame) : LogPane(state: self, box: box).draw(into: &frame)
    }
    if let divider = layout.divider, let box = layout[.tree] {
      for row in (box.title ?? box.top)..<(box.top + box.rows) {
        let glyph = row == box.title ? glyphs.teeDown : glyphs.vertical
        frame.put(glyph, row: row, column: divider, style: Style(.border))
      }
      if let title = layout[.log]?.title {
        frame.put(glyphs.teeUp, row: title, column: divider, style: Style(.border))
      }
    }
  }

  /// The prompt while it is open, else the message if there is one, else the key bar.
  private func drawBottomLine(_ layout: Layout, into frame: inout Frame) {
    // On a screen too low for a key bar, a prompt or a message replaces the last row.
    let row = layout.keyBar ?? size.rows - 1
    if let question = copying.question {
      QuestionLine(state: self, question: question).draw(row: row, into: &frame)
    } else if let prompt {
      PromptLine(state: self, prompt: prompt).draw(row: row, into: &frame)
    } else if let message {
      draw(message.text, downTo: row, indent: 1, style: style(of: message), into: &frame)
    } else if settingsScreen != nil, layout.keyBar != nil {
      SettingsPane.drawKeys(settings.keys, arrows: glyphs.showsArrows, row: row, into: &frame)
    } else if layout.keyBar != nil {
      KeyBar(state: self).draw(row: row, into: &frame)
    }
  }

  func style(of message: Message) -> Style { Style(message.isError ? .warning : .prompt) }

  /// Draws an important text over as many rows as it needs, up to four if the screen has them. Its last line is on
  /// `row`.
  func draw(_ text: DisplayText, downTo row: Int, indent: Int = 0, style: Style, into frame: inout Frame) {
    guard row >= 0 else { return }
    let width = max(size.columns - indent, 1)
    var lines = text.wrapped(to: width)
    let most = max(min(row, 4), 1)
    if lines.count > most {
      let rest = lines[(most - 1)...].reduce(into: DisplayText()) { $0 += $1 }
      lines = lines[..<(most - 1)] + [rest.fitted(to: width, mark: glyphs.ellipsis)]
    }
    for (index, line) in lines.enumerated() {
      let place = row - lines.count + 1 + index
      frame.fill(row: place, column: 0, width: size.columns)
      frame.put(line, row: place, column: indent, style: style, width: width)
    }
  }

  /// A row of the pane with the focus as it is on the screen, without the pointer's column and the spaces at its end.
  /// No other row is drawn.
  ///
  /// - Parameter line: of the pane, from 0.
  func rowText(_ line: Int) -> [UInt8] {
    guard var box = layout[focus] else { return [] }
    (box.column, box.top, box.title, box.header) = (0, 0, nil, nil)
    var frame = Frame(size: Size(columns: box.columns, rows: 1))
    switch focus {
    case .tree where top.isOpen: TopPane(state: self, box: box).draw(only: line, into: &frame)
    case .tree: TreePane(state: self, box: box).draw(only: line, into: &frame)
    case .log where output.isOpen: OutputPane(state: self, box: box).draw(only: line, into: &frame)
    case .log: LogPane(state: self, box: box).draw(only: line, into: &frame)
    case .detail: DetailPane(state: self, box: box).draw(only: line, into: &frame)
    }
    var bytes = Array(frame.text(row: 0, columns: 1..<max(box.columns, 1)).utf8)
    while bytes.last == UInt8(ascii: " ") { bytes.removeLast() }
    return bytes
  }
}
