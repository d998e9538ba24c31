package import Events

/// Converts nanoseconds since boot to the time of day: a value that the shell makes, and makes again when the clock
/// was set or the time zone changed.
package struct WallClock: Hashable, Sendable {
  /// By nanoseconds since boot: `CLOCK_REALTIME` less `CLOCK_BOOTTIME`, in nanoseconds. It has a step where the clock
  /// was set, so that earlier events keep their time.
  package var offsets: Steps<UInt64, Int64>
  /// By seconds since 1970 UTC: local time less UTC, in seconds, east positive (`tm_gmtoff` of `localtime_r(3)`). It
  /// has a step where summer time starts or ends.
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
    let time = CivilTime(secondsFromEpoch: wholeSeconds &+ Int64(zone.value(at: wholeSeconds)))
    func part(_ value: Int64) -> Int { Int(truncatingIfNeeded: value) }
    return Moment(
      year: part(time.date.year), month: part(time.date.month), day: part(time.date.day), hour: part(time.hour),
      minute: part(time.minute), second: part(time.second), millisecond: part(rest / 1_000_000))
  }

  /// The part of the date that moments need beside their time of day to be unique.
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
