import Events
import Glibc
import TestSupport
import Testing
import Trace
import Tree

extension KernelTests {
  @Suite struct PathTests {
    let machine: Machine
    let scratch = Scratch()

    init() throws { machine = try Machine.shared() }

    /// The path that the fixture's step `deep` makes.
    private func deep(_ count: Int, _ length: Int) -> String {
      (0..<count).map { index in
        "/" + String(repeating: Character(UnicodeScalar(UInt8(ascii: "a") + UInt8(index % 26))), count: length)
      }.joined()
    }

    @Test(arguments: [(40, 5), (15, 250), (Kernel.crowd(1500), 1)])
    func `Deep directories and programs have complete paths`(_ shape: (count: Int, length: Int)) throws {
      let place = scratch.path + deep(shape.count, shape.length)
      #expect(place.utf8.count < 4096)
      let scene = try machine.run(
        "chdir", scratch.path, "deep", "\(shape.count)", "\(shape.length)", "copy", "./program", "755",
        "exec", "./program", "program")
      let image = try #require(try scene.root.image)
      #expect(scene.status == 0)
      #expect(image.file.text == "./program")
      guard Kernel.hasLoop else { return expectCut(image, place + "/program", place) }
      #expect(image.cwd.text == place)
      #expect(image.exe.text == place + "/program")
      #expect(image.marks == [])
    }

    /// Older kernels have no room or no patience for all of a long path: what is there is its end, and marked.
    private func expectCut(_ image: ProcessImage, _ exe: String, _ cwd: String) {
      #expect(image.marks.contains(.exeCut) || image.exe.text == exe)
      #expect(image.marks.contains(.cwdCut) || image.cwd.text == cwd)
      #expect([(exe, image.exe.text), (cwd, image.cwd.text)].allSatisfy { $0.hasSuffix($1.drop { $0 == "…" }) })
      #expect(!image.marks.isDisjoint(with: [.exeCut, .cwdCut]), "too long for this kernel")
    }

    @Test func `A file name of PATH_MAX - 1 bytes is complete`() throws {
      let base = scratch.path + deep(16, 240)
      // A name of what is left, less the NUL that PATH_MAX counts.
      let rest = String(repeating: "n", count: 4095 - base.utf8.count - 1)
      let file = base + "/" + rest
      let scene = try machine.run(
        "chdir", scratch.path, "deep", "16", "240", "copy", rest, "755", "chdir", "/", "exec", file, "program")
      let image = try #require(try scene.root.image)
      #expect(file.utf8.count == 4095)
      guard Kernel.hasLoop else {
        #expect(image.marks.contains(.fileCut) && file.hasPrefix(image.file.text))
        return expectCut(image, file, "/")
      }
      #expect(image.file.text == file)
      #expect(image.exe.text == file)
      #expect(image.cwd.text == "/")
      #expect(image.marks == [])
    }

    @Test func `A failed exec has a complete directory too`() throws {
      let scene = try machine.run(
        "chdir", scratch.path, "deep", "40", "5", "attempt", "/nonexistent/program", "x", "--")
      #expect(scene.failures.first?.image.cwd.text == scratch.path + deep(40, 5))
      #expect(scene.failures.first?.image.marks == [])
    }

    @Test func `In a mount namespace paths are those that the process sees`() throws {
      let scene = try machine.run(
        "tmpfs", scratch.path, "bind", scratch["from"], scratch["to"], "copy", scratch["from/program"], "755",
        "chdir", scratch["to"], "exec", scratch["to/program"], "program")
      let image = try #require(try scene.root.image)
      #expect(image.exe.text == scratch["to/program"])
      #expect(image.cwd.text == scratch["to"])
      #expect(image.marks == [])
      #expect(scene.status == 0)
    }

    @Test func `Names of hostile bytes are kept`() throws {
      let name = "new\nline \u{1b}[2J 'quote\" \\ \u{202e}"
      let scene = try machine.run(
        "chdir", scratch.path, "copy", name, "755", "exec", "./" + name, "x")
      let image = try #require(try scene.root.image)
      #expect(image.exe.text == scratch[name])
      #expect(image.file.text == "./" + name)
      #expect(image.comm == Comm(name.utf8))
    }
  }
}
