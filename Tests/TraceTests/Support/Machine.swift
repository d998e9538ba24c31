import CLinux
import Events
import Glibc
import Synchronization
import Testing
import Trace
import Tree

/// A trace of the whole system (or of one command), collected as in the program, and its tree.
final class Machine: Sendable {
  /// The trace that most tests share: loading the programs takes longer than most tests.
  static func shared() throws -> Machine { try common.get() }
  // Nothing takes from it while tests with storms of their own run, and what they bring in is not what it is there for.
  private static let common = Result {
    var settings = TraceSettings()
    settings.ringSize = 64 << 20
    return try Machine(settings, budget: 8 << 30)
  }

  private struct Contents {
    var tree = ProcessTree(limits: Limits(processes: 10_000_000, logLines: 16))
    var events: [ProcessEvent] = []
    var collector: Collector?
  }
  private let contents: Mutex<Contents>
  private let mailbox: Mailbox
  let failedExecs: FailedExecHook

  /// - Parameters:
  ///   - command: a command that waits for its release: only this command is traced.
  ///   - roots: processes that run already: the trace is of them and all below them.
  ///   - budget: how many bytes of events may wait to be taken; nil for the usual.
  ///   - meanwhile: runs when the kernel side is attached and before anything is read of /proc or the ring.
  init(
    _ settings: TraceSettings = TraceSettings(), command: TracedCommand? = nil, roots: [Int32] = [],
    budget: Int? = nil, meanwhile: () throws -> Void = {}
  ) throws {
    var settings = settings
    if command != nil || !roots.isEmpty { settings.scope.isOfProcesses = true }
    mailbox = try budget.map { try Mailbox(limit: $0) } ?? Mailbox()
    let trace = try KernelTrace(settings)
    failedExecs = trace.failedExecs
    if let command { try trace.addToScope(starter: command.pid) }
    for root in roots { try trace.addToScope(pid: root) }
    if !roots.isEmpty { try trace.extendScopeToDescendants() }
    try meanwhile()
    let collector = try Collector(
      start: Collector.prepare(trace, settings: settings, mailbox: mailbox))
    contents = Mutex(Contents(collector: collector))
  }

  deinit { stop() }

  /// Ends the trace once all that is in the ring has been taken.
  func stop() {
    contents.withLock { $0.collector.take()?.stop() }
    receive()
  }

  /// Takes what has come. Sleeps a little where nothing has.
  private func receive() {
    var descriptor = pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)
    _ = poll(&descriptor, 1, 20)
    let new = mailbox.drain().joined()
    contents.withLock { contents in
      for event in new { _ = contents.tree.apply(event) }
      contents.events += new
    }
  }

  /// Looks once at all that runs, for what changes without an event, and takes what was found.
  func lookAgain() throws {
    let onlooker = try #require(contents.withLock { $0.collector?.onlooker })
    try #require(onlooker.lookAtAll(within: 60_000))
    receive()
  }

  /// Has these looked at again from now on.
  func watch(_ selected: Onlooker.Subject?, _ others: [Onlooker.Subject]) throws {
    try #require(contents.withLock { $0.collector?.onlooker }).watch(selected, others)
  }

  /// Takes what has come so far.
  func receiveEvents() { receive() }

  /// Everything until now.
  var events: [ProcessEvent] { contents.withLock { $0.events } }
  var tree: ProcessTree {
    contents.withLock { contents in
      contents.tree.updateSums()
      return contents.tree
    }
  }
  var lost: LossCounts { tree.totals.lost }
  /// Without what other programs of the machine lost by ending while /proc was read.
  var lostEvents: LossCounts {
    var lost = lost
    lost.procRaces = 0
    return lost
  }

  /// Runs the fixture with these steps until it and all its descendants have exited.
  func run(_ steps: String..., extra: [String: String] = [:]) throws -> Scene {
    try run(steps, extra: extra)
  }

  func run(_ steps: [String], extra: [String: String] = [:]) throws -> Scene {
    // Storms of other tests do not count in the time of this test.
    receive()
    let first = events.count
    return try finish(try Fixture(["fixture"] + steps, extra: extra), from: first)
  }

  /// Waits until a fixture and all its descendants have exited, by the events.
  /// - Parameter first: the number of events before it started, or fewer.
  func finish(_ fixture: Fixture, from first: Int = 0) throws -> Scene {
    let status = fixture.wait()
    return try scene(pid: fixture.pid, since: fixture.since, status: status, lines: fixture.lines, from: first)
  }

  /// Waits for the exit of all descendants of an exited process.
  func scene(
    pid: Int32, since: UInt64, status: Int32, lines: [String] = [], from first: Int = 0
  ) throws -> Scene {
    var family = Family(pid: pid, since: since)
    var next = first
    try wait(for: "the end of all in the scene of pid \(pid)") {
      receive()
      let events = events
      for event in events[next...] { family.add(event) }
      next = events.count
      return family.hasEnded || lostEvents.total > 0
    }
    #expect(lostEvents == LossCounts(), "nothing may be lost")
    return Scene(family: family, tree: tree, status: status, lines: lines)
  }
}
