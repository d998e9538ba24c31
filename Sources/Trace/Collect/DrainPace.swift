/// How long the collector lets the ring fill before it looks again.
///
/// Each time that it looks, its threads and the main thread's push what is traced off a CPU and out of that CPU's
/// caches. In a storm that costs the storm more than the events themselves do, and nobody reads thirty screens a second that have
/// nothing in common. So the pause is a frame's time while there is something to follow, and grows with the traffic.
struct DrainPace {
  /// In milliseconds, about a frame.
  static let calm: Int32 = 25
  /// In milliseconds, after the first record for some time: what mostly comes with it, as the exec and the end of a fork,
  /// is taken with it, and shown in one frame. Nobody sees so short a time.
  static let gathering: Int32 = 12
  /// In milliseconds.
  static let longest: Int32 = 200
  /// Bytes a second up to which the traffic is calm (about a thousand processes a second), and from which on it is a
  /// storm.
  static let calmTraffic = 1e6
  static let storm = 4e6
  /// In a storm that goes on as it is, no more than one part in so many of the ring is full when the collector looks.
  static let part = 4

  private let ringSize: Int
  private var drainedAt: UInt64 = 0
  /// What was in the ring after that drain.
  private var waiting = 0
  /// The last drain that took something; nil before the first one, which is shown at once.
  private var recordsAt: UInt64?
  /// Between the last drain and the next, in milliseconds. None while more than its part of the ring is full: where
  /// others want the CPU, a drain takes so long that much has come meanwhile.
  private(set) var pause = calm

  init(ringSize: Int) { self.ringSize = ringSize }

  /// How long to wait with the next drain where a record is there now, in milliseconds.
  /// - Parameter now: in nanoseconds since boot.
  func delay(now: UInt64) -> Int32 {
    guard let recordsAt, now &- recordsAt > UInt64(2 * Self.longest) * 1_000_000 else { return 0 }
    return Self.gathering
  }

  /// Takes in a drain.
  /// - Parameters:
  ///   - bytes: what it took from the ring.
  ///   - waiting: the bytes that are in the ring after it.
  ///   - now: in nanoseconds since boot.
  mutating func note(_ bytes: Int, waiting: Int = 0, now: UInt64) {
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
