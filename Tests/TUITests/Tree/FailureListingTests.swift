import Events
import Testing
import Tree

@testable import TUI

/// The cause of a failure in lines.
@Suite
struct FailureListingTests {
  private func build() -> (tree: ProcessTree, make: ProcessID, now: UInt64) {
    var story = Story()
    let make = story.fork(4711, from: story.id(980, at: 3001), comm: "bash")
    story.exec(make, story.id(980, at: 3001), story.image(["make", "-j2"]))
    story.pass(100 * Story.millisecond)
    let shell = story.fork(4712, from: make, comm: "make")
    story.exec(
      shell, make,
      story.image(
        ["/bin/sh", "-c", "gcc -c main.c"], env: ["HOME=/home/ana", "LANG=C.UTF-8", "PATH=/bin", "MAKELEVEL=1"]))
    story.pass(100 * Story.millisecond)
    let compiler = story.fork(4713, from: shell, comm: "sh")
    story.exec(
      compiler, shell,
      story.image(
        ["gcc", "-c", "main.c\n"], cwd: "/home/ana/it's here",
        env: ["HOME=/home/ana", "LANG=C.UTF-8", "PATH=/bin", "MAKELEVEL=1"]))
    story.pass(700 * Story.millisecond)
    story.fail(compiler, shell, comm: "gcc", ["/usr/lib/cc1"], errno: 2)
    story.exit(compiler, shell, comm: "gcc", ExitStatus(code: 1))
    story.pass(10 * Story.millisecond)
    story.exit(shell, make, comm: "sh", ExitStatus(code: 1))
    story.pass(90 * Story.millisecond)
    story.exit(make, story.id(980, at: 3001), comm: "make", ExitStatus(code: 2))
    var tree = ProcessTree()
    for event in story.events { _ = tree.apply(event) }
    return (tree, make, story.now)
  }

  private func lines(_ listing: FailureListing) -> [String] {
    listing.lines.map { $0.runs.map(\.text.string).joined() }
  }

  @Test func `The chain, the cause and how to run it again`() throws {
    let (tree, make, now) = build()
    let cause = try #require(FailureCause(of: make, in: tree))
    let listing = FailureListing(of: cause, in: tree, now: now, glyphs: .utf8)
    #expect(
      lines(listing) == [
        "  PID    TIME  STATUS     COMMAND",
        " 4711    1.0s  ✗ exit 2   make -j2",
        " 4712   810ms  ✗ exit 1   └─ /bin/sh -c 'gcc -c main.c'",
        " 4713   700ms  ✗ exit 1     └─ gcc -c 'main.c\\x0a'",
        "",
        "cause      gcc (4713) exited 1 after 700ms, 100ms before the end of make",
        "           a status above is not the one below it: these programs report failures in their own way",
        "exec       ✗ ENOENT /usr/lib/cc1",
        "where      '/home/ana/it\\'s here'",
        "run again  cd -- '/home/ana/it'\\''s here' && env PATH=/bin MAKELEVEL=1 ./gcc -c 'main.c\\x0a'",
      ])
  }

  @Test func `There is a place for the killer and for the output`() throws {
    let (tree, make, now) = build()
    var listing = FailureListing(of: try #require(FailureCause(of: make, in: tree)), in: tree, now: now, glyphs: .ascii)
    listing.killer = "the kernel"
    listing.output = ["main.c:1: error", "2 errors"]
    let text = lines(listing)
    #expect(text.contains("killed     the kernel"))
    #expect(text.contains("output     main.c:1: error") && text.contains("           2 errors"))
  }

  @Test func `What did not fail`() throws {
    var story = Story()
    let done = story.fork(20, from: story.id(980, at: 3001), comm: "true")
    story.exit(done, story.id(980, at: 3001), comm: "true", ExitStatus(code: 0))
    let going = story.fork(21, from: story.id(980, at: 3001), comm: "sleep")
    var tree = ProcessTree()
    for event in story.events { _ = tree.apply(event) }
    func text(_ id: ProcessID?) -> String {
      FailureListing.success(of: id.flatMap { tree[$0] }).runs.map(\.text.string).joined()
    }
    #expect(text(done) == "true (20) exited 0: it has not failed")
    #expect(text(going) == "sleep (21) is still running: it has not failed")
    #expect(text(nil) == "no process failed")
  }
}
