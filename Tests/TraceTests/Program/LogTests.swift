import Events
import Glibc
import StormTruth
import TestSupport
import Testing
import Trace

extension KernelTests {
  /// The real program, on a storm of processes.
  @Suite struct LogTests {
    private static let program = Surroundings.built("execsnoop-top")
    private static let count = 20_000
    let scratch = Scratch()

    /// Runs the program; its output is in the file.
    private func run(_ arguments: [String], output: String) throws -> Int32 {
      try Fixture(["execsnoop-top"] + arguments, program: Self.program, output: output).wait()
    }

    /// The lines of the storm in `log`'s text: pid, parent, result and number of each.
    private func expectWhole(_ output: String, _ truth: [Birth]) {
      var expected: [Int: Birth] = [:]
      for birth in truth { expected[birth.serial] = birth }
      #expect(expected.count == Self.count)
      var odd: [String] = []
      let lines = lines(of: contents(of: output))
      for line in lines where line.contains(" storm-child serial ") {
        let words = line.split(separator: " ")
        // Somebody else's storm; a line of ours with a wrong parent would be missing.
        if words.count > 2, words[2] != "\(truth.first?.parent ?? 0)" { continue }
        guard words.count == 7, let serial = Int(words[6]), let birth = expected.removeValue(forKey: serial),
          words[0] == "storm-child", words[1] == "\(birth.pid)", words[2] == "\(birth.parent)", words[3] == "0"
        else {
          odd.append(line)
          continue
        }
      }
      #expect(odd.count == 0, "wrong or doubled, \(odd.count), such as \(odd.first ?? "")")
      #expect(expected.count == 0, "missing, \(expected.count), such as \(expected.keys.first ?? 0)")
      #expect(!lines.contains { $0.contains("lost:") })
    }

    @Test func `log -- COMMAND prints each exec of a storm and nothing else`() throws {
      let output = scratch["output"], truth = scratch["truth"]
      let storm = [Fixture.path, "storm", "\(Self.count)", truth, "0"]
      let status = try run(["log", "--no-failed", "--"] + storm, output: output)
      #expect(status == 0)
      expectWhole(output, Birth.all(in: truth))
      // A header, and the fixture itself.
      #expect(lines(of: contents(of: output)).count == Self.count + 2)
    }

    @Test func `Log prints each exec of a storm on the whole machine`() throws {
      let output = scratch["output"], truth = scratch["truth"]
      let program = try Fixture(["execsnoop-top", "log"], program: Self.program, output: output)
      // Waits until the trace has started: it prints nothing before.
      try wait(for: "the first line") {
        try Fixture(["true"], program: "/bin/true").wait()
        usleep(20_000)
        return lines(of: contents(of: output)).contains { $0.hasPrefix("true ") }
      }
      let storm = try Fixture(["fixture", "storm", "\(Self.count)", truth, "0"])
      #expect(storm.wait() == 0)
      program.send(SIGINT)
      #expect(ExitStatus(waitStatus: program.wait()) == ExitStatus(code: 130))
      expectWhole(output, Birth.all(in: truth))
    }

    @Test func `log --json has one fork, one exec and one exit of each`() throws {
      let output = scratch["output"], truth = scratch["truth"]
      let storm = [Fixture.path, "storm", "\(Self.count)", truth, "0"]
      let status = try run(["log", "--json", "--no-failed", "--"] + storm, output: output)
      #expect(status == 0)
      struct Seen: Equatable { var forks = 0, execs = 0, exits = 0 }
      var seen: [String: Seen] = [:]
      var serials: [String: String] = [:]
      for line in lines(of: contents(of: output)) {
        guard let pid = line.member("pid"), let start = line.member("start") else {
          #expect(line.member("ev") != "\"lost\"", "\(line)")
          continue
        }
        let id = pid + "@" + start
        switch line.member("ev") {
        case "\"fork\"": seen[id, default: Seen()].forks += 1
        case "\"exec\"":
          seen[id, default: Seen()].execs += 1
          if let argv = line.firstRange(of: "\"argv\":[\"storm-child\",\"serial\",\"") {
            serials[String(line[argv.upperBound...].prefix { $0 != "\"" })] = id
          }
        case "\"exit\"": seen[id, default: Seen()].exits += 1
        default: break
        }
      }
      let births = Birth.all(in: truth)
      #expect(births.count == Self.count && serials.count == Self.count)
      var wrong = 0
      for birth in births {
        guard let id = serials["\(birth.serial)"], id.hasPrefix("\(birth.pid)@"),
          seen[id] == Seen(forks: 1, execs: 1, exits: 1)
        else {
          wrong += 1
          continue
        }
      }
      #expect(wrong == 0)
      // And of the fixture itself, which was forked before.
      #expect(seen.count == Self.count + 1)
    }
  }
}

extension String {
  /// The value of a member of a JSON line that holds no comma or brace.
  fileprivate func member(_ name: String) -> String? {
    guard let key = firstRange(of: "\"\(name)\":") else { return nil }
    return String(self[key.upperBound...].prefix { $0 != "," && $0 != "}" })
  }

  fileprivate func firstRange(of text: String) -> Range<String.Index>? { ranges(of: text).first }
}
