import Events

@testable import TUI

extension Story {
  /// A developer's machine during a build: old daemons, a shell, a make with compilers that work, fail and are killed,
  /// a daemon that forks twice, a setuid program, a deleted one, a script, and a loss.
  static func build() -> Story {
    var story = Story()
    let systemd = story.id(1, at: 1)
    let kthreadd = story.id(2, at: 1)
    let sshd = story.id(512, at: 9)
    let session = story.id(978, at: 3000)
    let shell = story.id(980, at: 3001)
    story.existing(systemd, nil, ["/sbin/init", "splash"])
    story.existing(kthreadd, nil, [], kernelThread: "kthreadd")
    story.existing(story.id(11, at: 1), kthreadd, [], kernelThread: "kworker/0:1H")
    story.existing(story.id(331, at: 4), systemd, ["/lib/systemd/systemd-journald"])
    story.existing(story.id(498, at: 8), systemd, ["/usr/sbin/cron", "-f"])
    story.existing(sshd, systemd, ["/usr/sbin/sshd", "-D"])
    story.existing(session, sshd, ["sshd: ana [priv]"])
    story.existing(shell, session, ["-bash"], user: "ana", uid: 1000)
    story.passSeconds(30)

    let make = story.fork(10_233, from: shell, comm: "bash")
    story.pass(2 * millisecond)
    story.exec(make, shell, story.image(["/usr/bin/make", "-j2", "all"]))
    story.pass(9 * millisecond)
    story.compile(10_234, make, "main.c", status: ExitStatus(code: 0))
    story.compile(10_236, make, "parse.c", status: ExitStatus(code: 1))
    story.compile(10_238, make, "a file with spaces.c", status: ExitStatus(signal: 9))
    story.passSeconds(14)
    story.daemon(shell, make, systemd)
    story.specials(shell, make)
    return story
  }

  private mutating func compile(_ pid: Int32, _ make: ProcessID, _ file: String, status: ExitStatus) {
    let shell = fork(pid, from: make, comm: "make")
    pass(Self.millisecond)
    exec(shell, make, image(["/bin/sh", "-c", "cc -O2 -c '\(file)' -o out.o"], exe: "/usr/bin/dash"))
    pass(400_000)
    let compiler = fork(pid + 1, from: shell, comm: "sh")
    pass(300_000)
    exec(compiler, shell, image(["/usr/bin/cc", "-O2", "-c", file, "-o", "out.o"], exe: "/usr/bin/gcc-12"))
    pass(812 * Self.millisecond)
    exit(compiler, shell, comm: "cc", status)
    pass(312_000)
    exit(shell, make, comm: "sh", status)
    pass(5 * Self.millisecond)
  }

  /// Forks twice and lets the middle one end, as daemons do; the child is then systemd's.
  private mutating func daemon(_ shell: ProcessID, _ make: ProcessID, _ systemd: ProcessID) {
    let middle = fork(10_250, from: shell, comm: "bash")
    pass(Self.millisecond)
    exec(middle, shell, image(["gpg-agent", "--daemon"], exe: "/usr/bin/gpg-agent"))
    pass(Self.millisecond)
    let agent = fork(10_251, from: middle, comm: "gpg-agent")
    pass(Self.millisecond)
    exit(middle, shell, comm: "gpg-agent", ExitStatus(code: 0), reaper: systemd)
    passSeconds(20)
    _ = agent
  }

  private mutating func specials(_ shell: ProcessID, _ make: ProcessID) {
    let lost = fork(10_260, from: shell, comm: "bash")
    pass(Self.millisecond)
    fail(lost, shell, comm: "bash", ["gti", "status"], errno: 2)
    pass(Self.millisecond)
    exit(lost, shell, comm: "bash", ExitStatus(code: 127))
    lose(execs: 12, exits: 3)
    passSeconds(2)
    let sudo = fork(10_261, from: shell, comm: "bash")
    pass(Self.millisecond)
    exec(
      sudo, shell, image(["sudo", "make", "install"], exe: "/usr/bin/sudo", marks: .privilegeChanged), euid: 0)
    pass(40 * Self.millisecond)
    let script = fork(10_262, from: make, comm: "make")
    pass(Self.millisecond)
    exec(
      script, make,
      image(["/bin/sh", "./configure", "--prefix=/opt"], exe: "/usr/bin/dash", interpreter: "/bin/sh"))
    pass(3 * Self.millisecond)
    exec(script, make, image(["/tmp/conftest", ""], exe: "/tmp/conftest", marks: .exeDeleted))
    pass(100 * Self.millisecond)
    fail(script, make, comm: "conftest", ["/usr/lib/none", "--x"], errno: 13)
    pass(500 * Self.millisecond)
  }
}
