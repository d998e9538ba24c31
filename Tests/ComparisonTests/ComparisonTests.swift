import Events
import TestSupport
import Testing
import Tree

@testable import Comparison

/// What is a difference, and what is not.
@Suite struct ComparisonTests {
  /// The lines of the comparison of two jobs that run below a `make`.
  private func compare(
    _ one: @escaping (inout Job, ProcessID) -> Void, _ other: @escaping (inout Job, ProcessID) -> Void,
    _ options: RunComparison.Options = RunComparison.Options()
  ) -> [String] {
    var first = Job(pid: 1000), second = Job(pid: 70_000, time: 77_000_000_000)
    for (index, body) in [one, other].enumerated() {
      var job = index == 0 ? first : second
      let make = job.start(["make"])
      body(&job, make)
      job.end(make, after: 900)
      if index == 0 { first = job } else { second = job }
    }
    return RunComparison(first.run, second.run, options).text
  }

  private func commands(_ commands: [String]) -> (inout Job, ProcessID) -> Void {
    { job, make in for command in commands { job.run(command, under: make) } }
  }

  @Test func `Equal jobs have no differences, in any order of distinct commands`() {
    let steps = (0..<40).map { "cc -c f\($0).c" }
    #expect(compare(commands(steps), commands(steps)) == [])
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<20 { #expect(compare(commands(steps), commands(steps.shuffled(using: &generator))) == []) }
  }

  @Test func `A process of one recording is shown with its ancestors and all below it`() {
    let lines = compare(commands(["a", "b"])) { job, make in
      job.run("a", under: make)
      let new = job.start(["new", "step"], under: make)
      job.run("child", under: new)
      job.end(new)
      job.run("b", under: make)
    }
    #expect(lines == ["  make", "+  new step", "+   child"])
  }

  /// Of repeated equal commands, the one is named that is new by its place.
  @Test func `Repeated commands are aligned by their order`() {
    #expect(
      compare(commands(["true", "a", "true", "b"]), commands(["true", "a", "b"])) == ["  make", "-  true"])
    var first = Job(), second = Job(pid: 5000)
    for command in ["a", "true", "b"] { first.run(command) }
    for command in ["true", "a", "true", "b"] { second.run(command) }
    let comparison = RunComparison(first.run, second.run)
    #expect(comparison.text == ["+ true"])
    #expect(comparison.rows.first?.b == 1)
  }

  @Test func `A changed argument is a change of one process, in a group of similar ones too`() {
    let steps = (0..<30).map { "cc -O2 -c f\($0).c -o f\($0).o" }
    var changed = steps
    changed[7] = "cc -O3 -c f7.c -o f7.o"
    #expect(compare(commands(steps), commands(changed)) == ["  make", "~  cc -O3 -c f7.c -o f7.o [args]"])
    // Each with its own file, whatever the order.
    let all = steps.map { $0.replacing("-O2", with: "-O3") }
    #expect(
      compare(commands(steps), commands(all.reversed())) == ["  make"] + all.reversed().map { "~  \($0) [args]" })
  }

  @Test func `The job is one process, whatever its arguments`() {
    var first = Job(), second = Job(pid: 7000)
    let one = first.start(["make"]), other = second.start(["make", "CFLAGS=-O2", "V=1"])
    for index in 0..<3 {
      first.run("cc -O1 f\(index).c", under: one)
      second.run("cc -O2 f\(index).c", under: other)
    }
    #expect(
      RunComparison(first.run, second.run).text
        == ["~ make CFLAGS=-O2 V=1 [args]"] + (0..<3).map { "~  cc -O2 f\($0).c [args]" })
  }

  @Test func `Status, failed execs, directory and program are compared`() {
    #expect(
      compare(
        { $0.run("cc -c a.c", under: $1) }, { $0.run("cc -c a.c", under: $1, status: 1) })
        == ["  make", "~  cc -c a.c [status]"])
    #expect(
      compare(
        { job, make in job.end(job.start(["cc"], under: make, cwd: "/src/a", exe: "/usr/bin/gcc")) },
        { job, make in job.end(job.start(["cc"], under: make, cwd: "/src/b", exe: "/usr/bin/clang")) })
        == ["  make", "~  cc [exe,cwd]"])
    #expect(
      compare({ $0.run("sleep 9", under: $1) }, { job, make in _ = job.start(["sleep", "9"], under: make) })
        == ["  make", "~  sleep 9 [status]"])
  }

  @Test func `Run times are not compared with those of a trace without times`() {
    func job(_ milliseconds: UInt64, isTimed: Bool) -> ComparedRun {
      var job = Job()
      job.isTimed = isTimed
      job.run("make all", for: milliseconds)
      return job.run
    }
    #expect(RunComparison(job(1, isTimed: true), job(9000, isTimed: true)).text == ["~ make all [dur]"])
    #expect(RunComparison(job(1, isTimed: false), job(9000, isTimed: true)).isEmpty)
    #expect(job(9, isTimed: false).entries.last?.runTime == nil)
  }

  @Test func `Run times count from a threshold on, and not when they are ignored`() {
    func timed(_ milliseconds: UInt64) -> (inout Job, ProcessID) -> Void {
      { $0.run("cc -c a.c", under: $1, for: milliseconds) }
    }
    #expect(compare(timed(100), timed(290)) == [])
    #expect(compare(timed(100), timed(300)) == ["  make", "~  cc -c a.c [dur]"])
    // Less than a quarter of the longer one.
    #expect(compare(timed(2000), timed(2300)) == [])
    var options = RunComparison.Options()
    options.ignored = [.dur]
    #expect(compare(timed(100), timed(9000), options) == [])
    options = RunComparison.Options()
    options.leastTime = 10_000_000
    #expect(compare(timed(20), timed(10), options) == ["  make", "~  cc -c a.c [dur]"])
  }

  @Test func `A changed variable is told once, where it begins`() {
    func job(_ value: String) -> (inout Job, ProcessID) -> Void {
      { job, make in
        let shell = job.start(["sh"], under: make, environment: ["A=1", "SHLVL=\(value)", "B=\(value)"])
        for name in ["x", "y"] {
          job.end(job.start([name], under: shell, environment: ["A=1", "_=\(value)", "B=\(value)"]))
        }
        job.end(shell)
      }
    }
    #expect(compare(job("1"), job("2")) == ["  make", "~  sh [env]"])
    #expect(compare(job("1"), job("1")) == [])
  }

  @Test func `Numbers that are pids by chance do not count`() {
    #expect(
      compare(
        { job, make in job.run("kill \(make.pid)", under: make) },
        { job, make in job.run("kill \(make.pid)", under: make) }) == [])
    // A number that is a pid in one recording alone.
    #expect(compare(commands(["sleep 1002"]), commands(["sleep 1002"])) == [])
  }

  @Test func `Subtrees under equal commands find their like`() {
    func job(_ names: [String]) -> (inout Job, ProcessID) -> Void {
      { job, make in
        for name in names {
          let shell = job.start(["sh", "build"], under: make)
          for step in 0..<3 { job.run("\(name) step\(step)", under: shell) }
          job.end(shell)
        }
      }
    }
    #expect(compare(job(["a", "b", "c"]), job(["c", "a", "b"])) == [])
    #expect(
      compare(job(["a", "b", "c"]), job(["a", "c"])) == [
        "  make", "-  sh build", "-   b step0", "-   b step1", "-   b step2",
      ])
  }

  /// Twice the processes take no more than about twice the time: here a bound that only a quadratic way misses.
  @Test(.timeLimit(.minutes(1))) func `100,000 processes on each side, all changed and reordered`() {
    var first = Job(pid: 1000), second = Job(pid: 200_000)
    let one = first.start(["make"]), other = second.start(["make"])
    for index in 0..<100_000 { first.run("cc -O1 -c f\(index).c", under: one) }
    for index in 0..<100_000 { second.run("cc -O2 -c f\((index * 7919) % 100_000).c", under: other) }
    let start = ContinuousClock.now
    let comparison = RunComparison(first.run, second.run)
    #expect(comparison.rows.count == 100_001)
    #expect(comparison.rows.dropFirst().allSatisfy { $0.changes == [.args] })
    #expect(ContinuousClock.now - start < .seconds(30))
  }
}
