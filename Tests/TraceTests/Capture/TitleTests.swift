import Events
import Glibc
import Testing
import Trace
import Tree

extension KernelTests {
  /// Programs that write over their arguments, found at the start and looked at again.
  @Suite struct TitleTests {
    private static let title = "worker: idle"

    @Test(arguments: ["zeros", "whole", "over", "moved"])
    func `An existing title is a title, not a list of arguments`(_ how: String) throws {
      let fixture = try Fixture(["fixture", "title", how, Self.title, "ready", "exec", "/bin/true", "true"])
      try fixture.waitUntilReady()
      let machine = try Machine()
      let scene = try machine.finish(fixture)
      let image = try #require(try scene.root.images.first)
      #expect(image.marks.isSuperset(of: [.fromProc, .title]))
      #expect(image.title.map { $0.text.hasPrefix(Self.title) } == true, "\(image.argv.texts)")
      #expect(image.argv.texts.count == 1)
      // Text in place of the environment is not shown as an environment.
      #expect(how != "over" || image.env == nil && image.marks.contains(.envUnreadable))
      #expect(how != "zeros" || image.env?.texts == ["PATH=/usr/bin:/bin"])
      // Its next program has arguments again.
      #expect(try scene.root.image?.argv.texts == ["true"])
      #expect(try scene.root.image?.marks == [])
    }

    @Test func `Real empty arguments are kept`() throws {
      let fixture = try Fixture(["fixture", "ready", "exec", "/bin/true", "true", "", "", ""])
      try fixture.waitUntilReady()
      let machine = try Machine()
      let image = try #require(try machine.finish(fixture).root.images.first)
      #expect(image.argv.texts == ["fixture", "ready", "exec", "/bin/true", "true", "", "", ""])
      #expect(image.marks == .fromProc)
    }

    @Test(arguments: ["zeros", "whole", "moved"])
    func `A title that is written during the trace is seen by a look`(_ how: String) throws {
      let machine = try Machine()
      let fixture = try Fixture(["fixture", "title", how, Self.title, "ready"])
      try fixture.waitUntilReady()
      try wait(for: "its exec") {
        machine.receiveEvents()
        return machine.tree.runningProcess(pid: fixture.pid).flatMap { machine.tree[$0]?.execCount } == 1
      }
      try machine.lookAgain()
      let id = try #require(machine.tree.runningProcess(pid: fixture.pid))
      let node = try #require(machine.tree[id])
      #expect(node.title.map { $0.text.hasPrefix(Self.title) } == true)
      // The arguments of the exec stay.
      #expect(node.image?.argv.texts == ["fixture", "title", how, Self.title, "ready"])
      #expect(node.image?.marks == [] && node.images.count == 1)
      #expect(node.look?.time ?? 0 > fixture.since)
      _ = try machine.finish(fixture)
    }
  }
}
