import Events
import Glibc
import TestSupport
import Testing
import Trace
import Tree

extension KernelTests {
  /// A process that may make cgroups below its own chooses their names and their number, but not the start of a path.
  @Suite struct DeepCgroupTests {
    /// The cgroup of a program at this depth below a cgroup of the test: from its exec, and as a running process.
    private func shown(
      levels: Int, of length: Int, _ flavour: ObjectFlavour
    ) throws -> (top: String, true: String, exec: String, existing: String) {
      let mount = try #require(cgroupMount)
      let top = "/execsnoop-top-deep-\(getpid())"
      try #require(mkdir(mount + top, 0o755) == 0)
      // Names may add up to more than PATH_MAX, which find copes with.
      defer {
        _ = try? Fixture(["find", mount + top, "-depth", "-type", "d", "-delete"], program: "/usr/bin/find").wait()
      }
      var settings = TraceSettings()
      settings.flavour = flavour
      let fixture = try Fixture([
        "fixture", "chdir", mount + top, "deep", "\(levels)", "\(length)", "cgroup", ".", "chdir", "/", "ready", "exec",
        Fixture.path, "again", "ready",
      ])
      try fixture.waitUntilReady()
      let machine = try Machine(settings)
      var exec: String?, existing: String?
      fixture.release()
      try wait(for: "the exec in the cgroup") {
        machine.receiveEvents()
        for event in machine.events where event.process?.id.pid == fixture.pid {
          if case .exec(let event) = event { exec = event.process.cgroup?.text }
          if case .existing(let event) = event { existing = event.process.cgroup?.text }
        }
        return exec != nil && existing != nil
      }
      fixture.wait()
      let names = (0..<levels).map { level in
        String(repeating: String(UnicodeScalar(UInt8(ascii: "a") + UInt8(level % 26))), count: length)
      }
      return (top, ([top] + names).joined(separator: "/"), exec ?? "", existing ?? "")
    }

    @Test(arguments: Kernel.flavours)
    func `A path of usual depth is complete`(_ flavour: ObjectFlavour) throws {
      let path = try shown(levels: 20, of: 9, flavour)
      #expect(path.exec == path.true && path.existing == path.true)
    }

    @Test(arguments: Kernel.flavours)
    func `A deep path is complete, or does not look like a path from the root`(_ flavour: ObjectFlavour) throws {
      let path = try shown(levels: 150, of: 60, flavour)
      #expect(path.exec == path.existing)
      if flavour == .withLoop {
        #expect(path.exec == path.true)
      } else {
        #expect(path.exec.hasPrefix("…/") || path.exec.hasPrefix(path.top + "/"), "\(path.exec)")
      }
    }

    @Test(arguments: Kernel.flavours)
    func `A path longer than the buffer keeps the names next to the root`(_ flavour: ObjectFlavour) throws {
      let path = try shown(levels: 100, of: 250, flavour)
      #expect(path.exec == path.existing)
      if flavour == .withLoop {
        #expect(
          path.exec.hasSuffix("/…") && path.true.hasPrefix(path.exec.dropLast(2)) && path.exec.utf8.count > 15_000)
      } else {
        #expect(path.exec.hasPrefix("…/"))
      }
      #expect(CgroupOwner(of: RawBytes(utf8: path.exec)).unit == nil)
    }

    @Test(arguments: Kernel.flavours)
    func `A working directory that is cut at the root does not look like a path from the root`(
      _ flavour: ObjectFlavour
    ) throws {
      var settings = TraceSettings()
      settings.flavour = flavour
      let machine = try Machine(settings)
      let scratch = Scratch()
      let scene = try machine.run("chdir", scratch.path, "deep", "60", "250", "exec", "/bin/true", "true")
      let image = try #require(try scene.root.image)
      #expect(image.marks.contains(.cwdCut) && image.cwd.text.hasPrefix("…/"))
    }
  }
}
