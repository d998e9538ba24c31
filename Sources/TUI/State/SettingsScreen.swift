/// The settings, while their screen is open. They hold at once; this is what it takes to put them back.
struct SettingsScreen: Hashable, Sendable {
  /// For Esc.
  var before: Settings
  /// The row with the cursor. It stays on its setting when columns change places.
  var cursor = SettingsRow.theme
}
