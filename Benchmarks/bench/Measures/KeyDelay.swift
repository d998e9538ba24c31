import CLinux
import Glibc

/// How long a key takes to show its effect, in a storm.
struct KeyDelay {
  /// Some thirty keys each.
  var rounds: Int
  /// How many processes the view has before the first key.
  var remembered: Int

  func measure(in scratch: Scratch) throws -> Section {
    progress("keys: \(grouped(remembered)) processes")
    let tracer = try Tracer.tracing(.view, in: scratch, withScreen: true)
    guard let terminal = tracer.terminal else { throw BenchError("the view has no terminal") }
    _ = try Storm(count: remembered).run(beside: tracer, in: scratch)
    tracer.waitUntilIdle()
    let keyboard = Keyboard(terminal)
    let quiet = try measure(keyboard, rounds: max(rounds / 3, 1))

    let storm = try Child([Paths.fixture, "storm", "2000000", scratch["storm"], "0"])
    let start = (cpu: tracer.cpuTime, time: lnx_boot_time())
    let stormy = try measure(keyboard, rounds: rounds)
    let share = Double(tracer.cpuTime - start.cpu) / Double(lnx_boot_time() - start.time)
    storm.end(with: SIGTERM, reading: terminal)
    let counted = keyboard.processes
    tracer.stop()
    return section(stormy, quiet, share: share, counted: counted)
  }

  private struct Delays {
    var moves = Samples(), typed = Samples()
    var all: Samples { Samples(moves.values + typed.values) }
  }

  /// Moves in the tree and types a filter, which is evaluated for all processes at each character.
  private func measure(_ keyboard: Keyboard, rounds: Int) throws -> Delays {
    var delays = Delays()
    for round in 0..<rounds {
      progress("keys, round \(round + 1) of \(rounds)")
      // Among lasting processes: a new process of the storm may lose its row before the next key.
      try keyboard.press("g") { _, _ in true }
      let top = keyboard.selection
      for _ in 0..<10 { delays.moves.add(try keyboard.press("\u{1b}OB") { $0.selection != $1.selection }) }
      // A row above may have gone meanwhile: the selection then arrives earlier, where Up has no effect.
      for _ in 0..<10 where keyboard.selection != top {
        delays.moves.add(try keyboard.press("\u{1b}OA") { $0.selection != $1.selection })
      }
      try keyboard.press("\\") { _, now in now.prompt.hasPrefix("Filter: ") }
      var typed = "Filter: "
      for character in "comm=storm" {
        typed.append(character)
        delays.typed.add(try keyboard.press(String(character)) { [typed] _, now in now.prompt.hasPrefix(typed) })
      }
      try keyboard.press("\u{7}") { _, now in !now.prompt.hasPrefix("Filter: ") }
    }
    return delays
  }

  private func section(_ stormy: Delays, _ quiet: Delays, share: Double, counted: String) -> Section {
    func row(_ title: String, _ samples: Samples, _ part: Double, _ target: Row.Target?) -> Row {
      Row(title: title, unit: .milliseconds, ours: samples.percentile(part), target: target)
    }
    return Section(
      title: "From a key to the screen",
      rows: [
        row("all keys during the storm, median", stormy.all, 0.5, nil),
        row("all keys during the storm, 99th percentile", stormy.all, 0.99, .atMost(16e6)),
        row("moves in the tree during the storm, 99th percentile", stormy.moves, 0.99, .atMost(16e6)),
        row("characters of a filter during the storm, 99th percentile", stormy.typed, 0.99, .atMost(16e6)),
        row("all keys after the storm, median", quiet.all, 0.5, nil),
        row("all keys after the storm, 99th percentile", quiet.all, 0.99, .atMost(16e6)),
      ],
      meaning: [
        """
        The time from writing a key into the terminal of 120 × 40 until its effect comes out: the new selection, or the \
        character in the prompt. \(stormy.all.values.count) keys during the storm and \(quiet.all.values.count) after it, \
        at random moments, with at least \(grouped(remembered)) remembered processes (\(counted) at the end). The terminal \
        waits for a core like the view, which had \(fixed(share * 100, digits: 1)) % of one during the storm.
        """
      ])
  }
}

/// Presses keys and reads the screen.
private struct Keyboard {
  struct Look {
    /// The pid in the title of the detail pane: the selected process.
    var selection: String
    /// The last row.
    var prompt: String
  }

  let terminal: PseudoTerminal

  init(_ terminal: PseudoTerminal) { self.terminal = terminal }

  /// The figure in the top line, such as `120k processes`.
  var processes: String {
    let words = terminal.screen?.text(row: 0).split(separator: " ") ?? []
    return words.firstIndex(of: "processes").map { words[$0 - 1] + " processes" } ?? ""
  }

  /// The pid of the selected process.
  var selection: String { look.selection }

  private var look: Look {
    guard let screen = terminal.screen else { return Look(selection: "", prompt: "") }
    let titles = screen.rows.indices.prefix(20).lazy.map { screen.text(row: $0) }
    let title = titles.first { $0.contains("Detail") } ?? ""
    let selection = title.ranges(of: "pid ").first.map { title[$0.upperBound...].prefix(while: \.isNumber) } ?? ""
    return Look(selection: String(selection), prompt: screen.text(row: screen.rows.count - 1))
  }

  /// Presses a key, and waits until its effect is on the screen.
  ///
  /// - Parameter isShown: compares the screen before and now.
  /// - Returns: how long that took, in nanoseconds.
  /// - Throws: `BenchError` where nothing changes in five seconds.
  @discardableResult
  func press(_ key: String, until isShown: (Look, Look) -> Bool) throws -> Double {
    let pause = lnx_boot_time() + .random(in: 30_000_000...90_000_000)
    while lnx_boot_time() < pause { terminal.read(within: 2) }
    let before = look, start = lnx_boot_time()
    terminal.type(key)
    while lnx_boot_time() < start + 5_000_000_000 {
      guard terminal.read(within: 100) else { continue }
      let time = terminal.readAt
      if isShown(before, look) { return Double(time - start) }
    }
    throw BenchError("a key does not show: \(key.debugDescription) after \(before)")
  }
}
