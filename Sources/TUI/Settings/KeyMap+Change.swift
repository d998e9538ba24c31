// Other keys for one command, asked for one by one: unlike a file, which is taken as it is, a key that is refused is
// refused at once.
extension KeyMap {
  /// Why a command does not get a key.
  package enum Refusal: Error, Hashable {
    /// The terminal keeps it, or there is no name to write it by.
    case terminalKeeps
    /// It ends the program, whatever else was set.
    case alwaysQuits
    /// Another command has it.
    case taken(CommandID)
    /// The command stands on it already.
    case hasIt
    /// Without a key for the settings there would be no way back to them.
    case isNeeded
  }

  /// Gives a command a key.
  ///
  /// - Parameter keepsOthers: whether it keeps those that it has; else the key takes the place of all of them.
  /// - Throws: `Refusal`; then nothing has changed.
  /// - Complexity: O(commands).
  package mutating func bind(_ key: Key, to id: CommandID, keepsOthers: Bool) throws(Refusal) {
    let present = keys(of: id)
    // What cannot be written cannot be saved, and is what never comes: ^S, ^Q.
    guard Key(settingName: key.name(arrows: false).string) == key else { throw .terminalKeeps }
    if key == Self.alwaysQuits, id != .quit { throw .alwaysQuits }
    if let other = command(on: key)?.id, other != id { throw .taken(other) }
    if present.contains(key), keepsOthers || present == [key] { throw .hasIt }
    set(keepsOthers ? present + [key] : [key], of: id)
  }

  /// Takes the last of its keys from a command. Of one without keys nothing is taken.
  ///
  /// - Throws: `Refusal.alwaysQuits` and `.isNeeded` where that key has to stay.
  package mutating func unbindLast(of id: CommandID) throws(Refusal) {
    let present = keys(of: id)
    if present.last == Self.alwaysQuits { throw .alwaysQuits }
    if id == .settings, present.count < 2 { throw .isNeeded }
    set(present.dropLast(), of: id)
  }

  /// Gives a command the keys of the table again, but for those that another one has by now.
  ///
  /// - Returns: those keys, with who has them.
  /// - Throws: `Refusal.isNeeded` where that would leave the settings without a key.
  @discardableResult
  package mutating func reset(_ id: CommandID) throws(Refusal) -> [(key: Key, holder: CommandID)] {
    let wanted = Commands[id].keys
    let held = wanted.compactMap { key in
      command(on: key).flatMap { $0.id == id ? nil : (key: key, holder: $0.id) }
    }
    let free = wanted.filter { key in !held.contains { $0.key == key } }
    if id == .settings, free.isEmpty { throw .isNeeded }
    set(free, of: id)
    return held
  }

  /// Makes the map anew with these keys for one command. None of them may be another command's.
  private mutating func set(_ keys: [Key], of id: CommandID) {
    var wishes = Commands.all.filter { $0.id != id && self.keys(of: $0.id) != $0.keys }
      .map { Wish(id: $0.id, keys: self.keys(of: $0.id), line: 0) }
    wishes.append(Wish(id: id, keys: keys, line: 0))
    // That a command is left without keys is known, and no conflict is possible.
    var faults: [SettingsFault] = []
    self = KeyMap(wishes, faults: &faults)
  }
}
