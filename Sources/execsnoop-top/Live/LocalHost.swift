import Events
import Recording

/// The machine that this program runs on.
enum LocalHost {
  /// What a tree learns about it.
  static func event(_ host: RecordedHost = RecordedHost.ofThisMachine()) -> ProcessEvent {
    .host(HostEvent(time: 0, number: 0, name: host.name))
  }
}
