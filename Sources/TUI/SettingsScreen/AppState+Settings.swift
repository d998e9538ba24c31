extension AppState {
  /// The settings that the program starts with.
  ///
  /// - Parameters:
  ///   - traits: what the terminal can show.
  ///   - place: the file for saving, as it is shown; nil if there is none.
  ///   - faults: the faults of the settings file: the first is shown for a while, after the present message.
  package mutating func start(
    _ settings: Settings, traits: TerminalTraits, place: DisplayText?, faults: [SettingsFault] = []
  ) {
    self.traits = traits
    settingsPlace = place
    _ = apply(settings)
    if settings.follow {
      tree.isFollowing = true
      selectNewest()
    }
    if let text = SettingsFault.summary(faults) { showLater(text, isError: true) }
    reconcile()
    generation += 1
  }

  /// The present theme.
  package var theme: Theme { settings.theme(for: traits) }

  mutating func openSettings() {
    help.top = nil
    settingsScreen = SettingsScreen(before: settings, usesMouse: mouse.isUsed, focus: focus)
  }

  /// Applies settings. Returns the effect that changes the theme, if it changed.
  private mutating func apply(_ new: Settings) -> [Effect] {
    let before = (theme: theme, foldExited: settings.foldExited, chains: settings.chains)
    // An option of the command line holds until the setting is changed in here.
    if new.mouse != settings.mouse { mouse.isUsed = new.mouse }
    settings = new
    if let pane = new.panes.zoom { focus = pane }
    glyphs = new.glyphs(for: traits)
    detail.content = nil
    if new.foldExited != before.foldExited {
      let limit = new.foldExited == 0 ? nil : new.foldExited
      live.setExitedChildLimit(limit)
      frozen?.snapshot.setExitedChildLimit(limit)
    }
    if new.chains != before.chains {
      live.setMergesChains(new.chains)
      frozen?.snapshot.setMergesChains(new.chains)
    }
    return theme == before.theme ? [] : [.restyle(theme)]
  }

  mutating func typeInSettings(_ key: Key) -> [Effect] {
    guard let screen = settingsScreen else { return [] }
    if let question = screen.asking {
      answer(question, with: key)
      return []
    }
    if case .keys(let id) = screen.cursor, typeAtKeys(of: id, key) { return [] }
    switch key {
    case .enter, .character(" "): return changeSetting(by: 1, toggles: true)
    case .right, .character("l"): return changeSetting(by: 1)
    case .left, .character("h"): return changeSetting(by: -1)
    case .character("-"), .character("<"): return moveColumn(by: -1)
    case .character("+"), .character(">"): return moveColumn(by: 1)
    case .character("w"): return saveSettings()
    case .escape:
      settingsScreen = nil
      if settings != screen.before { show("changes undone") }
      focus = screen.focus
      let effects = apply(screen.before)
      mouse.isUsed = screen.usesMouse
      return effects
    case .backspace, .delete: return resetSetting()
    // These keys work even if the key map gives them other commands.
    case .up: moveSettingsCursor(by: -1)
    case .down: moveSettingsCursor(by: 1)
    default: return performInSettings(key, before: screen.before)
    }
    return []
  }

  /// Handles a key that has its effect only on a key row. Returns whether it was such a key.
  private mutating func typeAtKeys(of id: CommandID, _ key: Key) -> Bool {
    switch key {
    case .enter, .character(" "): askForKey(id, keepsOthers: false)
    case .character("+"), .character(">"): askForKey(id, keepsOthers: true)
    case .character("-"), .character("<"): unbindLastKey(of: id)
    case .backspace, .delete: resetKeys(of: id)
    case .left, .right, .character("h"), .character("l"): show("Enter sets another key, Del restores the default")
    default: return false
    }
    return true
  }

  private mutating func performInSettings(_ key: Key, before: Settings) -> [Effect] {
    switch settings.keys.command(on: key)?.id {
    case .up: moveSettingsCursor(by: -1)
    case .down: moveSettingsCursor(by: 1)
    case .pageUp, .halfPageUp: moveSettingsCursor(by: -8)
    case .pageDown, .halfPageDown: moveSettingsCursor(by: 8)
    case .first: moveSettingsCursor(by: Int.min / 2)
    case .last: moveSettingsCursor(by: Int.max / 2)
    case .settings, .quit:
      settingsScreen = nil
      if settings != before { show("changes hold until the program ends (\(keyName(.settings)), then w saves them)") }
    case .redraw: return [.redraw]
    case .suspend: return [.suspend]
    default: showError("\(key.name(arrows: glyphs.showsArrows)) does nothing in the settings (Esc closes them)")
    }
    return []
  }

  mutating func moveSettingsCursor(by offset: Int) {
    let rows = SettingsRow.all(settings)
    guard let screen = settingsScreen, let row = rows.firstIndex(of: screen.cursor) else { return }
    settingsScreen?.cursor = rows[Self.sum(row, offset, below: rows.count)]
  }

  private mutating func changeSetting(by offset: Int, toggles: Bool = false) -> [Effect] {
    guard let screen = settingsScreen else { return [] }
    var new = settings
    screen.cursor.step(offset, toggles: toggles, in: &new)
    return apply(new)
  }

  /// Restores the default of the setting under the cursor.
  private mutating func resetSetting() -> [Effect] {
    guard let screen = settingsScreen else { return [] }
    var new = settings
    screen.cursor.reset(in: &new)
    return apply(new)
  }

  private mutating func moveColumn(by offset: Int) -> [Effect] {
    guard case .column(let column)? = settingsScreen?.cursor else {
      show("only columns can be moved")
      return []
    }
    var new = settings
    new.columns.move(column, by: offset)
    return apply(new)
  }

  private mutating func saveSettings() -> [Effect] {
    settingsScreen = nil
    guard settingsPlace != nil else {
      showError("settings not saved: no home directory")
      return []
    }
    return [.save(settings)]
  }
}

extension AppState {
  /// A command's first key as it is shown.
  package func keyName(_ id: CommandID) -> DisplayText {
    settings.keys.keys(of: id).first?.name(arrows: glyphs.showsArrows) ?? "(no key)"
  }

  /// ` (? for help)` after an error message; empty if the help has no key.
  var helpHint: DisplayText { settings.keys.keys(of: .help).isEmpty ? "" : " (\(keyName(.help)) for help)" }
}

extension SettingsFault {
  /// The fault as one line, after the name of the file.
  package func text(in file: DisplayText) -> DisplayText {
    let place: DisplayText = line.map { "\(file):\($0)" } ?? file
    return "\(place): \(DisplayText(typed: message))"
  }

  /// All faults in one line for the view: the first, and the number of the others; nil if there are none.
  package static func summary(_ faults: [SettingsFault]) -> DisplayText? {
    guard let first = faults.first else { return nil }
    let text = first.text(in: "config.toml")
    return faults.count == 1 ? text : "\(text) (and \(faults.count - 1) more: run execsnoop-top doctor)"
  }
}

/// The state of the open settings screen. Changes apply at once; this holds what is needed to undo them.
struct SettingsScreen: Hashable, Sendable {
  /// For Esc.
  var before: Settings
  /// Whether the mouse was used; the command line may also turn it off.
  var usesMouse: Bool
  /// The pane that had the focus, because trying a zoom moves the focus.
  var focus: Pane
  /// The row with the cursor. It stays on its setting when columns change places.
  var cursor = SettingsRow.theme
  /// The next key is bound to a command, and has no other effect.
  var asking: KeyQuestion?

  /// A request for a key.
  struct KeyQuestion: Hashable, Sendable {
    var command: CommandID
    /// Whether the command keeps its other keys.
    var keepsOthers: Bool
  }
}
