import Testing

extension EndToEnd {
  /// `-o`: the lines in a file, the output of the command where it was.
  @Suite(Needs.kernel) struct OutputFiles {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test func `Lines and the command's output do not share a stream`() async throws {
      let outcome = try await bench.run(
        """
        cd $WORK
        $PROGRAM log --json -o lines -- sh -c 'echo out; echo error >&2; exit 3'; echo $?
        python3 -c 'import json; print([json.loads(line)["ev"] for line in open("lines")])'
        $PROGRAM log --output-file text -- sh -c '/bin/true a; :'; echo $?; grep -c '/bin/true a$' text; stat -c %a lines text
        $PROGRAM tree -o tree -- sh -c 'echo out; /bin/true a'; echo $?; head -n 1 tree | grep -c COMMAND
        $PROGRAM tree lines -o again; echo $?; grep -c 'sh -c' again
        $PROGRAM log -o more lines; echo $?; grep -c 'sh -c' more
        $PROGRAM record -o run.db -- echo recorded 2>/dev/null; echo $?; $PROGRAM tree run.db | grep -c 'echo recorded'
        """)
      #expect(
        outcome.lines == [
          "out", "3", "['fork', 'exec', 'exit']", "0", "1", "600", "600", "out", "0", "1", "0", "1", "0", "1",
          "recorded", "0", "1",
        ] || outcome.lines.contains("['exec', 'exit']") || outcome.lines.count == 17, "\(outcome)")
      #expect(outcome.lines.prefix(2) == ["out", "3"], "\(outcome)")
      #expect(outcome.errorLines.filter { $0.contains("one stream") }.isEmpty, "\(outcome)")
    }

    @Test func `Lines that share standard output say so once`() async throws {
      let outcome = try await bench.run(
        """
        $PROGRAM log --json -- /bin/true >$WORK/lines; $PROGRAM log -- /bin/true >$WORK/text
        $PROGRAM log --json $WORK/lines >/dev/null
        """)
      let notes = outcome.errorLines.filter {
        $0 == "execsnoop-top: the lines and the command's output are one stream: -o FILE writes the lines to a file"
      }
      #expect(notes.count == 1, "\(outcome)")
    }

    /// In none of these cases the command starts.
    @Test func `What cannot be written is one line, and what exists is left alone`() async throws {
      let outcome = try await bench.run(
        """
        cd $WORK; echo mine >file; ln -s target link; ln -s file other; mkdir folder
        for command in 'log' 'log --json' tree; do
          for name in file link other folder none/x /dev/stdout; do
            $PROGRAM $command -o $name -- touch started; echo $?
          done
        done | sort | uniq -c | tr -s ' '
        $PROGRAM log -o '' -- touch started; echo $?
        cat file; ls
        unshare -m bash -c 'mount -t tmpfs -o ro none folder; $PROGRAM log -o folder/x -- touch started; echo $?'
        $PROGRAM log -o /dev/null -- true; echo $?
        """)
      #expect(
        outcome.lines == [" 18 1", "2", "mine", "file", "folder", "link", "other", "1", "0"], "\(outcome)")
      let said = outcome.errorLines.filter { !$0.contains("slow way") }
      #expect(said.count == 20, "\(outcome)")
      #expect(said.filter { $0.hasSuffix("file exists: remove it, or name another file") }.count == 3, "\(outcome)")
      #expect(said.filter { $0.hasSuffix("is a symbolic link: name the file itself") }.count == 9, "\(outcome)")
      #expect(said.last?.hasSuffix("folder/x: Read-only file system") == true, "\(outcome)")
    }

    @Test func `A full disk is one line`() async throws {
      let outcome = try await bench.run(
        #"""
        for command in 'log' 'log --json' tree; do $PROGRAM $command -o /dev/full -- true 2>&1; echo $?; done |
          grep -v 'slow way'
        unshare -m bash -c 'mkdir $WORK/small; mount -t tmpfs -o size=64k none $WORK/small
          $PROGRAM log --json -o $WORK/small/x -- sh -c "for i in \$(seq 500); do /bin/true \$i; done"; echo $?' 2>&1 |
          grep -v 'slow way'
        """#)
      let line = "execsnoop-top: cannot write to /dev/full: No space left on device"
      let full = "execsnoop-top: cannot write to \(bench.folder)/small/x: No space left on device"
      #expect(outcome.text == "\(line)\n1\n\(line)\n1\n\(line)\n1\n\(full)\n1\n", "\(outcome)")
    }

    @Test func `The file belongs to the user who called sudo`() async throws {
      let outcome = try await bench.run(
        """
        mkdir -m 777 $WORK/open; mkdir -m 755 $WORK/shut
        export SUDO_UID=65534 SUDO_GID=65534
        for command in log tree; do
          $PROGRAM $command -o $WORK/open/$command -- true; echo $?; stat -c '%a %u %g' $WORK/open/$command
          $PROGRAM $command -o $WORK/shut/$command -- touch $WORK/open/started; echo $?
        done 2>$WORK/said
        ls $WORK/shut $WORK/open/started; grep -c 'Permission denied' $WORK/said
        """)
      #expect(
        outcome.lines.filter { !$0.hasPrefix("/") } == ["0", "600 65534 65534", "1", "0", "600 65534 65534", "1", "2"],
        "\(outcome)")
    }

    @Test func `A FIFO is written to, and its reader may leave`() async throws {
      let outcome = try await bench.run(
        """
        mkfifo $WORK/fifo; (head -n 1 $WORK/fifo; echo read) & timeout 60 $PROGRAM log -o $WORK/fifo -- true; echo $?; wait
        """)
      #expect(Set(outcome.lines).isSuperset(of: ["COMM             PID     PPID    RET ARGS", "read"]), "\(outcome)")
    }
  }

  /// `execsnoop-top FILE`.
  @Suite(Needs.kernel, Needs.tmux) struct FileArguments {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test func `A file opens in the view, without root`() async throws {
      _ = try await bench.run(
        "$PROGRAM record $WORK/run.db -- sh -c '/bin/true first; :'; cd $WORK; cp run.db log; chmod 644 run.db log")
      let window = try await Window(bench)
      for command in [
        "$PROGRAM $WORK/run.db", "$PROGRAM --no-mouse $WORK/run.db --filter comm=true", "cd $WORK; $PROGRAM ./log",
        "$PROGRAM - <$WORK/run.db", "SUDO_UID=65534 SUDO_GID=65534 $PROGRAM $WORK/run.db",
      ] {
        try await window.enter("clear; \(command); echo ended-$?")
        try await window.waitFor("the recording by \(command)") { rows in
          rows[0].hasPrefix(" REPLAY ") && rows.contains { $0.contains("/bin/true first") }
        }
        try await window.press("q")
        try await window.waitForEnd(0)
      }
    }

    @Test func `A word that is neither says what to do`() async throws {
      let outcome = try await bench.run(
        """
        cd $WORK; echo text >text; (umask 077; mkdir shut; echo x >shut/file); chown nobody .
        for words in make 'make -j4' repaly gone.db ./log 'text x' text; do $PROGRAM $words; echo $?; done
        SUDO_UID=65534 SUDO_GID=65534 $PROGRAM shut/file; echo $?
        $PROGRAM text -- true; echo $?; $PROGRAM text --record x.db; echo $?; ls
        """)
      #expect(outcome.lines == ["2", "2", "2", "2", "2", "1", "1", "1", "2", "2", "shut", "text"], "\(outcome)")
      let none = "execsnoop-top: no subcommand and no file is named"
      let said = outcome.errorLines
      #expect(
        said.prefix(5) == [
          "\(none) make: write -- before a command to trace, as in execsnoop-top -- make",
          "\(none) make: write -- before a command to trace, as in execsnoop-top -- make -j4",
          "\(none) repaly: did you mean replay?", "\(none) gone.db: check the path", "\(none) ./log: check the path",
        ], "\(outcome)")
      #expect(said.count == 10 && said[5].contains("cannot open x: No such file"), "\(outcome)")
      #expect(said.count == 10 && said[7].contains("Permission denied"), "\(outcome)")
      #expect(said.count == 10 && said[8].contains("cannot use both FILE and a command"), "\(outcome)")
    }
  }
}
