import TestSupport
import Testing

@testable import Events
@testable import Filtering
@testable import Tree

/// The rhythm of commands that start again and again.
@Suite
struct RecurrenceTests {
  private static let millisecond: UInt64 = 1_000_000
  private static let second: UInt64 = 1_000_000_000

  /// Daemons that start commands at given times.
  private struct Machine {
    var tree = ProcessTree()
    private var nextPID: Int32 = 1000

    func daemon(_ pid: Int32) -> ProcessID { ProcessID(pid: pid, startTime: UInt64(pid)) }

    mutating func startDaemon(_ pid: Int32, _ argv: [String], parent: Int32? = nil) {
      let comm = Comm(argv[0].utf8)
      let facts = ProcessFacts(id: daemon(pid), parent: parent.map { daemon($0) }, comm: comm)
      _ = tree.apply(.fork(ForkEvent(time: UInt64(pid), process: facts)))
      _ = tree.apply(
        .exec(
          ExecEvent(process: facts, image: ProcessImage(time: UInt64(pid) + 1, comm: comm, argv: StringVector(argv)))))
    }

    @discardableResult
    mutating func start(
      _ argv: [String], at time: UInt64, by parent: ProcessID, running: UInt64? = 5 * millisecond
    ) -> ProcessID {
      nextPID += 1
      let id = ProcessID(pid: nextPID, startTime: time)
      let facts = ProcessFacts(id: id, parent: parent, comm: Comm(argv[0].utf8))
      let image = ProcessImage(time: time + 1, comm: facts.comm, argv: StringVector(argv))
      _ = tree.apply(.fork(ForkEvent(time: time, process: facts)))
      _ = tree.apply(.exec(ExecEvent(process: facts, image: image)))
      if let running {
        _ = tree.apply(
          .exit(
            ExitEvent(
              time: time + running, process: facts, status: ExitStatus(code: 0),
              usage: ResourceUsage(userTime: millisecond))))
      }
      return id
    }

    func recurrences(_ comm: Comm) -> [Recurrence] {
      TopTable(of: tree, by: .comm, now: 1 << 50).rows.first { $0.key == .comm(comm) }?.recurrences ?? []
    }
  }

  private func machine() -> Machine {
    var machine = Machine()
    machine.startDaemon(1, ["init"])
    machine.startDaemon(10, ["python3", "/opt/prompt-daemon.py"], parent: 1)
    machine.startDaemon(20, ["watch", "git"], parent: 1)
    return machine
  }

  @Test func `A command that one process starts every second`() throws {
    var machine = machine()
    for beat in 1...14 as ClosedRange<UInt64> {
      let jitter = beat.isMultiple(of: 2) ? 100 * Self.millisecond : 0
      machine.start(["git", "status", "--short"], at: beat * Self.second + jitter, by: machine.daemon(10))
    }
    let found = try #require(machine.recurrences("git").first)
    #expect(found.command == CommandLabel(comm: "git", argument: "status"))
    #expect(found.times == 14 && !found.isPartial)
    #expect(abs(Int64(found.period) - 1_000_000_000) <= 100_000_000 && found.spread <= 200 * Self.millisecond)
    #expect(found.starter == .process(machine.daemon(10), CommandLabel(comm: "python3", argument: "prompt-daemon.py")))
    // 3600 runs, of 5 ms and of 1 ms of CPU time each, by the period that was found.
    let runs = 3600 * Double(Self.second) / Double(found.period)
    #expect(abs(Double(try #require(found.timePerHour)) - runs * 5e6) < 1e6)
    #expect(abs(Double(try #require(found.cpuPerHour)) - runs * 1e6) < 1e6)
  }

  @Test(arguments: Seeds.first(100))
  func `A period is found through jitter and single gaps`(seed: UInt64) throws {
    var dice = SeededGenerator(seed: seed)
    var machine = machine()
    let period = UInt64.random(in: 20 * Self.millisecond...60 * Self.second, using: &dice)
    let count = Int.random(in: 9...200, using: &dice)
    let gap = Int.random(in: 1..<count, using: &dice)
    var time = Self.second
    for index in 0..<count {
      let jitter = UInt64.random(in: 0...period / 10, using: &dice)
      machine.start(["date", "+%s"], at: time + jitter, by: machine.daemon(10), running: period / 20)
      time += index == gap ? 7 * period : period
    }
    let found = try #require(machine.recurrences("date").first, "seed \(seed), \(count) starts")
    #expect(abs(Double(found.period) - Double(period)) <= Double(period) / 10, "seed \(seed)")
    #expect(found.spread <= period / 10)
    #expect(found.times == min(count, StartSample.most) && found.isPartial == (count > StartSample.most))
  }

  @Test(arguments: Seeds.first(200))
  func `Random starts have no period`(seed: UInt64) {
    var dice = SeededGenerator(seed: seed)
    var machine = machine()
    var time = Self.second
    for _ in 0..<Int.random(in: 12...200, using: &dice) {
      // Independent of each other, as of many users.
      let unit = Double.random(in: 0.000001...1, using: &dice)
      time += UInt64(-logarithm(unit) * 1e9)
      machine.start(["ls"], at: time, by: machine.daemon(10))
    }
    #expect(machine.recurrences("ls").isEmpty, "seed \(seed)")
  }

  /// -ln(x) by its series for x in (0, 1], without a C library.
  private func logarithm(_ x: Double) -> Double {
    var (mantissa, exponent) = (x, 0.0)
    while mantissa < 0.5 {
      mantissa *= 2
      exponent += 1
    }
    let y = (mantissa - 1) / (mantissa + 1)
    var (sum, power) = (0.0, y)
    for term in 0..<30 {
      sum += power / Double(2 * term + 1)
      power *= y * y
    }
    return 2 * sum - exponent * 0.6931471805599453
  }

  @Test(arguments: Seeds.first(50))
  func `Two interleaved starters are two rhythms`(seed: UInt64) throws {
    var dice = SeededGenerator(seed: seed)
    var machine = machine()
    let offset = UInt64.random(in: 150...400, using: &dice) * Self.millisecond
    var starts: [(time: UInt64, pid: Int32)] = []
    for beat in 1...12 as ClosedRange<UInt64> {
      starts.append((beat * Self.second, 10))
      starts.append((beat * Self.second + offset, 20))
    }
    for start in starts.sorted(by: { $0.time < $1.time }) {
      machine.start(["git", "status"], at: start.time, by: machine.daemon(start.pid))
    }
    let found = machine.recurrences("git")
    #expect(found.count == 2 && found.allSatisfy { $0.period == Self.second && $0.times == 12 }, "\(found)")
    let starters = found.compactMap { if case .process(let id, _) = $0.starter { id.pid } else { nil } }
    #expect(starters == [10, 20])
  }

  @Test func `A new shell each time leads to what starts the shells`() throws {
    var machine = machine()
    for beat in 1...6 as ClosedRange<UInt64> {
      let shell = machine.start(["sh", "-c", "git status; true"], at: beat * Self.second, by: machine.daemon(20))
      machine.start(["git", "status"], at: beat * Self.second + Self.millisecond, by: shell, running: 1_000_000)
    }
    #expect(
      machine.recurrences("git").first?.starter
        == .process(machine.daemon(20), CommandLabel(comm: "watch", argument: "git")))
    // Process 1 is above everything, and starts nothing of this.
    var loose = self.machine()
    for beat in 1...6 as ClosedRange<UInt64> {
      loose.startDaemon(100 + Int32(beat), ["cron"], parent: 1)
      loose.start(["git", "status"], at: beat * Self.second, by: loose.daemon(100 + Int32(beat)))
    }
    #expect(loose.recurrences("git").first?.starter == .several)
  }

  @Test func `Different commands of one name each have their own rhythm`() {
    var machine = machine()
    for beat in 1...20 as ClosedRange<UInt64> {
      machine.start(["git", "status"], at: beat * Self.second, by: machine.daemon(10))
      if beat.isMultiple(of: 4) {
        machine.start(
          ["git", "-C", "/src", "fetch"], at: beat * Self.second + 77 * Self.millisecond, by: machine.daemon(10))
      }
    }
    let found = machine.recurrences("git")
    #expect(found.map(\.command.argument) == ["status", "fetch"])
    #expect(found.map(\.period) == [Self.second, 4 * Self.second] && found.map(\.times) == [20, 5])
  }

  @Test func `Neither few starts nor loops recur`() {
    var machine = machine()
    for beat in 1...3 as ClosedRange<UInt64> { machine.start(["a"], at: beat * Self.second, by: machine.daemon(10)) }
    // One after the other, and too fast for a clock.
    for beat in 1...50 as ClosedRange<UInt64> {
      machine.start(["b"], at: beat * Self.second, by: machine.daemon(10), running: 900 * Self.millisecond)
      machine.start(["c"], at: beat * 2 * Self.millisecond, by: machine.daemon(10), running: 1000)
    }
    for name in ["a", "b", "c"] as [Comm] { #expect(machine.recurrences(name).isEmpty, "\(name)") }
    // A fourth start is enough, and running processes count too.
    machine.start(["a"], at: 4 * Self.second, by: machine.daemon(10), running: nil)
    #expect(machine.recurrences("a").first?.times == 4)
  }

  @Test(
    arguments: [
      (["git", "status"], "status"), (["git"], nil), (["git", ""], nil), (["git", "-C", "/src/x", "status"], "status"),
      (["git", "-c", "a=b", "log"], "log"), (["python3", "/opt/x/daemon.py", "--all"], "daemon.py"),
      (["sh", "-c", "echo a/b; ls"], "echo a/b; ls"), (["cc1", "-I", "/usr/include"], "include"),
      (["cat", "/proc/12345/stat"], "stat"), (["curl", "http://localhost:8080"], "localhost:*"),
      (["x", "12", "y"], "12"),
      (["x", "job1234-5678"], "job*-*"), (["rm", "/tmp/tmp.a8Ks"], nil), (["x", "--", "-y"], nil),
      (["x", "dir/"], nil),
    ] as [([String], String?)])
  func `The argument by which two runs are the same command`(argv: [String], expected: String?) {
    let image = ProcessImage(time: 1, comm: "x", argv: StringVector(argv))
    #expect(CommandLabel(image).argument == expected.map { RawBytes(utf8: $0) })
  }

  @Test(arguments: Seeds.first(200))
  func `A sample has the newest starts, in any order of visits`(seed: UInt64) {
    var dice = SeededGenerator(seed: seed)
    let count = Int.random(in: 0...1000, using: &dice)
    var starts = (0..<count).map { ProcessID(pid: Int32($0), startTime: UInt64($0) * 10) }
    switch seed % 3 {
    case 0: starts.shuffle(using: &dice)
    case 1:
      // Mostly ascending, as slots are.
      for _ in 0..<count / 10 where count > 1 {
        starts.swapAt(Int.random(in: 0..<count, using: &dice), Int.random(in: 0..<count, using: &dice))
      }
    default: break
    }
    var sample = StartSample()
    for start in starts {
      sample.add(start)
      #expect(sample.count < 2 * StartSample.most)
    }
    #expect(Array(sample.sorted) == Array(starts.sorted().suffix(StartSample.most)), "seed \(seed), \(count)")
    #expect(sample.leavesOut == (count > StartSample.most))
  }
}
