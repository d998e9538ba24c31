import Glibc
import Testing

extension EndToEnd {
  /// The kept output of a view's command is bounded, and stored in the user's folder.
  @Suite(Needs.kernel, Needs.tmux) struct HeldOutputs {
    private let bench: Bench

    init() throws { bench = try Bench() }

    /// Starts a view with at most this many MiB of output, and notes its pid.
    private func start(_ command: String, mebibytes: Int = 1, with variables: String = "") async throws -> Window {
      _ = try await bench.run(
        "mkdir -p $WORK/config/execsnoop-top; echo command-output = \(mebibytes) >$WORK/config/execsnoop-top/config.toml"
      )
      let window = try await Window(bench)
      try await window.enter(
        "sh -c 'echo $$ >$WORK/pid; exec env XDG_CONFIG_HOME=$WORK/config \(variables) $PROGRAM --no-failed -- \(command)'"
          + "; echo ended-$?")
      return window
    }

    /// The spool's file: its path, its owner, and its size in bytes and in blocks.
    private func file() async throws -> Outcome {
      try await bench.run(
        """
        P=$(pgrep -x -P $(cat $WORK/pid) execsnoop-spool) || exit 1
        grep -E '^Uid|^CapEff' /proc/$P/status
        for n in $(ls -dv /proc/$P/fd/*); do
          case $(readlink $n) in /*deleted*) echo $(readlink $n); stat -Lc 'size %s blocks %b owner %u' $n;; esac
        done
        """)
    }

    private func number(_ name: String, in outcome: Outcome) -> Int? {
      let words = outcome.text.split { $0 == " " || $0 == "\n" }
      return words.firstIndex { $0 == name }.flatMap { words.indices.contains($0 + 1) ? Int(words[$0 + 1]) : nil }
    }

    @Test func `The middle is left out, and the command continues`() async throws {
      let script = "echo first; seq -w 400000; seq -w 400000; echo last; touch $WORK/done; exit 3"
      let window = try await start("sh -c \"\(script)\"")
      try await eventually("the command's end") { bench.contents("done") != nil }
      try await window.waitFor("exit 3")
      // The spool exits with the command, and leaves no zombie.
      try await eventually("the end of the spool") { try await file().status == 1 }
      try await window.press("q")
      try await window.waitForEnd(3)
      let rows = try await window.tmux(["capture-pane", "-p", "-S", "-"]).split(separator: "\n")
      #expect(rows.contains("last"))
      let bytes = try #require(bench.contents("bytes"))
      let text = String(decoding: bytes.filter { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
      let message = try #require(text.split(separator: "\n").first { $0.contains("are left out here") })
      // "first", 800,000 lines of 7 bytes, "last"; less what is kept.
      let all = 6 + 2 * 400_000 * 7 + 5
      let digits = message.split(separator: " ").dropFirst().first?.filter(\.isNumber)
      #expect(digits.flatMap { Int($0) } == all - (1 << 20), "\(message)")
      #expect(text.contains("first\n000001\n000002\n"))
      #expect(text.contains("399999\n400000\nlast\n"))
    }

    @Test func `A message appears at the limit`() async throws {
      let window = try await start("sh -c \"while :; do seq 10000; done\"")
      try await window.waitFor("the command prints more than 1 MiB")
      let kept = try await file()
      #expect(kept.status == 0 && number("size", in: kept) == 1 << 20, "\(kept)")
      #expect(number("blocks", in: kept).map { $0 <= 2100 } == true, "\(kept)")
      _ = try await bench.run("kill $(cat $WORK/pid)")
    }

    @Test func `The file is in the user's folder`() async throws {
      _ = try await bench.run("mkdir -m 777 $WORK/tmp; mkdir -m 700 $WORK/roots")
      let user = "SUDO_UID=65534 SUDO_GID=65534"
      for (folder, place) in [("tmp", "\(bench.folder)/tmp/"), ("roots", "/tmp/"), ("missing", "/tmp/")] {
        let window = try await start("sh -c \"echo kept; sleep 1000\"", with: "\(user) TMPDIR=$WORK/\(folder)")
        try await window.waitFor("exec sleep")
        let kept = try await file()
        #expect(kept.lines.contains { $0.hasPrefix(place) }, "\(kept)")
        #expect(number("owner", in: kept) == 65534 && kept.text.contains("Uid:\t65534\t65534\t65534\t65534"), "\(kept)")
        #expect(kept.text.contains("CapEff:\t0000000000000000"), "\(kept)")
        _ = try await bench.run("kill $(cat $WORK/pid)")
      }
    }

    /// The command prints on while the view is stopped, and after it was killed.
    @Test func `The command neither waits nor is killed`() async throws {
      for signal in ["STOP", "KILL"] {
        let script = "while [ ! -e $WORK/go\(signal) ]; do sleep 0.01; done; seq 1000000; touch $WORK/done\(signal)"
        let window = try await start("sh -c \"\(script)\"")
        try await window.waitFor("exec sleep")
        _ = try await bench.run("kill -\(signal) $(cat $WORK/pid); touch $WORK/go\(signal)")
        try await eventually("the command's end after SIG\(signal)") { bench.contents("done\(signal)") != nil }
        _ = try await bench.run("kill -KILL $(cat $WORK/pid)")
        // The spool exits with the last writer.
        try await eventually("no process left") {
          try await bench.run("pgrep -x execsnoop-spool | xargs -r -I% cat /proc/%/environ | grep -c \"$WORK\"").text
            == "0\n"
        }
      }
    }

    @Test func `A full disk is reported, and nothing hangs`() async throws {
      let window = try await Window(bench)
      try await window.enter(
        """
        unshare -m sh -c 'mkdir $WORK/small; mount -t tmpfs -o size=256k none $WORK/small
        TMPDIR=$WORK/small exec $PROGRAM --no-failed -- sh -c "echo first; seq 100000; echo last; exit 4"'; echo ended-$?
        """)
      try await window.waitFor("cannot keep all of the command's output: No space left on device")
      try await window.waitFor("exit 4")
      try await window.press("q")
      try await window.waitForEnd(4)
      let text = String(decoding: bench.contents("bytes") ?? [], as: UTF8.self)
      #expect(text.contains("are left out here: No space left on device"))
      #expect(text.contains("first\r\n1\r\n2\r\n") && text.contains("99999\r\n100000\r\nlast\r\n"))
    }

    /// Output after the end of the view is printed at once, in any amount.
    @Test func `Output after the view is complete`() async throws {
      let window = try await start(
        "sh -c \"printf unfinished; while [ ! -e $WORK/go ]; do sleep 0.01; done; seq -w 300000; echo last\"")
      try await window.waitFor("exec sleep")
      try await window.press("q")
      let rows = try await window.waitFor("is still running: waiting for it to exit")
      // The line of this program is not behind the command's unfinished one.
      #expect(rows.contains { $0.hasPrefix("execsnoop-top: sh (pid ") }, "\(rows)")
      _ = try await bench.run("touch $WORK/go")
      try await window.waitForEnd(0)
      try await eventually("all of the bytes") { bench.text("bytes")?.contains("ended-0") == true }
      #expect(bench.text("bytes")?.contains("left out") == false)
      #expect(bench.text("bytes")?.contains("150000\r\n150001\r\n") == true)
    }

    /// The pipe belongs to the user that the command runs as.
    /// The command runs as the same user, so it may do that.
    @Test func `A stopped spool does not delay the exit`() async throws {
      let window = try await start("sh -c \"echo kept; sleep 1000\"")
      try await window.waitFor("exec sleep")
      _ = try await bench.run("kill -STOP $(pgrep -x -P $(cat $WORK/pid) execsnoop-spool); kill $(cat $WORK/pid)")
      try await window.waitForEnd(143)
      #expect(try await window.rows().contains("kept"))
    }

    /// A command that prints on and on, and takes no signal, does not keep the end waiting.
    @Test func `Endless output does not delay the exit`() async throws {
      let window = try await start("sh -c \"trap '' INT TERM HUP; exec timeout -s KILL 20 yes\"", mebibytes: 64)
      try await window.waitFor("the command prints more than 64 MiB")
      _ = try await bench.run("kill $(cat $WORK/pid)")
      try await window.waitForEnd(143)
      #expect(bench.contents("bytes").map { $0.count < 64 << 20 } ?? false)
    }

    @Test func `The command may open its output again`() async throws {
      let window = try await start(
        "sh -c \"echo twice-\\$((20 + 2)) >/dev/stdout; exit 5\"", with: "SUDO_UID=65534 SUDO_GID=65534")
      try await window.waitFor("exit 5")
      try await window.press("q")
      try await window.waitForEnd(5)
      #expect(try await window.rows().contains("twice-22"))
    }
  }
}
