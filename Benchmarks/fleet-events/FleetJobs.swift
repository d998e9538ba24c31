import Events

extension FleetHost {
  /// Plans one of the jobs that a machine of this role usually has.
  func planUsualJob(at time: UInt64) {
    switch (role, random.number(0...99)) {
    case (_, 0...24): planScheduled(at: time)
    case (_, 25...29): planSession(at: time)
    case (.build, _): planBuild(at: time)
    case (.web, _): planWorker(at: time)
    case (.node, 30...79): planContainer(at: time)
    case (.node, _): planWorker(at: time)
    case (.db, 30...34): planSession(at: time)
    case (.db, _): planScheduled(at: time)
    }
  }

  private func daemon(_ name: String, at time: UInt64) -> FleetProcess? {
    guard var process = daemons[name] else { return nil }
    process.now = time
    return process
  }

  private func become(_ process: inout FleetProcess, person: Int) {
    let uid = UInt32(truncatingIfNeeded: 1000 &+ person)
    (process.facts.uid, process.facts.euid, process.facts.gid) = (uid, uid, uid)
    process.facts.user = RawBytes(utf8: Fleet.people[person])
  }

  /// A command of cron: a shell, and the program that it starts.
  private func planScheduled(at time: UInt64) {
    guard var cron = daemon("cron", at: time) else { return }
    let job = random.pick(Fleet.scheduled)
    var shell = fork(&cron, after: 0)
    (shell.facts.session, shell.facts.processGroup) = (shell.facts.id.pid, shell.facts.id.pid)
    exec(&shell, "/usr/bin/dash", ["/bin/sh", "-c", job.command], file: "/bin/sh")
    var program = fork(&shell, after: 200 &* Fleet.microsecond)
    exec(&program, job.program, job.command.split(separator: " ").map(String.init))
    let runTime = shortTime()
    let status = ExitStatus(code: random.once(in: 40) ? 1 : 0)
    exit(program, after: runTime, status)
    shell.now = program.now &+ runTime
    exit(shell, after: 300 &* Fleet.microsecond, status)
  }

  /// A make with some compilers.
  private func planBuild(at time: UInt64) {
    guard var runner = daemon("runner", at: time) else { return }
    var make = fork(&runner, after: 0)
    let commit = random.digits(12)
    let folder = "/srv/builds/\(commit)"
    exec(&make, "/usr/bin/make", ["make", "-j4"], cwd: folder)
    var last = make.now
    var failed = false
    for _ in 0..<random.number(1...8) where !failed {
      let unit = "src/\(random.pick(["net", "core", "ui", "store"]))/unit\(random.number(1...400))"
      var gcc = fork(&make, after: random.number(1...20) &* Fleet.millisecond)
      exec(
        &gcc, "/usr/bin/x86_64-linux-gnu-gcc-12", ["gcc", "-O2", "-c", "\(unit).c", "-o", "\(unit).o"],
        file: "/usr/bin/gcc", cwd: folder)
      let output = "/tmp/cc\(random.digits(6)).s"
      var compiler = fork(&gcc, after: Fleet.millisecond)
      exec(
        &compiler, "/usr/lib/gcc/x86_64-linux-gnu/12/cc1",
        ["/usr/lib/gcc/x86_64-linux-gnu/12/cc1", "-quiet", "\(unit).c", "-O2", "-o", output],
        cwd: folder)
      let runTime = random.amount(50 &* Fleet.millisecond...4 &* Fleet.second)
      failed = random.once(in: 60)
      let crashes = failed && random.once(in: 4)
      exit(
        compiler, after: runTime, crashes ? ExitStatus(signal: 11, core: true) : ExitStatus(code: failed ? 1 : 0),
        killer: crashes ? .kernel(code: 1) : nil)
      gcc.now = compiler.now &+ runTime
      if !failed {
        var assembler = fork(&gcc, after: 300 &* Fleet.microsecond)
        exec(
          &assembler, "/usr/bin/x86_64-linux-gnu-as", ["as", "--64", "-o", "\(unit).o", output], file: "/usr/bin/as",
          cwd: folder)
        let short = random.amount(Fleet.millisecond...40 &* Fleet.millisecond)
        exit(assembler, after: short)
        gcc.now = assembler.now &+ short
      }
      exit(gcc, after: 200 &* Fleet.microsecond, ExitStatus(code: failed ? 1 : 0))
      last = max(last, gcc.now &+ Fleet.millisecond)
    }
    make.now = last
    exit(make, after: Fleet.millisecond, ExitStatus(code: failed ? 2 : 0))
  }

  /// A worker of PHP, which runs its master's program, and now and then another program.
  private func planWorker(at time: UInt64) {
    guard var master = daemon("php", at: time) else { return }
    var worker = fork(&master, after: 0)
    (worker.facts.uid, worker.facts.euid, worker.facts.gid, worker.facts.user) = (33, 33, 33, "www-data")
    for _ in 0..<random.number(0...4) {
      var converter = fork(&worker, after: random.amount(Fleet.millisecond...Fleet.second))
      let picture = "/srv/app/storage/\(random.digits(16)).jpg"
      exec(&converter, "/usr/bin/dash", ["sh", "-c", "convert \(picture)"], file: "/bin/sh")
      if random.once(in: 20) { fail(&converter, "/usr/local/bin/convert", ["convert", picture]) }
      // A name in Latin-1 is not UTF-8.
      let name = random.once(in: 50) ? Array("/srv/app/storage/caf".utf8) + [0xe9] : Array(picture.utf8)
      exec(&converter, "/usr/bin/convert-im6.q16", ["convert"], file: "/usr/bin/convert", last: name)
      let runTime = random.amount(10 &* Fleet.millisecond...3 &* Fleet.second)
      let crashes = random.once(in: 90)
      exit(
        converter, after: runTime, crashes ? ExitStatus(signal: 6, core: true) : ExitStatus(code: 0),
        killer: crashes
          ? .process(
            Killer.Sender(id: converter.facts.id, comm: "convert", uid: 33, user: "www-data")) : nil)
      worker.now = converter.now &+ runTime
    }
    let crashes = random.once(in: 30)
    exit(
      worker, after: random.amount(Fleet.second...600 &* Fleet.second),
      crashes ? ExitStatus(signal: 11, core: true) : ExitStatus(code: 0), killer: crashes ? .kernel(code: 1) : nil)
  }

  /// A health check or a job in a container.
  private func planContainer(at time: UInt64) {
    guard var shim = daemon("shim", at: time) else { return }
    var runc = fork(&shim, after: 0)
    exec(&runc, "/usr/bin/runc", ["runc", "--root", "/run/containerd/runc/k8s.io", "exec", "--detach"])
    var inner = fork(&runc, after: 10 &* Fleet.millisecond)
    exit(runc, after: 20 &* Fleet.millisecond)
    inner.facts.cgroup = random.pick(pods)
    inner.facts.innerPID = Int32(truncatingIfNeeded: random.number(20...4000))
    (inner.facts.uid, inner.facts.euid, inner.facts.gid, inner.facts.user) = (65534, 65534, 65534, "nobody")
    if random.once(in: 4) {
      exec(&inner, "/opt/java/bin/java", ["java", "-Xmx512m", "-jar", "/app/job-\(random.number(1...30)).jar"])
      let killed = random.once(in: 12)
      let memory = Killer.Memory(anonymous: 536_000_000, file: 4096 &* 100, shared: 0, limit: 512 &<< 20)
      exit(
        inner, after: random.amount(Fleet.second...300 &* Fleet.second),
        killed ? ExitStatus(signal: 9) : ExitStatus(code: 0), killer: killed ? .outOfMemory(memory) : nil)
    } else {
      exec(&inner, "/bin/busybox", ["sh", "-c", "wget -q -O- http://127.0.0.1:8080/healthz"], file: "/bin/sh")
      exec(&inner, "/bin/busybox", ["wget", "-q", "-O-", "http://127.0.0.1:8080/healthz"], file: "/usr/bin/wget")
      exit(inner, after: shortTime(), ExitStatus(code: random.once(in: 50) ? 1 : 0))
    }
  }

  /// A person who logs in, types some commands and logs out.
  private func planSession(at time: UInt64) {
    guard var sshd = daemon("sshd", at: time) else { return }
    var monitor = fork(&sshd, after: 0)
    exec(&monitor, "/usr/sbin/sshd", ["/usr/sbin/sshd", "-D", "-R"])
    (monitor.facts.session, monitor.facts.processGroup) = (monitor.facts.id.pid, monitor.facts.id.pid)
    let person = Int(random.number(0...UInt64(Fleet.people.count - 1)))
    let uid = UInt32(truncatingIfNeeded: 1000 &+ person)
    monitor.facts.auditUID = uid
    monitor.facts.cgroup = RawBytes(utf8: "/user.slice/user-\(uid).slice/session-\(monitor.facts.id.pid).scope")
    var network = fork(&monitor, after: 80 &* Fleet.millisecond)
    become(&network, person: person)
    var shell = fork(&network, after: 10 &* Fleet.millisecond)
    (shell.facts.session, shell.facts.processGroup) = (shell.facts.id.pid, shell.facts.id.pid)
    shell.facts.tty = RawBytes(utf8: "pts/\(random.number(0...9))")
    exec(&shell, "/usr/bin/bash", ["-bash"], file: "/bin/bash", cwd: "/home/\(Fleet.people[person])")
    for _ in 0..<random.number(1...9) {
      var command = fork(&shell, after: random.amount(Fleet.second...60 &* Fleet.second))
      command.facts.processGroup = command.facts.id.pid
      let cwd = "/home/\(Fleet.people[person])"
      let runTime = shortTime()
      switch random.number(0...19) {
      case 0:
        fail(&command, "/usr/local/bin/gti", ["gti", "status"])
        fail(&command, "/usr/bin/gti", ["gti", "status"])
        exit(command, after: Fleet.millisecond, ExitStatus(code: 127))
      case 1...2:
        command.facts.euid = 0
        exec(&command, "/usr/bin/sudo", ["sudo", "systemctl", "restart", "app"], cwd: cwd, marks: .privilegeChanged)
        var child = fork(&command, after: 5 &* Fleet.millisecond)
        (child.facts.uid, child.facts.gid, child.facts.user) = (0, 0, "root")
        exec(&child, "/usr/bin/systemctl", ["systemctl", "restart", "app"], cwd: cwd)
        exit(child, after: runTime)
        command.now = child.now &+ runTime
        exit(command, after: Fleet.millisecond)
      case 3:
        exec(&command, "/usr/bin/sleep", ["sleep", "1000"], cwd: cwd)
        let bash = Killer.Sender(
          id: shell.facts.id, comm: "bash", uid: uid, user: RawBytes(utf8: Fleet.people[person]))
        exit(command, after: runTime, ExitStatus(signal: 15), killer: .process(bash))
      default:
        let words = random.pick(Fleet.typed)
        exec(&command, "/usr/bin/\(words[0])", words, cwd: cwd)
        exit(command, after: runTime, ExitStatus(code: random.once(in: 15) ? 1 : 0))
      }
      shell.now = max(shell.now, command.now &+ runTime &+ Fleet.millisecond)
    }
    exit(shell, after: random.amount(Fleet.second...30 &* Fleet.second))
    network.now = shell.now &+ 31 &* Fleet.second
    exit(network, after: 2 &* Fleet.millisecond)
    monitor.now = network.now &+ 2 &* Fleet.millisecond
    exit(monitor, after: 3 &* Fleet.millisecond)
  }

  /// A program that no machine ran before.
  func planNewcomer(at time: UInt64) {
    guard var cron = daemon("cron", at: time) else { return }
    let exe = random.pick(Fleet.newcomers)
    var shell = fork(&cron, after: 0)
    exec(&shell, "/usr/bin/dash", ["/bin/sh", "-c", exe], file: "/bin/sh")
    exec(&shell, exe, [exe, "--token-file", "/run/token"])
    exit(shell, after: shortTime())
  }
}
