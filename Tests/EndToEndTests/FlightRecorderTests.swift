import Testing

extension EndToEnd {
  /// Recordings that are bounded, that end at an event, and that are copied while they are made.
  @Suite(Needs.kernel, Needs.tmux) struct FlightRecorders {
    private let bench: Bench

    init() throws { bench = try Bench() }

    /// The example of docs/RECORDING.md: what came before a backup failed.
    @Test func `The recording ends with the first event that matches`() async throws {
      let outcome = try await bench.run(
        #"""
        printf '#!/bin/sh\n/bin/true "$1"; exit "$1"\n' >$WORK/backup; chmod +x $WORK/backup
        $PROGRAM record --ring 200M --until 'exit>0 comm=backup' $WORK/crash.db & program=$!
        until [ -s $WORK/crash.db-wal ]; do sleep 0.02; done
        sleep 0.5; $WORK/backup 0; sh -c 'exit 3'; $WORK/backup 4; sleep 0.2; /bin/true after
        wait $program; echo $?
        sqlite3 $WORK/crash.db "SELECT exit_code FROM runs WHERE comm = 'backup' ORDER BY id;
          SELECT command FROM exec_log WHERE command = '/bin/true after';
          SELECT ring_size, forgotten, is_complete FROM sessions"
        """#)
      #expect(outcome.lines == ["0", "0", "4", "/bin/true after", "209715200|0|1"], "\(outcome)")
      #expect(outcome.errorLines.contains { $0.contains("--until matched: backup (pid ") && $0.hasSuffix(") exited") })
    }

    @Test func `The status says whether an event matched`() async throws {
      let outcome = try await bench.run(
        #"""
        $PROGRAM record --until exit=9 $WORK/a.db -- sh -c 'exit 7'; echo $?
        $PROGRAM record --until exit=7 $WORK/b.db -- sh -c 'exit 7'; echo $?
        $PROGRAM record --until ev=fail $WORK/c.db -- sh -c '/no/such/program; exit 5'; echo $?
        $PROGRAM record --until exit=6 --after 0s $WORK/f.db -- sh -c 'sh -c "exit 6"; sleep 2; exit 5'; echo $?
        sqlite3 $WORK/f.db 'SELECT count(*) FROM exits JOIN processes p ON p.id = process WHERE age > 1e9'
        $PROGRAM record --until exit=9 $WORK/d.db & program=$!
        until [ -s $WORK/d.db-wal ]; do sleep 0.02; done
        sleep 0.3; kill -INT $program; wait $program; echo $?
        $PROGRAM record --until exit=3 --after 1s $WORK/e.db -- sh -c 'sh -c "exit 3"; sleep 2.5; echo end; exit 8'; echo $?
        sqlite3 $WORK/e.db "SELECT count(*) FROM runs WHERE comm = 'sleep'; SELECT is_complete, status FROM sessions"
        """#)
      #expect(outcome.lines == ["3", "0", "0", "0", "0", "130", "end", "0", "1", "1|"], "\(outcome)")
      #expect(outcome.errorLines.count { $0 == "execsnoop-top: no event matched --until" } == 2, "\(outcome)")
      #expect(
        outcome.errorLines.count { $0.contains(" is still running: waiting for it to exit") } == 2, "\(outcome)")
      // Also where the command ends with the event.
      #expect(outcome.errorLines.count { $0.contains("--until matched: sh (pid ") } == 4, "\(outcome)")
    }

    @Test func `Wrong bounds are refused in one line`() async throws {
      for (arguments, line) in [
        ("record --ring 1M x", "expected a size of at least 4M, such as 200M or 2G"),
        ("record --ring x x", "expected a size of at least 4M"),
        ("record --ring-time 5 x", "expected a time such as 30s, 10m, 2h or 7d"),
        ("record --ring-time 99999999d x", "expected a time such as"),
        ("record --until 'a(' x", "--until, "), ("record --until '' x", "--until is empty: remove it to record until"),
        ("record --after 3s x", "--after needs --until"), ("log --ring 8M", "--ring needs --record"),
        ("tree --ring-time 8m", "--ring-time needs --record"),
      ] {
        let outcome = try await bench.run("cd $WORK; $PROGRAM \(arguments); echo $?; ls x* 2>/dev/null")
        #expect(outcome.lines == ["2"], "\(arguments): \(outcome)")
        #expect(outcome.errorLines.count == 1 && outcome.errorText.contains(line), "\(arguments): \(outcome)")
      }
    }

    /// More than twice what fits, from a shell that runs all the time.
    @Test func `A ring keeps its size, and forgets the oldest`() async throws {
      let outcome = try await bench.run(
        #"""
        pad=$(printf '%0400d' 7)
        $PROGRAM log --record $WORK/run.db --ring 4M -- bash -c \
          'for i in $(seq 8000); do /bin/true $i '$pad' '$pad'; done' >/dev/null & program=$!
        most=0
        while kill -0 $program 2>/dev/null; do
          size=$(cat $WORK/run.db $WORK/run.db-wal 2>/dev/null | wc -c)
          [ $size -le $most ] || most=$size
          sleep 0.02
        done
        wait $program; echo $?
        echo $((most > 3000000)) $((most <= 4194304 / 10 * 11)) $(($(stat -c %s $WORK/run.db) <= 4194304))
        sqlite3 $WORK/run.db "PRAGMA integrity_check; SELECT forgotten > 1000, complete_since > started FROM sessions;
          SELECT max(CAST(json_extract(argv, '\$[1]') AS INTEGER)) FROM execs;
          SELECT count(*) FROM execs WHERE json_extract(argv, '\$[1]') = '1';
          SELECT comm FROM runs WHERE id IN (SELECT parent FROM runs WHERE comm = 'true');
          SELECT count(*) FROM processes WHERE parent > 0 AND parent NOT IN (SELECT id FROM processes)"
        $PROGRAM tree $WORK/run.db | grep -c 'true 8000'
        """#)
      #expect(outcome.lines == ["0", "1 1 1", "ok", "1|1", "8000", "0", "bash", "0", "1"], "\(outcome)")
    }

    /// Any user can start programs with long arguments: they may not make the file longer than its owner allows.
    @Test func `Long arguments do not exceed the size at any time`() async throws {
      let outcome = try await bench.run(
        #"""
        pad=$(printf '%060000d' 7)
        $PROGRAM record --ring 4M $WORK/run.db -- bash -c \
          'for i in $(seq 1000); do /bin/true $i '$pad'; done' & program=$!
        most=0
        while kill -0 $program 2>/dev/null; do
          size=$(cat $WORK/run.db $WORK/run.db-wal 2>/dev/null | wc -c)
          [ $size -le $most ] || most=$size
          sleep 0.002
        done
        wait $program; echo $?
        echo $((most > 2500000)) $((most <= 4194304 / 10 * 11))
        sqlite3 $WORK/run.db "PRAGMA integrity_check; SELECT forgotten > 500 FROM sessions;
          SELECT max(CAST(json_extract(argv, '\$[1]') AS INTEGER)) FROM execs;
          SELECT sum(length(argv)) > 1500000 FROM execs"
        """#)
      #expect(outcome.lines == ["0", "1 1", "ok", "1", "1000", "1"], "\(outcome)")
    }

    /// What matched is kept, whatever comes afterwards.
    @Test func `The process that matched is not forgotten`() async throws {
      let outcome = try await bench.run(
        #"""
        pad=$(printf '%030000d' 7)
        $PROGRAM record --ring 4M --until 'exit=3 comm=sh' --after 100s $WORK/run.db -- bash -c \
          'sleep 0.3; sh -c "/bin/true; exit 3"; for i in $(seq 600); do /bin/true $i '$pad'; done'; echo $?
        sqlite3 $WORK/run.db "SELECT count(*) FROM runs WHERE comm = 'sh' AND exit_code = 3;
          SELECT forgotten > 100 FROM sessions"
        """#)
      #expect(outcome.lines == ["0", "1", "1"], "\(outcome)")
    }

    @Test func `A command that does not start leaves no recording`() async throws {
      let outcome = try await bench.run(
        #"""
        cd $WORK
        for command in /nonexistent '' /etc/passwd; do
          $PROGRAM record run.db -- "$command"; echo $?; ls run.db*
        done
        $PROGRAM tree --record run.db -- /nonexistent; echo $?; ls run.db*
        $PROGRAM record run.db -- /bin/true; echo $?
        $PROGRAM record run.db -- /nonexistent; echo $?; ls run.db*
        """# + " 2>&1 | grep -v ' cannot access '")
      #expect(
        outcome.lines.filter { !$0.hasPrefix("execsnoop-top: ") }
          == ["127", "127", "126", "127", "0", "1", "run.db"], "\(outcome)")
    }

    @Test func `A signal makes a snapshot, and the recording goes on`() async throws {
      let outcome = try await bench.run(
        #"""
        cd $WORK; echo mine >run-1.db
        (i=0; while :; do /bin/true $i; i=$((i + 1)); done) & load=$!
        $PROGRAM record run.db 2>said & program=$!
        until [ -s run.db-wal ]; do sleep 0.02; done
        sleep 1; /bin/true one; sleep 0.3; kill -USR1 $program
        until [ "$(grep -c snapshot said)" = 1 ]; do sleep 0.05; done
        sqlite3 run-2.db "PRAGMA integrity_check; PRAGMA journal_mode; SELECT is_complete FROM sessions;
          SELECT count(*) FROM exec_log WHERE command = '/bin/true one'; SELECT count(*) > 100 FROM exits"
        stat -c %a run-2.db; $PROGRAM log run-2.db | grep -c 'true one'
        /bin/true two; kill -USR1 $program
        until [ "$(grep -c snapshot said)" = 2 ]; do sleep 0.05; done
        kill $load; kill -INT $program; wait $program; echo $?
        sqlite3 run.db "SELECT count(*) FROM exec_log WHERE command IN ('/bin/true one', '/bin/true two')"
        sqlite3 run.db 'SELECT coalesce(sum(forks + execs + failed_execs + exits + missed), 0) FROM losses'
        ls run*; cat run-1.db
        """#)
      #expect(
        outcome.lines == [
          "ok", "delete", "1", "1", "1", "600", "1", "130", "2", "0", "run-1.db", "run-2.db", "run-3.db", "run.db",
          "mine",
        ], "\(outcome)")
      #expect(bench.text("said")?.contains("made the snapshot run-2.db (") == true, "\(outcome)")
    }

    @Test func `A snapshot that has no room is removed, and the recording goes on`() async throws {
      let outcome = try await bench.run(
        #"""
        mkfifo $WORK/go
        unshare -m bash -c 'mkdir $WORK/small; mount -t tmpfs -o size=3m none $WORK/small; cd $WORK/small
          $PROGRAM record run.db -- sh -c "read go <$WORK/go; /bin/true later" 2>$WORK/said & program=$!
          until [ -s run.db-wal ]; do sleep 0.02; done
          sleep 1; head -c $((($(df -k --output=avail . | tail -n 1) - 60) * 1024)) /dev/zero >fill
          kill -USR1 $program
          until grep -q snapshot $WORK/said; do sleep 0.05; done
          rm fill; echo >$WORK/go; wait $program; echo $?; ls
          sqlite3 run.db "SELECT command FROM exec_log WHERE command LIKE \"/bin/true %\""'
        """#)
      #expect(outcome.lines == ["0", "run.db", "/bin/true later"], "\(outcome) \(bench.text("said") ?? "")")
      #expect(
        bench.text("said")?.contains(
          "run-1.db is no complete snapshot: database or disk is full; the recording goes on")
          == true, "\(bench.text("said") ?? "")")
    }

    /// Also where no recording is made.
    @Test func `The signal ends no command`() async throws {
      let outcome = try await bench.run(
        #"""
        cd $WORK; $PROGRAM record run.db -- /bin/true 2>/dev/null
        mkfifo fifo
        $PROGRAM log - <fifo >/dev/null & program=$!
        exec 3>fifo; sleep 0.3; kill -USR1 $program; sleep 0.1; exec 3>&-; wait $program; echo $?
        $PROGRAM tree -- sh -c 'kill -USR1 $PPID; sleep 0.2; exit 5' >/dev/null 2>&1; echo $?
        $PROGRAM log -- sh -c 'kill -USR1 $$' >/dev/null 2>&1; echo $?
        """#)
      // The traced command gets the signal as without a tracer.
      #expect(outcome.lines == ["0", "5", "138"], "\(outcome)")
    }

    @Test func `The view makes snapshots too`() async throws {
      let window = try await Window(bench)
      try await window.enter(
        "$PROGRAM --record $WORK/run.db --ring-time 1h -- sh -c 'until [ -e $WORK/end ]; do sleep 0.1; done' 2>/dev/null; "
          + "echo ended-$?")
      try await window.waitFor("exec sleep")
      _ = try await bench.run("pkill -USR1 -f \"^$PROGRAM --record $WORK/run.db\"")
      try await window.waitFor("made the snapshot ")
      _ = try await bench.run("touch $WORK/end")
      try await window.press("q")
      try await window.waitForEnd(0)
      let outcome = try await bench.run(
        "sqlite3 $WORK/run-1.db 'PRAGMA integrity_check; SELECT count(*) > 0 FROM execs'")
      #expect(outcome.lines == ["ok", "1"], "\(outcome)")
    }
  }
}
