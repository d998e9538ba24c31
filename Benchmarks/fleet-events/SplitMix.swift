/// Random numbers that are the same for the same seed, on every machine.
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed &>> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed &>> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed &>> 31)
  }

  /// A number of a range.
  mutating func number(_ range: ClosedRange<UInt64>) -> UInt64 { .random(in: range, using: &self) }

  /// True once in `count` calls, on average.
  mutating func once(in count: UInt64) -> Bool { next() % max(count, 1) == 0 }

  /// An amount between the bounds, small ones more often than large ones: each power of two is as likely.
  mutating func amount(_ range: ClosedRange<UInt64>) -> UInt64 {
    let (least, most) = (max(range.lowerBound, 1), max(range.upperBound, 1))
    let bits =
      UInt64(
        truncatingIfNeeded: 63 &- least.leadingZeroBitCount)...UInt64(
        truncatingIfNeeded: 63 &- most.leadingZeroBitCount)
    let power: UInt64 = 1 &<< number(bits)
    return min(max(power | (next() & (power &- 1)), range.lowerBound), range.upperBound)
  }

  /// One of some values.
  mutating func pick<Value>(_ values: [Value]) -> Value { values[Int(next() % UInt64(values.count))] }

  /// Hexadecimal digits.
  mutating func digits(_ count: Int) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: (0..<count).map { _ in pick(digits) }, as: UTF8.self)
  }
}
