/// How long the collector lets the ring buffer fill between two drains.
///
/// Each drain makes the collector's thread and the main thread preempt the traced programs and evict their data from
/// the CPU's caches. In a storm this costs more than the events themselves, and no one can read thirty completely
/// different screens a second. So the pause is the time of a frame while the traffic is low, and grows with the
/// traffic.
struct DrainPace {
  /// In milliseconds, about a frame.
  static let calm: Int32 = 25
  /// In milliseconds, after the first record of some time: records that belong to it, such as the exec and the exit
  /// after a fork, come in the same batch and appear in one frame. The delay is too short to see.
  static let gathering: Int32 = 12
  /// The longest pause, in milliseconds.
  static let longest: Int32 = 200
  /// Traffic in bytes a second: calm up to the first (about a thousand processes a second), a storm from the second on.
  static let calmTraffic = 1e6
  static let storm = 4e6
  /// In a steady storm at most 1/`part` of the ring buffer is full at a drain.
  static let part = 4

  private let ringSize: Int
  private var drainedAt: UInt64 = 0
  /// The bytes left in the ring buffer by the last drain.
  private var waiting = 0
  /// When the last drain returned records; nil before the first, which is shown at once.
  private var recordsAt: UInt64?
  /// The time between the last drain and the next, in milliseconds. 0 while more than 1/`part` of the ring buffer is
  /// full: where other threads want the CPU, a drain takes so long that much arrives meanwhile.
  private(set) var pause = calm

  /// - Parameter ringSize: the size of the ring buffer in bytes.
  init(ringSize: Int) { self.ringSize = ringSize }

  /// How long to delay the next drain when a record is available now, in milliseconds; 0 for not at all.
  /// - Parameter now: in nanoseconds since boot.
  func delay(now: UInt64) -> Int32 {
    guard let recordsAt, now &- recordsAt > UInt64(2 * Self.longest) * 1_000_000 else { return 0 }
    return Self.gathering
  }

  /// Chooses the next pause by the result of a drain.
  /// - Parameters:
  ///   - bytes: how many bytes the drain removed from the ring buffer.
  ///   - waiting: how many bytes are in the ring buffer after it.
  ///   - now: in nanoseconds since boot.
  mutating func update(drained bytes: Int, waiting: Int = 0, now: UInt64) {
    let seconds = Double(max(now &- drainedAt, 1_000_000)) / 1e9
    let traffic = Double(bytes &+ waiting &- self.waiting) / seconds
    drainedAt = now
    self.waiting = waiting
    if bytes > 0 { recordsAt = now }
    let share = min(max((traffic - Self.calmTraffic) / (Self.storm - Self.calmTraffic), 0), 1)
    let wanted = Double(Self.calm) + share * Double(Self.longest - Self.calm)
    let room = Double(ringSize / Self.part &- waiting) / max(traffic, 1) * 1000
    let isBehind = room <= 0 && bytes > 0
    pause = isBehind ? 0 : Int32(exactly: max(min(wanted, room), Double(Self.calm)).rounded(.down)) ?? Self.calm
  }
}
