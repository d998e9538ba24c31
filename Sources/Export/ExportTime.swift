package import Events

// The start or the end of an export, as a user types it.
extension TimeText {
  /// The time in nanoseconds since boot, which may lie outside of the recording.
  /// - Parameters:
  ///   - times: of the first and the last event, in nanoseconds since boot.
  ///   - offsets: nanoseconds from 1970 to boot, by nanoseconds since boot.
  ///   - zone: seconds east of UTC, by seconds since 1970 UTC.
  /// - Returns: nil for a wall clock time in a recording without one.
  package func resolve(
    in times: ClosedRange<UInt64>, offsets: Steps<UInt64, Int64>?, zone: (Int64) -> Int
  ) -> UInt64? {
    switch self {
    case .later(let length):
      let (sum, overflows) = times.lowerBound.addingReportingOverflow(length)
      return overflows ? .max : sum
    case .earlier(let length): return times.upperBound &- min(length, times.upperBound)
    case .absolute(let wall): return offsets.map { Self.boot(wall, $0) }
    case .local(let local): return offsets.map { Self.boot(Self.absolute(local, zone), $0) }
    case .timeOfDay(let time):
      guard let offsets else { return nil }
      let start = Self.local(times.lowerBound, offsets, zone)
      let end = Self.local(times.upperBound, offsets, zone)
      // The first such time within the recording, else the nearest one.
      let days = start.flooredDivision(by: Self.day).quotient
      let candidates = [days &- 1, days, days &+ 1].map { $0 &* Self.day &+ time }
      let inside = candidates.first { $0 >= start && $0 <= end }
      let nearest = candidates.min { Self.distance($0, start, end) < Self.distance($1, start, end) }
      return (inside ?? nearest).map { Self.boot(Self.absolute($0, zone), offsets) }
    }
  }

  private static func distance(_ time: Int64, _ start: Int64, _ end: Int64) -> UInt64 {
    Steps<UInt64, Int64>.distance(time, time < start ? start : end)
  }

  private static func local(_ boot: UInt64, _ offsets: Steps<UInt64, Int64>, _ zone: (Int64) -> Int) -> Int64 {
    let wall = Int64(clamping: boot) &+ offsets.value(at: boot)
    return wall &+ Int64(zone(wall.flooredDivision(by: second).quotient)) &* second
  }
}
