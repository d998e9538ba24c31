import TestSupport
import Testing

@testable import Events
@testable import Tree

/// Failed execs that search for a program, and what counts as failed.
@Suite
struct ExecSearchTests {
  private let missing: Int32 = 2
  private let denied: Int32 = 13
  private let noFolder: Int32 = 20
  private let badFormat: Int32 = 8

  /// A shell that tries directories.
  private struct Search {
    var story = Story()

    init() {
      story.fork(1, of: nil)
      story.fork(2, of: 1)
    }

    mutating func attempt(_ file: String, _ errno: Int32, at time: UInt64, _ pid: Int32 = 2) {
      story.fail(pid, [file], errno: errno, at: time, parent: 1)
    }

    func failures(_ pid: Int32 = 2) throws -> Int { try story.node(pid).execFailures }
  }

  @Test func `A search that finds its program is no failure, and one line of the log`() throws {
    var search = Search()
    search.attempt("/usr/local/bin/as", missing, at: 10)
    search.attempt("/usr/games/as", denied, at: 11)
    search.attempt("/opt/file/as", noFolder, at: 12)
    #expect(try search.failures() == 1)
    #expect(search.story.tree.totals.failedExecs == 1)
    search.story.exec(2, ["/usr/bin/as"], at: 13, parent: 1)
    #expect(try search.failures() == 0)
    let node = try search.story.node(2)
    #expect(node.failedExecCount == 3 && !node.hasFailed && !node.lastFailureCounts)
    #expect(search.story.tree.totals.failedExecs == 0)
    #expect(try search.story.node(1).below.failedExecs == 0)
    let lines = search.story.shown.compactMap { search.story.tree.log[$0] }
    #expect(lines.map(\.kind) == [.fork, .fork, .failedExec, .exec])
    #expect(lines[2].tries == 3 && lines[2].isFound && !lines[2].isFailure && lines[2].searchErrno == denied)
    #expect(search.story.tree.log.failureCount == 0)
  }

  @Test func `A search without an exec is one failure`() throws {
    var search = Search()
    for (index, folder) in ["/a", "/b", "/c", "/d"].enumerated() {
      search.attempt(folder + "/nosuch", missing, at: 10 + UInt64(index))
    }
    search.story.exit(2, at: 20, code: 127, parent: 1)
    #expect(try search.failures() == 1)
    #expect(search.story.tree.totals.failedExecs == 1 && search.story.tree.totals.nonzero == 1)
    #expect(try search.story.node(1).below.failedExecs == 1)
    #expect(try search.story.node(1).below.nonzero == 1)
    let lines = search.story.shown.compactMap { search.story.tree.log[$0] }
    #expect(lines.filter(\.isFailure).map(\.kind) == [.failedExec, .exit])
    #expect(lines[2].tries == 4)
    #expect(search.story.tree.failures == 2)
  }

  @Test func `Another name is another search, and an exec ends all of them`() throws {
    var search = Search()
    search.attempt("/a/clang", missing, at: 10)
    search.attempt("/b/clang", missing, at: 11)
    search.attempt("/a/gcc", missing, at: 12)
    search.attempt("/a/clang", missing, at: 13)
    #expect(try search.failures() == 3)
    #expect(search.story.shown.count == 5)
    search.story.exec(2, ["/usr/bin/cc"], at: 14, parent: 1)
    #expect(try search.failures() == 0)
    search.attempt("/a/as", missing, at: 15)
    #expect(try search.failures() == 1)
  }

  @Test func `Another errno is a failure that no exec undoes, and ends its search`() throws {
    var search = Search()
    search.attempt("/a/tool", missing, at: 10)
    search.attempt("/b/tool", badFormat, at: 11)
    #expect(try search.failures() == 1)
    search.attempt("/c/tool", missing, at: 12)
    #expect(try search.failures() == 2)
    search.story.exec(2, ["/bin/sh"], at: 13, parent: 1)
    #expect(try search.failures() == 1)
    #expect(search.story.tree.log.entries.filter(\.isFailure).map(\.searchErrno) == [badFormat])
  }

  @Test func `An exec whose event was lost ends a search too`() throws {
    var search = Search()
    search.attempt("/a/tool", missing, at: 10)
    let record = LostRecord(kind: .exec, time: 12, id: process(2), parent: process(1), comm: "tool", uid: 0)
    search.story.apply(.lost(LostEvent(time: 20, counts: LossCounts(execs: 1), records: [record])))
    #expect(try search.failures() == 0)
    #expect(search.story.tree.totals.failedExecs == 0)
    let past = search.story.tree.asOf(11)
    #expect(past[process(2)]?.execFailures == 1 && past.totals.failedExecs == 1)
  }

  @Test func `A try that arrives after the exec that it came before is no failure`() throws {
    var search = Search()
    search.story.exec(2, ["/bin/tool"], at: 20, parent: 1)
    search.attempt("/a/tool", missing, at: 10)
    #expect(try search.failures() == 0)
    search.attempt("/a/tool", badFormat, at: 11)
    #expect(try search.failures() == 1)
  }

  @Test func `Each moment has the failures known then`() throws {
    var search = Search()
    search.attempt("/a/tool", missing, at: 10)
    search.attempt("/b/tool", missing, at: 11)
    search.story.exec(2, ["/bin/tool"], at: 12, parent: 1)
    search.attempt("/a/other", missing, at: 13)
    search.story.exit(2, at: 14, code: 1, parent: 1)
    let failures = [9, 10, 11, 12, 13, 14].map { time in
      search.story.tree.asOf(time).totals
    }
    #expect(failures.map(\.failedExecs) == [0, 1, 1, 0, 1, 1])
    #expect(failures.map(\.nonzero) == [0, 0, 0, 0, 0, 1])
    #expect(search.story.tree.asOf(11)[process(1)]?.below.failedExecs == 1)
    #expect(search.story.tree.asOf(12)[process(1)]?.below.failedExecs == 0)
  }

  /// Searches of many processes at a time, against a list of what each process did.
  @Test(arguments: Seeds.first(400))
  func `Random searches agree with a list of calls`(seed: UInt64) {
    var dice = SeededGenerator(seed: seed)
    var tree = ProcessTree(
      limits: Limits(logLines: dice.once(in: 3) ? 8 : 1000, execHistory: dice.once(in: 2) ? 2 : 50))
    var calls: [ProcessID: [(time: UInt64, errno: Int32, name: String)]] = [:]
    var ids: [ProcessID] = []
    for step in 0..<120 {
      let time = UInt64(100 + step)
      if ids.count < 3 || dice.once(in: 8) {
        let id = ProcessID(pid: Int32(ids.count + 1), startTime: time)
        let facts = ProcessFacts(id: id, parent: ids.randomElement(using: &dice), comm: "sh")
        ids.append(id)
        calls[id] = []
        _ = tree.apply(.fork(ForkEvent(time: time, process: facts)))
        continue
      }
      let id = ids.randomElement(using: &dice)!
      let name = ["as", "ld", "cc"].randomElement(using: &dice)!
      let errno = dice.once(in: 5) ? 0 : [missing, missing, denied, badFormat].randomElement(using: &dice)!
      let file = ["/a/", "/b/", "./", ""].randomElement(using: &dice)! + name
      let image = ProcessImage(time: time, comm: "sh", file: RawBytes(utf8: file), argv: StringVector([name]))
      let facts = ProcessFacts(id: id, parent: nil, comm: "sh")
      _ = tree.apply(
        errno == 0
          ? .exec(ExecEvent(process: facts, image: image))
          : .failedExec(FailedExecEvent(process: facts, errno: errno, image: image)))
      calls[id]!.append((time, errno, name))
    }
    #expect(tree._checkInvariants() == [], "seed \(seed)")
    for id in ids {
      #expect(tree[id]?.execFailures == failures(calls[id]!), "\(id), seed \(seed)")
    }
    #expect(tree.totals.failedExecs == ids.reduce(0) { $0 + failures(calls[$1]!) }, "seed \(seed)")
    let moment = UInt64.random(in: (tree.earliestMoment ?? 100)...220, using: &dice)
    let past = tree.asOf(moment)
    for id in ids where id.startTime <= moment {
      let known = calls[id]!.filter { $0.time <= moment }
      #expect(past[id]?.execFailures == failures(known), "\(id) at \(moment), seed \(seed)")
    }
  }

  /// Counts the searches of a list of calls, each of which is a run of tries for one name: hard ones, and those after
  /// the last exec.
  private func failures(_ calls: [(time: UInt64, errno: Int32, name: String)]) -> Int {
    let lastExec = calls.lastIndex { $0.errno == 0 } ?? -1
    var count = 0
    var index = 0
    while index < calls.count {
      let first = calls[index]
      index += 1
      guard first.errno != 0 else { continue }
      var isHard = first.errno == badFormat
      while !isHard, index < calls.count, calls[index].errno != 0, calls[index].name == first.name {
        isHard = calls[index].errno == badFormat
        index += 1
      }
      if isHard || index - 1 > lastExec { count += 1 }
    }
    return count
  }
}
