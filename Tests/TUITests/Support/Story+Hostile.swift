import Events

@testable import TUI

extension Story {
  /// Processes that try to paint the screen themselves, through everything that they choose: comm, argv, paths, the
  /// environment, names of users and terminals.
  static func hostile() -> Story {
    var story = Story()
    let systemd = story.id(1, at: 1)
    story.existing(systemd, nil, ["/sbin/init"])
    story.passSeconds(3)
    let attacks: [[UInt8]] = [
      Array("\u{1b}]0;title\u{07}".utf8),
      Array("a\rroot".utf8),
      Array("b\nLIVE 0 lost".utf8),
      Array("\u{202e}gnp.exe".utf8),
      [0x9b] + Array("2J".utf8),
      Array("\u{1b}[2J\u{1b}[H".utf8),
      Array("zero\u{200b}width".utf8),
      [0xc0, 0x80, 0xed, 0xa0, 0x80],
      Array("\\x1b[31m".utf8),
      Array("漢字テスト e\u{301}".utf8),
      [],
      Array("' '".utf8),
    ]
    for (index, attack) in attacks.enumerated() {
      let child = story.fork(Int32(2000 + index), from: systemd, comm: Comm(attack))
      story.pass(millisecond)
      let image = ProcessImage(
        time: story.now, comm: Comm(attack), file: RawBytes(attack), exe: RawBytes(attack), cwd: RawBytes(attack),
        argv: StringVector([Array("evil".utf8), attack, Array("last".utf8)]),
        env: StringVector([Array("A=".utf8) + attack, attack]))
      let facts = ProcessFacts(
        id: child, parent: systemd, comm: Comm(attack), uid: 1000, tty: RawBytes(attack), cgroup: RawBytes(attack),
        user: RawBytes(attack))
      story.append(.exec(ExecEvent(process: facts, image: image)))
      story.pass(millisecond)
    }
    return story
  }
}
