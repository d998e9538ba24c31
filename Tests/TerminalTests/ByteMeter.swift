// Before what else declares the same C types.
import Events
import Glibc
import TUI

@testable import Terminal

/// The real view of a busy machine, shown in a terminal that counts what it is sent.
struct ByteMeter {
  private static let second: UInt64 = 1_000_000_000

  var state: AppState
  private let session: TerminalSession
  private var now: UInt64 = 3600 * second
  private var nextPID: Int32 = 20_000
  private let shell = ProcessID(pid: 900, startTime: 2 * second)

  /// A system with this many processes besides pid 1, of which the first is a shell.
  ///
  /// - Parameter runs: short commands that have exited below the shell.
  init(in session: TerminalSession, processes: Int, runs: Int = 40) {
    self.session = session
    state = AppState(
      size: session.size, clock: WallClock(realtimeAtBoot: 1_773_507_918 * 1_000_000_000, secondsFromUTC: 0), now: now)
    let first = ProcessID(pid: 1, startTime: Self.second)
    var events = [existing(first, nil, "init"), existing(shell, first, "bash")]
    for pid in 0..<Int32(processes) {
      events.append(existing(ProcessID(pid: 1000 + pid, startTime: 3 * Self.second), first, "daemon \(pid)"))
    }
    _ = state.reduce(.events(events, now: now))
    for _ in 0..<runs { run() }
  }

  /// Lets a short command run to its end below the shell: three lines in the log.
  mutating func run() {
    for kind in 0..<3 { happen(kind) }
  }

  private var running: (id: ProcessID, facts: ProcessFacts)?

  /// One line of the log: 0 forks a process, 1 has it exec, 2 has it exit.
  mutating func happen(_ kind: Int) {
    now += 1_234_567
    if kind == 0 {
      let id = ProcessID(pid: nextPID, startTime: now)
      nextPID += 1
      running = (id, facts(id, shell, "bash"))
    }
    guard let (id, facts) = running else { return }
    let image = image("cc -c -O2 file\(nextPID).c")
    let event: ProcessEvent =
      switch kind {
      case 0: .fork(ForkEvent(time: now, process: facts))
      case 1: .exec(ExecEvent(process: self.facts(id, shell, "cc"), image: image))
      default:
        .exit(
          ExitEvent(
            time: now, process: self.facts(id, shell, "cc"), status: ExitStatus(code: 0), usage: ResourceUsage()))
      }
    _ = state.reduce(.events([event], now: now))
  }

  mutating func pass(seconds: UInt64) {
    now += seconds * Self.second
    _ = state.reduce(.tick(now: now))
  }

  mutating func press(_ key: Key) { _ = state.reduce(.input(.key(key))) }

  func present() { session.present(state.render()) }

  private func facts(_ id: ProcessID, _ parent: ProcessID?, _ comm: Comm) -> ProcessFacts {
    ProcessFacts(id: id, parent: parent, comm: comm, uid: 1000, user: "ana")
  }

  private func image(_ line: String) -> ProcessImage {
    ProcessImage(
      time: now, comm: Comm(line.utf8), file: RawBytes(utf8: line), exe: RawBytes(utf8: line), cwd: "/",
      argv: StringVector(line.split(separator: " ").map(String.init)))
  }

  private func existing(_ id: ProcessID, _ parent: ProcessID?, _ line: String) -> ProcessEvent {
    .existing(ExistingProcess(time: now, process: facts(id, parent, Comm(line.utf8)), image: image(line)))
  }
}
