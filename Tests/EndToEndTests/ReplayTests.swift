import TestSupport
import Testing

extension EndToEnd {
  /// The view on recordings that are long, come slowly, or are not what they should be, and their times.
  @Suite(Needs.tmux) struct Replays {
    private let bench: Bench
    private let recording: String

    init() throws {
      bench = try Bench()
      recording = "\(Surroundings.repository)/share/demo.ndjson"
    }

    private static func line(_ time: String) -> String {
      #"{"ev":"exec","seq":1,"ts":"\#(time)","boot":50,"pid":7,"start":40,"ppid":1,"pstart":1,"comm":"seven","exe":"/bin/seven","argv":["seven","of","nine"],"uid":0,"euid":0,"gid":0,"ret":0}"#
    }

    /// The figures of the top line.
    private static func figures(_ rows: [String]) -> Substring? { rows[0].split(separator: "REPLAY").last }

    /// Keys come from the terminal while standard input is the recording.
    @Test func `A pipe is shown while it is read`() async throws {
      let window = try await Window(bench, rows: 39)
      try await window.enter("$PROGRAM replay \(recording); echo ended-$?")
      let whole = try await window.waitFor("the whole") { $0[0].hasPrefix(" REPLAY ") && !$0[0].contains("reading") }
      try await window.press("q")
      try await window.waitForEnd(0)
      try await window.enter(
        "clear; { head -n 300 \(recording); until [ -e $WORK/go ]; do sleep 0.05; done; tail -n +301 \(recording); } "
          + "| $PROGRAM replay -; echo ended-$?")
      try await window.waitFor("the beginning") { $0[0].hasPrefix(" REPLAY   reading ") && $0[1].contains(" 1 Tree ") }
      try await window.press("t")
      try await window.waitFor(" 1 Top ")
      try await window.press("t")
      _ = try await bench.run("touch $WORK/go")
      try await window.waitFor("the whole") { Self.figures($0) == Self.figures(whole) }
      try await window.press("q")
      try await window.waitForEnd(0)
    }

    @Test(arguments: ["gzip -c", "zstd -qc"])
    func `Compressed lines are shown as lines`(_ compress: String) async throws {
      _ = try await bench.run("\(compress) \(recording) >$WORK/packed")
      let lines = try await bench.run("$PROGRAM log --json \(recording)")
      let packed = try await bench.run("$PROGRAM log --json $WORK/packed")
      #expect(lines.output == packed.output && packed.status == 0)
      let window = try await Window(bench, rows: 39)
      try await window.enter("$PROGRAM replay - <$WORK/packed; echo ended-$?")
      try await window.waitFor("the whole") { $0[0].hasPrefix(" REPLAY ") && !$0[0].contains("reading") }
      try await window.press("q")
      try await window.waitForEnd(0)
    }

    @Test func `A recording plays by itself, at its speed, and goes to times`() async throws {
      let window = try await Window(bench, rows: 39)
      try await window.enter("$PROGRAM replay --play 10 \(recording); echo ended-$?")
      let start = try await window.waitFor("the start") { $0[0].hasPrefix(" PLAY 10x ") }
      try await window.waitFor("a later moment") {
        $0[0].hasPrefix(" PLAY 10x ") && $0[0].prefix(22) != start[0].prefix(22)
      }
      try await window.press("Space")
      try await window.waitFor(" PAUSED at ")
      for key in [":", "+", "9", "d", "Enter"] { try await window.press(key) }
      try await window.waitFor("the end") { $0[0].hasPrefix(" REPLAY ") }
      try await window.press("q")
      try await window.waitForEnd(0)
      // The name of a file is no speed.
      try await window.enter("clear; $PROGRAM replay --play \(recording); echo ended-$?")
      try await window.waitFor("the start") { $0[0].hasPrefix(" PLAY 1x ") }
      try await window.press("q")
      try await window.waitForEnd(0)
    }

    /// Of 25 MB of arguments little is kept, where little is asked for.
    @Test func `Memory is bounded while reading`() async throws {
      _ = try await bench.run(
        #"""
        awk 'BEGIN { a = "a"; while (length(a) < 16000) a = a a
          for (i = 2; i < 1502; i++) {
            printf "{\"ev\":\"exec\",\"boot\":%d,\"pid\":%d,\"start\":%d,\"ppid\":1,\"pstart\":1,\"comm\":\"long\",", i * 10, i, i * 10 - 1
            printf "\"exe\":\"/bin/long\",\"argv\":[\"long\",\"%d%s\"],\"uid\":0,\"euid\":0,\"gid\":0,\"ret\":0}\n", i, a
            printf "{\"ev\":\"exit\",\"boot\":%d,\"pid\":%d,\"start\":%d,\"ppid\":1,\"pstart\":1,", i * 10 + 1, i, i * 10 - 1
            printf "\"comm\":\"long\",\"uid\":0,\"euid\":0,\"gid\":0,\"exit\":0}\n"
          } }' >$WORK/long
        """#)
      let window = try await Window(bench)
      try await window.enter(
        "sh -c 'echo $$ >$WORK/pid; exec $PROGRAM replay --keep 20 --memory 1M $WORK/long'; echo ended-$?")
      try await window.waitFor("the end of it") { rows in
        rows[0].hasPrefix(" REPLAY ") && rows[0].contains(" forgotten") && !rows[0].contains("reading")
      }
      let peak = try await bench.run("grep VmHWM /proc/$(cat $WORK/pid)/status; stat -c %s $WORK/long")
      let kilobytes = peak.lines.first.flatMap { Int($0.filter(\.isNumber)) } ?? .max
      #expect(kilobytes < 36 << 10, "\(peak)")
      try await window.press("q")
      try await window.waitForEnd(0)
    }

    /// The events before a fault are shown, with the fault; it is reported again at the end, with status 1.
    @Test func `A fault after events is reported`() async throws {
      let window = try await Window(bench)
      try await window.enter(
        "cd $WORK; { echo '\(Self.line("2026-01-02T03:04:05Z"))'; echo '{\"ev\"'; } >wrong; clear; "
          + "$PROGRAM replay wrong 2>errors; echo ended-$?")
      try await window.waitFor("the process, and the fault") { rows in
        rows.contains { $0.contains("seven of nine") } && rows.contains { $0.contains("wrong, line 2, column 6") }
      }
      try await window.press("q")
      try await window.waitForEnd(1)
      let errorText = try #require(bench.text("errors"))
      #expect(errorText.hasPrefix("execsnoop-top: ") && errorText.contains("wrong, line 2, column 6"), "\(errorText)")
    }

    /// Standard input cannot be the recording and the keys.
    @Test func `A terminal as recording is refused`() async throws {
      let window = try await Window(bench)
      try await window.enter("$PROGRAM replay -; echo ended-$?")
      try await window.waitFor("standard input is a terminal")
      try await window.waitForEnd(2)
    }

    /// Local times are those of the recording's time of year, whatever it is now.
    @Test(arguments: [("2026-07-01T12:16:00Z", "14:16:00"), ("2026-01-01T12:16:00Z", "13:16:00")])
    func `Local times are those of the recording`(_ time: String, _ local: String) async throws {
      let window = try await Window(bench)
      try await window.enter(
        "echo '\(Self.line(time))' >$WORK/one; clear; TZ=CET-1CEST,M3.5.0,M10.5.0/3 $PROGRAM replay $WORK/one")
      try await window.waitFor("the local time") { rows in
        rows[0].hasPrefix(" REPLAY ") && rows.contains { $0.contains(local) }
      }
      // Also after another program had the terminal.
      try await window.press("C-z")
      try await window.waitFor("the shell") { $0.contains { $0.contains("Stopped") } }
      try await window.enter("fg")
      try await window.waitFor("the same local time") { rows in
        rows[0].hasPrefix(" REPLAY ") && rows.contains { $0.contains(local) }
      }
    }

    /// Ten seconds before and after the end of summer time, and a day later: each has the time that a clock showed
    /// then.
    @Test func `Each event has its own wall time`() async throws {
      let window = try await Window(bench)
      func line(_ time: String, _ boot: Int) -> String {
        Self.line(time).replacing(
          #""boot":50,"pid":7,"start":40"#, with: #""boot":\#(boot),"pid":\#(boot),"start":\#(boot - 1)"#)
      }
      let lines = [
        line("2026-10-25T00:59:50Z", 100), line("2026-10-25T01:00:10Z", 110), line("2026-10-26T01:00:10Z", 120),
      ]
      _ = try await bench.run("printf '%s\\n' \(lines.map { "'\($0)'" }.joined(separator: " ")) >$WORK/three")
      try await window.enter("clear; TZ=CET-1CEST,M3.5.0,M10.5.0/3 $PROGRAM replay $WORK/three; echo ended-$?")
      try await window.waitFor("the local times") { rows in
        ["10-25 02:59:50", "10-25 02:00:10", "10-26 02:00:10"].allSatisfy { time in
          rows.contains { $0.contains(time) && $0.contains("exec") }
        }
      }
      try await window.press("q")
      try await window.waitForEnd(0)
      // And a line of a recording that is written again keeps its own time.
      let again = try await bench.run("$PROGRAM log --json $WORK/three | grep -o '\"ts\":\"[^.]*'")
      #expect(
        again.lines == ["2026-10-25T00:59:50", "2026-10-25T01:00:10", "2026-10-26T01:00:10"].map { #""ts":"\#($0)"# })
    }

    /// Daylight saving starts while the view is open: in a zone where it starts in some seconds.
    @Test(Needs.kernel) func `A live view follows daylight saving`() async throws {
      let window = try await Window(bench)
      let rule = #"{ print "AAA0BBB," $1 - 1 "/" $2 "," ($1 + 99) % 365 }"#
      try await window.enter("export TZ=$(date -u -d '+25 seconds' '+%-j %T' | awk '\(rule)')")
      try await window.enter(
        "date -u +%H >$WORK/hour; clear; $PROGRAM -- sh -c 'while :; do /bin/true; sleep 0.2; done'")
      try await eventually("the hour") { bench.text("hour")?.isEmpty == false }
      let hour = try #require(bench.text("hour").flatMap { Int($0.filter(\.isNumber)) })
      func isShown(_ hours: Range<Int>, _ rows: [String]) -> Bool {
        rows.contains { row in
          hours.contains { hour in
            let text = hour % 24 < 10 ? "0\(hour % 24)" : "\(hour % 24)"
            return row.contains(" \(text):") && row.contains("true")
          }
        }
      }
      try await window.waitFor("the time of winter") { isShown(hour..<hour + 1, $0) }
      try await window.waitFor("the time of summer") { rows in
        isShown(hour + 1..<hour + 2, rows) && !isShown(hour..<hour + 1, rows)
      }
    }
  }
}
