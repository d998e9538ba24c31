import Testing

extension EndToEnd {
  /// Recordings of the real kernel's events, and what can go wrong with a file meanwhile.
  @Suite(Needs.kernel, Needs.tmux) struct Recorders {
    private let bench: Bench

    init() throws { bench = try Bench() }

    /// One trace, written both ways: each line of the one is a line of the other. The two are written by two threads,
    /// which read the wall clock at different moments.
    @Test func `A recording has what log --json prints`() async throws {
      let outcome = try await bench.run(
        #"""
        cat >$WORK/job <<'J'
        for i in $(seq 200); do /bin/true "$i" $'\xff\e[31m' 'a b'; done
        /no/such/program; sh -c 'exit 3'; sh -c 'kill -9 $$'; setsid sleep 0.01 & wait
        J
        $PROGRAM log --json --record $WORK/run.db -- bash $WORK/job >$WORK/lines 2>/dev/null
        echo $?
        $PROGRAM log --json $WORK/run.db >$WORK/again || echo cannot read
        wc -l <$WORK/lines
        for file in lines again; do sed 's/"ts":"[^"]*",//' $WORK/$file >$WORK/$file.plain; done
        diff $WORK/lines.plain $WORK/again.plain | head -n 4
        grep -c '"ts":"' $WORK/again
        """#)
      let counts = outcome.lines.compactMap { Int($0) }
      #expect(outcome.lines.count == 3 && counts.count == 3 && counts[0] == 0, "\(outcome)")
      #expect(counts.count == 3 && counts[1] > 600 && counts[2] == counts[1], "\(outcome)")
    }

    @Test func `record has the command's status and says what it wrote`() async throws {
      let outcome = try await bench.run(
        """
        $PROGRAM record $WORK/run.db -- sh -c '/bin/true; echo out; exit 7'; echo $?
        stat -c '%a %U' $WORK/run.db; ls $WORK/run.db*
        $PROGRAM tree $WORK/run.db | grep -c '/bin/true$'
        sqlite3 $WORK/run.db "SELECT command, exit_code FROM runs WHERE exit_code = 7; SELECT status, is_complete, command
          FROM sessions; PRAGMA integrity_check; PRAGMA journal_mode"
        """)
      #expect(
        outcome.lines == [
          "out", "7", "600 root", "\(bench.folder)/run.db", "1", "sh -c /bin/true; echo out; exit 7|7",
          #"7|1|["sh","-c","/bin/true; echo out; exit 7"]"#, "ok", "delete",
        ], "\(outcome)")
      let line = outcome.errorLines.last ?? ""
      #expect(
        line.hasPrefix("execsnoop-top: recorded ") && line.contains(" 2 execs, ") && line.contains(" 0 lost (")
          && line.hasSuffix(" KiB) in \(bench.folder)/run.db"), "\(outcome)")
    }

    /// What sudo's caller may not do, root does not do for it.
    @Test func `The file belongs to the user who called sudo`() async throws {
      let outcome = try await bench.run(
        """
        mkdir -m 777 $WORK/open; mkdir -m 755 $WORK/shut
        export SUDO_UID=65534 SUDO_GID=65534
        $PROGRAM record $WORK/open/run.db -- /bin/true 2>/dev/null; echo $?; stat -c '%a %u %g' $WORK/open/run.db
        $PROGRAM record $WORK/shut/run.db -- touch $WORK/open/started; echo $?; ls $WORK/shut $WORK/open
        """)
      #expect(
        outcome.lines
          == [
            "0", "600 65534 65534", "1", "\(bench.folder)/open:", "run.db", "", "\(bench.folder)/shut:",
          ].filter { !$0.isEmpty }, "\(outcome)")
      #expect(
        outcome.errorText == "execsnoop-top: cannot create \(bench.folder)/shut/run.db: Permission denied\n",
        "\(outcome)")
    }

    @Test func `What exists is left alone`() async throws {
      let outcome = try await bench.run(
        """
        echo mine >$WORK/file; ln -s $WORK/target $WORK/link; mkfifo $WORK/fifo
        for name in file link fifo; do $PROGRAM record $WORK/$name -- touch $WORK/started; echo $?; done
        $PROGRAM record $WORK/run.db -- sh -c '$PROGRAM record $WORK/run.db -- true; echo $?' ; echo $?
        $PROGRAM record /dev/null -- true; echo $?; $PROGRAM record $WORK/no/x -- true; echo $?
        cat $WORK/file; ls $WORK; sqlite3 $WORK/run.db 'PRAGMA integrity_check'
        """)
      #expect(
        outcome.lines == ["1", "1", "1", "1", "0", "1", "1", "mine", "fifo", "file", "link", "run.db", "ok"],
        "\(outcome)")
      let exists = outcome.errorLines.filter { $0.hasSuffix(" exists: remove it, or name another file") }
      #expect(
        exists.count == 5 && outcome.errorLines.last?.hasSuffix("/no/x: No such file or directory") == true,
        "\(outcome)")
    }

    /// The command goes on, and what was written stays.
    @Test func `A full disk and a removed file end the recording alone`() async throws {
      let outcome = try await bench.run(
        #"""
        unshare -m bash -c 'mkdir $WORK/small; mount -t tmpfs -o size=400k none $WORK/small
          $PROGRAM record $WORK/small/run.db -- sh -c "for i in \$(seq 3000); do /bin/true \$i; done; echo done; exit 5"
          echo $?
          cp $WORK/small/run.db* $WORK/
          $PROGRAM log --record $WORK/small/more.db -- /bin/echo hello | tail -n 1'
        sqlite3 $WORK/run.db 'PRAGMA integrity_check; SELECT count(*) > 20 FROM execs'
        $PROGRAM log $WORK/run.db | wc -l | grep -qx '[0-9]*' && echo readable
        $PROGRAM record $WORK/gone.db -- sh -c 'rm $WORK/gone.db; sleep 1; /bin/true; sleep 0.5; echo goes on'; echo $?
        unshare -m bash -c 'mkdir $WORK/ro; mount -t tmpfs -o ro none $WORK/ro
          $PROGRAM record $WORK/ro/run.db -- touch $WORK/started; echo $?'
        """#)
      #expect(outcome.lines.first == "done" && outcome.lines.dropFirst().first == "5", "\(outcome)")
      #expect(outcome.lines.contains("ok") && outcome.lines.contains("readable"), "\(outcome)")
      #expect(outcome.lines.suffix(3) == ["goes on", "1", "1"], "\(outcome)")
      let said = outcome.errorLines
      #expect(
        said.filter { $0.contains("small/run.db: database or disk is full: the recording has stopped") }.count == 1,
        "\(outcome)")
      #expect(said.filter { $0.contains("gone.db was removed: the recording has stopped") }.count == 1, "\(outcome)")
      #expect(said.filter { $0.contains("ro/run.db: Read-only file system") }.count == 1, "\(outcome)")
    }

    @Test func `A filter chooses what is recorded, and one beside another display does not`() async throws {
      let outcome = try await bench.run(
        """
        $PROGRAM record --filter 'arg=wanted' $WORK/some.db -- sh -c '/bin/true wanted; /bin/true other; :' 2>/dev/null
        sqlite3 $WORK/some.db 'SELECT command FROM exec_log'
        $PROGRAM tree --filter 'arg=wanted' --record $WORK/all.db -- sh -c '/bin/true wanted; /bin/true other; :' | wc -l
        sqlite3 $WORK/all.db 'SELECT command FROM exec_log' | grep -c '^/bin/true'
        FOO=bar $PROGRAM record --env $WORK/env.db -- /bin/true 2>/dev/null
        sqlite3 $WORK/env.db "SELECT json_extract(variables, '\\$.FOO') FROM environments WHERE variables LIKE '%FOO%' LIMIT 1"
        sqlite3 $WORK/all.db 'SELECT count(*) FROM environments'
        $PROGRAM log $WORK/all.db --record $WORK/x.db; echo $?
        """)
      #expect(outcome.lines.first == "/bin/true wanted", "\(outcome)")
      #expect(outcome.lines.suffix(4) == ["2", "bar", "0", "2"], "\(outcome)")
    }

    /// Ctrl-C is the usual end.
    @Test(arguments: ["INT", "TERM", "HUP"])
    func `A signal completes the recording`(signal: String) async throws {
      let outcome = try await bench.run(
        """
        $PROGRAM record $WORK/run.db & program=$!
        until [ -s $WORK/run.db-wal ]; do sleep 0.02; done
        /bin/true seen; sleep 0.5; kill -\(signal) $program; wait $program; echo $?
        sqlite3 $WORK/run.db "SELECT is_complete FROM sessions; SELECT count(*) FROM exec_log WHERE command = '/bin/true seen'"
        """)
      let status = ["INT": "130", "TERM": "143", "HUP": "129"][signal] ?? ""
      #expect(outcome.lines == [Substring(status), "1", "1"], "\(outcome)")
    }

    /// The view records, shows on the screen that it cannot go on, and says it again at its end.
    @Test func `The view records, and tells of a file that was removed`() async throws {
      let window = try await Window(bench)
      try await window.enter(
        "$PROGRAM --record $WORK/run.db -- sh -c 'until [ -e $WORK/end ]; do /bin/true one; sleep 0.2; done' 2>$WORK/said; "
          + "echo ended-$?")
      try await window.waitFor("/bin/true one")
      try await eventually("the recording") {
        try await bench.run("sqlite3 -readonly $WORK/run.db 'SELECT command FROM exec_log'").text.contains(
          "/bin/true one")
      }
      _ = try await bench.run("rm $WORK/run.db")
      try await window.waitFor("was removed: the recording has stopped")
      _ = try await bench.run("touch $WORK/end")
      try await window.press("q")
      try await window.waitForEnd(1)
      #expect(bench.text("said")?.contains("run.db was removed: the recording has stopped\n") == true)
      #expect(try await bench.run("ls $WORK").lines == ["bytes", "end", "said"])
    }

    /// Time travel in what was recorded.
    @Test func `replay opens a recording`() async throws {
      _ = try await bench.run("$PROGRAM record $WORK/run.db -- sh -c '/bin/true first; /bin/true second'")
      let window = try await Window(bench)
      try await window.enter("$PROGRAM replay $WORK/run.db; echo ended-$?")
      try await window.waitFor("the whole") { rows in
        rows[0].hasPrefix(" REPLAY ") && rows.contains { $0.contains("/bin/true first") }
      }
      try await window.press("q")
      try await window.waitForEnd(0)
      try await window.enter("clear; $PROGRAM replay - <$WORK/run.db; echo ended-$?")
      try await window.waitFor("the same by standard input") { rows in rows.contains { $0.contains("/bin/true first") }
      }
      try await window.press("q")
      try await window.waitForEnd(0)
    }
  }
}
