// The settings' rows of keys: the next key pressed is the one that a command is to have.
extension AppState {
  /// Asks for a key for the command with the cursor.
  mutating func askForKey(_ id: CommandID, keepsOthers: Bool) {
    settingsScreen?.asking = SettingsScreen.KeyQuestion(command: id, keepsOthers: keepsOthers)
    let name = DisplayText(typed: id.settingName)
    say(keepsOthers ? "press one more key for \(name), Esc to leave it" : "press the new key for \(name), Esc to keep")
  }

  /// Takes the key that was asked for. After one that is refused it goes on being asked for.
  mutating func answer(_ question: SettingsScreen.KeyQuestion, with key: Key) {
    if key == .escape {
      settingsScreen?.asking = nil
      return
    }
    let name = key.name(arrows: glyphs.showsArrows)
    do {
      try settings.keys.bind(key, to: question.command, keepsOthers: question.keepsOthers)
      settingsScreen?.asking = nil
      say("\(DisplayText(typed: question.command.settingName)) is on \(keyNames(question.command))")
    } catch {
      complain("\(reason(error, for: name)), another key or Esc")
    }
  }

  /// Takes the last key of a command away.
  mutating func takeKey(from id: CommandID) {
    let last = settings.keys.keys(of: id).last?.name(arrows: glyphs.showsArrows) ?? "(no key)"
    do {
      try settings.keys.unbindLast(of: id)
      say("\(DisplayText(typed: id.settingName)) is on \(keyNames(id))")
    } catch {
      complain(reason(error, for: last))
    }
  }

  /// Gives a command its own keys again.
  mutating func resetKeys(of id: CommandID) {
    do {
      let held = try settings.keys.reset(id)
      var text: DisplayText = "\(DisplayText(typed: id.settingName)) is on \(keyNames(id))"
      for (key, holder) in held {
        text += "; \(key.name(arrows: glyphs.showsArrows)) is \(DisplayText(typed: holder.settingName)) now"
      }
      held.isEmpty ? say(text) : complain(text)
    } catch {
      complain(reason(error, for: keyName(id)))
    }
  }

  private func keyNames(_ id: CommandID) -> DisplayText {
    let keys = settings.keys.keys(of: id)
    return keys.isEmpty ? "(no key)" : keys.map { $0.name(arrows: glyphs.showsArrows) }.joined(separator: " ")
  }

  private func reason(_ refusal: KeyMap.Refusal, for key: DisplayText) -> DisplayText {
    switch refusal {
    case .terminalKeeps: "\(key) is the terminal's"
    case .alwaysQuits: "\(key) always quits"
    case .taken(let other): "\(key) is \(DisplayText(typed: other.settingName))"
    case .hasIt: "\(key) it has already"
    case .isNeeded: "settings need a key: they could not be opened any more"
    }
  }
}
