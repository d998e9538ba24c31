import TestSupport
import Testing

@testable import Events
@testable import Tree

/// How many processes ran at a time.
@Suite
struct ConcurrencyTests {
  @Test func `A process that waits for its children does not count`() {
    let compilers = [2, 9, 3, 1].map { Job(lead: $0 * 100) }
    let make = Job(lead: 10, stages: [Job.Stage(jobs: compilers, slots: 2, tail: 90)])
    let concurrency = Concurrency(of: SubtreeRuns(Schedule(make, at: 0).runs))
    // Two compilers for 600, then one of them for 300; the make alone before and after.
    #expect(concurrency.shares.map { [UInt64($0.count), $0.time] } == [[1, 400], [2, 600]])
    #expect(concurrency.most == 2 && concurrency.tenths(from: 0, until: 1000) == 16)
    #expect(concurrency.tenths(from: 0, until: 10) == 10 && concurrency.tenths(from: 10, until: 110) == 20)
    #expect(concurrency.tenths(from: 5, until: 5) == 0 && concurrency.time(from: 0, until: .max) == 1600)
  }

  @Test(arguments: Seeds.first(2000))
  func `Agrees with counting at every moment`(seed: UInt64) {
    var dice = SeededGenerator(seed: seed)
    let all = NaiveTiming.randomRuns(using: &dice)
    let since = UInt64.random(in: 0...12, using: &dice)
    let concurrency = Concurrency(of: SubtreeRuns(all, since: since))
    let naive = NaiveTiming(all, since: since)
    let counts = (naive.start..<naive.end).map { naive.leaves(at: $0).count }
    #expect(concurrency.shares.reduce(0) { $0 + $1.time } == UInt64(counts.count))
    for share in concurrency.shares { #expect(share.time == UInt64(counts.count { $0 == share.count })) }
    #expect(concurrency.most == counts.max() ?? 0 && !counts.contains(0))
    for _ in 0..<20 {
      let first = UInt64.random(in: naive.start...naive.end, using: &dice)
      let last = UInt64.random(in: first...naive.end, using: &dice)
      let sum = counts[Int(first - naive.start)..<Int(last - naive.start)].reduce(0, +)
      #expect(concurrency.time(from: first, until: last) == UInt64(sum))
    }
  }

  @Test func `Is taken from a tree`() throws {
    var story = Story()
    story.fork(10, of: 1)
    story.fork(20, of: 10)
    story.fork(21, of: 10)
    story.fork(30, of: 20)
    // A daemon that outlives its parent and is adopted by 10; and a child that outlives everything.
    story.exit(20, at: 50, parent: 10, reaper: 10)
    story.exit(30, at: 70, parent: 10)
    story.exit(21, at: 60, parent: 10)
    story.fork(22, of: 10, at: 72)
    story.exit(10, at: 80, reaper: 1)
    let runs = try #require(SubtreeRuns(of: process(10), in: story.tree, now: 100))
    #expect(runs.count == 5 && runs.root == process(10) && runs.start == 10 && runs.end == 80 && !runs.isRunning)
    let path = CriticalPath(of: runs)
    // 22 outlived 10; before it ended 30, adopted at 50, when 20 ended.
    #expect(path.steps.map { [Int($0.id.pid), Int($0.own)] } == [[10, 20], [20, 30], [30, 20]])
    let early = try #require(SubtreeRuns(of: process(10), in: story.tree.asOf(40), now: 40))
    #expect(early.isRunning && early.end == 40 && CriticalPath(of: early).isRunning)
    #expect(SubtreeRuns(of: process(99), in: story.tree, now: 100) == nil)
    #expect(story.tree.longestProcess(matching: nil, now: 100) == process(22))
  }

  @Test func `Numbers from anywhere are taken`() {
    let times: [UInt64] = [0, 1, 1000, .max - 1, .max]
    for start in times {
      for end in times where end >= start {
        for since in times {
          let root = SubtreeRuns.Run(
            id: ProcessID(pid: 1, startTime: start), parent: -1, start: start, end: end, cpu: .max)
          let child = SubtreeRuns.Run(
            id: ProcessID(pid: 2, startTime: end), parent: 0, start: end, end: .max, isRunning: true, reaper: 7,
            adopted: .max)
          let runs = SubtreeRuns([root, child], since: since)
          let path = CriticalPath(of: runs)
          #expect(path.steps.reduce(0) { $0 &+ $1.own } == path.whole)
          _ = Concurrency(of: runs).tenths(from: 0, until: .max)
        }
      }
    }
    #expect(UInt64.max.scaled(by: 10, over: 10) == .max && UInt64(5).scaled(by: 10, over: 0) == .max)
    #expect(UInt64(5).scaled(by: 1, over: 2) == 3 && UInt64(4).scaled(by: 1, over: 3) == 1)
  }
}
