import Events
import Testing

@testable import TUI
@testable import Tree

/// The detail.
@Suite
struct DetailTests {
  /// The lines of the detail of a process as text.
  func lines(_ state: AppState) -> [String] {
    state.detail.content?.lines.map { $0.runs.map(\.text.string).joined() } ?? []
  }

  func detail(of pid: Int32, in story: Story, columns: Int = 120) -> [String] {
    var state = AppState.showing(story, columns: columns, rows: 40)
    state.select(pid: pid)
    state.press(.character("2"), .character("z"))
    return lines(state)
  }

  @Test func `Shows the ended process with its status and usage`() {
    let lines = detail(of: 10_239, in: .build())
    for expected in [
      "/usr/bin/cc -O2 -c 'a file with spaces.c' -o out.o", "status   ✗ SIGKILL", "started  19:05:49.650",
      "ran      812ms", "CPU      3.9ms  user 3.1ms, system 812µs", "memory   12.3 MiB peak",
      "exe      /usr/bin/gcc-12", "file     /usr/bin/cc", " 3 'a file with spaces.c'", "user     ana (1000)",
      "  10238 sh  SIGKILL",
    ] { #expect(lines.contains(expected), "\(expected)") }
  }

  @Test(
    arguments: [
      (.lost, "by an unknown sender: not all senders were recorded"), (.terminal("pts/3"), "by the terminal pts/3"),
      (.terminal(nil), "by the terminal"), (.terminal("a\u{1b}[m"), #"by the terminal 'a\x1b[m'"#),
      (.kernel(code: 0), "by the kernel"), (.kernel(code: -2), "by the kernel (timer)"),
      (.outOfMemory(Killer.Memory()), "by the kernel: out of memory"),
      (.outOfMemory(Killer.Memory(limit: 64 << 20)), "by the kernel: out of memory, its cgroup's limit is 64.0 MiB"),
      (
        .outOfMemory(Killer.Memory(anonymous: 60 << 20, file: 1 << 20, shared: 0)),
        "by the kernel: out of memory, used 61.0 MiB"
      ),
      (
        .outOfMemory(Killer.Memory(anonymous: 60 << 20, file: 1 << 20, shared: 0, limit: 64 << 20)),
        "by the kernel: out of memory, used 61.0 MiB, its cgroup's limit is 64.0 MiB"
      ),
      (
        .process(Killer.Sender(id: ProcessID(pid: 4711, startTime: 7), comm: "bash", uid: 0, user: "root")),
        "by bash (4711, root)"
      ),
      (.process(Killer.Sender(id: nil, comm: "x\n", uid: 5)), #"by 'x\x0a' (outside of the PID namespace, uid 5)"#),
      (
        .process(
          Killer.Sender(id: ProcessID(pid: 1, startTime: 1), comm: "init", uid: 0, user: "root", isExiting: true)),
        "as init (1, root) exited"
      ),
    ] as [(Killer, String)])
  func `Names what killed a process`(_ shape: (killer: Killer, text: String)) {
    let lines = killed(by: { _, _ in shape.killer })
    #expect(lines.contains("killed   \(shape.text)"), "\(lines)")
  }

  @Test func `Names a parent, and the process itself, as killers`() {
    func sender(_ id: ProcessID) -> Killer { .process(Killer.Sender(id: id, comm: "sh", uid: 0, user: "root")) }
    #expect(killed { id, _ in sender(id) }.contains("killed   by itself"))
    #expect(killed { _, parent in sender(parent) }.contains("killed   by its parent sh (50, root)"))
  }

  private func killed(by killer: (_ id: ProcessID, _ parent: ProcessID) -> Killer) -> [String] {
    var story = Story()
    let parent = story.id(50, at: 3001)
    story.existing(parent, nil, ["sh"])
    story.passSeconds(1)
    let id = story.fork(51, from: parent, comm: "sh")
    story.passSeconds(1)
    story.append(
      .exit(
        ExitEvent(
          time: story.now, process: story.facts(id, parent, "sh"), status: ExitStatus(signal: 9),
          killer: killer(id, parent))))
    return detail(of: 51, in: story)
  }

  @Test func `Names the present parent beside the original one`() {
    let lines = detail(of: 10_251, in: .build())
    #expect(lines.contains("  10250 gpg-agent  exit 0"))
    #expect(lines.contains { $0.contains("⇡ 1 init") })
    #expect(lines.contains("Program  its parent's: it has not exec'd"))
  }

  @Test func `Lists the programs of one pid and its failures`() {
    let lines = detail(of: 10_262, in: .build())
    #expect(lines.contains("Exec history  (2)"))
    #expect(lines.contains("19:06:26 /bin/sh ./configure --prefix=/opt"))
    #expect(lines.firstIndex(of: "1 failed exec").map { lines[$0 + 1] } == "19:06:26 EACCES /usr/lib/none --x")
    #expect(lines.contains("exe      /tmp/conftest  deleted"))
  }

  /// The caller's shell, where only what a command starts is traced.
  @Test func `A parent outside of what is traced is named so`() {
    var story = Story()
    let shell = story.id(980, at: 3001)
    let program = ProcessID(pid: 4000, startTime: story.now)
    let scopeStart = story.now + 1
    story.existing(program, shell, ["execsnoop-top", "--", "make"])
    story.passSeconds(1)
    let make = story.fork(4001, from: program, comm: "execsnoop-top")
    let lost = ProcessID(pid: 4002, startTime: story.now)
    story.exec(story.fork(4003, from: lost, comm: "x"), lost, story.image(["ls"]))
    _ = make
    func view(_ scopeStart: UInt64?) -> AppState {
      var state = AppState(size: Size(columns: 120, rows: 40), clock: Story.clock)
      state.scopeStart = scopeStart
      _ = state.reduce(.events(story.events, now: story.now))
      return state
    }
    var state = view(scopeStart)
    #expect(state.screen.contains("  980                 ? parent 980 (outside)"))
    // It is selected only where it has the only row.
    _ = state.setFilter("pid=980")
    state.tree.selection = story.id(980, at: 3001)
    state.reconcile()
    #expect(lines(state).contains("status   ? outside"))
    #expect(lines(state)[2].hasPrefix("outside the trace scope") == true)
    _ = state.setFilter("")
    state.reconcile()
    // Who began after that is in scope, or was not told of.
    #expect(state.screen.contains(" 4002                 ? (not seen)"))
    state.select(pid: 4002)
    #expect(lines(state).contains("status   ? unseen"))
    state.select(pid: 4000)
    #expect(lines(state).contains("    980 (not traced)"))
    // Of the whole machine nothing is outside.
    #expect(!view(nil).screen.contains("outside") && view(nil).screen.contains("  980                 ? (not seen)"))
  }

  @Test func `Sums up what is below`() {
    let lines = detail(of: 10_233, in: .build())
    for expected in [
      "Descendants  7", "children 4", "running  1", "execs    8", "failed   1 exec",
      "CPU      23.4ms (exited)", "longest  814ms",
    ] { #expect(lines.contains(expected), "\(expected)") }
    #expect(!detail(of: 10_237, in: .build()).contains { $0.hasPrefix("Below") })
  }

  @Test func `Flags a change of user`() {
    let lines = detail(of: 10_261, in: .build())
    #expect(lines.contains("runs as  uid 0  differs from the real user"))
    #expect(lines.contains("setuid   ↯ exec changed the user or group"))
  }

  @Test func `Says what is cut and where it comes from`() {
    var story = Story()
    let systemd = story.id(1, at: 1)
    story.existing(systemd, nil, ["/sbin/init"])
    let child = story.fork(50, from: systemd, comm: "init")
    let image = ProcessImage(
      time: story.now, comm: "long", exe: "/deep/down",
      argv: StringVector(bytes: Array("long\0x".utf8), trueLength: 131_072),
      env: StringVector(bytes: Array("A=1\0".utf8), trueLength: 9000),
      marks: [.argvCut, .envCut, .exeCut, .argvUnreadable])
    story.exec(child, systemd, image)
    let lines = detail(of: 50, in: story)
    #expect(lines.contains("Arguments  2, cut: 6 B of 128 KiB, some unreadable"))
    #expect(lines.contains("Environment  1, cut: 4 B of 8.7 KiB"))
    #expect(lines.contains("exe      /deep/down  cut: only the end is shown"))
    #expect(!lines.contains { $0.contains("/proc") })
    #expect(detail(of: 1, in: story).contains("arguments from /proc (the process can change them)"))
    #expect(lines.contains("Environment changes from parent  unknown: it was cut"))
  }

  @Test func `Says in words what was lost`() {
    func losses(_ pid: Int32) -> [String] {
      let lines = detail(of: pid, in: .losses())
      guard let start = lines.firstIndex(where: { $0.hasPrefix("lost ") }) else { return [] }
      return lines[start...].prefix { !$0.isEmpty }.map { String($0.dropFirst(9)) }
    }
    let others = "possibly more: some lost events belong to an unknown process"
    #expect(losses(10_304) == ["◐ its fork: initial values are copied from its parent", others])
    #expect(losses(10_301) == ["◐ its exit: the exit status is unknown", others])
    #expect(losses(10_302) == ["◐ an exec: programs may be missing", others])
    #expect(losses(10_303) == ["◐ an exec: the current program is unknown", "a failed exec", others])
    #expect(detail(of: 10_302, in: .losses()).contains("cwd      /home/ana/project  unreadable"))
  }

  @Test func `The environments differences come first`() {
    var story = Story()
    let parent = story.id(10, at: 1)
    story.exec(parent, story.id(1, at: 1), story.image(["sh"], env: ["SAME=1", "GONE=2", "OTHER=3"]))
    let child = story.fork(11, from: parent, comm: "sh")
    story.exec(child, parent, story.image(["env"], env: ["SAME=1", "OTHER=4", "NEW=5"]))
    let lines = detail(of: 11, in: story)
    let start = lines.firstIndex(of: "Environment changes from parent  (3)")
    #expect(start.map { Array(lines[($0 + 1)...($0 + 4)]) } == ["+ NEW=5", "~ OTHER=4", "  was 3", "- GONE=2"])
    #expect(Array(lines.suffix(4)) == ["Environment  3", "NEW=5", "OTHER=4", "SAME=1"])

    let same = story.fork(12, from: child, comm: "env")
    story.exec(same, child, story.image(["env"], env: ["SAME=1", "OTHER=4", "NEW=5"]))
    #expect(detail(of: 12, in: story).contains("Environment changes from parent  none"))
    // Of the first one's parent nothing is known.
    #expect(
      detail(of: 10, in: story).contains(
        "Environment changes from parent  unknown: the parent's environment is not known"))
  }

  @Test func `A megabyte of arguments is all there`() {
    var story = Story()
    let systemd = story.id(1, at: 1)
    story.existing(systemd, nil, ["/sbin/init"])
    let child = story.fork(50, from: systemd, comm: "init")
    let long = String(repeating: "x", count: 131_071)
    story.exec(child, systemd, story.image(["long", long] + (0..<20_000).map { "argument-\($0)" }))
    let lines = detail(of: 50, in: story, columns: 80)
    #expect(lines.contains("20001 argument-19999"))
    #expect(lines.reduce(0) { $0 + $1.filter { $0 == "x" }.count } >= 131_071)
  }

  @Test func `A long command leaves the state in view and says that it goes on`() {
    var story = Story()
    let systemd = story.id(1, at: 1)
    story.existing(systemd, nil, ["/sbin/init"])
    let child = story.fork(50, from: systemd, comm: "init")
    story.exec(child, systemd, story.image(["long"] + (0..<100).map { "argument-\($0)" }))
    let lines = detail(of: 50, in: story, columns: 80)
    #expect(lines[0].hasPrefix("status   ") && lines[1].isEmpty)
    #expect(lines[7] == "… continues; all arguments are below")
    #expect(lines.contains("100 argument-99"))
  }

  @Test func `A long history says what it no longer has`() {
    var story = Story()
    let systemd = story.id(1, at: 1)
    story.existing(systemd, nil, ["/sbin/init"])
    let child = story.fork(50, from: systemd, comm: "init")
    for number in 0..<10_000 {
      story.pass(1)
      story.exec(child, systemd, story.image(["again", "\(number)"]))
    }
    let lines = detail(of: 50, in: story)
    #expect(lines.contains("Exec history  (10,000)"))
    #expect(lines.contains("9,000 older execs are forgotten"))
    #expect(lines.filter { $0.contains(" again ") }.count == 1000)
  }

  @Test func `Shows the container and the unit of a cgroup`() {
    var story = Story()
    let id = String(repeating: "0123456789abcdef", count: 4)
    var facts = story.facts(story.id(50, at: 1), nil, "box")
    facts.cgroup = RawBytes(utf8: "/system.slice/docker-\(id).scope")
    story.append(.exec(ExecEvent(process: facts, image: story.image(["box"]))))
    facts = story.facts(story.id(51, at: 1), nil, "box")
    facts.cgroup = RawBytes(utf8: "/lxc/\u{1b}[2J")
    story.append(.exec(ExecEvent(process: facts, image: story.image(["box"]))))
    let lines = detail(of: 50, in: story)
    #expect(lines.contains("unit     docker-\(id).scope"))
    #expect(lines.firstIndex(of: "container").map { lines[$0 + 1] } == "         \(id) (docker)")
    let hostile = detail(of: 51, in: story)
    #expect(hostile.firstIndex(of: "container").map { hostile[$0 + 1] } == #"         '\x1b[2J' (LXC)"#)
    #expect(!hostile.contains { $0.hasPrefix("unit ") })
  }

  @Test func `Is made again only when something about the process changed`() {
    var story = Story.build()
    var state = AppState.showing(story, columns: 120, rows: 40)
    state.select(pid: 980)
    let key = state.detail.content?.key
    let known = story.events.count
    _ = story.fork(30_000, from: story.id(512, at: 9), comm: "sshd")
    _ = state.reduce(.events(Array(story.events[known...]), now: story.now))
    #expect(state.detail.content?.key == key)
    let later = story.events.count
    story.exec(story.id(980, at: 3001), story.id(978, at: 3000), story.image(["zsh"]))
    _ = state.reduce(.events(Array(story.events[later...]), now: story.now))
    #expect(state.detail.content?.key != key)
    #expect(lines(state)[2] == "zsh")
  }

  @Test func `The sections stand in the order of a person's questions`() {
    let lines = detail(of: 10_262, in: .build())
    let titles = [
      "status ", "Program", "Exec history", "1 failed exec", "Environment changes", "Times", "Parents", "Process",
      "Arguments", "Environment  ",
    ]
    let places = titles.map { title in lines.firstIndex { $0.hasPrefix(title) } }
    #expect(!places.contains(nil) && places.compactMap(\.self) == places.compactMap(\.self).sorted(), "\(places)")
  }

  /// Such a process ends because of it.
  @Test func `The failed exec of a process without a program is beside its status`() {
    var story = Story()
    let systemd = story.id(1, at: 1)
    story.existing(systemd, nil, ["/sbin/init"])
    let child = story.fork(50, from: systemd, comm: "init")
    story.fail(child, systemd, comm: "init", ["/bin/gcc-99", "-c"], errno: 2)
    story.exit(child, systemd, comm: "init", ExitStatus(code: 127))
    let lines = detail(of: 50, in: story)
    #expect(Array(lines.prefix(4)) == ["status   ✗ exit 127", "", "1 failed exec", "19:05:18 ENOENT /bin/gcc-99 -c"])
  }

  @Test func `The whole screen shows it, and q, Esc, Enter and i go back`() {
    for (open, close) in [
      (Key.enter, Key.escape), (.enter, .enter), (.enter, .character("q")), (.character("i"), .character("i")),
      (.character("i"), .character("z")),
    ] {
      var state = AppState.showing(.build(), columns: 120, rows: 40)
      state.select(pid: 10_233)
      let before = state.render()
      #expect(state.press(open).isEmpty && state.focus == .detail && Set(state.layout.boxes.keys) == [.detail])
      #expect(!state.isZoomed && state.screen.contains("/usr/bin/make -j2 all"))
      #expect(state.press(close).isEmpty)
      #expect(state.render() == before, "\(open) \(close)")
    }
    var state = AppState.showing(.build(), columns: 120, rows: 40)
    state.press(.character("3"), .up, .character("i"))
    #expect(state.detail.full == .log && Set(state.layout.boxes.keys) == [.detail])
    state.press(.character("1"))
    #expect(state.detail.full == nil && state.focus == .tree && state.layout[.log] != nil)
    #expect(state.press(.enter, .ctrl("c")) == [.quit])
    var empty = AppState.showing(Story())
    empty.press(.enter)
    #expect(empty.message == Message(text: "no process is selected", isError: true))
  }

  @Test(arguments: [(200, 50), (120, 40), (80, 24), (40, 10), (20, 5)])
  func `On the whole screen it looks as recorded`(columns: Int, rows: Int) {
    var state = AppState.showing(.build(), columns: columns, rows: rows)
    state.select(pid: 10_262)
    state.press(.enter)
    expectGolden(state.render(), "details-\(columns)x\(rows)")
  }
}
