import Events
import Glibc
import Testing
import Trace
import Tree

/// The strings of the fixture's step `big`.
private func filled(_ count: Int, _ size: Int, prefix: String = "") -> [[UInt8]] {
  (0..<count).map { index in
    var bytes = [UInt8](repeating: UInt8(ascii: "a") + UInt8(index % 26), count: size)
    let head = Array("\(prefix)\(index)=".utf8.prefix(size))
    bytes.replaceSubrange(..<head.count, with: head)
    return bytes
  }
}

extension KernelTests {
  @Suite struct ArgumentTests {
    let machine: Machine

    init() throws { machine = try Machine.shared() }

    @Test(arguments: [
      (1024, 99, 0, 0),  // 100 KiB
      (1, 131_071, 0, 0),  // the longest single argument, MAX_ARG_STRLEN
      (1, 131_071, 1, 131_071),
      (40_000, 3, 10, 5),
      (14, 131_071, 1, 131_071),  // near the 2 MiB that argv and environment may have together
      (200_000, 1, 0, 0),  // as many as there is room for the pointers to
    ])
    func `Long arguments and environments are complete`(
      _ shape: (count: Int, size: Int, envCount: Int, envSize: Int)
    ) throws {
      let scene = try machine.run(
        "big", "\(shape.count)", "\(shape.size)", "\(shape.envCount)", "\(shape.envSize)", "/bin/true")
      let image = try #require(try scene.root.image)
      #expect(scene.status == 0)
      #expect(image.argv == StringVector(filled(shape.count, shape.size)))
      #expect(image.env ?? .empty == StringVector(filled(shape.envCount, shape.envSize, prefix: "E")))
      #expect(image.marks == [])
    }

    @Test func `Arguments of 2 MiB are complete, and one byte more is cut`() throws {
      let scene = try machine.run("stack", "16", "big", "16", "131071", "0", "0", "/bin/true")
      let image = try #require(try scene.root.image)
      #expect(scene.status == 0)
      #expect(image.argv == StringVector(filled(16, 131_071)))
      #expect(image.argv.bytes.count == 2 << 20 && image.marks == [])

      let more = try machine.run("stack", "16", "big", "43", "48770", "0", "0", "/bin/true")
      let cut = try #require(try more.root.image)
      let full = StringVector(filled(43, 48_770))
      #expect(full.bytes.count == (2 << 20) + 1)
      #expect(cut.argv.bytes == Array(full.bytes.prefix(2 << 20)))
      #expect(cut.argv.trueLength == full.bytes.count && cut.marks == .argvCut)
    }

    @Test func `The environment is exact to the byte`() throws {
      let odd = ["EMPTY=", "no equals sign", "=", "", "LINES=one\ntwo", "BYTES=\u{7}\u{1b}]0;x\u{7}", "EMPTY=again"]
      let scene = try machine.run(["env"] + odd + ["--", "exec", "/bin/true", "true"])
      #expect(try scene.root.image?.env?.texts == odd)
      #expect(try scene.root.image?.argv.texts == ["true"])
    }

    @Test func `Bytes that are no UTF-8 are kept`() throws {
      var all = [UInt8](1...255)
      all.append(0)
      // Only bytes can say this, so a shell makes them.
      let escapes = (1...255).map { "\\" + String($0, radix: 8).leftPadded(3) }.joined()
      let scene = try machine.run("exec", "/bin/sh", "sh", "-c", "exec /bin/true \"$(printf '\(escapes)x')\"")
      let last = try #require(try scene.root.image?.argv.map(Array.init).last)
      #expect(last == [UInt8](1...255) + [UInt8(ascii: "x")])
    }

    @Test func `A limit cuts, and the full length is known`() throws {
      var settings = TraceSettings()
      settings.maxArguments = 1000
      let own = try Machine(settings)
      let scene = try own.run("big", "50", "99", "1", "20", "/bin/true")
      let image = try #require(try scene.root.image)
      let full = StringVector(filled(50, 99))
      #expect(image.argv.bytes == Array(full.bytes.prefix(1000)))
      #expect(image.argv.trueLength == full.bytes.count)
      #expect(image.argv.isCut)
      #expect(image.marks == .argvCut)
      #expect(image.env == StringVector(filled(1, 20, prefix: "E")))
    }

    @Test func `The limit also applies to failed execs`() throws {
      var settings = TraceSettings()
      settings.maxArguments = 10
      let own = try Machine(settings)
      let scene = try own.run("attempt", "/nonexistent/program", "one", "two", "three", "--")
      let image = try #require(scene.failures.first?.image)
      #expect(image.argv.bytes == Array("one\0two\0th".utf8))
      #expect(image.argv.trueLength == 14)
      #expect(image.marks == .argvCut)
    }

    @Test func `Without environments there is no environment and no mark`() throws {
      var settings = TraceSettings()
      settings.environment = false
      settings.failedExecs = false
      let own = try Machine(settings)
      let scene = try own.run("attempt", "/nonexistent/program", "x", "--", "exec", "/bin/true", "true")
      let image = try #require(try scene.root.image)
      #expect(image.env == nil)
      #expect(image.marks == [])
      #expect(own.failedExecs == .off)
      #expect(scene.failures.isEmpty)
    }
  }
}

extension String {
  fileprivate func leftPadded(_ width: Int) -> String { String(repeating: "0", count: width - count) + self }
}
