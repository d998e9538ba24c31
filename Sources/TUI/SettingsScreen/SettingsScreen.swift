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
