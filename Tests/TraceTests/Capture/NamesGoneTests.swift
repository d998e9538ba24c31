import Events
import Glibc
import TestSupport
import Testing
import Trace
import Tree

extension KernelTests {
  /// The kernel decides whether a name was deleted, not the end of the name.
  @Suite struct NamesGoneTests {
    let scratch = Scratch()

    @Test(arguments: ["tool (deleted)", "memfd:x (deleted)", " (deleted)"])
    func `A file with the name deleted is not marked as deleted`(_ name: String) throws {
      let path = scratch[name]
      try Fixture(["fixture", "copy", path, "755"]).wait()
      let fixture = try Fixture(["tool", "ready", "exec", path, "tool"], program: path)
      try fixture.waitUntilReady()
      let machine = try Machine()
      let images = try machine.finish(fixture).root.images
      #expect(images.map(\.exe.text) == [path, path])
      #expect(images.map(\.marks) == [.fromProc, []])
    }

    @Test func `A deleted directory has the same path and a mark at the start, at an exec and at a failed exec`() throws
    {
      let folder = scratch["gone"]
      mkdir(folder, 0o755)
      let fixture = try Fixture([
        "fixture", "chdir", folder, "ready", "attempt", "/nonexistent", "x", "--", "exec", "/bin/true", "true",
      ])
      try fixture.waitUntilReady()
      rmdir(folder)
      let machine = try Machine()
      let scene = try machine.finish(fixture)
      let node = try scene.root
      #expect(node.images.map(\.cwd.text) == [folder, folder])
      #expect(node.images.map(\.marks) == [[.fromProc, .cwdDeleted], .cwdDeleted])
      #expect(scene.failures.map(\.image.cwd.text) == [folder])
      #expect(scene.failures.map(\.image.marks) == [.cwdDeleted])
    }

    @Test(arguments: Kernel.flavours)
    func `The form for older kernels marks a deleted directory too`(_ flavour: ObjectFlavour) throws {
      var settings = TraceSettings()
      settings.flavour = flavour
      let machine = try Machine(settings)
      let folder = scratch["gone"]
      mkdir(folder, 0o755)
      let gone = try machine.run("chdir", folder, "unlink", folder, "exec", "/bin/true", "true")
      #expect(gone.execs.last?.image.marks == .cwdDeleted)
      #expect(gone.execs.last?.image.cwd.text == folder)
      let root = try machine.run("chdir", "/", "exec", "/bin/true", "true")
      #expect(root.execs.last?.image.marks == [] && root.execs.last?.image.cwd.text == "/")
    }

    @Test func `A deleted name is marked, even if the file has another name`() throws {
      let path = scratch["tool"]
      try Fixture(["fixture", "copy", path, "755", "linked", path, scratch["other"]]).wait()
      let fixture = try Fixture(["tool", "unlink", path, "ready"], program: path)
      try fixture.waitUntilReady()
      let machine = try Machine()
      let image = try #require(try machine.finish(fixture).root.image)
      #expect(image.exe.text == path && image.marks == [.fromProc, .exeDeleted])
    }
  }
}
