import Events

/// A simulated process while its life is planned.
struct FleetProcess {
  var facts: ProcessFacts
  /// The time up to which its life is planned.
  var now: UInt64
}

extension FleetHost {
  /// Plans a fork after a delay.
  func fork(_ parent: inout FleetProcess, after delay: UInt64) -> FleetProcess {
    parent.now &+= delay &+ random.number(0...delay / 4 &+ 5000)
    let start = parent.now
    var facts = parent.facts
    facts.id = ProcessID(pid: takePID(), startTime: start)
    facts.parent = parent.facts.id
    facts.innerPID = facts.id.pid
    let time = start &+ random.number(1800...9000)
    plan(.fork(ForkEvent(time: time, process: facts, isByParent: true)))
    return FleetProcess(facts: facts, now: time)
  }

  /// Plans an exec.
  /// - Parameters:
  ///   - file: what it is called with; the same as `exe` if nil.
  ///   - last: an argument that may have any bytes.
  func exec(
    _ process: inout FleetProcess, _ exe: String, _ arguments: [String], file: String? = nil, last: [UInt8]? = nil,
    cwd: String = "/", marks: Marks = []
  ) {
    process.now &+= random.amount(60 &* Fleet.microsecond...3 &* Fleet.millisecond)
    process.facts.comm = Comm(Fleet.name(of: file ?? exe).utf8)
    var block = StringVector(arguments).bytes
    if let last { block += last + [0] }
    let image = ProcessImage(
      time: process.now, comm: process.facts.comm, file: RawBytes(utf8: file ?? exe), exe: RawBytes(utf8: exe),
      cwd: RawBytes(utf8: cwd), argv: StringVector(bytes: block), marks: marks)
    plan(.exec(ExecEvent(process: process.facts, image: image)))
  }

  /// Plans an exec that fails because there is no such file.
  func fail(_ process: inout FleetProcess, _ file: String, _ arguments: [String]) {
    process.now &+= random.number(20_000...90_000)
    let image = ProcessImage(
      time: process.now, comm: process.facts.comm, file: RawBytes(utf8: file), cwd: "/", argv: StringVector(arguments))
    plan(.failedExec(FailedExecEvent(process: process.facts, errno: 2, image: image)))
  }

  /// Plans an exit after a run time.
  func exit(
    _ process: FleetProcess, after runTime: UInt64, _ status: ExitStatus = ExitStatus(code: 0), killer: Killer? = nil
  ) {
    let cpu = random.amount(100 &* Fleet.microsecond...max(runTime, 200 &* Fleet.microsecond))
    let user = random.number(cpu / 3...cpu)
    let usage = ResourceUsage(
      userTime: user, systemTime: cpu &- user, peakMemory: random.amount(400...200_000) &* 4096,
      minorFaults: random.amount(60...20_000), majorFaults: random.once(in: 30) ? random.number(1...40) : 0,
      readBytes: random.once(in: 20) ? random.amount(1...4000) &* 4096 : 0,
      writtenBytes: random.once(in: 12) ? random.amount(1...4000) &* 4096 : 0)
    plan(
      .exit(
        ExitEvent(
          time: process.now &+ runTime &+ random.number(0...900), process: process.facts, status: status, usage: usage,
          killer: killer)))
  }

  /// A usual run time of a short command.
  func shortTime() -> UInt64 { random.amount(Fleet.millisecond...2 &* Fleet.second) }

  /// Plans what runs before the trace.
  func startDaemons() {
    func daemon(
      _ key: String, _ exe: String, _ arguments: [String], pid: Int32, parent: String?, cgroup: String,
      uid: UInt32 = 0, user: RawBytes = "root"
    ) {
      reserve(pid)
      let id = ProcessID(pid: pid, startTime: (parent == nil ? 1 : UInt64(pid)) &* Fleet.millisecond &* 10)
      let facts = ProcessFacts(
        id: id, parent: parent.flatMap { daemons[$0]?.facts.id }, comm: Comm(Fleet.name(of: exe).utf8), uid: uid,
        gid: uid, session: pid, processGroup: pid, cgroup: RawBytes(utf8: cgroup), user: user)
      let image = ProcessImage(
        time: began, comm: facts.comm, exe: RawBytes(utf8: exe), cwd: "/", argv: StringVector(arguments),
        marks: .fromProc)
      plan(.existing(ExistingProcess(time: began, process: facts, image: image)))
      daemons[key] = FleetProcess(facts: facts, now: began)
    }
    daemon("init", "/usr/lib/systemd/systemd", ["/sbin/init"], pid: 1, parent: nil, cgroup: "/init.scope")
    let system = "/system.slice/"
    daemon(
      "cron", "/usr/sbin/cron", ["/usr/sbin/cron", "-f"], pid: 611, parent: "init", cgroup: system + "cron.service")
    daemon(
      "sshd", "/usr/sbin/sshd", ["sshd: /usr/sbin/sshd -D"], pid: 702, parent: "init", cgroup: system + "ssh.service")
    daemon(
      "runner", "/usr/local/bin/ci-runner", ["ci-runner", "run"], pid: 811, parent: "init",
      cgroup: system + "ci-runner.service", uid: 998, user: "ci")
    daemon(
      "php", "/usr/sbin/php-fpm8.2", ["php-fpm: master process"], pid: 902, parent: "init",
      cgroup: system + "php8.2-fpm.service")
    daemon(
      "shim", "/usr/bin/containerd-shim-runc-v2", ["/usr/bin/containerd-shim-runc-v2", "-namespace", "k8s.io"],
      pid: 1011, parent: "init", cgroup: system + "containerd.service")
  }
}
