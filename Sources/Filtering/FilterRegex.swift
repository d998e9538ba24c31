internal import CPCRE2
internal import Synchronization

/// A regular expression of PCRE2, compiled once, and to machine code where the system allows it.
///
/// It treats text as bytes of any encoding, and bounds each search: by a number of steps, and for longer texts by work
/// (`RegexWork`). After several searches that reached a limit it gives up: it matches nothing any more, and reports
/// this in `trouble`.
final class FilterRegex: Sendable {
  /// The most steps of one search. An expression that needs more for each of a few thousand processes is of no use.
  static let matchLimit: UInt32 = 200_000
  /// The most nested calls of an interpreted search, and its most memory, in KiB.
  static let depthLimit: UInt32 = 20_000
  static let heapLimit: UInt32 = 20_000
  /// The longest expression, in bytes.
  static let longestPattern = 4096
  /// How many searches may reach a limit before the expression is given up.
  static let patience = 8

  let pattern: [UInt8]
  let ignoresCase: Bool
  /// Its place in the filter's text, in characters from 1.
  let column: Int
  /// A literal that every matching text contains, so that most texts need no search.
  let literal: ByteSearch?
  /// The length of the shortest text that can match, in bytes.
  let shortest: Int
  private let search: Mutex<Search>

  /// The data of a search. The pointers refer to memory that it owns, hence unchecked.
  private struct Search: ~Copyable, @unchecked Sendable {
    let code: OpaquePointer
    /// The same expression with reports of its work; slower, and so only for longer texts.
    let counted: OpaquePointer
    let match: OpaquePointer
    let context: OpaquePointer
    let stack: OpaquePointer?
    let work: UnsafeMutablePointer<RegexWork>
    /// The strings joined by spaces; the bytes after them are left from longer ones.
    var joined: [UInt8] = []
    var failures = 0
    var lastError: Int32 = 0

    deinit {
      pcre2_code_free_8(code)
      pcre2_code_free_8(counted)
      pcre2_match_data_free_8(match)
      pcre2_match_context_free_8(context)
      if let stack { pcre2_jit_stack_free_8(stack) }
      work.deallocate()
    }
  }

  /// Why an expression was refused: the byte of the pattern before the fault, and PCRE2's message.
  struct Refusal: Error {
    let offset: Int
    let message: String
  }

  /// - Parameters:
  ///   - column: its place in the filter's text, in characters from 1.
  ///   - searchesAll: whether to search texts that cannot match too; for tests.
  init(_ pattern: [UInt8], ignoringCase: Bool, column: Int, searchesAll: Bool = false) throws(Refusal) {
    guard pattern.count <= Self.longestPattern else {
      throw Refusal(offset: Self.longestPattern, message: "it is longer than \(Self.longestPattern) bytes")
    }
    var options = PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_UTF | PCRE2_NEVER_UCP
    if ignoringCase { options |= PCRE2_CASELESS }
    // The larger one first, since it may be too large.
    let counted = try Self.compile(pattern, options | PCRE2_AUTO_CALLOUT)
    let code = try Self.compile(pattern, options)
    guard let match = pcre2_match_data_create_8(1, nil), let context = pcre2_match_context_create_8(nil) else {
      throw Refusal(offset: 0, message: "out of memory")
    }
    let work = UnsafeMutablePointer<RegexWork>.allocate(capacity: 1)
    work.initialize(to: RegexWork())
    pcre2_set_callout_8(context, RegexWork.report, work)
    pcre2_set_match_limit_8(context, Self.matchLimit)
    pcre2_set_depth_limit_8(context, Self.depthLimit)
    pcre2_set_heap_limit_8(context, Self.heapLimit)
    // Where memory may not be made executable this fails, and the search is interpreted.
    var stack: OpaquePointer?
    if pcre2_jit_compile_8(code, PCRE2_JIT_COMPLETE) == 0, pcre2_jit_compile_8(counted, PCRE2_JIT_COMPLETE) == 0 {
      stack = pcre2_jit_stack_create_8(32 << 10, 512 << 10, nil)
      if let stack { pcre2_jit_stack_assign_8(context, nil, UnsafeMutableRawPointer(stack)) }
    }
    self.pattern = pattern
    self.ignoresCase = ignoringCase
    self.column = column
    literal =
      searchesAll ? nil : RegexLiteral.required(by: pattern).map { ByteSearch($0, ignoringCase: ignoringCase) }
    var shortest: UInt32 = 0
    pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_MINLENGTH), &shortest)
    self.shortest = searchesAll ? 0 : Int(shortest)
    search = Mutex(Search(code: code, counted: counted, match: match, context: context, stack: stack, work: work))
  }

  private static func compile(_ pattern: [UInt8], _ options: UInt32) throws(Refusal) -> OpaquePointer {
    var (error, offset) = (Int32(0), 0)
    guard let code = pcre2_compile_8(pattern, pattern.count, options, &error, &offset, nil) else {
      throw Refusal(offset: offset, message: message(of: error))
    }
    return code
  }

  /// - Parameter words: whether the bytes are strings with NULs between them, which are spaces to the expression.
  func isFound(in bytes: UnsafeBufferPointer<UInt8>, words: Bool = false) -> Bool {
    guard bytes.count >= shortest, literal?.isFound(in: bytes, words: words) ?? true else { return false }
    return isFoundBySearching(bytes, words: words)
  }

  /// Searches a text that has passed the tests with `literal` and `shortest`.
  func isFoundBySearching(_ bytes: UnsafeBufferPointer<UInt8>, words: Bool) -> Bool {
    search.withLock { search in
      guard search.failures < Self.patience else { return false }
      let result = words ? runJoined(bytes, &search) : run(bytes, search)
      if result < 0, result != PCRE2_ERROR_NOMATCH {
        search.failures &+= 1
        search.lastError = result
      }
      return result >= 0
    }
  }

  private func runJoined(_ bytes: UnsafeBufferPointer<UInt8>, _ search: inout Search) -> Int32 {
    let missing = bytes.count &- search.joined.count
    if missing > 0 { search.joined.append(contentsOf: repeatElement(0, count: missing)) }
    search.joined.withUnsafeMutableBufferPointer { joined in
      for index in 0..<bytes.count { joined[index] = bytes[index] == 0 ? 0x20 : bytes[index] }
    }
    return search.joined.withUnsafeBufferPointer { run(UnsafeBufferPointer(rebasing: $0[..<bytes.count]), search) }
  }

  private func run(
    _ bytes: UnsafeBufferPointer<UInt8>, _ search: borrowing Search, from start: Int = 0
  ) -> Int32 {
    guard let base = bytes.baseAddress else {
      return withUnsafePointer(to: UInt8(0)) { pcre2_match_8(search.code, $0, 0, 0, 0, search.match, search.context) }
    }
    let code = bytes.count > RegexWork.shortText ? search.counted : search.code
    search.work.pointee = RegexWork()
    // Calls the machine code directly, if there is any.
    if search.stack != nil { return pcre2_jit_match_8(code, base, bytes.count, start, 0, search.match, search.context) }
    return pcre2_match_8(code, base, bytes.count, start, 0, search.match, search.context)
  }

  /// The first place at or after a byte, which may be empty; nil if there is none, or if a limit is reached.
  func firstRange(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Range<Int>? {
    search.withLock { search in
      guard search.failures < Self.patience, start <= bytes.count else { return nil }
      guard run(bytes, search, from: start) >= 0, let places = pcre2_get_ovector_pointer_8(search.match) else {
        return nil
      }
      // `\K` in an assertion can put the end before the start.
      return places[0] <= places[1] ? Int(places[0])..<Int(places[1]) : nil
    }
  }

  /// The limit that searches have reached so far; nil for none.
  var trouble: FilterTrouble? {
    search.withLock { search in
      guard search.failures > 0 else { return nil }
      let reason: String
      switch search.lastError {
      case PCRE2_ERROR_MATCHLIMIT: reason = "match limit"
      case PCRE2_ERROR_CALLOUT: reason = "work limit"
      case PCRE2_ERROR_DEPTHLIMIT: reason = "depth limit"
      case PCRE2_ERROR_HEAPLIMIT, PCRE2_ERROR_JIT_STACKLIMIT: reason = "memory limit"
      default: reason = Self.message(of: search.lastError)
      }
      return FilterTrouble(
        column: column, reason: reason, count: search.failures, isGivenUp: search.failures >= Self.patience)
    }
  }

  private static func message(of error: Int32) -> String {
    var buffer = [UInt8](repeating: 0, count: 256)
    let length = pcre2_get_error_message_8(error, &buffer, buffer.count)
    return length < 0 ? "error \(error)" : String(decoding: buffer[..<Int(length)], as: UTF8.self)
  }
}

extension FilterRegex: Hashable {
  /// Whether both are the same expression, in whatever place.
  static func == (a: FilterRegex, b: FilterRegex) -> Bool {
    a === b || (a.pattern == b.pattern && a.ignoresCase == b.ignoresCase)
  }

  func hash(into hasher: inout Hasher) { hasher.combine(pattern) }
}

/// A report that a regular expression of a filter reached a limit: it takes too much work on some texts.
public struct FilterTrouble: Error, Hashable, Sendable, CustomStringConvertible {
  /// The place of the expression in the filter, in characters from 1.
  public let column: Int
  /// Which limit it reached.
  public let reason: String
  /// How many searches reached it. Their texts count as not matching.
  public let count: Int
  /// Whether it reached the limit too often, and matches nothing any more.
  public let isGivenUp: Bool

  /// The report in one line.
  public var description: String {
    isGivenUp
      ? "regex at column \(column) gave up: \(reason); write it so that it has fewer ways to match"
      : "regex at column \(column) gave up on \(count == 1 ? "a text" : "\(count) texts"): \(reason)"
  }
}

/// The work that a search of a regular expression may still do.
///
/// PCRE2's own limits count the paths that were tried, but not the bytes that a repeated character runs over:
/// `[a-z]+\d` takes at most one path from each position of a text, and from each it may run to the end. So the
/// expression is compiled with a callout before each of its items, which counts the callouts and the bytes between
/// them, and ends the search when there are too many. The count is the same on every system.
struct RegexWork {
  /// The longest text that is searched without counting, in bytes: it has too few positions to take long.
  static let shortText = 256
  /// The most bytes and callouts of one search, some hundredths of a second.
  static let limit = 16 << 20

  private var left = Self.limit
  private var place = 0

  /// PCRE2 calls it before each item, with the work as data (`pcre2_set_callout`).
  static let report: Callout = { block, data in
    guard let block, let work = data?.assumingMemoryBound(to: RegexWork.self) else { return 0 }
    return work.pointee.isExceeded(movingTo: block.pointee.current_position) ? PCRE2_ERROR_CALLOUT : 0
  }
  typealias Callout =
    @convention(c) (UnsafeMutablePointer<pcre2_callout_block_8>?, UnsafeMutableRawPointer?) -> Int32

  /// Counts a callout and the bytes up to its place. Returns whether the work exceeds the limit.
  private mutating func isExceeded(movingTo next: Int) -> Bool {
    left &-= 1 &+ max(next &- place, 0)
    place = next
    return left < 0
  }
}
