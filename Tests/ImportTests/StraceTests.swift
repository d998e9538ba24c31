import Events
import Testing

@testable import Recording

/// Lines of strace.
@Suite
struct StraceTests {
  private func outline(_ text: String, named name: String = "x") -> [String] {
    ImportTests.outline(.strace, text, named: name)
  }

  // MARK: - Times

  @Test(
    arguments: [
      ("7 execve(\"/a\", [\"a\"], 0x7f /* 1 var */) = 0", 1_000_000_001, nil),
      ("7  10:00:01 execve(\"/a\", [\"a\"], 0x7f /* 1 var */) = 0 <0.000100>", 36_001_000_000_000, nil),
      ("[pid     7] 10:00:01.5 execve(\"/a\", [\"a\"], 0x7f /* 1 var */) = 0", 36_001_500_000_000, nil),
      (
        "7<a b>  1796017775.687159 execve(\"/a\", [\"a\"], 0x7f /* 1 var */) = 0", 1_000_000_000,
        1_796_017_775_687_159_000
      ),
      (
        "7 1796017775.687159123 [  59] [00007f8813fd4ad7] execve(\"/a\", [\"a\"], 0) = 0", 1_000_000_000,
        1_796_017_775_687_159_123
      ),
      ("7      0.250000 execve(\"/a\", [\"a\"], 0x7f /* 1 var */) = 0", 1_250_000_000, nil),
      ("7 10:00:01 (+     0.500000) execve(\"/a\", [\"a\"], 0x7f /* 1 var */) = 0", 1_500_000_000, nil),
    ] as [(String, UInt64, Int64?)])
  func `Every format of a time is read`(line: String, time: UInt64, wall: Int64?) throws {
    let (events, reader) = read(.strace, line)
    let event = try #require(events.first)
    #expect(events.count == 1 && event.event.time == time && event.wallTime == wall)
    #expect(reader.remarks.hasNoTimes == (time == 1_000_000_001) && reader.foreignLines == 0)
  }

  @Test func `Midnight passes, and a clock that goes back stands still`() {
    let lines = [
      "7 23:59:59.9 execve(\"/a\", [\"a\"], 0) = 0", "7 00:00:00.1 execve(\"/a\", [\"b\"], 0) = 0",
      "7 23:59:58.0 execve(\"/a\", [\"b\"], 0) = 0", "7 23:59:59.0 execve(\"/a\", [\"c\"], 0) = 0",
    ]
    let times = read(.strace, lines.joined(separator: "\n")).events.map(\.event.time)
    #expect(times[1] - times[0] == 200_000_000 && times[2] == times[1] && times[3] - times[2] == 1_000_000_000)
  }

  // MARK: - Calls

  @Test(arguments: [
    (#"["a", "b c", ""]"#, "a|b c|"),
    (#"["a\tb\n\"\\", "\1\377\0019", "\x41\x62"]"#, "a\tb\n\"\\|\u{1}\u{fffd}\u{1}9|Ab"),
    (#"["a", "long"..., ...]"#, "a|long|..."),
    (#"["a", 0xdeadbeef]"#, "a"),
    ("NULL", ""),
    ("[]", ""),
  ])
  func `Strings have the escapes of C, and cuts are marked`(list: String, words: String) {
    #expect(outline("7 execve(\"/bin/a\", \(list), 0x7ffe /* 3 vars */) = 0") == ["exec 7 a: \(words)"])
  }

  @Test func `What strace could not read is marked`() throws {
    func marks(_ line: String) -> Marks? {
      if case .exec(let event)? = read(.strace, line).events.first?.event { event.image.marks } else { nil }
    }
    #expect(marks("7 execve(0x7f, [\"a\", 0x1], 0x7ffe) = 0") == [.fileUnreadable, .argvUnreadable, .untimed])
    #expect(marks("7 execve(\"/a\", 0x7f, [\"A=1\"..., ...]) = 0") == [.argvUnreadable, .envCut, .untimed])
    #expect(marks("7 10:00:00 execve(\"/a\", [], [\"A=1\"]) = 0") == [])
  }

  @Test func `An execveat of strace has the name that the kernel makes of its directory`() {
    let lines = [
      #"7 execveat(3</bin/true>, "", ["a"], NULL, AT_EMPTY_PATH) = -1 EACCES (Permission denied)"#,
      #"7 execveat(AT_FDCWD</home>, "b/c", ["a"], 0x7f /* 2 vars */, 0) = -1 ENOENT (No such file or directory)"#,
      #"7 execveat(3, "b", ["a"], 0x7f /* 2 vars */, AT_SYMLINK_NOFOLLOW) = 0"#,
    ]
    #expect(
      outline(lines.joined(separator: "\n")) == [
        "fail 7 13 /dev/fd/3: a", "fail 7 2 b/c: a", "exec 7 b: a",
      ])
  }

  @Test func `Calls are unfinished and resumed`() {
    let lines = [
      #"7 execve("/bin/a", ["a"], 0x7f /* 2 vars */ <unfinished ...>"#, "8 read(3,  <unfinished ...>",
      "7 <... execve resumed>) = 0", "8 <... read resumed>\"execve(\", 100) = 8",
      #"7 execve("/bin/b", ["b"], 0x7f /* 2 vars */ <unfinished ...>"#,
      "7 <... execve resumed>) = -1 ENOENT (No such file or directory)",
      #"7 execve("/bin/c", ["c"], 0x7f /* 2 vars */) = ? ERESTARTNOINTR (To be restarted)"#,
    ]
    #expect(outline(lines.joined(separator: "\n")) == ["exec 7 a: a", "fail 7 2 /bin/b: b"])
  }

  // MARK: - Parents

  @Test func `A child's lines before the return of its parent's call belong to it, if one call is open`() {
    let lines = [
      "7 vfork( <unfinished ...>", #"8 execve("/bin/b", ["b"], 0x7f <unfinished ...>"#, "7 <... vfork resumed>) = 8",
      "8 <... execve resumed>) = 0", "8 +++ exited with 3 +++",
    ]
    #expect(outline(lines.joined(separator: "\n")) == ["fork 8 < 7", "exec 8 b: b", "exit 8 768"])
  }

  @Test func `With several open calls a child's lines wait for the return`() {
    let lines = [
      "7 brk(NULL) = 0x1", "6 brk(NULL) = 0x1", "7 vfork( <unfinished ...>", "6 vfork( <unfinished ...>",
      #"8 execve("/bin/b", ["b"], 0x7f) = 0"#,
      #"9 execve("/bin/c", ["c"], 0x7f) = 0"#, "9 +++ exited with 0 +++", "6 <... vfork resumed>) = 9",
      "7 <... vfork resumed>) = 8", "8 +++ exited with 0 +++",
    ]
    #expect(
      outline(lines.joined(separator: "\n")) == [
        "fork 9 < 6", "exec 9 c: c", "exit 9 0", "fork 8 < 7", "exec 8 b: b", "exit 8 0",
      ])
  }

  @Test func `A child whose parent's call never returns has no known parent`() {
    let lines = [
      "7 brk(NULL) = 0x1", "6 brk(NULL) = 0x1", "7 vfork( <unfinished ...>", "6 vfork( <unfinished ...>",
      #"8 execve("/bin/b", ["b"], 0x7f) = 0"#,
      "7 +++ killed by SIGKILL +++", "6 +++ killed by SIGKILL +++",
    ]
    #expect(outline(lines.joined(separator: "\n")).sorted() == ["exec 8 b: b", "exit 6 9", "exit 7 9"])
  }

  @Test func `Threads are no processes, and what they do is their process's`() {
    let lines = [
      "7 clone3({flags=CLONE_VM|CLONE_THREAD|CLONE_PARENT_SETTID, exit_signal=0} => {parent_tid=[8]}, 88) = 8",
      "8 clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x7f) = 9",
      "8 +++ exited with 0 +++", "9 +++ exited with 0 +++", "7 +++ exited with 1 +++",
    ]
    #expect(outline(lines.joined(separator: "\n")) == ["fork 9 < 7", "exit 9 0", "exit 7 256"])
  }

  @Test func `An exec by a thread is one of its process`() {
    let lines = [
      "7 clone3({flags=CLONE_VM|CLONE_THREAD, exit_signal=0}, 88) = 8",
      #"8 execve("/bin/b", ["b"], 0x7f /* 9 vars */ <pid changed to 7 ...>"#,
      "7 +++ superseded by execve in pid 8 +++", "7 <... execve resumed>) = 0",
      #"7 execve("/bin/c", ["c"], 0x7f) = 0"#, "7 +++ exited with 0 +++",
    ]
    #expect(outline(lines.joined(separator: "\n")) == ["exec 7 b: b", "exec 7 c: c", "exit 7 0"])
  }

  @Test func `CLONE_PARENT makes a sibling`() {
    let lines = [
      "7 fork() = 8", "8 clone(child_stack=0x7f, flags=CLONE_PARENT|SIGCHLD) = 9",
      "8 clone(child_stack=0x7f, flags=CLONE_PARENT_SETTID|SIGCHLD) = 10",
    ]
    let (events, _) = read(.strace, lines.joined(separator: "\n"))
    #expect(outline(lines.joined(separator: "\n")) == ["fork 8 < 7", "fork 9 < 7", "fork 10 < 8"])
    let byParent = events.map { if case .fork(let event) = $0.event { event.isByParent } else { false } }
    #expect(byParent == [true, false, true])
  }

  @Test func `Pids of another PID namespace are not taken for pids of the trace`() {
    let lines = [
      "7 clone(child_stack=NULL, flags=CLONE_NEWPID|SIGCHLD) = 8", "8 vfork( <unfinished ...>",
      #"9 execve("/bin/b", ["b"], 0x7f) = 0"#, "8 <... vfork resumed>) = 2", "9 +++ exited with 0 +++",
      "8 fork() = 3", "10 +++ exited with 0 +++", "8 fork() = 4 /* 11 in strace's PID NS */",
      "11 +++ exited with 0 +++",
    ]
    #expect(
      outline(lines.joined(separator: "\n")) == [
        "fork 8 < 7", "fork 9 < 8", "exec 9 b: b", "exit 9 0", "fork 10 < 8", "exit 10 0", "fork 11 < 8", "exit 11 0",
      ])
    let (events, _) = read(.strace, lines.joined(separator: "\n"))
    let inner = events.compactMap { if case .exit(let event) = $0.event { event.process.innerPID } else { nil } }
    #expect(inner == [2, 3, 4])
  }

  @Test func `A process that strace attached to is not the child of an open call`() {
    let lines = [
      "7 vfork( <unfinished ...>", #"6 execve("/bin/a", ["a"], 0x7f) = 0"#, #"8 execve("/bin/b", ["b"], 0x7f) = 0"#,
      "7 <... vfork resumed>) = 8", "6 +++ exited with 0 +++",
    ]
    #expect(outline(lines.joined(separator: "\n")) == ["fork 8 < 7", "exec 8 b: b", "exec 6 a: a", "exit 6 0"])
  }

  @Test func `A failed call makes no process`() {
    #expect(outline("7 fork() = -1 EAGAIN (Resource temporarily unavailable)\n7 fork() = ? ERESTARTNOINTR (x)") == [])
  }

  @Test func `A pid that is used again is another process`() {
    let lines = ["7 fork() = 8", "8 +++ exited with 0 +++", "7 fork() = 8", "8 +++ exited with 0 +++"]
    let (events, _) = read(.strace, lines.joined(separator: "\n"))
    let starts = events.compactMap { if case .fork(let event) = $0.event { event.process.id } else { nil } }
    #expect(starts.count == 2 && Set(starts).count == 2)
  }

  // MARK: - Ends

  @Test(arguments: [
    ("+++ exited with 0 +++", 0), ("+++ exited with 255 +++", 255 << 8), ("+++ killed by SIGTERM +++", 15),
    ("+++ killed by SIGSEGV (core dumped) +++", 11 | 0x80), ("+++ killed by SIGRT_3 +++", 35),
  ])
  func `A status is that of wait`(text: String, status: Int32) {
    #expect(outline("7 \(text)") == ["exit 7 \(status)"])
  }

  @Test func `The sender of a signal that ends a process is its killer, if the trace has it`() {
    func killer(_ signal: String, _ sender: Int) -> Killer? {
      let lines = [
        #"6 execve("/bin/k", ["k"], 0) = 0"#,
        "7 --- \(signal) {si_signo=\(signal), si_code=SI_USER, si_pid=\(sender), si_uid=0} ---",
        "7 +++ killed by SIGTERM +++",
      ]
      guard case .exit(let event)? = read(.strace, lines.joined(separator: "\n")).events.last?.event else { return nil }
      return event.killer
    }
    guard case .process(let sender)? = killer("SIGTERM", 6) else {
      Issue.record("no killer")
      return
    }
    #expect(sender.id?.pid == 6 && sender.comm == "k")
    #expect(killer("SIGTERM", 5) == nil && killer("SIGINT", 6) == nil)
  }

  @Test func `Files of -ff that strace-log-merge merged are one trace`() {
    let lines = [
      #"71  1796017775.1 execve("/bin/a", ["a"], 0x7f /* 9 vars */) = 0"#, "71  1796017775.2 vfork()     = 103",
      #"103 1796017775.3 execve("/bin/b", ["b"], 0x7f /* 9 vars */) = 0"#, "103 1796017775.4 +++ exited with 2 +++",
      "71  1796017775.5 --- SIGCHLD {si_signo=SIGCHLD, si_pid=103} ---", "71  1796017775.6 +++ exited with 0 +++",
    ]
    #expect(
      outline(lines.joined(separator: "\n")) == [
        "exec 71 a: a", "fork 103 < 71", "exec 103 b: b", "exit 103 512", "exit 71 0",
      ])
  }

  // MARK: - Lines without a pid

  @Test func `Without -f the pid is unknown`() {
    let lines = [#"execve("/bin/a", ["a"], 0x7f) = 0"#, "brk(NULL) = 0x5555", "+++ exited with 0 +++"]
    #expect(outline(lines.joined(separator: "\n")) == ["exec 4194304 a: a", "exit 4194304 0"])
    for name in ["/tmp/out.71", "out.71.gz", "a.b/out.71.zst"] {
      #expect(outline(lines.joined(separator: "\n"), named: name) == ["exec 71 a: a", "exit 71 0"])
    }
    #expect(outline(lines.joined(separator: "\n"), named: "out.71.txt") == ["exec 4194304 a: a", "exit 4194304 0"])
  }

  @Test func `Without -o the first process is known by a later line, and messages may be within lines`() {
    let lines = [
      #"execve("/bin/a", ["a"], 0x7f) = 0"#, "clone(child_stack=NULL, flags=SIGCHLDstrace: Process 8 attached",
      ", child_tidptr=0x7f) = 8", "[pid     8] +++ exited with 0 +++", "vfork(strace: Process 9 attached",
      " <unfinished ...>", #"[pid     9] execve("/bin/b", ["b"], 0x7f <unfinished ...>"#,
      "[pid     7] <... vfork resumed>)        = 9", "[pid     9] <... execve resumed>) = 0",
      "[pid     9] +++ exited with 1 +++", "--- SIGCHLD {si_signo=SIGCHLD} ---", "exit_group(0) = ?",
      "+++ exited with 0 +++",
    ]
    let expected = [
      "exec 7 a: a", "fork 8 < 7", "exit 8 0", "fork 9 < 7", "exec 9 b: b", "exit 9 256", "exit 7 0",
    ]
    #expect(outline(lines.joined(separator: "\n")) == expected)
    // -q: no messages.
    let quiet = lines.map { $0.split(separator: "strace:")[0] }.enumerated()
      .map { $0.offset == 1 ? "clone(child_stack=NULL, flags=SIGCHLD, child_tidptr=0x7f) = 8" : String($0.element) }
      .enumerated().filter { $0.offset != 2 && $0.offset != 5 }.map {
        $0.element == "vfork(" ? "vfork( <unfinished ...>" : $0.element
      }
    #expect(outline(quiet.joined(separator: "\n")) == expected)
  }

  @Test func `Messages within lines of any call, and their rest in the next line, are read`() {
    let lines = [
      "[pid 7] fork(strace: Process 8 attached", ") = 8",
      "[pid 7] clone3({flags=CLONE_VM|CLONE_THREAD, exit_signal=0}strace: Process 9 attached",
      " => {parent_tid=[9]}, 88) = 9", "[pid 9] fork( <unfinished ...>",
      "[pid 8] wait4(-1, strace: Process 10 attached",
      "0x7ffe, WNOHANG, NULL) = -1 ECHILD (No child processes)", "[pid 9] <... fork resumed>) = 10",
      "[pid 10] execve(\"/bin/a\", [\"a\"], 0x7f /* 9 vars */strace: Process 11 attached", " <unfinished ...>",
      "[pid 10] <... execve resumed>) = 0",
    ]
    let (_, reader) = read(.strace, lines.joined(separator: "\n"))
    #expect(outline(lines.joined(separator: "\n")) == ["fork 8 < 7", "fork 10 < 7", "exec 10 a: a"])
    #expect(reader.foreignLines == 0)
  }

  @Test func `Lines that wait for a pid are bounded`() {
    let line = #"execve("/bin/a", ["a"], 0x7f) = -1 ENOENT (No such file or directory)"# + "\n"
    var reader = TraceLineReader(.strace, named: [], maximumLineLength: 1 << 20)
    var events: [RecordedEvent] = []
    reader.read(Array(String(repeating: line, count: 3000).utf8)[...], into: &events)
    #expect(events.count >= 1900)
    reader.finish(into: &events)
    #expect(events.count == 3000)
  }

  @Test func `Many open calls are dropped down to a bound, and counted`() {
    let text = (1...40_000).map { "\($0) execve(\"/bin/true\", [\"true\"], 0x7f /* 9 vars */ <unfinished ...>\n" }
    let (_, reader) = read(.strace, text.joined())
    #expect(reader.remarks.dropped == 40_000)
    #expect(
      reader.notices == [
        "has 40000 incomplete events, which are left out", "has no times: only the order of its events is known",
      ])
  }
}
