import Testing

@testable import Events
@testable import Filtering
@testable import Tree

/// Facts that change without an event.
@Suite
struct LookTests {
  /// 1 ─ 2, with 2 running `make`, as root.
  private func family() -> Story {
    var story = Story()
    story.fork(1, of: nil)
    story.fork(2, of: 1)
    story.exec(2, ["make", "all"], at: 5, parent: 1, user: "root")
    return story
  }

  private func look(
    _ pid: Int32, at time: UInt64, uid: UInt32 = 0, comm: Comm = "make", _ argv: [String] = ["make", "all"],
    cwd: RawBytes = "/work", marks: Marks = .fromProc
  ) -> ProcessEvent {
    let facts = ProcessFacts(
      id: process(pid), parent: process(1), comm: comm, uid: uid, user: uid == 0 ? "root" : "nobody")
    let image = ProcessImage(
      time: time, comm: comm, exe: "/bin/make", cwd: cwd, argv: StringVector(argv), marks: marks)
    return .existing(ExistingProcess(time: time, process: facts, image: image, isAgain: true))
  }

  private func forkOfChild(of pid: Int32, at time: UInt64, isByParent: Bool, uid: UInt32 = 0) -> ProcessEvent {
    let facts = ProcessFacts(id: process(9), parent: process(pid), comm: "worker", uid: uid)
    return .fork(ForkEvent(time: time, process: facts, isByParent: isByParent))
  }

  @Test func `A look updates user and name, and keeps the program`() throws {
    var story = family()
    let change = story.apply(look(2, at: 20, uid: 7, comm: "worker"))
    #expect(!change.isEmpty)
    let node = try story.node(2)
    #expect(node.facts.uid == 7 && node.facts.user == "nobody" && node.facts.comm == "worker")
    #expect(node.look == nil, "nothing differs from its program")
    #expect(story.programs(2) == ["make"] && node.image?.time == 5)
    #expect(node.marks == [] && story.tree.totals.execs == 1)
  }

  @Test func `The fork of a kernel thread changes no facts of its parent`() throws {
    var story = family()
    let facts = ProcessFacts(id: process(9), parent: process(2), comm: "ext4lazyinit", isKernelThread: true)
    story.apply(.fork(ForkEvent(time: 20, process: facts, isByParent: true)))
    #expect(try story.node(2).facts.comm == "make")
  }

  @Test func `A look without news changes nothing`() throws {
    var story = family()
    story.apply(look(2, at: 20, uid: 7))
    #expect(story.apply(look(2, at: 30, uid: 7)).isEmpty)
    #expect(try story.node(2).facts.uid == 7)
  }

  @Test func `A title, a directory and a deleted program are shown as of the look`() throws {
    var story = family()
    story.apply(look(2, at: 20, ["make: idle"], cwd: "/other", marks: [.fromProc, .title, .exeDeleted]))
    let node = try story.node(2)
    #expect(node.title == "make: idle" && node.image?.title == nil)
    #expect(node.look?.cwd == "/other" && node.look?.time == 20)
    #expect(story.name(try #require(node.image)) == "make")
    #expect(try Filter.parse("mark=title,exe-deleted").matches(node, in: story.tree))
    // And back: a look without a title replaces the one with a title.
    story.apply(look(2, at: 30))
    #expect(try story.node(2).title == nil)
    #expect(try story.node(2).look?.cwd == "/work")
  }

  @Test func `Partly overwritten arguments are a title too`() throws {
    var story = family()
    story.apply(look(2, at: 20, ["make", "***"]))
    #expect(try story.node(2).title == "make ***")
    #expect(try story.node(2).image?.argv == StringVector(["make", "all"]))
  }

  @Test func `A look before the last exec does not apply to its program`() throws {
    var story = family()
    story.apply(look(2, at: 20, ["make: idle"], marks: [.fromProc, .title]))
    story.exec(2, ["cc"], at: 25, parent: 1)
    #expect(try story.node(2).look == nil && story.node(2).title == nil)
    // Also if the events are late.
    story.apply(look(2, at: 40, ["cc: idle"], marks: [.fromProc, .title]))
    story.exec(2, ["ld"], at: 35, parent: 1)
    #expect(try story.node(2).title == "cc: idle")
  }

  @Test func `A look at an exited process does not revive it, and an unseen process is inserted`() throws {
    var story = family()
    story.exit(2, at: 30, parent: 1)
    #expect(story.apply(look(2, at: 20, uid: 7)).isEmpty)
    #expect(try story.node(2).facts.uid == 0 && !story.node(2).isRunning)
    story.apply(look(8, at: 40))
    #expect(try story.node(8).marks == .fromProc && story.node(8).parent == process(1))
  }

  @Test func `An earlier moment shows the look of that time`() throws {
    var story = family()
    story.apply(look(2, at: 20, uid: 7, comm: "worker", ["make: a"], marks: [.fromProc, .title]))
    story.apply(look(2, at: 30, uid: 8, comm: "idler", ["make: b"], marks: [.fromProc, .title]))
    story.exit(2, at: 40, parent: 1, comm: "idler")
    func node(at time: UInt64) throws -> ProcessNode {
      var past = story.tree
      past.turn(from: .max, to: time, in: story.tree) { _, _ in }
      return try #require(past[process(2)])
    }
    #expect(try node(at: 10).facts.uid == 0 && node(at: 10).facts.comm == "make" && node(at: 10).title == nil)
    #expect(try node(at: 20).facts.uid == 7 && node(at: 20).facts.comm == "worker" && node(at: 20).title == "make: a")
    #expect(try node(at: 29).facts.uid == 7 && node(at: 29).title == "make: a")
    #expect(try node(at: 35).facts.uid == 8 && node(at: 35).facts.comm == "idler" && node(at: 35).title == "make: b")
  }

  @Test func `A history is limited, and memory is freed`() throws {
    var story = family()
    let before = story.tree.programs.bytes
    for step in 0..<100 {
      story.apply(look(2, at: 20 + UInt64(step), uid: UInt32(step), ["make: \(step)"], marks: [.fromProc, .title]))
    }
    #expect(story.tree[process(2)]?.record.looks.count == RareFacts.historyLimit)
    #expect(story.tree[process(2)]?.record.formerProfiles.count == RareFacts.historyLimit)
    #expect(story.tree.programs.bytes < before + 16 * 400)
    #expect(story.tree._checkInvariants() == [])
  }

  @Test func `A fork updates the facts of its parent`() throws {
    var story = family()
    story.apply(forkOfChild(of: 2, at: 20, isByParent: true, uid: 7))
    #expect(try story.node(2).facts.uid == 7 && story.node(2).facts.comm == "worker")
    #expect(try story.node(2).facts.parent == process(1))
  }

  @Test func `A fork by another thread does not change its parent`() throws {
    var story = family()
    story.apply(forkOfChild(of: 2, at: 20, isByParent: false, uid: 7))
    #expect(try story.node(2).facts.uid == 0 && story.node(2).facts.comm == "make")
  }

  @Test func `A late fork does not replace newer facts`() throws {
    var story = family()
    story.apply(look(2, at: 30, uid: 8))
    story.apply(forkOfChild(of: 2, at: 20, isByParent: true, uid: 7))
    #expect(try story.node(2).facts.uid == 8)
  }

  @Test func `A kernel thread is one from its fork until an exec`() throws {
    var story = Story()
    let facts = ProcessFacts(id: process(3), parent: nil, comm: "kworker/0:1", isKernelThread: true)
    story.apply(.fork(ForkEvent(time: 3, process: facts)))
    #expect(try story.node(3).isKernelThread && story.node(3).facts.isKernelThread)
    // Older recordings do not have the flag in exits.
    story.exit(3, at: 9)
    #expect(try story.node(3).isKernelThread)
    var other = Story()
    other.apply(.fork(ForkEvent(time: 3, process: facts)))
    other.exec(3, ["modprobe"], at: 5)
    #expect(try !other.node(3).isKernelThread)
  }
}
