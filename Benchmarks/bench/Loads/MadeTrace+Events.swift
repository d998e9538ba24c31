import Events
import Recording

/// Lines of security tools: of a build whose compilers each run for half a millisecond.
extension MadeTrace {
  /// The lines of one process; nil for another format.
  static func events(of format: TraceFormat, _ index: Int) -> String? {
    switch format {
    case .audit: audit(index)
    case .laurel: laurel(index)
    case .tetragon: tetragon(index)
    case .sysmon: sysmon(index)
    case .ecs: ecs(index)
    case .tracexec: tracexec(index)
    default: nil
    }
  }

  private static func pid(_ number: Int) -> Int { 1000 + number % 30_000 }
  private static let second: Int64 = 1_000_000_000
  private static let start: Int64 = 1_796_018_337 * second

  /// The time of a process's start, and of its end, as RFC 3339.
  private static func times(_ number: Int) -> (start: String, end: String) {
    func text(_ time: Int64) -> String {
      var bytes: [UInt8] = []
      Timestamp.append(time, to: &bytes)
      return String(decoding: bytes, as: UTF8.self)
    }
    let time = start + Int64(number) * 1_000_000
    return (text(time), text(time + 500_000))
  }

  private static func encoded(_ text: String) -> String {
    var bytes: [UInt8] = []
    Base64.append(Array(text.utf8)[...], to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func audit(_ number: Int) -> String {
    let milliseconds = number % 1000
    let padded = String(repeating: "0", count: 3 - String(milliseconds).count) + String(milliseconds)
    let time = "\(1_796_018_337 + number / 1000).\(padded)"
    func id(_ serial: Int) -> String { "msg=audit(\(time):\(number * 3 + serial)):" }
    let ids =
      "auid=1000 uid=1000 gid=1000 euid=1000 suid=1000 fsuid=1000 egid=1000 sgid=1000 fsgid=1000 tty=pts0 ses=2"
    let names = "\u{1d}ARCH=x86_64 SYSCALL=execve AUID=\"dev\" UID=\"dev\" GID=\"dev\" EUID=\"dev\" SUID=\"dev\""
    let child = pid(number)
    return "type=SYSCALL \(id(0)) arch=c000003e syscall=57 success=yes exit=\(child) a0=0 a1=0 a2=0 a3=0 items=0 "
      + "ppid=99 pid=100 \(ids) comm=\"make\" exe=\"/usr/bin/make\" key=\"exec\"\(names)\n"
      + "type=PROCTITLE \(id(0)) proctitle=6D616B65002D6A38\n"
      + "type=SYSCALL \(id(1)) arch=c000003e syscall=59 success=yes exit=0 a0=55d8 a1=55d9 a2=55da a3=8 items=2 "
      + "ppid=100 pid=\(child) \(ids) comm=\"gcc\" exe=\"/usr/bin/x86_64-linux-gnu-gcc-12\" key=\"exec\"\(names)\n"
      + "type=EXECVE \(id(1)) argc=6 a0=\"gcc\" a1=\"-c\" a2=\"-o\" a3=\"out/f\(number).o\" a4=\"src/f\(number).c\" a5=\"-O2\"\n"
      + "type=CWD \(id(1)) cwd=\"/srv/build\"\n"
      + "type=PATH \(id(1)) item=0 name=\"/usr/bin/gcc\" inode=254809 dev=fe:00 mode=0100755 ouid=0 ogid=0 rdev=00:00 "
      + "nametype=NORMAL cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0\n"
      + "type=PROCTITLE \(id(1)) proctitle=\"gcc\"\n"
      + "type=SYSCALL \(id(2)) arch=c000003e syscall=231 a0=0 a1=e7 a2=3c a3=7ffe items=0 ppid=100 pid=\(child) \(ids) "
      + "comm=\"gcc\" exe=\"/usr/bin/x86_64-linux-gnu-gcc-12\" key=\"exec\"\(names)\n"
      + "type=PROCTITLE \(id(2)) proctitle=\"gcc\"\n"
  }

  private static func laurel(_ number: Int) -> String {
    func event(_ serial: Int, _ syscall: String, _ more: String) -> String {
      "{\"ID\":\"\(1_796_018_337 + number / 1000).\(100 + number % 900):\(number * 2 + serial)\",\"SYSCALL\":{"
        + "\"arch\":\"0xc000003e\",\(syscall),\"items\":2,\"ppid\":100,\"pid\":\(pid(number)),\"auid\":1000,\"uid\":1000,"
        + "\"gid\":1000,\"euid\":1000,\"suid\":1000,\"fsuid\":1000,\"egid\":1000,\"sgid\":1000,\"fsgid\":1000,"
        + "\"tty\":\"pts0\",\"ses\":2,\"comm\":\"gcc\",\"exe\":\"/usr/bin/x86_64-linux-gnu-gcc-12\",\"key\":\"exec\","
        + "\"ARCH\":\"x86_64\",\"AUID\":\"dev\",\"UID\":\"dev\",\"GID\":\"dev\"}\(more),\"PROCTITLE\":{\"ARGV\":[\"gcc\"]}}\n"
    }
    return event(
      0, "\"syscall\":59,\"success\":\"yes\",\"exit\":0,\"ARGV\":[\"0x55d8\",\"0x55d9\"]",
      ",\"EXECVE\":{\"argc\":6,\"ARGV\":[\"gcc\",\"-c\",\"-o\",\"out/f\(number).o\",\"src/f\(number).c\",\"-O2\"]},"
        + "\"CWD\":{\"cwd\":\"/srv/build\"},\"PATH\":[{\"item\":0,\"name\":\"/usr/bin/gcc\",\"inode\":254809,\"dev\":\"fe:00\","
        + "\"mode\":\"0o100755\",\"ouid\":0,\"ogid\":0,\"nametype\":\"NORMAL\"}]")
      + event(1, "\"syscall\":231,\"ARGV\":[\"0x0\",\"0xe7\"]", "")
  }

  private static func tetragon(_ number: Int) -> String {
    func process(_ pid: Int, _ boot: Int, _ time: String, _ binary: String, _ arguments: String) -> String {
      "{\"exec_id\":\"\(encoded("node-a:\(boot):\(pid)"))\",\"pid\":\(pid),\"uid\":0,\"cwd\":\"/srv/build\","
        + "\"binary\":\"\(binary)\",\"arguments\":\"\(arguments)\",\"flags\":\"execve clone\",\"start_time\":\"\(time)\","
        + "\"auid\":4294967295,\"pod\":{\"namespace\":\"default\",\"name\":\"build-57c5987fd4-vd668\",\"container\":{"
        + "\"id\":\"containerd://aac7662884b96b0351a3529cf7c38311a48b74681a632135c91879f43da12d61\",\"name\":\"build\","
        + "\"start_time\":\"2026-11-18T22:12:37Z\",\"pid\":7},\"pod_labels\":{\"app\":\"build\"},"
        + "\"workload\":\"build\",\"workload_kind\":\"Deployment\"},\"docker\":\"aac7662884b96b0351a3529cf7c3831\","
        + "\"parent_exec_id\":\"\(encoded("node-a:1:1"))\",\"tid\":\(pid)}"
    }
    let (start, end) = times(number)
    let make = process(100, 5_000_000_000, times(0).start, "/usr/bin/make", "-j8 all")
    let gcc = process(
      pid(number), 5_000_000_000 + number * 1_000_000, start, "/usr/bin/gcc",
      "-c -o out/f\(number).o src/f\(number).c -O2")
    return "{\"process_exec\":{\"process\":\(gcc),\"parent\":\(make)},\"node_name\":\"node-a\",\"time\":\"\(start)\"}\n"
      + "{\"process_exit\":{\"process\":\(gcc),\"parent\":\(make),\"time\":\"\(end)\"},\"node_name\":\"node-a\","
      + "\"time\":\"\(end)\"}\n"
  }

  private static func sysmon(_ number: Int) -> String {
    let (start, end) = times(number)
    func event(_ id: Int, _ time: String, _ data: String) -> String {
      "Nov 30 05:58:57 node-a sysmon: <Event><System><Provider Name=\"Linux-Sysmon\" "
        + "Guid=\"{ff032593-a8d3-4f13-b0d6-01fc615a0f97}\"/><EventID>\(id)</EventID><Version>5</Version><Level>4</Level>"
        + "<TimeCreated SystemTime=\"\(time)\"/><EventRecordID>\(number)</EventRecordID><Correlation/>"
        + "<Computer>node-a</Computer></System><EventData><Data Name=\"RuleName\">-</Data>"
        + "<Data Name=\"UtcTime\">\(start.prefix(10)) \(start.dropFirst(11).prefix(12))</Data>"
        + "<Data Name=\"ProcessGuid\">{d65774de-8d10-6175-0000-\(100_000_000_000 + number)}</Data>"
        + "<Data Name=\"ProcessId\">\(pid(number))</Data><Data Name=\"Image\">/usr/bin/gcc</Data>\(data)</EventData></Event>\n"
    }
    return event(
      1, start,
      "<Data Name=\"CommandLine\">gcc -c -o out/f\(number).o src/f\(number).c -O2</Data>"
        + "<Data Name=\"CurrentDirectory\">/srv/build</Data><Data Name=\"User\">root</Data><Data Name=\"Hashes\">-</Data>"
        + "<Data Name=\"ParentProcessGuid\">{d65774de-8d10-6175-0000-000000000001}</Data>"
        + "<Data Name=\"ParentProcessId\">100</Data><Data Name=\"ParentImage\">/usr/bin/make</Data>"
        + "<Data Name=\"ParentCommandLine\">make -j8</Data>") + event(5, end, "<Data Name=\"User\">root</Data>")
  }

  private static func ecs(_ number: Int) -> String {
    let (start, end) = times(number)
    func document(_ action: String, _ type: String, _ time: String, _ more: String) -> String {
      "{\"@timestamp\":\"\(time)\",\"agent\":{\"id\":\"1-2-3\",\"type\":\"endpoint\"},\"ecs\":{\"version\":\"8.11.0\"},"
        + "\"event\":{\"action\":\"\(action)\",\"category\":[\"process\"],\"kind\":\"event\",\"type\":[\"\(type)\"]},"
        + "\"host\":{\"name\":\"node-a\",\"os\":{\"type\":\"linux\"}},\"process\":{\"pid\":\(pid(number)),"
        + "\"entity_id\":\"process-\(number)\",\"name\":\"gcc\",\"executable\":\"/usr/bin/gcc\",\"args\":[\"gcc\",\"-c\",\"-o\","
        + "\"out/f\(number).o\",\"src/f\(number).c\",\"-O2\"],\"command_line\":\"gcc -c -o out/f\(number).o\","
        + "\"working_directory\":\"/srv/build\",\"start\":\"\(start)\",\"user\":{\"id\":0,\"name\":\"root\"},"
        + "\"group_leader\":{\"pid\":100,\"entity_id\":\"make\"},\"parent\":{\"pid\":100,\"entity_id\":\"make\","
        + "\"executable\":\"/usr/bin/make\",\"name\":\"make\",\"args\":[\"make\",\"-j8\"]}\(more)},\"message\":\"process event\"}\n"
    }
    return document("exec", "start", start, "") + document("end", "end", end, ",\"exit_code\":0")
  }

  private static func tracexec(_ number: Int) -> String {
    let facts =
      number > 0
      ? ""
      : "{\"version\":\"1\",\"generator\":\"tracexec_exporter_json\",\"baseline\":{\"cwd\":\"/\",\"env\":{\"A\":\"1\"}}}"
    let files = (0..<3).map {
      "\"\($0)\":{\"fd\":\($0),\"path\":\"/dev/null\",\"pos\":0,\"flags\":[\"O_RDWR\"],\"ino\":4}"
    }
    return "\(facts){\"id\":\(number),\"pid\":\(1000 + number),\"syscall\":\"execve\",\"exec_pid\":\(1000 + number),"
      + "\"cwd\":\"/srv/build\",\"comm_before_exec\":\"make\",\"result\":0,\"filename\":\"/usr/bin/gcc\",\"argv\":{"
      + "\"result\":\"success\",\"value\":[\"gcc\",\"-c\",\"-o\",\"out/f\(number).o\",\"src/f\(number).c\"]},\"env\":{"
      + "\"result\":\"success\",\"value\":{\"added\":{\"MAKELEVEL\":\"1\"},\"removed\":[],\"modified\":{}}},\"fdinfo\":{"
      + "\(files.joined(separator: ","))},\"timestamp\":\(start + Int64(number) * 1000),\"cred\":{\"result\":\"success\","
      + "\"value\":{\"groups\":[0],\"uid_real\":0,\"uid_effective\":0,\"gid_real\":0}},\"cgroup\":{\"kind\":\"v2\",\"path\":\"/a\"}}\n"
  }
}
