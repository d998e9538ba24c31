@testable import Events
@testable import Filtering
@testable import Tree

/// The machine of docs/FILTERS.md: its processes have a value in every field, and processes of all kinds.
struct FilterMachine {
  static let second: UInt64 = 1_000_000_000
  static let now = 1000 * second
  static let digest = String(repeating: "0123456789abcdef", count: 4)

  var tree = ProcessTree()

  init() {
    _ = tree.apply(.host(HostEvent(time: 0, number: 0, name: "web-3")))
    boot()
    login()
    build()
    serve()
    crash()
  }

  /// The pids that match, in order.
  func pids(_ text: String) throws -> [Int32] { pids(try Filter.parse(text)) }

  func pids(_ filter: Filter) -> [Int32] {
    tree.allIDs.filter { id in
      tree[id].map { filter.matches($0, in: tree, at: Self.now) } ?? false
    }.map(\.pid).sorted()
  }

  func id(_ pid: Int32) -> ProcessID? { tree.allIDs.first { $0.pid == pid } }

  // MARK: - Events

  private struct Owner {
    var uid: UInt32 = 0
    var euid: UInt32?
    var user: RawBytes = "root"
    var tty: RawBytes?
    var session: Int32 = 1
    var auditUID: UInt32?
    var cgroup = "/init.scope"

    static let dev = Owner(
      uid: 1000, user: "dev", tty: "pts/3", session: 200, auditUID: 1000,
      cgroup: "/user.slice/user-1000.slice/session-2.scope")
  }

  private static let environment = StringVector(["PATH=/usr/bin", "LANG=C.UTF-8", "HOME=/home/dev"])

  private func time(_ seconds: Double) -> UInt64 { UInt64(seconds * 1000) * (Self.second / 1000) }

  private mutating func facts(
    _ pid: Int32, _ start: Double, of parent: Int32?, _ comm: Comm, _ owner: Owner
  )
    -> ProcessFacts
  {
    ProcessFacts(
      id: ProcessID(pid: pid, startTime: time(start)),
      parent: parent.map { id($0) ?? ProcessID(pid: $0, startTime: time(start) - 1) }, comm: comm, uid: owner.uid,
      euid: owner.euid, gid: owner.uid, auditUID: owner.auditUID, session: owner.session, tty: owner.tty,
      cgroup: RawBytes(utf8: owner.cgroup), user: owner.user)
  }

  private mutating func fork(_ pid: Int32, _ start: Double, of parent: Int32, _ comm: Comm, _ owner: Owner) {
    let facts = facts(pid, start, of: parent, comm, owner)
    _ = tree.apply(.fork(ForkEvent(time: facts.id.startTime, process: facts)))
  }

  private mutating func exec(
    _ pid: Int32, _ start: Double, of parent: Int32, _ exe: RawBytes, _ argv: [String], _ owner: Owner,
    file: RawBytes? = nil, interpreter: RawBytes? = nil, cwd: RawBytes = "/", marks: Marks = [], after: Double = 0.001
  ) {
    let name = Comm(exe.bytes.split(separator: UInt8(ascii: "/")).last ?? [])
    let image = ProcessImage(
      time: time(start + after), comm: name, file: file ?? exe, exe: exe, interpreter: interpreter, cwd: cwd,
      argv: StringVector(argv), env: owner.uid == 1000 ? Self.environment : nil, marks: marks)
    _ = tree.apply(.exec(ExecEvent(process: facts(pid, start, of: parent, name, owner), image: image)))
  }

  private mutating func exit(
    _ pid: Int32, at end: Double, _ status: ExitStatus, cpu: UInt64, memory: UInt64, killer: Killer? = nil
  ) {
    guard let id = id(pid), let node = tree[id] else { return }
    let usage = ResourceUsage(userTime: cpu / 2, systemTime: cpu - cpu / 2, peakMemory: memory)
    _ = tree.apply(
      .exit(ExitEvent(time: time(end), process: node.facts, status: status, usage: usage, killer: killer)))
  }

  private mutating func boot() {
    let image = ProcessImage(
      time: time(2), comm: "systemd", exe: "/usr/lib/systemd/systemd", cwd: "/", argv: StringVector(["/sbin/init"]),
      marks: .fromProc)
    let facts = facts(1, 1, of: nil, "systemd", Owner())
    _ = tree.apply(.existing(ExistingProcess(time: time(2), process: facts, image: image)))
    let ssh = Owner(cgroup: "/system.slice/ssh.service")
    fork(100, 50, of: 1, "systemd", ssh)
    exec(100, 50, of: 1, "/usr/sbin/sshd", ["sshd: /usr/sbin/sshd", "-D"], ssh)
  }

  private mutating func login() {
    fork(200, 100, of: 100, "sshd", .dev)
    exec(200, 100, of: 100, "/usr/bin/bash", ["-bash"], .dev, cwd: "/home/dev")
  }

  private mutating func build() {
    fork(300, 900, of: 200, "bash", .dev)
    exec(300, 900, of: 200, "/usr/bin/make", ["make", "-j2"], .dev, file: "make", cwd: "/src/App")
    fork(301, 910, of: 300, "make", .dev)
    exec(
      301, 910, of: 300, "/usr/bin/gcc", ["gcc", "-O2", "-o", "main.o", "main.c"], .dev, file: "gcc", cwd: "/src/App")
    fork(302, 910.1, of: 301, "gcc", .dev)
    exec(302, 910.1, of: 301, "/usr/libexec/gcc/cc1", ["cc1", "-O2", "main.c"], .dev, cwd: "/src/App")
    exit(302, at: 911.5, ExitStatus(code: 1), cpu: 1_200_000_000, memory: 150 << 20)
    exit(301, at: 912, ExitStatus(code: 0), cpu: 20_000_000, memory: 30 << 20)
    // It did not exec.
    fork(303, 920, of: 300, "make", .dev)
    exit(303, at: 920.02, ExitStatus(code: 0), cpu: 1_000_000, memory: 1 << 20)
    fork(304, 930, of: 200, "bash", .dev)
    exec(304, 930, of: 200, "/usr/bin/env", ["env", "sh"], .dev, cwd: "/src/App")
    exec(
      304, 930, of: 200, "/usr/bin/dash", ["/bin/sh", "./configure", "--prefix=/usr"], .dev, file: "./configure",
      interpreter: "/bin/sh", cwd: "/src/App", after: 1)
    let failed = ProcessImage(
      time: time(935), comm: "dash", file: "/usr/bin/missing", cwd: "/src/App", argv: StringVector(["missing"]))
    _ = tree.apply(
      .failedExec(FailedExecEvent(process: facts(304, 930, of: 200, "dash", .dev), errno: 2, image: failed)))
    var sudo = Owner.dev
    sudo.euid = 0
    fork(305, 940, of: 200, "bash", .dev)
    exec(305, 940, of: 200, "/usr/bin/sudo", ["sudo", "-i"], sudo, cwd: "/home/dev", marks: .privilegeChanged)
    let bash = Killer.Sender(id: id(200), comm: "bash", uid: 1000, user: "dev")
    exit(305, at: 950, ExitStatus(signal: 9), cpu: 0, memory: 8 << 20, killer: .process(bash))
  }

  private mutating func serve() {
    let shim = Owner(cgroup: "/system.slice/containerd.service")
    fork(400, 60, of: 1, "systemd", shim)
    exec(400, 60, of: 1, "/usr/bin/containerd-shim", ["containerd-shim", "-id", "web"], shim)
    let web = Owner(
      uid: 33, user: "www-data", session: 401, cgroup: "/system.slice/docker-\(Self.digest).scope")
    fork(401, 61, of: 400, "containerd-shim", web)
    exec(401, 61, of: 400, "/usr/sbin/nginx", ["nginx", "-g", "daemon off; A,B"], web, marks: .argvCut)
  }

  private mutating func crash() {
    // Its parent is a placeholder, and its fork was lost.
    exec(501, 955, of: 500, "/tmp/\u{e9}vil \"x\"", ["evil", "\u{1b}[31m", ""], .dev, cwd: "/tmp", marks: .exeDeleted)
    fork(600, 960, of: 300, "make", .dev)
    exec(600, 960, of: 300, "/src/App/crash", ["./crash", "now"], .dev, file: "./crash", cwd: "/src/App")
    exit(
      600, at: 960.5, ExitStatus(signal: 11, core: true), cpu: 100_000_000, memory: 2 << 30, killer: .kernel(code: 1))
  }
}

/// A process whose start time is its pid.
func process(_ pid: Int32) -> ProcessID { ProcessID(pid: pid, startTime: UInt64(pid)) }
