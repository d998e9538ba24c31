import CLinux
import Glibc
import TestSupport
import Testing
import Trace

/// The tests that trace the real kernel. One after the other: they all watch the same machine.
@Suite(.serialized, .enabled(if: Kernel.isRequired || Kernel.isPrivileged, Kernel.excuse))
struct KernelTests {}

enum Kernel {
  /// Where tracing must work: what is impossible fails there, instead of being left out.
  static let isRequired = Surroundings.requireKernel
  static let isPrivileged = geteuid() == 0
  /// Linux 5.17 and later: programs there may loop as often as they need, and nothing is cut that fits.
  static let hasLoop = isAtLeast(5, 17)
  /// The forms of the kernel side that it takes.
  static let flavours: [ObjectFlavour] = hasLoop ? ObjectFlavour.allCases : [.withoutLoop]

  /// The number of processes for a large crowd: fewer on an emulated machine, where the kernel matrix sets the divisor
  /// EXECSNOOP_TOP_CROWD.
  static func crowd(_ count: Int) -> Int { count / crowdDivisor }
  private static let crowdDivisor = getenv("EXECSNOOP_TOP_CROWD").flatMap { Int(String(cString: $0)) } ?? 1

  /// Whether the running kernel is of this release or a later one.
  static func isAtLeast(_ major: Int, _ minor: Int) -> Bool {
    var name = utsname()
    uname(&name)
    let release = withUnsafeBytes(of: name.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    let numbers = release.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
    return numbers.count == 2 && (numbers[0], numbers[1]) >= (major, minor)
  }

  static let excuse: Comment = "NOT TESTED: tracing the kernel needs root (EXECSNOOP_TOP_REQUIRE_KERNEL=1 insists)"
}

/// A condition that a test waited for did not become true.
struct Timeout: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = "waited in vain for \(description)" }
}

/// Calls `step` until it returns true; it should sleep a little itself.
/// - Throws: `Timeout` after a minute, which is longer than anything here takes on a busy machine.
func wait(for what: String, _ step: () throws -> Bool) throws {
  let end = lnx_boot_time() + 60_000_000_000
  while try !step() {
    if lnx_boot_time() > end { throw Timeout(what) }
  }
}

/// Runs this with the calling thread, and all that it starts meanwhile, on the first of its CPUs.
func onOneCPU<Result>(_ body: () throws -> Result) throws -> Result {
  let path = try #require(realpath("/proc/thread-self", nil))
  defer { free(path) }
  let thread = String(try #require(String(cString: path).split(separator: "/").last))
  @discardableResult
  func taskset(_ cpus: String...) throws -> String {
    let program = try Fixture(["taskset", "-c", "-p"] + cpus + [thread], program: "/usr/bin/taskset")
    try #require(program.wait() == 0, "\(program.lines)")
    // Such as "pid 42's current affinity list: 0,2-3".
    return try #require(program.lines.first?.split(separator: " ").last.map(String.init))
  }
  let all = try taskset()
  try taskset(String(all.prefix(while: \.isNumber)))
  defer { _ = try? taskset(all) }
  return try body()
}
