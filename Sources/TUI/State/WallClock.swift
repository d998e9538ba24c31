package import ProcessTree

/// Turns nanoseconds since boot into the time of day: a value that the shell makes, and again when the clock was set or
/// the time zone has a change that it did not know of.
package struct WallClock: Hashable, Sendable {
  /// By nanoseconds since boot: `CLOCK_REALTIME` less `CLOCK_BOOTTIME`, in nanoseconds. It has a step where the clock was
  /// set, so that what was before it keeps its time.
  package var offsets: Steps<UInt64, Int64>
  /// By seconds since 1970 UTC: local time less UTC, in seconds, east positive (`tm_gmtoff` of `localtime_r(3)`). It has a
  /// step where summer time begins or ends.
  package var zone: Steps<Int64, Int>

  package init(offsets: Steps<UInt64, Int64>, zone: Steps<Int64, Int>) {
    self.offsets = offsets
    self.zone = zone
  }

  /// A clock that was never set, in a zone without summer time.
  package init(realtimeAtBoot: Int64, secondsFromUTC: Int = 0) {
    self.init(offsets: Steps(realtimeAtBoot), zone: Steps(secondsFromUTC))
  }

  /// A moment as a calendar shows it, in the proleptic Gregorian calendar.
  struct Moment: Hashable {
    var year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int, millisecond: Int

    func isSameDay(as other: Moment) -> Bool { (year, month, day) == (other.year, other.month, other.day) }
  }

  /// - Parameter time: nanoseconds since boot.
  func moment(at time: UInt64) -> Moment {
    // Wraps instead of trapping: a recording may claim any time at all.
    let nanoseconds = offsets.value(at: time) &+ Int64(truncatingIfNeeded: time)
    let (wholeSeconds, rest) = nanoseconds.flooredDivision(by: 1_000_000_000)
    let local = wholeSeconds &+ Int64(zone.value(at: wholeSeconds))
    let (days, second) = local.flooredDivision(by: 86_400)
    let date = CivilDate(daysFromEpoch: days)
    func part(_ value: Int64) -> Int { Int(truncatingIfNeeded: value) }
    return Moment(
      year: part(date.year), month: part(date.month), day: part(date.day), hour: part(second / 3600),
      minute: part(second / 60 % 60), second: part(second % 60), millisecond: part(rest / 1_000_000))
  }

  /// The dates that moments need beside their times of day, so that each is told from the others.
  enum Dates: Hashable {
    /// All are of one day.
    case none
    /// `03-14`: all are of one year.
    case monthAndDay
    /// `2026-03-14`.
    case full

    /// The columns of a date, and of the space behind it.
    var width: Int {
      switch self {
      case .none: 0
      case .monthAndDay: 6
      case .full: 11
      }
    }

    init(_ moments: some Sequence<Moment>) {
      var first: Moment?
      self = .none
      for moment in moments {
        guard let first else {
          first = moment
          continue
        }
        if first.year != moment.year {
          self = .full
          return
        }
        if !first.isSameDay(as: moment) { self = .monthAndDay }
      }
    }
  }
}
