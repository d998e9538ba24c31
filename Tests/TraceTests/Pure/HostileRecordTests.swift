import CExecsnoop
import Events
import TestSupport
import Testing

@testable import Trace

/// Numbers that a traced process chooses, or that the kernel side would never send: nothing traps on them.
@Suite struct HostileRecordTests {
  private func image(
    _ exec: est_exec, file: String = "f", cwd: [String] = [], strings: [UInt8]? = []
  ) throws
    -> ProcessImage
  {
    try #require(RecordDecoder().decode(all: [Wire.bytes(exec, file: file, cwd: cwd, strings: strings)]).first?.image)
  }

  @Test(arguments: [Int32.min, -101, -100, -1, 0, 3, Int32.max])
  func `The directory of an execveat is shown by its descriptor, whatever its number`(descriptor: Int32) throws {
    var exec = Wire.exec()
    exec.has_directory = 1
    exec.directory = descriptor
    #expect(try image(exec, file: "nope").file.text == "/dev/fd/\(descriptor)/nope")
    #expect(try image(exec, file: "").file.text == "/dev/fd/\(descriptor)")
    #expect(try image(exec, file: "/nope").file.text == "/nope")
    exec.has_directory = 0
    #expect(try image(exec, file: "nope").file.text == "nope")
  }

  @Test func `An unreadable file is not shown as the directory`() throws {
    var exec = Wire.exec()
    exec.has_directory = 1
    exec.directory = 5
    exec.record.marks = EST_FILE_UNREADABLE.rawValue
    let bytes = Wire.bytes(exec)
    let image = try #require(RecordDecoder().decode(all: [bytes]).first?.image)
    #expect(image.file.isEmpty && image.marks == .fileUnreadable)
  }

  @Test func `A failed exec stays a failed exec with any errno`() {
    for error in [0, 1, Int32.max, Int32.min] {
      var exec = Wire.exec()
      exec.error = error
      guard case .failedExec(let event)? = RecordDecoder().decode(all: [Wire.bytes(exec, file: "f")]).first else {
        Issue.record("\(error) is no failed exec")
        continue
      }
      #expect(event.errno == error)
    }
  }

  @Test(arguments: [UInt8(0x7f), 0x80, 0xff])
  func `Records with the largest numbers are decoded`(byte: UInt8) {
    for kind in [EST_FORK, EST_EXEC, EST_FAILED_EXEC, EST_EXIT, EST_PART, EST_KILLER, est_kind(rawValue: 77)] {
      for size in [0, 1, 3, 4, 8, 40, 95, 96, 111, 112, 192, 200, 201, 1000, 5000] {
        var record = [UInt8](repeating: byte, count: size)
        if size >= 4 { record.replaceSubrange(0..<4, with: Wire.bytes(kind.rawValue)) }
        let decoder = RecordDecoder()
        _ = decoder.decode(all: [record, record])
        decoder.finishWaiting()
      }
    }
  }

  @Test(arguments: 0..<20)
  func `Records of random bytes are decoded`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let decoder = RecordDecoder()
    for _ in 0..<500 {
      var record = (0..<random.next() % 1500).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      if record.count >= 4 { record.replaceSubrange(0..<4, with: Wire.bytes(UInt32(random.next() % 8))) }
      _ = decoder.decode(all: [record])
    }
    decoder.finishWaiting()
  }

  @Test(
    arguments: [
      (10, 1, 3, 2, 8), (10, 0, 3, 0, 10), (10, 3, 0, 10, 0), (0, 5, 6, 5, 6),
      (UInt64.max, UInt64.max, UInt64.max, UInt64.max / 2 + 1, UInt64.max / 2),
      (UInt64.max, 1, UInt64.max, 1, UInt64.max - 1), (1, UInt64.max, UInt64.max, 1, 0),
    ] as [(UInt64, UInt64, UInt64, UInt64, UInt64)])
  func `User and system time always add up to the run time`(
    run: UInt64, user: UInt64, system: UInt64, wantedUser: UInt64, wantedSystem: UInt64
  ) throws {
    var exit = est_exit()
    exit.record.kind = EST_EXIT.rawValue
    (exit.run_time, exit.user_time, exit.system_time) = (run, user, system)
    exit.peak_memory = run
    guard case .exit(let event)? = RecordDecoder().decode(all: [Wire.bytes(exit)]).first, let usage = event.usage else {
      Issue.record("no exit")
      return
    }
    let near = { (a: UInt64, b: UInt64) in max(a, b) - min(a, b) <= 1 }
    #expect(near(usage.userTime, wantedUser) && near(usage.systemTime, wantedSystem), "\(usage)")
    #expect(run == 0 || usage.userTime + usage.systemTime == run)
    #expect(usage.peakMemory >= run, "it does not wrap round")
  }

  @Test func `Unreadable data is unknown, not empty`() throws {
    var exec = Wire.exec(EST_EXEC)
    (exec.argv_size, exec.argv_length, exec.env_size, exec.env_length) = (40, 40, 60, 60)
    exec.record.marks = EST_ARGV_UNREADABLE.rawValue | EST_ENV_UNREADABLE.rawValue
    let unread = try image(exec, strings: nil)
    #expect(unread.argvIsUnknown && unread.env == nil)
    #expect(unread.marks == [.argvUnreadable, .envUnreadable])

    // The kernel side does not tell which of them it was.
    let half = try image(exec, strings: Wire.block([String(repeating: "x", count: 39)]))
    #expect(half.argv.texts.count == 1 && half.env == nil && half.marks == .envUnreadable)

    exec.record.marks = EST_CWD_CUT.rawValue
    #expect(try image(exec, strings: nil).cwd.isEmpty, "a directory that is not known is not the root")
    exec.record.marks = 0
    #expect(try image(exec, strings: nil).cwd.text == "/")
    #expect(try image(exec, cwd: ["b", "a"]).cwd.text == "/a/b")
  }
}
