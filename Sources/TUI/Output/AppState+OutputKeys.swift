internal import Events
internal import Filtering

// What keys do in the output pane.
extension AppState {
  /// Opens the pane in the place of the log, or closes it.
  mutating func toggleOutput() {
    guard output.command != nil else {
      return showError(
        mode == .live ? "no output is captured: start with -- COMMAND" : "a recording has no output of its commands")
    }
    guard isInOutput else {
      output.isOpen = true
      focus = .log
      return
    }
    closeOutput()
  }

  private mutating func closeOutput() {
    output.isOpen = false
    focus = .tree
  }

  /// Handles a command of the log pane while the output is shown instead; nil if the command works as usual.
  mutating func performInOutput(_ command: Command) -> [Effect]? {
    switch command.id {
    case .scrollLeft, .scrollRight, .scrollToStart, .scrollToEnd: scrollOutputSideways(command.id)
    case .collapse: scrollOutputSideways(.scrollLeft)
    case .expand: scrollOutputSideways(.scrollRight)
    case .open: goToOutputMoment()
    case .search: openPrompt(.output)
    case .searchNext: searchOutputAgain(.forward)
    case .searchPrevious: searchOutputAgain(.backward)
    case .filter: openPrompt(.outputFilter)
    case .follow: followOutput()
    case .write: askForPath(.output)
    case .back where !isZoomed:
      if output.showsMatches {
        output.showsMatches = false
        show("search cleared")
      } else if shownOutput.filter != nil {
        setOutputFilter(nil)
        show("filter cleared")
      } else {
        closeOutput()
      }
    default: return nil
    }
    return []
  }

  private mutating func followOutput() {
    let wasFollowing = output.isFollowing
    output.isFollowing = true
    if isFrozen, mode == .live { return show("following starts after thawing") }
    show(wasFollowing ? "the end of the output is followed already" : "following the end of the output")
  }

  /// Shows the tree as of the time of the line under the cursor.
  mutating func goToOutputMoment() {
    guard let line = outputLine else { return showError("no line is selected") }
    let row = outputRow
    let target = shownOutput.number(atRow: row)
    let place = row - outputTop
    jump(to: line.start >= shownTime ? .later(line.start - shownTime) : .earlier(shownTime - line.start))
    // The cursor stays on the line; those after it are later than the moment.
    output.cursor = target
    output.isFollowing = false
    output.line = place
  }

  // MARK: - Sideways

  private mutating func scrollOutputSideways(_ command: CommandID) {
    let store = shownOutput
    let columns = OutputColumns(width: layout[.log]?.columns ?? 0)
    let top = outputTop
    let widths = (top..<top + max(rows(of: .log), 0)).map { row in
      store.number(atRow: row).flatMap { store.line($0) }?.text.width ?? 0
    }
    let last = max((widths.max() ?? 0) - columns.textWidth, 0)
    switch command {
    case .scrollLeft: output.sideways = max(output.sideways - Self.sidewaysStep, 0)
    case .scrollRight: output.sideways = max(min(output.sideways + Self.sidewaysStep, last), output.sideways)
    case .scrollToStart: output.sideways = 0
    default:
      let width = output.isFollowing ? widths.max() ?? 0 : outputLine?.text.width ?? 0
      output.sideways = max(width - columns.textWidth, 0)
    }
  }

  // MARK: - Search

  /// Each key searches again from the position at which the prompt was opened.
  mutating func outputSearchTyped(_ prompt: Prompt) {
    output.position = prompt.before.output
    message = nil
    do throws(FilterError) {
      self.prompt?.fault = nil
      guard let pattern = try TextPattern(prompt.editor.text) else {
        output.showsMatches = false
        return
      }
      output.search = pattern
      output.showsMatches = true
      findInOutput(pattern, .forward, includingCurrent: true)
    } catch {
      self.prompt?.fault = Prompt.Fault(column: error.column, message: error.message)
    }
  }

  mutating func searchOutputAgain(_ direction: Direction) {
    guard let pattern = output.search else { return showError("no search yet (\(keyName(.search)) starts one)") }
    output.showsMatches = true
    findInOutput(pattern, direction, includingCurrent: false)
  }

  private mutating func findInOutput(_ pattern: TextPattern, _ direction: Direction, includingCurrent: Bool) {
    let store = shownOutput
    let step = direction == .forward ? 1 : -1
    // As less does: from the first line in view, until a line is selected.
    let isSelected = !output.isFollowing && output.cursor != nil
    let current = isSelected ? outputRow : direction == .forward && includingCurrent ? outputTop : outputRow
    let start = includingCurrent ? current : current + step
    guard let found = store.firstRow(matching: pattern, from: start, step: step) else {
      let reason: DisplayText =
        pattern.trouble.map { DisplayText(typed: $0.description) } ?? DisplayText(typed: pattern.text)
      return showError("not found: \(reason)")
    }
    let top = outputTop
    let height = max(rows(of: .log), 1)
    selectOutputRow(found)
    if !(top..<top + height).contains(found) { output.line = height / 3 }
    bringIntoView(pattern, found)
    if direction == .forward ? found < current : found > current {
      show(direction == .forward ? "search wrapped to the top" : "search wrapped to the bottom")
    } else if found == current, !includingCurrent {
      show("the only match")
    }
  }

  /// Scrolls sideways if a match is out of view.
  private mutating func bringIntoView(_ pattern: TextPattern, _ row: Int) {
    let store = shownOutput
    guard let number = store.number(atRow: row), let line = store.line(number) else { return }
    let columns = OutputColumns(width: layout[.log]?.columns ?? 0)
    guard let match = OutputPane.columns(of: pattern.ranges(in: line.utf8, most: 1), in: line).first else { return }
    if match.upperBound > output.sideways + columns.textWidth || match.lowerBound < output.sideways {
      output.sideways = match.upperBound <= columns.textWidth ? 0 : max(match.lowerBound - columns.textWidth / 3, 0)
    }
  }

  // MARK: - Filter

  /// Shows only the lines that match a pattern; nil shows all.
  mutating func setOutputFilter(_ pattern: TextPattern?) {
    updateShownOutput { $0.setFilter(pattern) }
    reconcileOutput()
  }

  /// Each key applies the typed pattern; while it is faulty, the last good one stays.
  mutating func outputFilterTyped(_ prompt: Prompt) {
    message = nil
    do throws(FilterError) {
      let pattern = try TextPattern(prompt.editor.text, canBeInverted: true)
      self.prompt?.fault = nil
      output.position = prompt.before.output
      setOutputFilter(pattern)
    } catch {
      self.prompt?.fault = Prompt.Fault(column: error.column, message: error.message)
    }
  }
}
