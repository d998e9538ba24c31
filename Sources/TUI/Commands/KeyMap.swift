/// The binding of keys to commands: the defaults of the table with the changes of the user.
package struct KeyMap: Hashable, Sendable {
  private var byKey: [Key: CommandID] = [:]
  private var byCommand: [CommandID: [Key]] = [:]

  /// Always ends the program; it cannot be bound to another command.
  package static let alwaysQuits = Key.ctrl("c")

  package static let standard = KeyMap()

  private init() {
    for command in Commands.all {
      byCommand[command.id] = command.keys
      for key in command.keys { byKey[key] = command.id }
    }
  }

  /// The command of a key; nil if it is not bound.
  package func command(on key: Key) -> Command? { byKey[key].map { Commands[$0] } }

  /// The keys of a command; the key bar shows the first one. Empty for a command without keys.
  package func keys(of id: CommandID) -> [Key] { byCommand[id] ?? [] }

  /// The keys of one command, as the settings file lists them.
  package struct Wish: Hashable, Sendable {
    package var id: CommandID
    package var keys: [Key]
    /// The line of the file, for naming it in a conflict.
    package var line: Int

    package init(id: CommandID, keys: [Key], line: Int) {
      self.id = id
      self.keys = keys
      self.line = line
    }
  }

  /// Gives commands other keys. A listed key is removed from the command that has it by default; if two commands list
  /// the same key, the first gets it.
  ///
  /// - Returns: the conflicts, and the commands without a key.
  package init(_ wishes: [Wish], faults: inout [SettingsFault]) {
    self = .standard
    var asked: [Key: CommandID] = [:]
    let wishes = wishes.compactMap { Self.allowed($0, &faults) }
    for wish in wishes {
      for key in keys(of: wish.id) where byKey[key] == wish.id { byKey[key] = nil }
      byCommand[wish.id] = []
    }
    for wish in wishes {
      for key in wish.keys {
        let name = key.name().string
        if let other = asked[key], other != wish.id {
          faults.append(
            SettingsFault(
              line: wish.line,
              "\(name) is given to both \(other.settingName) and \(wish.id.settingName): "
                + "\(other.settingName) keeps it"))
        } else if asked[key] == nil {
          asked[key] = wish.id
          give(key, to: wish.id)
        }
      }
    }
    if byKey[Self.alwaysQuits] == nil { give(Self.alwaysQuits, to: .quit) }
    for command in Commands.all where keys(of: command.id).isEmpty {
      // An empty list unbinds the command.
      if wishes.contains(where: { $0.id == command.id && $0.keys.isEmpty }) { continue }
      let takers = command.keys.compactMap { key in
        byKey[key].map { "\(key.name().string) is now \($0.settingName)" }
      }
      let line = wishes.first { wish in command.keys.contains { byKey[$0] == wish.id } || wish.id == command.id }?.line
      let reason = takers.isEmpty ? "" : ": " + takers.joined(separator: ", ")
      faults.append(SettingsFault(line: line, "\(command.id.settingName) has no key left\(reason)"))
    }
  }

  /// The wish without the key that is not available; nil if no key is left.
  private static func allowed(_ wish: Wish, _ faults: inout [SettingsFault]) -> Wish? {
    guard wish.id != .quit, wish.keys.contains(alwaysQuits) else { return wish }
    let name = alwaysQuits.name().string
    faults.append(SettingsFault(line: wish.line, "\(name) always quits: it cannot be \(wish.id.settingName)"))
    var rest = wish
    rest.keys.removeAll { $0 == alwaysQuits }
    return rest.keys.isEmpty ? nil : rest
  }

  private mutating func give(_ key: Key, to id: CommandID) {
    if let before = byKey[key] { byCommand[before]?.removeAll { $0 == key } }
    byKey[key] = id
    byCommand[id, default: []].append(key)
  }
}
