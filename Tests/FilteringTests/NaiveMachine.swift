import TestSupport

@testable import Events
@testable import Tree

/// Random processes, as plain values and as a tree.
struct NaiveMachine {
  static let now: UInt64 = 60
  private(set) var processes: [NaiveProcess] = []
  private(set) var tree = ProcessTree()

  init(_ dice: inout NaiveDice) {
    let facts = (0..<Int.random(in: 1...12, using: &dice.random)).map { fork($0, &dice) }
    for (index, facts) in facts.enumerated() {
      if dice.random.once(in: 4) == false { exec(index, facts, &dice) }
      if dice.random.once(in: 4) { fail(index, facts, &dice) }
      if dice.random.once(in: 2) { exit(index, facts, &dice) }
    }
    for index in processes.indices {
      processes[index].numbers["kids"] = [Int64(processes.filter { $0.parent == index }.count)]
    }
  }

  private mutating func fork(_ index: Int, _ dice: inout NaiveDice) -> ProcessFacts {
    let parent = index == 0 || dice.random.once(in: 8) ? nil : Int.random(in: 0..<index, using: &dice.random)
    let id = ProcessID(pid: Int32(index + 1), startTime: UInt64(index + 1))
    var facts = ProcessFacts(
      id: id, parent: parent.map { ProcessID(pid: processes[$0].pid, startTime: processes[$0].start) },
      comm: Comm(dice.text()), uid: UInt32(dice.number()), euid: UInt32(dice.number()), gid: UInt32(dice.number()),
      auditUID: dice.random.once(in: 2) ? nil : UInt32(dice.number()), session: Int32(dice.number()))
    if dice.random.once(in: 2) { facts.tty = RawBytes(dice.text()) }
    if dice.random.once(in: 2) { facts.cgroup = RawBytes(dice.text()) }
    if dice.random.once(in: 2) { facts.user = RawBytes(dice.text()) }
    _ = tree.apply(.fork(ForkEvent(time: id.startTime, process: facts)))

    var process = NaiveProcess(pid: id.pid, start: id.startTime, parent: parent)
    process.texts["comm"] = facts.comm.bytes
    process.texts["tty"] = facts.tty?.bytes
    process.texts["cgroup"] = facts.cgroup?.bytes
    process.texts["user"] = facts.user?.bytes
    process.numbers = [
      "pid": [Int64(id.pid)], "ppid": parent.map { [Int64(processes[$0].pid)] } ?? [], "uid": [Int64(facts.uid)],
      "euid": [Int64(facts.euid)], "gid": [Int64(facts.gid)], "auid": facts.auditUID.map { [Int64($0)] } ?? [],
      "sid": [Int64(facts.session)], "exit": [], "sig": [], "errno": [], "ret": [], "cpu": [], "mem": [], "execs": [0],
      "fails": [0],
      "depth": [parent.flatMap { processes[$0].numbers["depth"] }.map { $0[0] + 1 } ?? 0],
      "dur": [Int64(Self.now - id.startTime)], "age": [Int64(Self.now - id.startTime)],
      "start": [Int64(id.startTime)],
    ]
    process.names = ["ev": ["fork"], "state": ["running"]]
    processes.append(process)
    return facts
  }

  private func image(_ time: UInt64, _ comm: Comm, _ dice: inout NaiveDice) -> ProcessImage {
    ProcessImage(
      time: time, comm: comm, file: RawBytes(dice.text()), exe: RawBytes(dice.text()),
      interpreter: dice.random.once(in: 2) ? nil : RawBytes(dice.text()), cwd: RawBytes(dice.text()),
      argv: StringVector(dice.texts(0...3)), env: dice.random.once(in: 2) ? nil : StringVector(dice.texts(0...2)))
  }

  private mutating func exec(_ index: Int, _ facts: ProcessFacts, _ dice: inout NaiveDice) {
    let image = image(UInt64(20 + index), facts.comm, &dice)
    _ = tree.apply(.exec(ExecEvent(process: facts, image: image)))
    processes[index].texts["exe"] = image.exe.bytes
    processes[index].texts["file"] = image.file.bytes
    processes[index].texts["interp"] = image.interpreter?.bytes
    processes[index].texts["cwd"] = image.cwd.bytes
    processes[index].argv = image.argv.map(Array.init)
    processes[index].env = image.env.map { $0.map(Array.init) }
    processes[index].numbers["execs"] = [1]
    processes[index].numbers["ret"] = [0]
    processes[index].names["ev", default: []].insert("exec")
  }

  private mutating func fail(_ index: Int, _ facts: ProcessFacts, _ dice: inout NaiveDice) {
    let errno = Int32(Int.random(in: 1...12, using: &dice.random))
    let image = image(UInt64(40 + index), facts.comm, &dice)
    _ = tree.apply(.failedExec(FailedExecEvent(process: facts, errno: errno, image: image)))
    processes[index].numbers["errno"] = [Int64(errno)]
    processes[index].numbers["fails"] = [1]
    processes[index].numbers["ret", default: []].append(-Int64(errno))
    processes[index].names["ev", default: []].insert("fail")
  }

  private mutating func exit(_ index: Int, _ facts: ProcessFacts, _ dice: inout NaiveDice) {
    let number = dice.number()
    let isSignal = number > 0 && dice.random.once(in: 2)
    let status = isSignal ? ExitStatus(signal: Int32(number)) : ExitStatus(code: Int32(number))
    let usage = ResourceUsage(userTime: UInt64(dice.number()), systemTime: 1, peakMemory: UInt64(dice.number()))
    let time = UInt64(Int.random(in: index + 1...14, using: &dice.random))
    var killer: Killer?
    if isSignal, dice.random.once(in: 3) == false {
      let sender = Killer.Sender(id: facts.id, comm: Comm(dice.text()), uid: 0)
      let killers = [Killer.process(sender), .kernel(code: 0), .terminal(nil), .outOfMemory(Killer.Memory()), .lost]
      let texts: [[UInt8]?] = [sender.comm.bytes] + ["kernel", "terminal", "oom"].map { Array($0.utf8) } + [nil]
      let choice = Int.random(in: killers.indices, using: &dice.random)
      killer = killers[choice]
      processes[index].texts["killer"] = texts[choice]
    }
    _ = tree.apply(
      .exit(ExitEvent(time: time, process: facts, status: status, usage: usage, killer: killer)))
    processes[index].numbers[isSignal ? "sig" : "exit"] = [number]
    processes[index].numbers["cpu"] = [Int64(usage.userTime) + 1]
    processes[index].numbers["mem"] = [Int64(usage.peakMemory)]
    processes[index].numbers["dur"] = [Int64(time - facts.id.startTime)]
    processes[index].names["ev", default: []].insert("exit")
    processes[index].names["state"] = ["exited"]
  }
}
