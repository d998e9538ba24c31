import Events
import Recording
import TestSupport
import Testing
import Tree

@testable import Export

/// Recordings for the tests, and what an export of them has to say.
struct Story {
  static let second: UInt64 = 1_000_000_000
  /// 2026-03-01T18:05:18Z less 10 s: the boot.
  static let boot: Int64 = 1_772_388_308_000_000_000
  private(set) var events: [RecordedEvent] = []
  let hasClock: Bool

  init(hasClock: Bool = true) { self.hasClock = hasClock }

  mutating func add(_ event: ProcessEvent) {
    events.append(
      RecordedEvent(event: event, wallTime: hasClock ? Int64(clamping: event.time) &+ Self.boot : nil))
  }

  /// An export in a format.
  func export(
    _ format: ExportFormat, host: RecordedHost? = nil, _ change: (inout ExportOptions) -> Void = { _ in }
  )
    -> [UInt8]
  {
    var options = ExportOptions(format: format)
    options.title = "run.db"
    change(&options)
    var bytes: [UInt8] = []
    Exporter(input(keepsFailures: format.showsFailedExecs, host: host), options).write {
      bytes += $0; return true
    }
    return bytes
  }

  /// Writes the recording as a database.
  func record(_ path: String) throws {
    let writer = try DatabaseWriter(path: path, DatabaseWriter.Session(version: "test", started: 1))
    #expect(try writer.write(events.map(\.event), clock: Steps(Self.boot), isDurable: false))
    try writer.finish(status: 0, at: 2)
  }

  func input(keepsFailures: Bool = true, host: RecordedHost? = nil, limits: Limits = Limits()) -> ExportInput {
    var input = ExportInput(limits: limits, keepsFailures: keepsFailures)
    input.host = host
    for event in events { input.add(event) }
    return input
  }
}

/// A small recording: `make` starts `sh`, which looks for `cc` in two places and becomes it, and `cc` is killed; `sleep`
/// still runs.
struct Build {
  static let make = ProcessID(pid: 10, startTime: 10 * Story.second)
  static let shell = ProcessID(pid: 11, startTime: 11 * Story.second)
  static let sleep = ProcessID(pid: 12, startTime: 12 * Story.second)

  static func facts(_ id: ProcessID, _ parent: ProcessID?, _ comm: Comm) -> ProcessFacts {
    ProcessFacts(
      id: id, parent: parent, comm: comm, uid: 1000, session: 7, processGroup: 10, cgroup: "/user.slice", user: "anna")
  }

  /// A process in a trace without times that does not tell its usage.
  static var untimed: Story {
    var story = Story(hasClock: false)
    let image = ProcessImage(
      time: 101, comm: "cc", file: "/bin/cc", argv: StringVector(["cc", "x"]), marks: .untimed)
    story.add(.exec(ExecEvent(process: facts(sleep, nil, "cc"), image: image)))
    story.add(
      .exit(
        ExitEvent(
          time: sleep.startTime + 4, process: facts(sleep, nil, "cc"), status: ExitStatus(code: 3), usage: nil)))
    return story
  }

  static var story: Story {
    var story = Story()
    let usage = ResourceUsage(userTime: 300_000_000, systemTime: 200_000_000, peakMemory: 1 << 20)
    func image(_ time: UInt64, _ comm: Comm, _ argv: [String], marks: Marks = []) -> ProcessImage {
      ProcessImage(
        time: time, comm: comm, file: "/usr/bin/x", exe: RawBytes(Array("/usr/bin/".utf8) + comm.bytes), cwd: "/src",
        argv: StringVector(argv), marks: marks)
    }
    let (s, ms) = (Story.second, Story.second / 1000)
    story.add(
      .existing(
        ExistingProcess(
          time: 10 * s, process: facts(make, nil, "make"), image: image(10 * s, "make", ["make"], marks: .fromProc))))
    story.add(.fork(ForkEvent(time: 11 * s, process: facts(shell, make, "make"), isByParent: true)))
    story.add(
      .exec(
        ExecEvent(
          process: facts(shell, make, "sh"), image: image(11 * s + 100 * ms, "sh", ["sh", "-c", "cc 'a b'.c"]))))
    story.add(.fork(ForkEvent(time: 12 * s, process: facts(sleep, make, "make"), isByParent: true)))
    story.add(
      .exec(ExecEvent(process: facts(sleep, make, "sleep"), image: image(12 * s + ms, "sleep", ["sleep", "9"]))))
    for (time, file) in [(12 * s, "/opt/cc"), (12 * s + 5, "/bin/cc")] as [(UInt64, RawBytes)] {
      story.add(
        .failedExec(
          FailedExecEvent(
            process: facts(shell, make, "sh"), errno: 2, image: ProcessImage(time: time, comm: "sh", file: file))))
    }
    story.add(
      .exec(ExecEvent(process: facts(shell, make, "cc"), image: image(13 * s, "cc", ["cc", "a b.c"]))))
    story.add(
      .exit(
        ExitEvent(time: 14 * s, process: facts(shell, make, "cc"), status: ExitStatus(signal: 11), usage: usage)))
    story.add(
      .exit(
        ExitEvent(time: 16 * s, process: facts(make, nil, "make"), status: ExitStatus(code: 2), usage: usage)))
    return story
  }
}

/// Random recordings in which names, arguments and paths are as hostile as they can be.
struct HostileStory {
  /// What tries to end a string, a cell, a line, a tag or a label, or to deceive the eye.
  static let texts: [[UInt8]] =
    ([
      "", "a", "make", "</script><script>alert(1)</script>", "<!--", "]]>", "&lt;&amp;", "\"", "'", "\\", "\\n",
      "\\N\\G",
      "a;b c 12", "=1+cmd|' /C calc'!A0", "+1", "-1", "@x", "'quoted", "a,b", "\"a\",\"b\"", "\r\n", "a\nb", "\t",
      "\u{1b}[31m",
      "\u{202e}txt.exe", "\u{200b}", "\u{feff}", "\u{2028}x\u{2029}", "e\u{301}\u{301}\u{301}\u{301}\u{301}", "😀", "語",
      "שלום", "\u{e000}", "${x}$(y)`z`", "__proto__", "constructor", "%s%n", " ", "null", "0x", "{\"a\":[", "\u{85}",
      "\u{ad}",
    ] as [String]).map { Array($0.utf8) } + [
      [0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0x61, 0xe2, 0x80], Array(0x01...0x1f), [0x7f],
    ]

  static func story(seed: UInt64) -> Story {
    var random = SeededGenerator(seed: seed)
    var story = Story(hasClock: !random.once(in: 3))
    var time: UInt64 = random.once(in: 8) ? 0 : 5 * Story.second
    var alive: [ProcessFacts] = []
    var pid: Int32 = 1
    func text() -> [UInt8] {
      (0..<Int.random(in: 1...2, using: &random)).flatMap { _ in texts.randomElement(using: &random) ?? [] }
    }
    func image(_ comm: Comm) -> ProcessImage {
      let argv = StringVector((0..<Int.random(in: 0...4, using: &random)).map { _ in text() })
      return ProcessImage(
        time: time, comm: comm, file: RawBytes(text()), exe: RawBytes(text()), cwd: RawBytes(text()), argv: argv,
        marks: random.once(in: 9) ? [.argvCut, .exeDeleted] : [])
    }
    for _ in 0..<Int.random(in: 0...120, using: &random) {
      time &+= UInt64.random(in: 0...(random.once(in: 40) ? 1 << 40 : 5_000_000), using: &random)
      let index = alive.isEmpty ? nil : Int.random(in: 0..<alive.count, using: &random)
      switch (Int.random(in: 0..<10, using: &random), index) {
      case (0...3, _), (_, nil):
        pid &+= 1
        var facts = ProcessFacts(
          id: ProcessID(pid: pid, startTime: time), parent: index.map { alive[$0].id }, comm: Comm(text()),
          user: RawBytes(text()))
        facts.cgroup = RawBytes(text())
        alive.append(facts)
        story.add(.fork(ForkEvent(time: time, process: facts, isByParent: true)))
      case (4...6, let index?):
        alive[index].comm = Comm(text())
        story.add(.exec(ExecEvent(process: alive[index], image: image(alive[index].comm))))
      case (7, let index?):
        let errno = Int32.random(in: 1...140, using: &random)
        story.add(
          .failedExec(FailedExecEvent(process: alive[index], errno: errno, image: image(alive[index].comm))))
      case (_, let index?):
        let usage = ResourceUsage(
          userTime: random.once(in: 20) ? .max : UInt64.random(in: 0..<1 << 40, using: &random),
          systemTime: random.next() >> 30,
          peakMemory: random.next() >> UInt64.random(in: 0..<50, using: &random))
        story.add(
          .exit(
            ExitEvent(
              time: time, process: alive.remove(at: index),
              status: ExitStatus(waitStatus: Int32.random(in: 0..<65536, using: &random)), usage: usage)))
      }
    }
    return story
  }
}
