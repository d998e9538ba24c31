import Events
import Glibc
import Recording
import StormTruth
import TestSupport
import Testing
import Tree

extension KernelTests {
  /// The real program with a small ring, stopped by SIGSTOP for ten seconds of a storm.
  @Suite struct StoppedTests {
    private static let program = Surroundings.built("execsnoop-top")
    let scratch = Scratch()

    /// The output so far: the events, and the lines on standard error.
    private func read(_ path: String) throws -> (events: [ProcessEvent], errorLines: [String]) {
      var reader = JSONLineReader()
      var events: [RecordedEvent] = []
      // The last line may not be whole yet.
      let bytes = contents(of: path)
      let all = lines(of: Array(bytes[..<(bytes.lastIndex(of: UInt8(ascii: "\n")) ?? 0)]))
      for line in all where line.hasPrefix("{") {
        try reader.read(Array((line + "\n").utf8)[...], into: &events)
      }
      return (events.map(\.event), all.filter { !$0.hasPrefix("{") })
    }

    /// Two storms, the second while the program is stopped, and two processes that stay: one forked while it is
    /// stopped, and the shell, which execs then.
    private static let script = """
      "$1" storm 2000 "$2" 1; : >"$4"; read go <"$5"; /bin/sleep 1000 & echo $! $$ >"$4.pids"
      "$1" storm 20000 "$3" 1; : >"$4.2"
      exec /bin/sleep 1001
      """

    @Test func `Stopped for ten seconds: all losses are counted, and the tree is resynced`() throws {
      let output = scratch["output"], pipe = scratch["pipe"]
      let truths = [scratch["first"], scratch["second"]], mark = scratch["mark"]
      mkfifo(pipe, 0o600)
      chown(pipe, 65534, 65534)
      let program = try Fixture(
        ["execsnoop-top", "log", "--json", "--ring-size", "64", "--", "/bin/sh", "-c", Self.script, "sh"]
          + [Fixture.path, truths[0], truths[1], mark, pipe],
        program: Self.program, extra: ["SUDO_UID": "65534", "SUDO_GID": "65534"], output: output)
      try wait(for: "the first storm") {
        usleep(10_000)
        return access(mark, F_OK) == 0
      }
      defer {
        let pids = lines(of: contents(of: mark + ".pids")).flatMap { $0.split(separator: " ") }
        for pid in pids { if let pid = Int32(pid) { kill(pid, SIGKILL) } }
      }
      program.send(SIGSTOP)
      let stoppedAt = Fixture.now
      let go = open(pipe, O_WRONLY | O_CLOEXEC)
      close(go)
      try wait(for: "the second storm") {
        usleep(10_000)
        return access(mark + ".2", F_OK) == 0 && Fixture.now >= stoppedAt + 10_000_000_000
      }
      let continuedAt = Fixture.now
      program.send(SIGCONT)
      var tree = ProcessTree()
      var found: [String] = []
      defer { if found.count > 0 { Issue.record("\(found)") } }
      try wait(for: "the census, and what stands behind it") {
        usleep(100_000)
        let events = try read(output).events
        guard events.contains(where: { if case .census(let census) = $0 { census.time > continuedAt } else { false } })
        else { return false }
        tree = ProcessTree(limits: Limits(processes: 1_000_000))
        for event in events { _ = tree.apply(event) }
        let texts = tree.allProcesses.compactMap { tree[$0]?.image?.argv.texts }
        let isThere = texts.contains(["/bin/sleep", "1000"]) && texts.contains(["/bin/sleep", "1001"])
        let running = tree.allProcesses.compactMap { tree[$0] }.filter(\.isRunning)
        found = isThere ? [] : running.map { "\($0.id) \($0.image?.argv.texts ?? []) \($0.marks)" }
        return isThere
      }
      let alive = tree.allProcesses.filter { tree[$0].map { $0.isRunning && !$0.isPlaceholder } ?? false }
      expectResynced(tree, alive, program: program.pid, births: truths.map(Birth.all))

      let endedAt = Fixture.now
      program.send(SIGTERM)
      program.wait()
      let (all, errorLines) = try read(output)
      expectExact(all, until: endedAt, births: UInt64(truths.flatMap(Birth.all).count))
      #expect(errorLines.contains { $0.hasPrefix("execsnoop-top: lost: ") })
      let told = all.compactMap { if case .lost(let loss) = $0, loss.time > continuedAt { loss } else { nil } }.first
      let first = try #require(told)
      #expect(first.time < continuedAt + 1_000_000_000, "a loss is reported within a second")
      #expect(first.since < stoppedAt + 1_000_000_000, "and that it may be as old as the stop")
    }

    private func expectResynced(_ tree: ProcessTree, _ alive: [ProcessID], program: Int32, births: [[Birth]]) {
      #expect(alive.allSatisfy(isAlive))
      let texts = alive.compactMap { tree[$0]?.image?.argv.texts }
      for number in ["1000", "1001"] { #expect(texts.contains(["/bin/sleep", number]), "\(texts)") }
      // Those two, and the program itself.
      #expect(alive.count == 3 && alive.contains { $0.pid == program })
      let shell = alive.first { tree[$0]?.image?.argv.texts == ["/bin/sleep", "1001"] }
      let sleeper = alive.first { tree[$0]?.image?.argv.texts == ["/bin/sleep", "1000"] }
      #expect(shell.map { tree[$0]?.parent?.pid } == program)
      #expect(sleeper.flatMap { tree[$0]?.parent } == shell)
      for id in tree.allProcesses where tree[id]?.image?.argv.texts.first == "storm-child" {
        let parent = births.first { $0.contains { $0.pid == id.pid } }?.first?.parent
        #expect(tree[id]?.parent?.pid == parent)
      }
      #expect(tree.totals.lost.total > 0)
      #expect(tree.blindTime != nil, "more was lost in ten seconds than could be named")
    }

    /// Of each kind, what was shown and what was lost are together what happened. The program passes SIGTERM on to the
    /// command, so the command exits as well; the program may see that exit or detach before it, so it does not count.
    private func expectExact(_ events: [ProcessEvent], until end: UInt64, births: UInt64) {
      var lost = LossCounts()
      var forks: UInt64 = 0, execs: UInt64 = 0, failures: UInt64 = 0, exits: UInt64 = 0
      for event in events {
        switch event {
        case .fork: forks += 1
        case .exec: execs += 1
        case .failedExec: failures += 1
        case .exit(let exit): exits += exit.time < end ? 1 : 0
        case .lost(let loss): lost += loss.counts
        case .existing, .census, .output, .host: break
        }
      }
      #expect(births == 22_000)
      #expect(forks + lost.forks == births + 4, "seen \(forks), lost \(lost.forks)")
      #expect(execs + lost.execs == births + 5, "seen \(execs), lost \(lost.execs)")
      #expect(failures + lost.failedExecs == births, "seen \(failures), lost \(lost.failedExecs)")
      #expect(exits + lost.exits == births + 2, "seen \(exits), lost \(lost.exits)")
      #expect(lost.forks > 0 && lost.execs > 0 && lost.failedExecs > 0 && lost.exits > 0)
    }
  }
}
