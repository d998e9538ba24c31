import Events
import Testing

@testable import Recording

/// Records of the audit system, by hand.
@Suite
struct AuditImporterTests {
  private func read(_ lines: String...) -> ReadTrace {
    ReadTrace(.audit, lines.map { $0 + "\n" }.joined())
  }

  private func syscall(_ serial: Int, _ number: Int, arch: String = "c000003e", _ rest: String) -> String {
    "type=SYSCALL msg=audit(1700000000.\(100 + serial):\(serial)): arch=\(arch) syscall=\(number) \(rest)"
      + " auid=1000 uid=1000 gid=100 euid=0 tty=pts3 ses=2 comm=\"sh\" exe=\"/bin/dash\" key=(null)"
  }

  private func proctitle(_ serial: Int) -> String {
    "type=PROCTITLE msg=audit(1700000000.\(100 + serial):\(serial)): proctitle=\"sh\""
  }

  @Test func `Records of two events may be interleaved, and hexadecimal strings are decoded`() {
    let trace = read(
      syscall(1, 59, "success=yes exit=0 a0=1 ppid=10 pid=20"),
      syscall(2, 59, "success=yes exit=0 a0=1 ppid=10 pid=21"),
      #"type=EXECVE msg=audit(1700000000.102:2): argc=2 a0="ls" a1=612062"#,
      #"type=EXECVE msg=audit(1700000000.101:1): argc=2 a0="cat" a1="x""#,
      #"type=CWD msg=audit(1700000000.102:2): cwd=2F61FF"#,
      #"type=PATH msg=audit(1700000000.101:1): item=0 name="/bin/cat" inode=1 nametype=NORMAL"#,
      #"type=CWD msg=audit(1700000000.101:1): cwd="/""#,
      proctitle(2), proctitle(1))
    #expect(trace.foreignLines == 0)
    // The order is that of the first records.
    #expect(trace.plain.map(\.line) == ["exec 20", "exec 21"])
    #expect(trace.plain.map(\.arguments) == [["cat", "x"], ["ls", "a b"]])
    #expect(trace.plain[1].image?.cwd == RawBytes([0x2f, 0x61, 0xff]))
    #expect(trace.plain[1].image?.file.isEmpty == true)
    #expect(trace.plain[1].image?.marks == .fileUnreadable)
    let facts = trace.plain[0].process
    #expect(facts?.auditUID == 1000 && facts?.uid == 1000 && facts?.euid == 0 && facts?.gid == 100)
    #expect(facts?.tty == "pts/3" && facts?.comm == "sh" && facts?.parent?.pid == 10)
    #expect(trace.events[0].wallTime == 1_700_000_000_101_000_000)
  }

  @Test func `A long argument comes in pieces, and long lists in several records`() {
    let trace = read(
      syscall(1, 59, "success=yes exit=0 ppid=10 pid=20"),
      #"type=EXECVE msg=audit(1700000000.101:1): argc=4 a0="sh" a1_len=12 a1[0]="abc""#,
      #"type=EXECVE msg=audit(1700000000.101:1): a1[1]=642065 a2="""#,
      #"type=EXECVE msg=audit(1700000000.101:1): a3="end""#,
      "type=EOE msg=audit(1700000000.101:1): ")
    #expect(trace.plain.map(\.arguments) == [["sh", "abcd e", "", "end"]])
    #expect(trace.plain[0].image?.marks.contains(.argvCut) == false)
  }

  @Test func `Fewer arguments than argc says are a cut list, and an exec without EXECVE has unknown ones`() {
    let trace = read(
      syscall(1, 59, "success=yes exit=0 ppid=10 pid=20"),
      #"type=EXECVE msg=audit(1700000000.101:1): argc=3 a0="sh""#, proctitle(1),
      syscall(2, 59, "success=yes exit=0 ppid=10 pid=21"), proctitle(2))
    #expect(trace.plain.map { $0.image?.marks.contains(.argvCut) } == [true, false])
    #expect(trace.plain.map { $0.image?.argvIsUnknown } == [false, true])
  }

  @Test(arguments: [
    ("c000003e", [59, 322, 56, 57, 58, 231]), ("c00000b7", [221, 281, 220, 94]),
    ("40000003", [11, 358, 120, 2, 190, 252]),
    ("40000028", [11, 387, 120, 2, 190, 248]), ("80000016", [11, 354, 190, 248]),
    ("c0000015", [11, 362, 120, 189, 234]),
  ])
  func `System calls are told by the architecture`(arch: String, numbers: [Int]) {
    for number in numbers {
      let trace = read(syscall(1, number, arch: arch, "success=yes exit=77 a0=11 a1=0 ppid=10 pid=20"), proctitle(1))
      #expect(trace.plain.count == 1, "\(number) of \(arch)")
    }
    let other = read(syscall(1, 257, arch: arch, "success=yes exit=3 a0=0 ppid=10 pid=20"), proctitle(1))
    #expect(other.plain.isEmpty && other.foreignLines == 0)
  }

  @Test func `A clone makes a process unless its flags say that it is a thread`() {
    let trace = read(
      syscall(1, 56, "success=yes exit=30 a0=1200011 a1=0 ppid=10 pid=20"),
      syscall(2, 56, "success=yes exit=31 a0=3d0f00 a1=0 ppid=10 pid=20"),
      syscall(3, 56, "success=yes exit=32 a0=8011 a1=0 ppid=10 pid=20"),
      syscall(4, 57, "success=no exit=-11 a0=0 ppid=10 pid=20"))
    #expect(trace.plain.map(\.line) == ["fork 30", "fork 32"])
    // CLONE_PARENT.
    #expect(trace.plain.map { $0.process?.parent?.pid } == [20, 10])
  }

  @Test func `clone3 makes a process only if a line has its result as a pid`() {
    let trace = read(
      syscall(1, 435, "success=yes exit=30 a0=7ff a1=58 ppid=10 pid=20"),
      syscall(2, 435, "success=yes exit=31 a0=7ff a1=58 ppid=10 pid=20"),
      syscall(3, 231, "a0=2 a1=0 ppid=20 pid=31"))
    #expect(trace.plain.map(\.line) == ["fork 31", "exit 31 512"])
    #expect(trace.events.first?.wallTime == 1_700_000_000_102_000_000)
  }

  @Test func `A vfork is told when its child has run, or has ended`() {
    let trace = read(
      syscall(2, 59, "success=yes exit=0 ppid=20 pid=30"), proctitle(2),
      syscall(1, 58, "success=yes exit=30 a0=0 ppid=10 pid=20"),
      syscall(4, 231, "a0=7f ppid=20 pid=31"),
      syscall(3, 58, "success=yes exit=31 a0=0 ppid=10 pid=20"))
    #expect(trace.plain.map(\.line) == ["exec 30", "fork 30", "exit 31 32512", "fork 31"])
    #expect(trace.plain[0].process?.id == trace.plain[1].process?.id)
    #expect(trace.plain[2].process?.id == trace.plain[3].process?.id)
  }

  @Test func `A pid that a later fork gives again is another process`() {
    let trace = read(
      syscall(1, 57, "success=yes exit=30 a0=0 ppid=10 pid=20"),
      syscall(2, 57, "success=yes exit=30 a0=0 ppid=10 pid=20"))
    #expect(trace.plain.map(\.line) == ["fork 30", "fork 30"])
    #expect(trace.plain[0].process?.id != trace.plain[1].process?.id)
  }

  @Test func `A failed exec has its errno and file, and no arguments`() {
    let trace = read(
      syscall(1, 59, "success=no exit=-13 a0=0 ppid=10 pid=20"),
      #"type=CWD msg=audit(1700000000.101:1): cwd="/srv""#,
      #"type=PATH msg=audit(1700000000.101:1): item=0 name="./tool" nametype=UNKNOWN"#, proctitle(1))
    #expect(trace.plain.map(\.line) == ["fail 20 13"])
    #expect(trace.plain[0].image?.file == "./tool" && trace.plain[0].image?.exe.isEmpty == true)
    #expect(trace.plain[0].image?.argvIsUnknown == true)
  }

  @Test func `A script has its interpreter`() {
    let trace = read(
      syscall(1, 59, "success=yes exit=0 ppid=10 pid=20"),
      #"type=EXECVE msg=audit(1700000000.101:1): argc=3 a0="/bin/sh" a1="-e" a2="/x/run""#,
      #"type=PATH msg=audit(1700000000.101:1): item=0 name="/x/run""#,
      #"type=PATH msg=audit(1700000000.101:1): item=1 name="/bin/sh""#,
      #"type=PATH msg=audit(1700000000.101:1): item=2 name="/lib64/ld-linux-x86-64.so.2""#, proctitle(1))
    #expect(trace.plain[0].image?.interpreter == "/bin/sh")
  }

  @Test func `ANOM_ABEND ends a process by its signal`() {
    let trace = read(
      syscall(1, 57, "success=yes exit=30 a0=0 ppid=10 pid=20"),
      "type=ANOM_ABEND msg=audit(1700000000.200:9): auid=1000 uid=1000 gid=100 ses=2 pid=30 comm=\"sh\" "
        + "exe=\"/bin/dash\" sig=11 res=1")
    #expect(trace.plain.map(\.line) == ["fork 30", "exit 30 11"])
    #expect(trace.plain[1].process?.auditUID == 1000)
  }

  @Test func `Two machines in one log have processes of their own`() {
    let trace = read(
      "node=web-1 " + syscall(1, 57, "success=yes exit=30 a0=0 ppid=1 pid=20"),
      "node=web-2 " + syscall(1, 57, "success=yes exit=30 a0=0 ppid=1 pid=20"),
      "node=web-1 " + syscall(2, 231, "a0=1 ppid=20 pid=30"),
      "node=web-2 " + syscall(2, 231, "a0=2 ppid=20 pid=30"))
    #expect(trace.plain.map(\.line) == ["fork 30", "fork 30", "exit 30 256", "exit 30 512"])
    #expect(trace.foreignLines == 0)
  }

  @Test func `ausearch's interpreted form, with its separators`() {
    let trace = read(
      "----",
      "type=SYSCALL msg=audit(11/30/2023 05:58:57.083:7) : arch=x86_64 syscall=execve success=yes exit=0 a0=0x5611 "
        + "a1=0x5612 a2=0x1 a3=0x8 items=2 ppid=10 pid=20 auid=unset uid=games gid=tty euid=root tty=pts0 ses=unset "
        + "comm=cafe exe=/usr/bin/cafe key=(null) ",
      "type=EXECVE msg=audit(11/30/2023 05:58:57.083:7) : argc=3 a0=cafe a1=two words a2=beef ",
      "type=CWD msg=audit(11/30/2023 05:58:57.083:7) : cwd=/srv/a b",
      "type=PROCTITLE msg=audit(11/30/2023 05:58:57.083:7) : proctitle=cafe two words beef ",
      "----", "time->Thu Nov 30 05:58:58 2023",
      "type=SYSCALL msg=audit(11/30/2023 05:58:58.083:8) : arch=x86_64 syscall=clone success=yes exit=21 "
        + "a0=CLONE_VM|CLONE_THREAD|CLONE_SIGHAND a1=0x0 items=0 ppid=10 pid=20 auid=unset uid=root comm=cafe exe=/x",
      "type=SYSCALL msg=audit(11/30/2023 05:58:58.183:9) : arch=x86_64 syscall=execve success=no "
        + "exit=ENOENT(No such file or directory) a0=0x5611 items=1 ppid=10 pid=20 uid=root comm=cafe exe=/x",
      "type=PROCTITLE msg=audit(11/30/2023 05:58:58.183:9) : proctitle=cafe")
    #expect(trace.foreignLines == 0)
    #expect(trace.plain.map(\.line) == ["exec 20", "fail 20 2"])
    #expect(trace.plain[0].arguments == ["cafe", "two words", "beef "])
    #expect(trace.plain[0].image?.marks.contains(.reconstructed) == true)
    #expect(trace.plain[0].image?.cwd == "/srv/a b")
    let facts = trace.plain[0].process
    #expect(facts?.comm == "cafe" && facts?.user == "games" && facts?.uid == ProcessFacts.unknownID && facts?.euid == 0)
    #expect(trace.plain[1].process?.uid == 0)
    #expect(trace.events[0].wallTime == 1_701_323_937_083_000_000)
  }

  @Test func `Lines of the journal and numbers of types`() {
    let trace = read(
      "Nov 30 05:58:57 host kernel: audit: type=1300 audit(1700000000.101:1): arch=c000003e syscall=57 success=yes "
        + "exit=30 a0=0 ppid=1 pid=20 uid=0 comm=\"x\" exe=\"/x\"",
      "Nov 30 05:58:57 host kernel: usb 1-1: reset")
    #expect(trace.plain.map(\.line) == ["fork 30"])
    #expect(trace.foreignLines == 1 && trace.firstForeignLine == 2)
  }

  @Test func `An event without PROCTITLE waits for two seconds, and the order stays`() {
    var lines = [syscall(1, 59, "success=yes exit=0 ppid=10 pid=20"), syscall(2, 231, "a0=0 ppid=10 pid=20")]
    #expect(ReadTrace(.audit, lines.joined(separator: "\n") + "\n").plain.map(\.line) == ["exec 20", "exit 20 0"])
    lines.append("type=CWD msg=audit(1700000003.000:9): cwd=\"/\"\n")
    var reader = TraceLineReader(.audit, named: [], maximumLineLength: 1 << 20)
    var events: [RecordedEvent] = []
    reader.read(Array((lines[0] + "\n" + lines[1] + "\n").utf8)[...], into: &events)
    #expect(events.isEmpty)
    reader.read(
      Array("type=SYSCALL msg=audit(1700000003.000:9): arch=c000003e syscall=231 a0=0 ppid=1 pid=40 uid=0\n".utf8)[...],
      into: &events)
    #expect(events.map(\.event.line) == ["exec 20", "exit 20 0", "exit 40 0"])
  }

  @Test func `Numbers that cannot be are wrong lines`() {
    let trace = read(
      syscall(1, 59, "success=yes exit=0 ppid=10 pid=-5"), syscall(1, 59, "success=yes exit=0 ppid=10 pid=99999999999"),
      syscall(2, 57, "success=yes exit=99999999999999999999 ppid=10 pid=20"),
      "type=SYSCALL msg=audit(99999999999999999999.1:1): arch=c000003e syscall=231 a0=0 pid=1",
      "type=SYSCALL msg=audit(1700000000.1:99999999999999999999999): arch=c000003e syscall=231 a0=0 pid=1")
    #expect(trace.foreignLines == 4 && trace.firstForeignLine == 1)
    #expect(trace.plain.isEmpty)
  }
}
