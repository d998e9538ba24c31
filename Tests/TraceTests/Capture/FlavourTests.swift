import Events
import Glibc
import TestSupport
import Testing
import Trace
import Tree

extension KernelTests {
  /// The form of the kernel side that older kernels get, tried on this one. It steps fewer times where it must loop.
  @Suite struct FlavourTests {
    @Test(arguments: ObjectFlavour.allCases)
    func `Both forms report the same events`(_ flavour: ObjectFlavour) throws {
      var settings = TraceSettings()
      settings.flavour = flavour
      if flavour == .withLoop && !Kernel.hasLoop {
        #expect(throws: TraceError.self) { _ = try KernelTrace(settings) }
        return
      }
      let machine = try Machine(settings)
      let scratch = Scratch()
      let me = Fixture.path

      let plain = try machine.run("chdir", scratch.path, "exec", me, "again", "fork", "exit", "7")
      #expect(try plain.root.image?.cwd.text == scratch.path)
      #expect(try plain.root.image?.exe.text == me)
      #expect(try plain.root.image?.argv.texts == ["again", "fork", "exit", "7"])
      #expect(try plain.root.image?.env?.texts == ["PATH=/usr/bin:/bin"])
      #expect(try plain.root.image?.marks == [])
      #expect(try plain.onlyChild(of: plain.root).end?.status == ExitStatus(code: 7))

      let failed = try machine.run("attempt", "/nonexistent/program", "one", "two", "--", "exit", "1")
      #expect(failed.failures.map(\.errno) == [ENOENT])
      #expect(failed.failures.first?.image.argv.texts == ["one", "two"])

      let big = try machine.run("big", "3", "100000", "1", "50", "/bin/true")
      #expect(try big.root.image?.argv.bytes.count == 300_003)
      #expect(try big.root.image?.marks == [])

      let threads = try machine.run("exit-together", "50")
      #expect(threads.exits.count == 51)

      let usage = try machine.run("usage", "burn", "10", "20", "0")
      let truth = try #require(usage.numbers("usage").first)
      #expect(try usage.node(truth[0]).end?.usage?.cpuTime ?? 0 >= 210_000_000)

      let deep = try machine.run("chdir", scratch.path, "deep", "60", "3", "exec", "/bin/true", "true")
      let image = try #require(try deep.root.image)
      if flavour == .withLoop {
        #expect(image.marks == [])
        #expect(image.cwd.text.hasPrefix(scratch.path + "/aaa/bbb"))
      } else {
        #expect(image.marks.isSubset(of: [.cwdCut, .exeCut]) && image.marks.contains(.cwdCut), "cut, and says so")
      }
      #expect(image.cwd.text.hasSuffix("/fff/ggg/hhh"))
    }

    @Test func `The form for older kernels cuts long data and marks it`() throws {
      var settings = TraceSettings()
      settings.flavour = .withoutLoop
      let machine = try Machine(settings)
      let scratch = Scratch()
      let big = try machine.run("stack", "16", "big", "3", "100", "28", "131071", "/bin/true")
      let strings = try #require(try big.root.image)
      #expect(strings.argv.bytes.count == 303 && !strings.argv.isCut)
      #expect(strings.marks == .envCut)
      #expect(strings.env?.isCut == true && strings.env?.trueLength == 28 * 131_072)

      let deep = try machine.run(
        "chdir", scratch.path, "deep", "15", "250", "copy", "./program", "755", "exec", "./program", "program")
      let paths = try #require(try deep.root.image)
      #expect(paths.marks == [.exeCut, .cwdCut])
      #expect(paths.exe.text.hasSuffix("/program") && paths.file.text == "./program")
    }
  }
}
