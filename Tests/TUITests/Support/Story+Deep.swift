import Events

@testable import TUI

extension Story {
  /// A build over ssh: a chain from systemd to make, compilers below shells, an entry script that became other programs,
  /// and a program far down that fails.
  static func deep() -> Story {
    var story = Story()
    let systemd = story.id(1, at: 1)
    story.existing(systemd, nil, ["/sbin/init", "splash"])
    story.existing(story.id(498, at: 8), systemd, ["/usr/sbin/cron", "-f"])
    let sshd = story.id(512, at: 9), session = story.id(978, at: 3000), shell = story.id(980, at: 3001)
    story.existing(sshd, systemd, ["/usr/sbin/sshd", "-D"])
    story.existing(session, sshd, ["sshd: ana [priv]"])
    story.existing(shell, session, ["-bash"], user: "ana", uid: 1000)
    story.passSeconds(30)
    let sudo = story.start(10_001, from: shell, ["sudo", "make", "-C", "src"], marks: .privilegeChanged)
    let make = story.start(10_002, from: sudo, ["/usr/bin/make", "-C", "src"])
    for (index, file) in ["main.c", "parse.c", "scan.c"].enumerated() {
      let pid = Int32(10_010 + 10 * index)
      let sh = story.start(pid, from: make, ["/bin/sh", "-c", "gcc -c \(file)"])
      let gcc = story.start(pid + 1, from: sh, ["/usr/bin/gcc", "-c", file])
      let cc1 = story.start(pid + 2, from: gcc, ["/usr/lib/gcc/x86_64-linux-gnu/12/cc1", "-quiet", file])
      story.pass(400 * millisecond)
      let fails = index == 1
      for (id, parent, comm) in [(cc1, gcc, "cc1"), (gcc, sh, "gcc"), (sh, make, "sh")]
        as [(ProcessID, ProcessID, Comm)]
      where index < 2 {
        story.exit(id, parent, comm: comm, ExitStatus(code: fails ? 1 : 0))
      }
    }
    let entry = story.start(10_050, from: shell, ["./entrypoint.sh"])
    for argv in [["env", "APP_MODE=prod", "sleep", "4"], ["sleep", "4"]] {
      story.exec(entry, shell, story.image(argv))
      story.pass(millisecond)
    }
    story.passSeconds(3)
    return story
  }

  /// Forks and executes.
  mutating func start(_ pid: Int32, from parent: ProcessID, _ argv: [String], marks: Marks = []) -> ProcessID {
    let child = fork(pid, from: parent, comm: "sh")
    pass(Self.millisecond)
    exec(child, parent, image(argv, marks: marks))
    pass(Self.millisecond)
    return child
  }
}
