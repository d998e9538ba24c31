/// The settings, while their screen is open. They hold at once; this is what it takes to put them back.
struct SettingsScreen: Hashable, Sendable {
  /// For Esc.
  var before: Settings
  /// Whether the mouse was listened to, which the command line has a say in too.
  var usesMouse: Bool
  /// The pane that had the focus: a zoom that is tried on moves it.
  var focus: Pane
  /// The row with the cursor. It stays on its setting when columns change places.
  var cursor = SettingsRow.theme
  /// The next key is the one that was asked for, not one that does something here.
  var asking: KeyQuestion?

  /// A key asked for.
  struct KeyQuestion: Hashable, Sendable {
    var command: CommandID
    /// Besides the keys that the command has; else instead of them.
    var keepsOthers: Bool
  }
}
