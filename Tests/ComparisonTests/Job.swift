import Events
import Tree

@testable import Comparison

/// A recorded job, made of calls: each process has a pid and a start time that no other job has.
struct Job {
  private(set) var tree = ProcessTree(limits: Limits(processes: 1_000_000, memory: 4 << 30, logLines: 16))
  private var time: UInt64
  /// Whether its times are measured.
  var isTimed = true
  private var pid: Int32

  /// - Parameters:
  ///   - pid: of the first process.
  ///   - time: when it starts, in nanoseconds since boot.
  init(pid: Int32 = 1000, time: UInt64 = 1_000_000_000) {
    (self.pid, self.time) = (pid, time)
  }

  /// Starts a process.
  mutating func start(
    _ argv: [String], under parent: ProcessID? = nil, cwd: RawBytes = "/src", exe: RawBytes? = nil,
    environment: [String]? = nil
  ) -> ProcessID {
    time += 1000
    pid += 1
    let id = ProcessID(pid: pid, startTime: time)
    let comm = Comm((argv.first?.split(separator: "/").last ?? "x").utf8)
    let facts = ProcessFacts(id: id, parent: parent, comm: comm)
    _ = tree.apply(.fork(ForkEvent(time: time, process: facts)))
    let image = ProcessImage(
      time: time + 1, comm: comm, file: RawBytes(utf8: argv.first ?? ""), exe: exe ?? RawBytes(utf8: argv.first ?? ""),
      cwd: cwd, argv: StringVector(argv), env: environment.map { StringVector($0) },
      marks: isTimed ? [] : .untimed)
    _ = tree.apply(.exec(ExecEvent(process: facts, image: image)))
    return id
  }

  /// Starts a process and ends it.
  @discardableResult
  mutating func run(
    _ command: String, under parent: ProcessID? = nil, for milliseconds: UInt64 = 1, status: Int32 = 0
  ) -> ProcessID {
    let id = start(command.split(separator: " ").map(String.init), under: parent)
    end(id, after: milliseconds, status: status)
    return id
  }

  mutating func end(_ id: ProcessID, after milliseconds: UInt64 = 1, status: Int32 = 0) {
    time += 1000
    let facts = ProcessFacts(id: id, parent: nil, comm: "x")
    _ = tree.apply(
      .exit(
        ExitEvent(
          time: id.startTime + milliseconds * 1_000_000, process: facts, status: ExitStatus(code: status))))
  }

  /// The processes of the job.
  var run: ComparedRun { ComparedRun(tree, now: time) }
}

extension RunComparison {
  /// The rows as text: a sign, the command, and what differs.
  var text: [String] {
    rows.map { row in
      let sign = row.isContext ? " " : row.b == nil ? "-" : row.a == nil ? "+" : "~"
      let entry = row.b.map { b.entries[$0] } ?? a.entries[row.a ?? 0]
      let words = (entry.image?.argv).map { $0.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ") }
      let changes = row.changes.map(\.rawValue).joined(separator: ",")
      return
        "\(sign) \(String(repeating: " ", count: row.depth))\(words ?? "?")\(changes.isEmpty ? "" : " [\(changes)]")"
    }
  }
}
