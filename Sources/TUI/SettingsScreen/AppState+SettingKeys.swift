// The key rows of the settings screen: the next pressed key is bound to a command.
extension AppState {
  /// Asks for a key for the command under the cursor.
  mutating func askForKey(_ id: CommandID, keepsOthers: Bool) {
    settingsScreen?.asking = SettingsScreen.KeyQuestion(command: id, keepsOthers: keepsOthers)
    let name = DisplayText(typed: id.settingName)
    show(keepsOthers ? "press another key for \(name) (Esc cancels)" : "press the new key for \(name) (Esc cancels)")
  }

  /// Binds the requested key. After a refused key it keeps asking.
  mutating func answer(_ question: SettingsScreen.KeyQuestion, with key: Key) {
    if key == .escape {
      settingsScreen?.asking = nil
      return
    }
    let name = key.name(arrows: glyphs.showsArrows)
    do {
      try settings.keys.bind(key, to: question.command, keepsOthers: question.keepsOthers)
      settingsScreen?.asking = nil
      show("\(DisplayText(typed: question.command.settingName)): \(keyNames(question.command))")
    } catch {
      showError("\(reason(error, for: name)): press another key, or Esc")
    }
  }

  /// Unbinds the last key of a command.
  mutating func unbindLastKey(of id: CommandID) {
    let last = settings.keys.keys(of: id).last?.name(arrows: glyphs.showsArrows) ?? "(no key)"
    do {
      try settings.keys.unbindLast(of: id)
      show("\(DisplayText(typed: id.settingName)): \(keyNames(id))")
    } catch {
      showError(reason(error, for: last))
    }
  }

  /// Restores the default keys of a command.
  mutating func resetKeys(of id: CommandID) {
    do {
      let held = try settings.keys.reset(id)
      var text: DisplayText = "\(DisplayText(typed: id.settingName)): \(keyNames(id))"
      for (key, holder) in held {
        text += "; \(key.name(arrows: glyphs.showsArrows)) is now \(DisplayText(typed: holder.settingName))"
      }
      held.isEmpty ? show(text) : showError(text)
    } catch {
      showError(reason(error, for: keyName(id)))
    }
  }

  private func keyNames(_ id: CommandID) -> DisplayText {
    let keys = settings.keys.keys(of: id)
    return keys.isEmpty ? "(no key)" : keys.map { $0.name(arrows: glyphs.showsArrows) }.joined(separator: " ")
  }

  private func reason(_ refusal: KeyMap.Refusal, for key: DisplayText) -> DisplayText {
    switch refusal {
    case .terminalKeeps: "\(key) is reserved by the terminal"
    case .alwaysQuits: "\(key) always quits"
    case .taken(let other): "\(key) is bound to \(DisplayText(typed: other.settingName))"
    case .hasIt: "\(key) is already bound to it"
    case .isNeeded: "settings needs a key, or it could not be opened again"
    }
  }
}
