internal import Glibc

/// The seeds of a random test.
package enum Seeds {
  /// The first seeds, from 0: a quarter of `count`, so that nobody waits long for a change of one line; all of them if
  /// the environment has `EXECSNOOP_TOP_SEEDS=all`, as in CI.
  package static func first(_ count: UInt64) -> Range<UInt64> { 0..<(isComplete ? count : count / 4) }

  private static let isComplete = getenv("EXECSNOOP_TOP_SEEDS").map { String(cString: $0) == "all" } ?? false
}

/// SplitMix64: the same numbers for the same seed, everywhere.
package struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  /// Starts the sequence of a seed.
  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// True once in `n` times.
  package mutating func once(in n: Int) -> Bool { Int.random(in: 0..<n, using: &self) == 0 }
}
