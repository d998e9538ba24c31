internal import Events

extension DisplayText {
  /// The name of an errno, such as `ENOENT`; its number where it has none.
  package init(errnoName errno: Int32) {
    self = ErrnoName.name(of: errno).map { DisplayText(typed: $0) } ?? "errno \(errno)"
  }

  /// The name of a signal, such as `SIGKILL`; its number where it has none.
  package init(signalName signal: Int32) {
    self = SignalName.name(of: signal).map { DisplayText(typed: $0) } ?? "signal \(signal)"
  }
}
