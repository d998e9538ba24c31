// Changes the keys of one command interactively: unlike a key in the settings file, a key that is not allowed is
// refused at once.
extension KeyMap {
  /// Why a command does not get a key.
  package enum Refusal: Error, Hashable {
    /// The terminal reserves the key, or it has no name for the settings file.
    case terminalKeeps
    /// The key always ends the program.
    case alwaysQuits
    /// The key is bound to another command.
    case taken(CommandID)
    /// The key is already bound to this command.
    case hasIt
    /// Without a key, the settings screen could not be opened again.
    case isNeeded
  }

  /// Gives a command a key.
  ///
  /// - Parameter keepsOthers: whether the command keeps its other keys; else the new key replaces them.
  /// - Throws: `Refusal`; then nothing has changed.
  /// - Complexity: O(commands).
  package mutating func bind(_ key: Key, to id: CommandID, keepsOthers: Bool) throws(Refusal) {
    let present = keys(of: id)
    // A key without a name cannot be saved. Only ^S and ^Q have none, and the terminal keeps those.
    guard Key(settingName: key.name(arrows: false).string) == key else { throw .terminalKeeps }
    if key == Self.alwaysQuits, id != .quit { throw .alwaysQuits }
    if let other = command(on: key)?.id, other != id { throw .taken(other) }
    if present.contains(key), keepsOthers || present == [key] { throw .hasIt }
    set(keepsOthers ? present + [key] : [key], of: id)
  }

  /// Unbinds the last key of a command, if it has one.
  ///
  /// - Throws: `Refusal.alwaysQuits` or `.isNeeded` if the key must stay.
  package mutating func unbindLast(of id: CommandID) throws(Refusal) {
    let present = keys(of: id)
    if present.last == Self.alwaysQuits { throw .alwaysQuits }
    if id == .settings, present.count < 2 { throw .isNeeded }
    set(present.dropLast(), of: id)
  }

  /// Restores the default keys of a command, except those that are now bound to another one.
  ///
  /// - Returns: those keys, with the commands that they are bound to.
  /// - Throws: `Refusal.isNeeded` if that would leave the settings screen without a key.
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

  /// Rebuilds the map with these keys for one command. None of them may be bound to another command.
  private mutating func set(_ keys: [Key], of id: CommandID) {
    var wishes = Commands.all.filter { $0.id != id && self.keys(of: $0.id) != $0.keys }
      .map { Wish(id: $0.id, keys: self.keys(of: $0.id), line: 0) }
    wishes.append(Wish(id: id, keys: keys, line: 0))
    // No conflict is possible here, and a command without keys is intended.
    var faults: [SettingsFault] = []
    self = KeyMap(wishes, faults: &faults)
  }
}
