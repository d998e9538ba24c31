internal import CPCRE2

/// The work that a search of a regular expression may still do.
///
/// PCRE2's own limits count the paths that were tried, but not the bytes that a repeated character runs over:
/// `[a-z]+\d` takes at most one path from each position of a text, and from each it may run to the end. So the
/// expression is compiled with a callout before each of its items, which counts the callouts and the bytes between
/// them, and ends the search when there are too many. The count is the same on every system.
struct RegexWork {
  /// Texts up to this length are searched without it: they have too few positions to take long.
  static let shortText = 256
  /// The most bytes and callouts of one search, some hundredths of a second.
  static let limit = 16 << 20

  private var left = Self.limit
  private var place = 0

  /// PCRE2 calls it before each item, with the work as data (`pcre2_set_callout`).
  static let report: Callout = { block, data in
    guard let block, let work = data?.assumingMemoryBound(to: RegexWork.self) else { return 0 }
    return work.pointee.isDone(goingOnTo: block.pointee.current_position) ? PCRE2_ERROR_CALLOUT : 0
  }
  typealias Callout =
    @convention(c) (UnsafeMutablePointer<pcre2_callout_block_8>?, UnsafeMutableRawPointer?) -> Int32

  private mutating func isDone(goingOnTo next: Int) -> Bool {
    left &-= 1 &+ max(next &- place, 0)
    place = next
    return left < 0
  }
}
