/// Which key stands for which command: the table's own, with what the person changed.
package struct KeyMap: Hashable, Sendable {
  private var byKey: [Key: CommandID] = [:]
  private var byCommand: [CommandID: [Key]] = [:]

  /// Ends the program whatever else was set; no other command gets it.
  package static let alwaysQuits = Key.ctrl("c")

  package static let standard = KeyMap()

  private init() {
    for command in Commands.all {
      byCommand[command.id] = command.keys
      for key in command.keys { byKey[key] = command.id }
    }
  }

  /// What a key stands for; nil where nothing.
  package func command(on key: Key) -> Command? { byKey[key].map { Commands[$0] } }

  /// The keys of a command; the first is the one that the key bar shows. Empty for one that was left without.
  package func keys(of id: CommandID) -> [Key] { byCommand[id] ?? [] }

  /// One command's keys, as they were asked for.
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

  /// Gives commands other keys. A key that was asked for leaves the command that has it in the table; of two commands
  /// that ask for one key the first gets it.
  ///
  /// - Returns: the conflicts, and which commands have no key left.
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
              "\(name) is asked for by \(other.settingName) and by \(wish.id.settingName): "
                + "\(other.settingName) has it"))
        } else if asked[key] == nil {
          asked[key] = wish.id
          give(key, to: wish.id)
        }
      }
    }
    if byKey[Self.alwaysQuits] == nil { give(Self.alwaysQuits, to: .quit) }
    for command in Commands.all where keys(of: command.id).isEmpty {
      // Who asks for an empty list wants no key.
      if wishes.contains(where: { $0.id == command.id && $0.keys.isEmpty }) { continue }
      let takers = command.keys.compactMap { key in
        byKey[key].map { "\(key.name().string) is \($0.settingName) now" }
      }
      let line = wishes.first { wish in command.keys.contains { byKey[$0] == wish.id } || wish.id == command.id }?.line
      let reason = takers.isEmpty ? "" : ": " + takers.joined(separator: ", ")
      faults.append(SettingsFault(line: line, "\(command.id.settingName) has no key left\(reason)"))
    }
  }

  /// The wish without the key that is not to be had; nil where that was all.
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
