import Testing

extension EndToEnd {
  /// Saving and recording from the view, and quitting a view of which nothing is saved.
  @Suite(Needs.kernel, Needs.tmux) struct Keeping {
    private let bench: Bench

    init() throws { bench = try Bench() }

    /// The traced command runs until the file `end` is there.
    private func open(_ window: Window, _ options: String = "") async throws {
      try await window.enter(
        "$PROGRAM \(options) -- sh -c '/bin/true first; /no/such; until [ -e $WORK/end ]; do /bin/true again; sleep 0.1; "
          + "done' 2>$WORK/said; echo ended-$?")
      // In the log, after what came before.
      try await window.waitFor("the loop") { rows in
        rows[0].hasPrefix(" LIVE ") && rows.contains { $0.hasSuffix(" 0 /bin/true again") }
      }
    }

    /// `w` or `R`, and a name instead of the proposed one.
    private func answer(_ window: Window, _ key: String, _ name: String) async throws {
      try await window.press(key)
      try await window.waitFor(key == "R" ? "Record to: execsnoop-top-" : "Write to: execsnoop-top-")
      try await window.press("C-u")
      try await window.enter("\(bench.folder)/\(name)")
    }

    @Test func `w saves what is shown in the form of the name`() async throws {
      let window = try await Window(bench)
      try await open(window)
      // Frozen, so that all files have the same.
      try await window.press("Space")
      try await window.waitFor(" FROZEN ")
      for name in ["a.db", "a.ndjson", "a.json", "a.csv", "a.html"] {
        try await answer(window, "w", name)
        let rows = try await window.waitFor("written to \(bench.folder)/\(name): ")
        #expect(rows.last?.contains(" process") == true, "\(rows)")
      }
      try await answer(window, "w", "a.txt")
      try await window.waitFor("written to \(bench.folder)/a.txt: the tree, ")
      // Nothing is overwritten.
      try await answer(window, "w", "a.db")
      try await window.waitFor("a.db exists")
      // The name stays in the prompt, so that it can be changed.
      try await window.waitFor("Write to: \(bench.folder)/a.db")
      try await window.press("C-u")
      try await window.enter("\(bench.folder)/a.csv")
      try await window.waitFor("a.csv exists")
      try await window.press("C-u")
      try await window.enter("\(bench.folder)/none/a.json")
      try await window.waitFor("No such file or directory")
      try await window.press("C-g")
      // What was saved can be lost.
      try await window.press("q")
      _ = try await bench.run("touch $WORK/end")
      try await window.waitForEnd(0)
      let outcome = try await bench.run(
        #"""
        cd $WORK
        stat -c %a a.* | sort -u
        sqlite3 a.db 'PRAGMA integrity_check; SELECT is_complete, command IS NOT NULL FROM sessions;
          SELECT count(*) FROM failed_exec_log WHERE file = "/no/such"; SELECT count(*) FROM event_log' >sql; head -n 3 sql
        for file in a.db a.ndjson; do $PROGRAM tree $file | sed 's/ *[0-9.]*[a-zµ]* *● running/ running/' >$file.tree; done
        cmp a.db.tree a.ndjson.tree && grep -c '/bin/true first$' a.db.tree; grep -c 'ENOENT /no/such' a.db.tree
        [ "$(wc -l <a.ndjson)" = "$(tail -n 1 sql)" ] && echo events
        $PROGRAM tree --json a.db | sed 's/"dur":[0-9]*/D/; s/"ts":"[^"]*",//' | sort >again
        sed 's/"dur":[0-9]*/D/; s/"ts":"[^"]*",//' a.json | sort | diff - again | head -n 4
        python3 -c '
        import csv, json
        rows = list(csv.DictReader(open("a.csv", newline="")))
        objects = [json.loads(line) for line in open("a.json")]
        assert len(rows) == len(objects), (len(rows), len(objects))
        for row, o in zip(rows, objects):
            assert int(row["pid"]) == o["pid"] and int(row["ppid"] or 0) == o["ppid"] and int(row["depth"]) == o["depth"]
            assert row["started"] == o.get("ts", ""), (row["started"], o)
            if "exit" in o: assert row["exit"] == str(o["exit"]) and int(row["dur"]) == o["dur"]
        print([row["command"] for row in rows if row["command"].endswith(" first")])'
        grep -c '^<!DOCTYPE html>' a.html; head -n 1 a.txt | grep -c COMMAND
        """#)
      #expect(
        outcome.lines == ["600", "ok", "1|1", "1", "1", "1", "events", "['/bin/true first']", "1", "1"], "\(outcome)")
    }

    @Test func `A filter saves its matches with their ancestors`() async throws {
      _ = try await bench.run(
        "$PROGRAM log --json -o $WORK/all.ndjson -- sh -c '/bin/true wanted; /bin/true other; sh -c \"/bin/true wanted; :\"'"
      )
      let window = try await Window(bench)
      // A recording can be saved too, without root.
      try await window.enter("$PROGRAM replay --filter arg=wanted $WORK/all.ndjson; echo ended-$?")
      try await window.waitFor("/bin/true wanted")
      try await window.press("w")
      try await window.waitFor("2 of 7 processes, with ancestors)")
      try await window.press("C-u")
      try await window.enter("$WORK/some.db".replacing("$WORK", with: bench.folder))
      try await window.waitFor("written to \(bench.folder)/some.db: 6 processes")
      try await window.press("q")
      try await window.waitForEnd(0)
      let outcome = try await bench.run("$PROGRAM tree $WORK/some.db | grep -o '/bin/true wanted$'")
      #expect(outcome.lines == ["/bin/true wanted", "/bin/true wanted"], "\(outcome)")
    }

    @Test func `R records from now on, with what runs by then`() async throws {
      let window = try await Window(bench)
      try await open(window)
      try await answer(window, "R", "run.db")
      try await window.waitFor("the sign") { $0[0].contains(" REC ") }
      _ = try await bench.run("/bin/true; cp /bin/true $WORK/late; :")
      try await eventually("a new process in the recording") {
        try await bench.run("sqlite3 -readonly $WORK/run.db 'SELECT count(*) FROM exits'").lines.first.map { $0 != "0" }
          ?? false
      }
      try await window.press("R")
      try await window.waitFor("the summary") { rows in
        !rows[0].contains(" REC ") && rows.last?.contains("in \(bench.folder)/run.db") == true
      }
      // Another one, which the end completes.
      try await answer(window, "R", "more.db")
      try await window.waitFor("the sign") { $0[0].contains(" REC ") }
      // Recorded is saved: nothing is asked.
      try await window.press("q")
      _ = try await bench.run("touch $WORK/end")
      try await window.waitForEnd(0)
      #expect(bench.text("said")?.contains("recorded ") == true, "\(bench.text("said") ?? "")")
      #expect(bench.text("said")?.contains(" in \(bench.folder)/more.db\n") == true)
      let outcome = try await bench.run(
        """
        cd $WORK; stat -c %a run.db; ls *.db*
        for file in run more; do
          sqlite3 $file.db "PRAGMA integrity_check; SELECT is_complete FROM sessions; SELECT count(*) FROM losses"
          # The command, and this program with its arguments.
          $PROGRAM tree $file.db | grep -c 'sh -c'
          # Only what ran by then, and what came later.
          $PROGRAM tree $file.db | grep -c '/bin/true first$'
        done
        """)
      #expect(
        outcome.lines == ["600", "more.db", "run.db", "ok", "1", "0", "2", "0", "ok", "1", "0", "2", "0"], "\(outcome)")
    }

    @Test func `A recording that fails is said, and its sign goes away`() async throws {
      let window = try await Window(bench)
      try await open(window, "--record $WORK/first.db")
      try await window.waitFor("the sign of --record") { $0[0].contains(" REC ") }
      // R ends that one too.
      try await window.press("R")
      try await window.waitFor("in \(bench.folder)/first.db")
      try await answer(window, "R", "first.db")
      try await window.waitFor("first.db exists: remove it, or name another file")
      // The prompt is open again.
      try await window.press("C-u")
      try await window.enter("\(bench.folder)/gone.db")
      try await window.waitFor("the sign") { $0[0].contains(" REC ") }
      _ = try await bench.run("rm $WORK/gone.db")
      try await window.waitFor("the error") { rows in
        !rows[0].contains(" REC ") && rows.contains { $0.contains("gone.db was removed: the recording has stopped") }
      }
      _ = try await bench.run("touch $WORK/end")
      try await window.press("q")
      try await window.waitForEnd(1)
      #expect(bench.text("said")?.contains("gone.db was removed: the recording has stopped\n") == true)
    }

    /// The shell's own clock says when the view has gathered for a minute.
    @Test func `q asks after a minute, and signals never ask`() async throws {
      let window = try await Window(bench)
      try await window.enter("$PROGRAM --filter comm=never; echo ended-$?")
      try await window.waitFor(" LIVE ")
      // A busy machine starts the trace long after the program.
      _ = try await bench.run("date +%s >$WORK/shown")
      let age = "echo $(($(date +%s) - $(cat $WORK/shown)))"
      try await eventually("a minute") { try await Int(bench.run(age).text.filter(\.isNumber)) ?? 0 > 62 }
      try await window.press("q")
      try await window.waitFor("Quit?  y quit  n stay  w save")
      try await window.press("n")
      try await window.waitFor("the key bar") { $0.last?.contains("Help") == true }
      try await window.press("q")
      try await window.waitFor("Quit?")
      try await window.press("q")
      try await window.waitForEnd(0)
    }
  }
}
