import Events
import Testing
import Tree

@testable import TUI

/// What a process calls itself, and what is looked at again.
@Suite
struct TitleTests {
  private let id = ProcessID(pid: 7, startTime: 5)

  private func text(_ line: StyledText) -> String { line.runs.map(\.text.string).joined() }

  private func titled(_ title: String) -> ProcessImage {
    ProcessImage(
      time: 9, comm: "nginx", exe: "/usr/sbin/nginx", cwd: "/", argv: StringVector(title.isEmpty ? [] : [title]),
      marks: [.fromProc, .title])
  }

  /// `make all`, which was looked at later.
  private func node(look: ProcessImage? = nil) throws -> ProcessNode {
    var tree = ProcessTree()
    let facts = ProcessFacts(id: id, parent: nil, comm: "make")
    let image = ProcessImage(
      time: 6, comm: "make", exe: "/bin/make", cwd: "/work", argv: StringVector(["make", "all"]))
    _ = tree.apply(.exec(ExecEvent(process: facts, image: image)))
    if let look { _ = tree.apply(.existing(ExistingProcess(time: 9, process: facts, image: look, isAgain: true))) }
    return try #require(tree[id])
  }

  private func line(of node: ProcessNode) -> String {
    text(CommandText.line(of: node, limit: 200, shortening: 200, scopeStart: nil, glyphs: .utf8))
  }

  @Test func `A title is text, and says that it is one`() {
    #expect(text(CommandText.line(of: titled("nginx: worker process"), limit: 100)) == "(title) nginx: worker process")
    #expect(text(CommandText.line(of: titled(""), limit: 100)) == "(title) ")
    #expect(text(CommandText.line(of: titled("\u{1b}[31mred"), limit: 100)) == "(title) \\x1b[31mred")
    // An argument that looks like one is quoted.
    let forged = ProcessImage(time: 9, comm: "x", argv: StringVector(["(title) x"]))
    #expect(text(CommandText.line(of: forged, limit: 100)) == "'(title) x'")
  }

  @Test func `A title that came later stands behind the arguments`() throws {
    #expect(line(of: try node()) == "make all")
    #expect(line(of: try node(look: titled("make: idle"))) == "make all  (title) make: idle")
  }

  @Test func `A program that was deleted while it runs has the sign for that`() throws {
    let image = ProcessImage(
      time: 9, comm: "make", exe: "/bin/make", cwd: "/work", argv: StringVector(["make", "all"]),
      marks: [.fromProc, .exeDeleted])
    #expect(line(of: try node(look: image)) == "\(Glyphs.utf8.deleted.string) make all")
  }

  @Test func `Of a title no arguments are copied, and the command says what is missing`() throws {
    let command = try #require(ShellCommand(titled("nginx: worker process")))
    #expect(String(decoding: command.text, as: UTF8.self) == "/usr/sbin/nginx")
    #expect(command.omissions.map(\.string) == ["the arguments are unknown: the process overwrote them with a title"])
  }

  private func view(_ look: ProcessImage?, mode: AppState.Mode = .live) throws -> AppState {
    var state = AppState(size: Size(columns: 140, rows: 40), mode: mode, clock: Story.clock, now: 20)
    let facts = ProcessFacts(id: id, parent: nil, comm: "make", uid: 0)
    let image = ProcessImage(
      time: 6, comm: "make", exe: "/bin/make", cwd: "/work", argv: StringVector(["make", "all"]))
    var events: [ProcessEvent] = [.exec(ExecEvent(process: facts, image: image))]
    if let look { events.append(.existing(ExistingProcess(time: 9, process: facts, image: look, isAgain: true))) }
    _ = state.reduce(.events(events, now: 20))
    return state
  }

  @Test func `The detail says what changed, and when that was seen`() throws {
    let look = ProcessImage(
      time: 9, comm: "make", exe: "/bin/make", cwd: "/gone", argv: StringVector(["make: idle"]),
      marks: [.fromProc, .title, .cwdDeleted, .exeDeleted])
    let lines = try view(look).detail.content?.lines.map(text) ?? []
    for start in ["title    make: idle  seen ", "cwd now  /gone  deleted, seen ", "exe now  "] {
      #expect(lines.contains { $0.hasPrefix(start) }, "\(start) in \(lines)")
    }
    #expect(lines.contains("cwd      /work"))
  }

  @Test func `The detail of a title found at the start has no arguments`() throws {
    var state = AppState(size: Size(columns: 140, rows: 40), clock: Story.clock, now: 20)
    let facts = ProcessFacts(id: id, parent: nil, comm: "nginx")
    _ = state.reduce(
      .events([.existing(ExistingProcess(time: 9, process: facts, image: titled("nginx: worker")))], now: 20))
    let lines = state.detail.content?.lines.map(text) ?? []
    #expect(lines.contains { $0.hasPrefix("Title") } && lines.contains("nginx: worker"))
    #expect(!lines.contains { $0.hasPrefix("Arguments") })
  }

  @Test func `What is on the screen and runs is looked at again, and nothing while it stands still`() throws {
    var state = try view(nil)
    #expect(state.shownProcesses.rows.map(\.id) == [id])
    #expect(state.shownProcesses.rows.map(\.programTime) == [6])
    #expect(state.shownProcesses.selected?.id == id)
    _ = state.reduce(.input(.key(.character(" "))))
    #expect(state.shownProcesses == ShownProcesses())
    #expect(try view(nil, mode: .replay).shownProcesses == ShownProcesses())
  }

  @Test func `A look without news asks for no frame`() throws {
    var state = try view(nil)
    let generation = state.generation
    let image = ProcessImage(
      time: 12, comm: "make", exe: "/bin/make", cwd: "/work", argv: StringVector(["make", "all"]), marks: .fromProc)
    let facts = ProcessFacts(id: id, parent: nil, comm: "make", uid: 0)
    func look(_ facts: ProcessFacts) -> Action {
      .events([.existing(ExistingProcess(time: 12, process: facts, image: image, isAgain: true))], now: 20)
    }
    _ = state.reduce(look(facts))
    #expect(state.generation == generation)
    var other = facts
    other.uid = 7
    _ = state.reduce(look(other))
    #expect(state.generation > generation)
  }
}
