import Testing

@testable import Events
@testable import Filtering
@testable import Tree

/// The top table.
@Suite
struct TopTableTests {
  private let second: UInt64 = 1_000_000_000

  private func build() -> Story {
    var story = Story()
    story.fork(1, of: nil)
    for pid in 10..<20 as Range<Int32> {
      story.fork(pid, of: 1)
      story.exec(pid, [pid % 2 == 0 ? "cc" : "as"], at: 100, uid: pid < 12 ? 0 : 7, user: pid < 12 ? "root" : "build")
      if pid > 11 {
        let facts = ProcessFacts(id: process(pid), parent: process(1), comm: pid % 2 == 0 ? "cc" : "as", uid: 7)
        story.apply(
          .exit(
            ExitEvent(
              time: UInt64(pid) + 1000 * UInt64(pid), process: facts, status: ExitStatus(code: 0),
              usage: ResourceUsage(userTime: 5, systemTime: 1, peakMemory: UInt64(pid) * 1024), reaper: nil)))
      }
    }
    let facts = ProcessFacts(id: process(11), parent: process(1), comm: "as", uid: 0)
    story.apply(
      .failedExec(FailedExecEvent(process: facts, errno: 2, image: story.image(["nosuch"], at: 200))))
    return story
  }

  @Test func `Adds up the processes of each command`() throws {
    let table = TopTable(of: build().tree, by: .comm, now: 30_000)
    #expect(table.rows.map(\.key) == [.comm("as"), .comm("cc"), .comm("sh")])
    let row = try #require(table.rows.first { $0.key == .comm("cc") })
    #expect(row.processes == 5 && row.running == 1 && row.execs == 5 && row.failedExecs == 0)
    #expect(row.runTime == 12_000 + 14_000 + 16_000 + 18_000)
    #expect(row.medianRunTime == 14_000 && row.p99RunTime == 18_000)
    #expect(row.cpuTime == 24 && row.peakMemory == 18 * 1024)
    #expect(row.recentExecs == 5 && row.execRateTenths == 50)
    #expect(table.rows.first { $0.key == .comm("as") }?.failedExecs == 1)
  }

  @Test func `Run times are counted in steps of ten`() throws {
    let row = try #require(TopTable(of: build().tree, by: .comm, now: 30_000).rows.first { $0.key == .comm("cc") })
    #expect((0..<RunTimeSpread.stepCount).map { row.runTimes[$0] } == [4, 0, 0, 0, 0, 0, 0, 0])
    var spread = RunTimeSpread()
    #expect(spread.highest == 0)
    for step in 0..<RunTimeSpread.stepCount {
      if let limit = RunTimeSpread.limit(of: step) {
        spread.record(limit)
        spread.record(limit - 1)
        spread.record(limit + 1)
      } else {
        spread.record(.max)
      }
    }
    #expect((0..<RunTimeSpread.stepCount).map { spread[$0] } == [2, 3, 3, 3, 3, 3, 3, 2])
    #expect(RunTimeSpread.limit(of: 6) == 100 * second && RunTimeSpread.limit(of: 7) == nil)
  }

  @Test func `Users are grouped by number, with the name that a process has`() {
    var table = TopTable(of: build().tree, by: .user, now: 30_000)
    table.sort(TopOrder(.name))
    #expect(table.rows.map(\.key) == [.user(0), .user(7)])
    #expect(table.rows.map(\.userName) == ["root", "build"])
    #expect(table.rows.map(\.filterText) == ["uid=0", "uid=7"])
  }

  @Test(arguments: [(0, 50), (1, 50), (2, 25), (5, 10), (10, 5), (100, 0)])
  func `The rate is of the time that was traced, from a second to ten`(traced: UInt64, rate: Int) throws {
    let tree = build().tree
    let first = try #require(tree.earliestMoment)
    let table = TopTable(of: tree, by: .comm, now: max(first + traced * second, 30_000))
    #expect(table.rows.first { $0.key == .comm("cc") }?.execRateTenths == rate)
  }

  @Test func `Old execs do not count in the rate`() {
    let tree = build().tree
    #expect(TopTable(of: tree, by: .comm, now: 99 + 10 * second).rows.map(\.recentExecs) == [5, 5, 0])
    #expect(TopTable(of: tree, by: .comm, now: 100 + 10 * second).rows.map(\.recentExecs) == [0, 0, 0])
    #expect(TopTable(of: tree, by: .comm, now: 99).rows.map(\.recentExecs) == [0, 0, 0])
  }

  @Test func `The expression of a hostile name selects only that name`() throws {
    let names: [[UInt8]] = [
      Array(#"" or comm=""#.utf8), [0xff, 0x0a, 0x1b], Array(#"a\x41"#.utf8), Array("a,b c".utf8), Array(")".utf8),
      Array("é".utf8), [0x5c],
    ]
    var tree = ProcessTree()
    for (index, name) in names.enumerated() {
      let id = process(Int32(index + 1))
      _ = tree.apply(.fork(ForkEvent(time: id.startTime, process: ProcessFacts(id: id, parent: nil, comm: Comm(name)))))
    }
    let table = TopTable(of: tree, by: .comm, now: 100)
    #expect(Set(table.rows.map(\.key)) == Set(names.map { .comm(Comm($0)) }))
    for row in table.rows {
      let filter = try Filter.parse(try #require(row.filterText))
      let found = TopTable(of: tree, by: .comm, matching: filter, now: 100)
      #expect(found.rows == [row], "\(filter.text)")
    }
  }

  @Test func `Beyond the limit all other groups share the last row`() throws {
    var tree = ProcessTree()
    for pid in 1...3000 as ClosedRange<Int32> {
      let facts = ProcessFacts(id: process(pid), parent: nil, comm: Comm("name\(pid / 2)".utf8))
      _ = tree.apply(.fork(ForkEvent(time: UInt64(pid), process: facts)))
    }
    for column in TopColumn.allCases {
      for isDescending in [true, false] {
        let table = TopTable(
          of: tree, by: .comm, now: 4000, order: TopOrder(column, isDescending: isDescending), groupLimit: 100)
        #expect(table.rows.count == 101 && table.hasOthers)
        let others = try #require(table.rows.last)
        #expect(others.key == .others && others.filterText == nil)
        #expect(others.processes == 3000 - table.rows.dropLast().reduce(0) { $0 + $1.processes })
        // The first, `name0`, has one process.
        #expect(others.processes == 3000 - 199)
      }
    }
    #expect(!TopTable(of: tree, by: .comm, now: 4000).hasOthers)
  }

  @Test func `Nonzero exits and the longest run time`() throws {
    var story = build()
    story.exit(10, at: 5_000_000, code: 3, comm: "cc")
    let row = try #require(TopTable(of: story.tree, by: .comm, now: 6_000_000).rows.first { $0.key == .comm("cc") })
    #expect(row.nonzero == 1 && row.longestRunTime == 4_999_990)
    #expect(
      TopTable(of: story.tree, by: .comm, now: 6_000_000, order: TopOrder(.nonzero)).rows.first?.key == .comm("cc"))
  }

  @Test func `Neither the tracer nor unseen parents are in a table`() {
    var story = Story()
    let own = ProcessFacts(id: process(5), parent: process(2), comm: "execsnoop-top")
    let image = ProcessImage(time: 9, comm: "execsnoop-top", argv: StringVector(["execsnoop-top"]), marks: .fromProc)
    story.apply(.existing(ExistingProcess(time: 9, process: own, image: image)))
    // Its fork, such as the one that keeps a command's output, and the command itself.
    story.fork(10, of: 5, comm: "execsnoop-top")
    story.fork(11, of: 5, comm: "execsnoop-top")
    story.exec(11, ["make"], at: 12)
    #expect(TopTable(of: story.tree, by: .comm, now: 100).rows.map(\.key) == [.comm("make")])
    // A process that started later and took the name is shown, and one that ended.
    story.fork(20, of: 11, comm: "execsnoop-top")
    #expect(TopTable(of: story.tree, by: .comm, now: 100).rows.map(\.processes) == [1, 1])
    story.exit(5, at: 30, comm: "execsnoop-top")
    #expect(TopTable(of: story.tree, by: .comm, now: 100).rows.map(\.processes) == [1, 2])
  }

  @Test func `An empty tree has no rows`() {
    for grouping in TopGrouping.allCases {
      #expect(TopTable(of: ProcessTree(), by: grouping, now: 0).rows.isEmpty)
    }
  }
}
