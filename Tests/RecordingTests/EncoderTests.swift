import Events
import Testing

@testable import Recording

/// The format of a line.
@Suite
struct EncoderTests {
  private let facts = ProcessFacts(
    id: ProcessID(pid: 42, startTime: 1000), parent: ProcessID(pid: 7, startTime: 10), comm: "sh", uid: 1000, gid: 100,
    session: 7, processGroup: 42, tty: "pts/3", user: "anna")

  private func line(_ event: ProcessEvent, env: Bool = false) -> String {
    var encoder = JSONLineEncoder(wallOffset: nil)
    encoder.includesEnvironment = env
    encoder.append(event)
    return String(decoding: encoder.bytes, as: UTF8.self)
  }

  private let factsText =
    #""pid":42,"start":1000,"ppid":7,"pstart":10,"comm":"sh","uid":1000,"user":"anna","euid":1000,"gid":100,"#
    + #""sid":7,"pgid":42,"tty":"pts/3""#

  @Test func `A fork`() {
    #expect(
      line(.fork(ForkEvent(time: 1000, process: facts)))
        == #"{"ev":"fork","seq":1,"boot":1000,"# + factsText + "}\n")
  }

  @Test func `An exec, with marks, and with an environment only when it is asked for`() {
    let image = ProcessImage(
      time: 1200, comm: "sh", file: "./run", exe: "/usr/bin/dash", interpreter: "/bin/sh", cwd: "/tmp",
      argv: StringVector(["/bin/sh", "./run", "", "a b"]), env: StringVector(["A=1", "B=x=y"]),
      marks: [.privilegeChanged, .argvCut])
    let event = ProcessEvent.exec(ExecEvent(process: facts, image: image))
    let start =
      #"{"ev":"exec","seq":1,"boot":1200,"# + factsText
      + #","exe":"/usr/bin/dash","file":"./run","interp":"/bin/sh","cwd":"/tmp","argv":["/bin/sh","./run","","a b"]"#
    let end = #","marks":["argv-cut","setuid"],"ret":0}"# + "\n"
    #expect(line(event) == start + end)
    #expect(line(event, env: true) == start + #","env":{"A":"1","B":"x=y"}"# + end)
  }

  @Test func `A failed exec has its errno as number and as name`() {
    let image = ProcessImage(time: 5, comm: "sh", file: "nosuch", argv: StringVector(["nosuch"]))
    let text = line(.failedExec(FailedExecEvent(process: facts, errno: 2, image: image)))
    #expect(text.hasSuffix(#","file":"nosuch","argv":["nosuch"],"ret":-2,"errno":"ENOENT"}"# + "\n"))
  }

  @Test func `An exit by a signal, with resource usage and reaper`() {
    let usage = ResourceUsage(
      userTime: 3, systemTime: 4, peakMemory: 5, minorFaults: 6, majorFaults: 7, readBytes: 8, writtenBytes: 9)
    let text = line(
      .exit(
        ExitEvent(
          time: 5000, process: facts, status: ExitStatus(signal: 11, core: true), usage: usage,
          reaper: ProcessID(pid: 1, startTime: 0))))
    let ending =
      #","sig":11,"core":true,"dur":4000,"cpu":7,"utime":3,"stime":4,"mem":5,"minflt":6,"majflt":7,"rbytes":8,"#
      + #""wbytes":9,"reaper":1,"rstart":0}"# + "\n"
    #expect(text.hasSuffix(ending))
    #expect(!text.contains(#""exit":"#))
    #expect(!text.contains(#""wstatus":"#))
  }

  @Test(
    arguments: [
      (
        Killer.process(
          Killer.Sender(id: ProcessID(pid: 9, startTime: 8), comm: "bash", uid: 0, user: "root", isExiting: true)),
        #"{"by":"process","pid":9,"start":8,"comm":"bash","uid":0,"user":"root","exiting":true}"#
      ),
      (
        .process(Killer.Sender(id: nil, comm: Comm([0xff]), uid: 5)),
        #"{"by":"process","comm":"\u{fffd}","comm_b64":"/w==","uid":5}"#
      ),
      (.kernel(code: -6), #"{"by":"kernel","code":-6}"#), (.terminal(nil), #"{"by":"terminal"}"#),
      (.terminal("pts/3"), #"{"by":"terminal","tty":"pts/3"}"#), (.lost, #"{"by":"unknown"}"#),
      (
        .outOfMemory(Killer.Memory(anonymous: 1, file: 2, shared: 3, limit: 4)),
        #"{"by":"oom","anon":1,"file":2,"shmem":3,"limit":4}"#
      ),
    ])
  func `A killer is an object`(_ shape: (killer: Killer, text: String)) throws {
    let event = ProcessEvent.exit(
      ExitEvent(time: 5000, process: facts, status: ExitStatus(signal: 9), killer: shape.killer))
    let text = line(event)
    #expect(text.contains(#","killer":"# + shape.text.replacing(#"\u{fffd}"#, with: "\u{fffd}")), "\(text)")
    #expect(try JSONLineDecoder().decode(Array(text.utf8)[...], number: 1)?.event == event)
  }

  @Test func `An exit by itself`() {
    let text = line(.exit(ExitEvent(time: 5000, process: facts, status: ExitStatus(code: 3))))
    #expect(text.contains(#","exit":3,"dur":4000,"cpu":0,"#))
    #expect(!text.contains(#""sig":"#))
  }

  @Test func `Arguments that are not UTF-8 are also written in Base64, all of them`() {
    var facts = facts
    facts.comm = Comm([0x61, 0x9b])
    let image = ProcessImage(
      time: 5, comm: facts.comm, cwd: RawBytes([0x2f, 0xff]), argv: StringVector([[0x61], [0x9b, 0x32]]))
    let text = line(.exec(ExecEvent(process: facts, image: image)))
    #expect(text.contains("\"comm\":\"a\u{FFFD}\",\"comm_b64\":\"YZs=\""))
    #expect(text.contains("\"cwd\":\"/\u{FFFD}\",\"cwd_b64\":\"L/8=\""))
    #expect(text.contains("\"argv\":[\"a\",\"\u{FFFD}2\"],\"argv_b64\":[\"YQ==\",\"mzI=\"]"))
  }

  @Test func `Control characters are escaped, and other text stays as it is`() {
    let image = ProcessImage(
      time: 5, comm: "sh",
      argv: StringVector([
        "\u{1b}]0;x\u{7}", "a\nb\t\r", "\u{202e}é", "\u{5e9}\u{662}\u{1e900}", "\u{9b}", "\u{e0041}", "\u{7f}\"\\",
      ]))
    let text = line(.exec(ExecEvent(process: facts, image: image)))
    #expect(
      text.contains(
        #""argv":["\u001b]0;x\u0007","a\nb\t\r","\u202eé","\u05e9\u0662\ud83a\udd00","\u009b","\udb40\udc41","#
          + #""\u007f\"\\"]"#))
  }

  @Test func `An environment that an object cannot express is also written in full`() {
    let image = ProcessImage(time: 5, comm: "sh", env: StringVector(["A=1", "A=2", "noequals"]))
    let text = line(.exec(ExecEvent(process: facts, image: image)), env: true)
    #expect(text.contains(#""env":{"A":"1"},"env_b64":["QT0x","QT0y","bm9lcXVhbHM="]"#))
  }

  @Test func `A name that is not UTF-8 is not a key, because two of them could become equal`() {
    let env = StringVector([
      [0xff] + Array("=1".utf8), [0xfe] + Array("=2".utf8), Array("OK=3".utf8), Array("\u{fffd}=4".utf8),
      Array("V=".utf8) + [0xfd],
    ])
    let text = line(.exec(ExecEvent(process: facts, image: ProcessImage(time: 5, comm: "sh", env: env))), env: true)
    #expect(
      text.contains(
        "\"env\":{\"OK\":\"3\",\"\u{fffd}\":\"4\",\"V\":\"\u{fffd}\"},"
          + #""env_b64":["/z0x","/j0y","T0s9Mw==","77+9PTQ=","Vj39"]"#))
  }

  @Test(arguments: 0..<20)
  func `No object has a key twice, whatever the environment`(seed: Int) throws {
    var random = RandomEvents(seed: UInt64(seed + 500))
    for _ in 0..<100 {
      // Names of few bytes, so that many are the same, or become the same.
      let entries = (0..<8).map { _ in
        (0..<random.number(below: 3)).map { _ in [0x41, 0xff, 0xfe, 0xef, 0xbf, 0xbd][random.number(below: 6)] }
          + (random.chance(4) ? [] : [0x3d]) + [UInt8(0x30 + random.number(below: 10))]
      }
      let env = StringVector(entries)
      let event = ProcessEvent.exec(ExecEvent(process: facts, image: ProcessImage(time: 5, comm: "sh", env: env)))
      let written = Array(line(event, env: true).utf8)
      var scanner = JSONScanner(written[...])
      try scanner.object { (name, scanner) throws(JSONFault) in
        guard name == "env" else { return try scanner.skipValue() }
        var keys: [String] = []
        try scanner.object { (key, scanner) throws(JSONFault) in
          keys.append(key)
          try scanner.skipValue()
        }
        #expect(Set(keys.map { Array($0.utf8) }).count == keys.count, "\(keys)")
      }
      #expect(try JSONLineDecoder().decode(written[...], number: 1)?.event == event)
    }
  }

  @Test func `A loss, by kind`() {
    let counts = LossCounts(forks: 1, execs: 2, failedExecs: 3, exits: 4, missedRuns: 5, procRaces: 6, overBudget: 7)
    let members = #""lost":{"fork":1,"exec":2,"fail":3,"exit":4,"missed":5,"proc":6,"budget":7}"#
    #expect(
      line(.lost(LostEvent(time: 9, counts: counts))) == #"{"ev":"lost","seq":1,"boot":9,"# + members + "}\n")
    let record = LostRecord(
      kind: .failedExec, time: 8, id: ProcessID(pid: 5, startTime: 4), parent: ProcessID(pid: 3, startTime: 2),
      comm: "sh", uid: 1)
    let text = line(.lost(LostEvent(time: 9, since: 7, counts: counts, records: [record, record], unnamed: 12)))
    let object = #"{"ev":"fail","boot":8,"pid":5,"start":4,"ppid":3,"pstart":2,"comm":"sh","uid":1}"#
    #expect(
      text == #"{"ev":"lost","seq":1,"boot":9,"since":7,"# + members + #","unnamed":12,"records":["#
        + object + "," + object + "]}\n")
  }

  @Test func `A census`() {
    let first = ProcessID(pid: 1, startTime: 0), second = ProcessID(pid: 7, startTime: 5)
    let event = CensusEvent(
      time: 9, alive: [.init(id: first, parent: nil), .init(id: second, parent: first)], unsure: [8, 9])
    #expect(
      line(.census(event))
        == #"{"ev":"census","seq":1,"boot":9,"alive":[[1,0,0,0],[7,5,1,0]],"unsure":[8,9]}"# + "\n")
  }

  @Test func `Cgroups with container and unit, line after line`() {
    var encoder = JSONLineEncoder(wallOffset: nil)
    for cgroup in ["/lxc.payload.box/system.slice/ssh.service", "/user.slice", "/x", "/lxc/\u{1b}[7m"] as [RawBytes] {
      var facts = facts
      facts.cgroup = cgroup
      encoder.append(.fork(ForkEvent(time: 1000, process: facts)))
    }
    let lines = String(decoding: encoder.bytes, as: UTF8.self).split(separator: "\n")
    let path = #","cgroup":"/lxc.payload.box/system.slice/ssh.service""#
    #expect(lines[0].hasSuffix(path + #","container":"box","unit":"ssh.service"}"#))
    #expect(lines[1].hasSuffix(#","cgroup":"/user.slice","unit":"user.slice"}"#))
    #expect(lines[2].hasSuffix(#","cgroup":"/x"}"#))
    #expect(lines[3].hasSuffix(#","cgroup":"/lxc/\u001b[7m","container":"\u001b[7m"}"#))
  }

  @Test func `An existing kernel thread`() {
    let process = ProcessFacts(id: ProcessID(pid: 2, startTime: 0), parent: nil, comm: "kthreadd")
    let image = ProcessImage(time: 77, comm: "kthreadd", marks: .fromProc)
    let text = line(.existing(ExistingProcess(time: 77, process: process, image: image, isKernelThread: true)))
    #expect(text.hasPrefix(#"{"ev":"exist","seq":1,"boot":77,"pid":2,"start":0,"ppid":0,"comm":"kthreadd","uid":0,"#))
    #expect(text.hasSuffix(#""argv":[],"marks":["proc"],"kthread":true}"# + "\n"))
  }

  @Test func `Lines are collected, numbered, and removed on request`() {
    var encoder = JSONLineEncoder(wallOffset: 0)
    encoder.append(.lost(LostEvent(time: 1, counts: LossCounts())))
    encoder.append(.lost(LostEvent(time: 2, counts: LossCounts())))
    #expect(encoder.bytes.filter { $0 == UInt8(ascii: "\n") }.count == 2)
    encoder.removeAll()
    #expect(encoder.bytes.isEmpty)
    encoder.append(.lost(LostEvent(time: 3, counts: LossCounts())))
    #expect(
      String(decoding: encoder.bytes, as: UTF8.self)
        .hasPrefix(#"{"ev":"lost","seq":3,"ts":"1970-01-01T00:00:00.000000003Z","boot":3,"#))
  }
}
