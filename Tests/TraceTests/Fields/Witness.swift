import Events
import Glibc
import TestSupport
import Testing
import Trace

/// Where a process reports about itself.
enum Place: CaseIterable, Sendable {
  case host
  /// In a PID namespace of its own.
  case namespace
  /// In a cgroup that was made a moment before, named as a container's.
  case cgroup
}

/// A process that reported about itself, and what the trace has of it.
struct Witness: Sendable {
  let report: Report
  let fork: ForkEvent
  let exec: ExecEvent
  let exit: ExitEvent
  /// The fork of its parent.
  let parent: ForkEvent
  /// The folder that it was in, and the program that it ran.
  let folder: String
  let program: String
  /// The cgroup that was made for it, from the root of the hierarchy.
  let cgroup: String
  /// A time just before the start, in nanoseconds since boot.
  let since: UInt64

  static let user: UInt32 = 65534
  static let group: UInt32 = 1234
  static let login: UInt32 = 4242
  static let argv = ["as it calls itself", "report", "exit", "3", "", "\u{e9}\u{1b}[7m"]
  static let environment = ["NAME=value", "EMPTY=", "no equals sign", "LINES=one\ntwo"]
  static let container = String(repeating: "0123456789abcdef", count: 4)

  /// The witness of a place: one for all tests.
  static func of(_ place: Place) throws -> Witness { try #require(all[place]).get() }

  private static let all: [Place: Result<Witness, any Error>] = Dictionary(
    uniqueKeysWithValues: Place.allCases.map { place in (place, Result { try Witness(place) }) })

  private init(_ place: Place) throws {
    let scratch = Scratch()
    folder = scratch.path
    program = scratch["a program"]
    let group = try TestCgroup(
      "/execsnoop-top-\(getpid()).slice", "/docker-\(Self.container).scope", isNeeded: place == .cgroup)
    cgroup = group.path
    since = Fixture.now
    let there: [String] =
      switch place {
      case .host: []
      case .namespace: ["pidns", "fork"]
      case .cgroup: ["cgroup", group.directory]
      }
    let who = ["login", "\(Self.login)", "pty", "fork", "group", "chdir", folder, "copy", program, "755"]
    let ids = ["ids", "\(Self.user)", "\(Self.group)"]
    let run = ["env"] + Self.environment + ["--", "exec", program] + Self.argv
    let scene = try Machine.shared().run(there + who + ids + run)
    report = try #require(Report.all(in: scene.lines).first, "\(scene.lines)")
    let exec = try #require(scene.execs.last)
    let id = exec.process.id
    self.exec = exec
    let fork = try #require(scene.forks.first { $0.process.id == id })
    self.fork = fork
    exit = try #require(scene.exits.first { $0.process.id == id })
    parent = try #require(scene.forks.first { $0.process.id == fork.process.parent })
  }
}

/// A cgroup within another, which the test removes.
private final class TestCgroup {
  let path: String
  let directory: String
  private let made: [String]

  init(_ outer: String, _ inner: String, isNeeded: Bool) throws {
    path = outer + inner
    guard isNeeded else {
      directory = ""
      made = []
      return
    }
    let mounts = ["/sys/fs/cgroup/unified", "/sys/fs/cgroup"]
    let mount = try #require(
      mounts.first { access($0 + "/cgroup.procs", W_OK) == 0 }, "no cgroup v2 hierarchy that can be written to")
    directory = mount + path
    made = [mount + outer, directory]
    for name in made { try #require(mkdir(name, 0o755) == 0) }
  }

  deinit { for name in made.reversed() { rmdir(name) } }
}
