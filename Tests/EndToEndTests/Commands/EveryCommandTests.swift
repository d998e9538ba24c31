import TUI
import TestSupport
import Testing

/// Each new command needs a proof that it works.
@Suite struct CommandProofs {
  @Test func `Every command has one`() {
    #expect(Set(CommandProof.all.map(\.id)) == Set(CommandID.allCases))
  }
}

extension EndToEnd {
  /// Each key of each command, pressed in the real program on the bundled recording.
  @Suite(Needs.tmux) struct EveryCommand {
    private let bench: Bench
    private let recording: String

    init() throws {
      bench = try Bench()
      recording = "\(Surroundings.repository)/share/demo.ndjson"
    }

    @Test(arguments: Command.Group.allCases, [(80, 24), (120, 40)])
    func `A command does what it says`(group: Command.Group, size: (columns: Int, rows: Int)) async throws {
      let window = try await Window(bench, columns: size.columns, rows: size.rows)
      try await start(window)
      for command in Commands.all where command.group == group {
        let proofs = CommandProof.all.filter { $0.id == command.id }
        #expect(!proofs.isEmpty, "\(command.id) has no test")
        for (proof, key) in proofs.flatMap({ proof in command.keys.map { (proof, $0) } }) {
          // A message that the next key removes shows that all keys before it have been drawn.
          try await window.press(Self.start + proof.before)
          try await window.press([Self.unused])
          let before = try await window.waitForGlance("what stands before \(command.id)") {
            $0.bar.contains("\(Self.unused.tmuxName) is not bound")
          }
          try await window.press([key])
          try await look(at: proof, on: key, before, window)
          try await window.press(proof.undo)
        }
      }
    }

    /// Moves to the tree, below the processes that were there before: to the script that the recording is of.
    private static let start: [Key] = [.character("1"), .home, .down, .down]
    private static let unused =
      (1...12).reversed().map { Key.f($0) }.first { Commands.command(on: $0) == nil } ?? .insert

    private func start(_ window: Window) async throws {
      try await window.enter("$PROGRAM replay \(recording); echo ended-$?")
      try await isUp(window)
    }

    private func isUp(_ window: Window) async throws {
      try await window.waitForGlance("the view") { $0.status.hasPrefix(" REPLAY ") && $0.focus == .tree }
    }

    private func look(at proof: CommandProof, on key: Key, _ before: Glance, _ window: Window) async throws {
      switch proof.change {
      case .seen(let isSeen):
        try await window.waitForGlance(
          "\(proof.id) on \(key), before which it was\n\(before.rows.joined(separator: "\n"))\n"
        ) {
          isSeen(before, $0)
        }
      case .redrawn:
        // The key was pressed once already; what that drew must not take the dirt away.
        try await window.waitForGlance("the first redrawing") { !$0.bar.contains("is not bound") }
        // Text that another program wrote disappears.
        let terminal = try await window.fact("pane_tty")
        _ = try await bench.run("printf '\\033[3;1Hdirt-42' >\(terminal)")
        try await window.waitForGlance("the dirt") { $0.shows("dirt-42") }
        try await window.press([key])
        try await window.waitForGlance("the screen without it") { !$0.shows("dirt-42") && $0.focus == .tree }
      case .suspended:
        try await window.waitFor("the shell") { $0.contains { $0.contains("Stopped") } }
        try await window.enter("clear; fg; echo ended-$?")
        try await isUp(window)
      case .ended:
        try await window.waitForEnd(0)
        try await window.enter("clear")
        try await start(window)
      }
    }
  }
}
