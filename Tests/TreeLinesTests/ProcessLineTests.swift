import Events
import Recording
import Testing
import Tree
import TreeLines

/// Lines of processes and of groups.
@Suite
struct ProcessLineTests {
  private let top = ProcessID(pid: 7, startTime: 10)
  private let child = ProcessID(pid: 42, startTime: 1000)

  private func facts(_ id: ProcessID, _ parent: ProcessID?, _ comm: Comm = "sh") -> ProcessFacts {
    ProcessFacts(
      id: id, parent: parent, comm: comm, uid: 1000, gid: 100, session: 7, processGroup: id.pid, user: "anna")
  }

  private func tree() -> ProcessTree {
    var tree = ProcessTree()
    let image = ProcessImage(
      time: 1200, comm: "cc", file: "cc", exe: "/usr/bin/cc", cwd: "/tmp", argv: StringVector(["cc", "a \"b\""]))
    let usage = ResourceUsage(
      userTime: 3, systemTime: 4, peakMemory: 5, minorFaults: 6, majorFaults: 7, readBytes: 8, writtenBytes: 9)
    let events: [ProcessEvent] = [
      .fork(ForkEvent(time: 1000, process: facts(child, top))),
      .failedExec(
        FailedExecEvent(
          process: facts(child, top), errno: 2, image: ProcessImage(time: 1100, comm: "sh", file: "/x/cc"))),
      .exec(ExecEvent(process: facts(child, top, "cc"), image: image)),
      .exit(
        ExitEvent(
          time: 5000, process: facts(child, top, "cc"), status: ExitStatus(code: 3), usage: usage, reaper: nil)),
    ]
    for event in events { _ = tree.apply(event) }
    return tree
  }

  @Test func `An exited process with all facts`() throws {
    var encoder = JSONLineEncoder(wallOffset: nil)
    encoder.append(try #require(tree()[child]), depth: 1, isMatch: true, now: 9000)
    #expect(
      String(decoding: encoder.bytes, as: UTF8.self)
        == #"{"state":"exited","match":true,"depth":1,"kids":0,"pid":42,"start":1000,"ppid":7,"pstart":10,"comm":"cc","uid":1000,"#
        + #""user":"anna","euid":1000,"gid":100,"sid":7,"pgid":42,"exe":"/usr/bin/cc","file":"cc","cwd":"/tmp","#
        + #""argv":["cc","a \"b\""],"execs":1,"failed":1,"execfail":0,"errno":"ENOENT","exit":3,"dur":4000,"cpu":7,"utime":3,"#
        + #""stime":4,"mem":5,"minflt":6,"majflt":7,"rbytes":8,"wbytes":9}"# + "\n")
  }

  @Test func `Times and a usage that a trace does not tell are left out`() throws {
    var tree = ProcessTree()
    let image = ProcessImage(time: 1200, comm: "cc", file: "cc", argv: StringVector(["cc"]), marks: .untimed)
    _ = tree.apply(.exec(ExecEvent(process: facts(child, nil, "cc"), image: image)))
    _ = tree.apply(
      .exit(ExitEvent(time: 5000, process: facts(child, nil, "cc"), status: ExitStatus(code: 0), usage: nil)))
    var encoder = JSONLineEncoder(wallOffset: nil)
    encoder.append(try #require(tree[child]), depth: 0, isMatch: true, now: 9000)
    let line = String(decoding: encoder.bytes, as: UTF8.self)
    #expect(
      line.hasSuffix(#""marks":["no-times"],"execs":1,"failed":0,"execfail":0,"exit":0}"# + "\n"), "\(line)")
  }

  @Test func `A placeholder that is a context row`() throws {
    var encoder = JSONLineEncoder(wallOffset: nil)
    encoder.append(try #require(tree()[top]), depth: 0, isMatch: false, now: 9000)
    #expect(
      String(decoding: encoder.bytes, as: UTF8.self)
        == #"{"state":"running","match":false,"depth":0,"kids":1,"pid":7,"start":10,"ppid":0,"execs":0,"failed":0,"#
        + #""execfail":0}"#
        + "\n")
  }

  @Test func `A row of a top table`() throws {
    var encoder = JSONLineEncoder(wallOffset: nil)
    let table = TopTable(of: tree(), by: .exe, now: 9000)
    encoder.append(try #require(table.rows.first))
    #expect(
      String(decoding: encoder.bytes, as: UTF8.self)
        == #"{"processes":1,"exe":"/usr/bin/cc","running":0,"execs":1,"rate":1.0,"failed":1,"execfail":0,"nonzero":1,"#
        + #""time":4000,"p50":4000,"p99":4000,"max":4000,"cpu":7,"mem":5,"filter":"exe=\"/usr/bin/cc\""}"# + "\n")
  }

  @Test func `Hostile names become valid JSON and stay exact`() throws {
    var tree = ProcessTree()
    let comm = Comm([0x22, 0x5c, 0xff, 0x1b])
    _ = tree.apply(.fork(ForkEvent(time: 1000, process: facts(child, nil, comm))))
    var encoder = JSONLineEncoder(wallOffset: nil)
    encoder.append(try #require(TopTable(of: tree, by: .comm, now: 2000).rows.first))
    #expect(
      String(decoding: encoder.bytes, as: UTF8.self)
        == #"{"processes":1,"comm":"\"\\"# + "\u{fffd}"
        + #"\u001b","comm_b64":"Ilz/Gw==","running":1,"execs":0,"rate":0.0,"failed":0,"execfail":0,"nonzero":0,"#
        + #""filter":"comm=\"\\\"\\\\\\xff\\x1b\""}"# + "\n")
  }

  @Test func `After a look, a process has its arguments and its title`() {
    var tree = ProcessTree()
    let nginx = facts(child, top, "nginx")
    let image = ProcessImage(time: 1200, comm: "nginx", argv: StringVector(["nginx", "-g"]))
    let look = ProcessImage(
      time: 1300, comm: "nginx", argv: StringVector(["nginx: worker"]), marks: [.fromProc, .title])
    _ = tree.apply(.exec(ExecEvent(process: nginx, image: image)))
    _ = tree.apply(.existing(ExistingProcess(time: 1300, process: nginx, image: look, isAgain: true)))
    var encoder = JSONLineEncoder(wallOffset: nil)
    encoder.append(tree[child]!, depth: 0, isMatch: true, now: 1400)
    #expect(String(decoding: encoder.bytes, as: UTF8.self).contains(#""argv":["nginx","-g"],"title":"nginx: worker""#))
  }
}
