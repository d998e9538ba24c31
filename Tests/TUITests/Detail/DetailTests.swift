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
    #expect(lines.contains("19:06:26 EACCES /usr/lib/none --x"))
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
    #expect(state.screen.contains("  980                 ? outside  (not traced)"))
    state.select(pid: 980)
    #expect(lines(state).contains("status   ? outside"))
    #expect(lines(state).first?.hasPrefix("outside the trace scope") == true)
    // Who began after that is in scope, or was not told of.
    #expect(state.screen.contains(" 4002                 ? unseen   (not seen)"))
    state.select(pid: 4002)
    #expect(lines(state).contains("status   ? unseen"))
    state.select(pid: 4000)
    #expect(lines(state).contains("    980 (not traced)"))
    // Of the whole machine nothing is outside.
    #expect(!view(nil).screen.contains("outside") && view(nil).screen.contains("  980                 ? unseen"))
  }

  @Test func `Sums up what is below`() {
    let lines = detail(of: 10_233, in: .build())
    for expected in [
      "Descendants  7", "children 4", "running  1", "execs    8", "failed   1 exec",
      "CPU      23.4ms (exited)", "longest  814ms",
    ] { #expect(lines.contains(expected), "\(expected)") }
    #expect(!detail(of: 10_237, in: .build()).contains { $0.hasPrefix("Below") })
  }

  @Test func `The sums follow each event below`() {
    var story = Story.build()
    var state = AppState.showing(story, columns: 120, rows: 40)
    state.select(pid: 10_233)
    #expect(lines(state).contains("Descendants  7"))
    for pid in Int32(30_000)..<30_004 {
      let known = story.events.count
      let child = story.fork(pid, from: story.id(10_262, at: 3666), comm: "sh")
      story.fail(child, child, comm: "sh", ["x"], errno: 2)
      _ = state.reduce(.events(Array(story.events[known...]), now: story.now))
      var other = state
      other.detail.content = nil
      other.reconcile()
      #expect(lines(state) == lines(other))
    }
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
    #expect(lines.contains("source   kernel events"))
    #expect(detail(of: 1, in: story).contains("source   arguments from /proc (the process can change them)"))
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
    #expect(start.map { Array(lines[($0 + 1)...($0 + 4)]) } == ["~ OTHER=4", "  was 3", "+ NEW=5", "- GONE=2"])
    #expect(Array(lines.suffix(4)) == ["Environment  3", "SAME=1", "OTHER=4", "NEW=5"])

    let same = story.fork(12, from: child, comm: "env")
    story.exec(same, child, story.image(["env"], env: ["SAME=1", "OTHER=4", "NEW=5"]))
    #expect(detail(of: 12, in: story).suffix(4).first == "Environment  3, same as the parent's")
    // Of the first one's parent nothing is known.
    #expect(detail(of: 10, in: story).suffix(4).first == "Environment  3")
  }

  /// Updating the detail piece by piece gives the same as making it again.
  @Test(arguments: [200, 120, 100, 72]) func `The pieces that change alone are up to date`(columns: Int) throws {
    var story = Story.build()
    var state = AppState.showing(story, columns: columns, rows: 40)
    state.select(pid: 10_233)
    try #require(state.layout[.detail] != nil)
    func check(_ place: SourceLocation = #_sourceLocation) {
      var other = state
      other.detail.content = nil
      other.reconcile()
      #expect(lines(state) == lines(other), sourceLocation: place)
      #expect(state.detail.content?.links == other.detail.content?.links, sourceLocation: place)
      #expect(state.detail.content?.joints == other.detail.content?.joints, sourceLocation: place)
    }
    func tell(_ change: (inout Story) -> Void) {
      let known = story.events.count
      change(&story)
      _ = state.reduce(.events(Array(story.events[known...]), now: story.now))
    }
    let key = state.detail.content?.key
    for pid in Int32(30_000)..<30_012 {
      tell { story in
        let child = story.fork(pid, from: story.id(10_233, at: 3630), comm: "sh")
        if pid % 3 == 0 { story.fail(child, child, comm: "sh", ["x"], errno: 2) }
      }
      check()
    }
    // Back to where there was less below it, and forth again.
    for key in "((({{{[[[[)))}}}" {
      state.press(.character(key))
      state.select(pid: 10_233)
      if state.selectedNode != nil { check() }
    }
    if state.isFrozen { state.press(.character(" ")) }
    state.select(pid: 10_233)
    for seconds in [1, 59, 3600, 86_400, 400_000] {
      _ = state.reduce(.tick(now: state.now + UInt64(seconds) * Story.second))
      check()
    }
    #expect(state.detail.content?.key.parents == key?.parents)
    // The parents are part of it.
    let parent = try #require(state.selectedNode?.parent)
    tell { $0.exec(parent, $0.id(1, at: 1), $0.image(["another-shell"])) }
    check()
    #expect(lines(state).contains { $0.contains("another-shell") })
  }

  /// As when one goes back and forth in time: pieces get shorter and longer, with wrapped lines in them and behind them.
  @Test(arguments: 4...60) func `A piece may shrink`(width: Int) throws {
    var story = Story()
    let systemd = story.id(1, at: 1)
    story.existing(systemd, nil, ["/sbin/init"])
    let parent = story.fork(50, from: systemd, comm: "init")
    let long = (0..<12).map { "NAME\($0)=" + String(repeating: "word ", count: 9) }
    story.exec(parent, systemd, story.image(["parent"], env: long))
    var moments: [Int] = []
    for pid in Int32(60)..<64 {
      let child = story.fork(pid, from: parent, comm: "parent")
      moments.append(story.events.count)
      story.fail(child, parent, comm: "parent", ["none"], errno: 2)
      moments.append(story.events.count)
      story.exec(child, parent, story.image(["child"]))
      story.pass(7_000_000)
      story.exit(child, parent, comm: "child", ExitStatus(code: 0))
      moments.append(story.events.count)
    }
    let states = moments.map { (count: Int) -> AppState in
      var state = AppState(
        size: Size(columns: 80, rows: 24), mode: .live, clock: Story.clock, glyphs: .utf8, now: story.now)
      _ = state.reduce(.events(Array(story.events[..<count]), now: story.now))
      return state
    }
    func content(_ state: AppState, updating old: DetailContent? = nil) throws -> DetailContent {
      let tree = state.shown.tree
      let node = try #require(tree[parent])
      let key = DetailContent.Key(
        of: node, in: tree, now: story.now, clock: state.clock, scopeStart: nil, width: width)
      guard var old else {
        return DetailContent(of: node, in: tree, key: key, now: story.now, clock: state.clock, glyphs: state.glyphs)
      }
      #expect(old.key == key)
      old.update(node, in: tree, now: story.now, clock: state.clock, glyphs: state.glyphs)
      return old
    }
    for first in states {
      let before = try content(first)
      for second in states {
        let updated = try content(second, updating: before)
        let fresh = try content(second)
        #expect(updated.lines == fresh.lines)
        #expect(updated.joints == fresh.joints)
        #expect(updated.links == fresh.links)
      }
    }
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
    #expect(lines[5] == "… continues; all arguments are below")
    #expect(lines[7].hasPrefix("status   "))
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
    #expect(lines(state).first == "zsh")
  }
}
