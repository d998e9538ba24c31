import Glibc
import TestSupport
import Testing

extension EndToEnd {
  /// The tools themselves, beside our own trace of the same run.
  @Suite(Needs.kernel) struct Imports {
    private let bench: Bench

    init() throws { bench = try Bench() }

    /// The job of Tests/ImportTests/Scene, and functions that print what a trace has of the processes in `pids`.
    private static let scene = #"""
      cp "$SCENE" $WORK/scene.sh; chmod +x $WORK/scene.sh; cd $WORK
      execs() { $PROGRAM log $1 2>>errors | awk '$4 != "RET" { print $2, $1, $4 }' | grep -wFf pids | sort; }
      arguments() { $PROGRAM log $1 2>>errors | awk '{ $3 = ""; print }' | grep -wFf pids | grep -v '^scene.sh .* 0 .*scene.sh' | sort; }
      ends() { $PROGRAM log --exits $1 2>>errors | awk '$4 == "-" { $3 = ""; print }' | sed 's/ after.*//' | grep -wFf pids | sort; }
      parents() { $PROGRAM tree $1 2>>errors | awk '{ print $1 }' | grep -wFf pids; }
      pids() { $PROGRAM log --exits truth 2>>errors | awk 'NR > 1 && $1 != "strace" { print $2 }' | sort -u >pids; }
      same() { if diff <($1 truth) <($1 $2) >difference; then echo "$1 same: $($1 $2 | wc -l)"; else cat difference; fi; }

      """#

    private func run(_ script: String) async throws -> Outcome {
      try await bench.run(
        Self.scene + script,
        with: [
          "SCENE=\(Self.root)/Tests/ImportTests/Scene/scene.sh", "WITH_TRACEFS=\(Self.root)/Benchmarks/with-tracefs",
        ])
    }

    /// The folder of the repository.
    private static let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()

    @Test(Needs.tool("strace")) func `strace of a job is our trace of it`() async throws {
      let outcome = try await run(
        """
        $PROGRAM log --json -o truth -- strace -f -ttt -s 4096 -e trace=process -o trace ./scene.sh >/dev/null 2>&1
        pids; same execs trace; same arguments trace; same ends trace; same parents trace; cat errors
        strace -f -s 4096 -e trace=process ./scene.sh 2>other >/dev/null; $PROGRAM tree other | awk '{ print $3, $4 }' >a
        strace -f -q -y -s 4096 -o other ./scene.sh 2>/dev/null >/dev/null; $PROGRAM tree other | awk '{ print $3, $4 }' >b
        sort a >c; sort b | diff c - && wc -l <a
        """)
      #expect(outcome.lines.count == 5 && outcome.lines.prefix(4).allSatisfy { $0.contains(" same: ") }, "\(outcome)")
      #expect((outcome.lines.last.flatMap { Int($0) } ?? 0) >= 30, "\(outcome)")
      #expect(outcome.errorLines.allSatisfy { $0.contains("has no times") }, "\(outcome)")
    }

    @Test(Needs.tool("strace")) func `Files of strace -ff are read merged, and each by its pid`() async throws {
      let outcome = try await run(
        """
        $PROGRAM log --json -o truth -- strace -ff -ttt -s 4096 -e trace=process -o set ./scene.sh >/dev/null 2>&1
        strace-log-merge set >trace
        pids; same execs trace; same arguments trace; same ends trace; same parents trace; cat errors
        wc -l <pids
        for file in set.*; do [ $($PROGRAM tree $file | awk 'NR == 2 { print $1 }') = ${file#set.} ] || echo $file; done
        """)
      #expect(outcome.lines.count == 5 && outcome.lines.prefix(4).allSatisfy { $0.contains(" same: ") }, "\(outcome)")
      #expect((outcome.lines.last.flatMap { Int($0) } ?? 0) >= 20, "\(outcome)")
    }

    @Test func `record --read makes a recording of a trace, which has what the trace has`() async throws {
      let outcome = try await run(
        """
        cd ${SCENE%/*}; all() { for file in *; do echo $file; done | grep -v -e '^scene.sh$' -e '^truth'; }
        for file in $(all); do
          $PROGRAM record --read $file $WORK/$file.db 2>$WORK/errors || cat $WORK/errors
          for command in "log --exits --timestamp" tree "log --json"; do
            # A recording has one offset of the clock for lines whose times go back by milliseconds.
            $PROGRAM $command $file 2>/dev/null | sed 's/"ts":"[^"]*"/"ts"/' >$WORK/a
            $PROGRAM $command $WORK/$file.db 2>/dev/null | sed 's/"ts":"[^"]*"/"ts"/' >$WORK/b
            cmp $WORK/a $WORK/b && [ -s $WORK/a ] || echo "$command $file"
          done
          sqlite3 $WORK/$file.db "SELECT name, boot, is_complete FROM hosts, sessions"
        done | sort | uniq -c | sed 's/^ *//'
        cat $WORK/errors; cd $WORK
        $PROGRAM record part.db --read strace-f-ttt.txt.db --filter 'comm=sleep' 2>/dev/null; $PROGRAM log part.db | wc -l
        $PROGRAM log --json strace-f-ttt.txt.db | $PROGRAM record -o again.db --read - 2>/dev/null
        cmp <($PROGRAM log --json again.db) <($PROGRAM log --json strace-f-ttt.txt.db) && echo again
        echo nothing | $PROGRAM record none.db --read - ; echo $?; ls none.db 2>/dev/null
        $PROGRAM record none.db --read - --from perf -- true; $PROGRAM record none.db --from perf
        """)
      #expect(outcome.lines.first?.hasSuffix(" ||1") == true && outcome.lines.count == 5, "\(outcome)")
      #expect((outcome.lines.first?.split(separator: " ").first.flatMap { Int($0) } ?? 0) >= 9, "\(outcome)")
      #expect(outcome.lines.contains("again") && outcome.lines.last == "1", "\(outcome)")
      let errors = outcome.errorText
      #expect(errors.contains("is text of no format that is read"), "\(outcome)")
      #expect(errors.contains("cannot use both --read and a command: nothing is traced"), "\(outcome)")
      #expect(errors.contains("--from needs --read"), "\(outcome)")
    }

    @Test func `What a trace does not tell is shown as unknown`() async throws {
      let outcome = try await run(
        """
        at=${SCENE%/*}; plain=$at/strace-f-plain.txt; endless=$at/bpftrace-execsnoop.txt
        $PROGRAM tree $plain 2>/dev/null | awk 'NR > 1 { print $2 }' | sort -u
        $PROGRAM log --exits $plain 2>/dev/null | grep -c ' - exit 0$'; $PROGRAM log --exits $plain 2>/dev/null | grep -c after
        $PROGRAM tree $endless 2>errors | awk 'NR > 1 { print $2, $3, $4, $5 }' | sort -u; cut -d ' ' -f 3- errors
        for file in $plain $endless; do $PROGRAM tree --critical-path $file 2>errors; echo $?; tail -n 1 errors | cut -d ' ' -f 2-; done
        $PROGRAM diff $plain $plain 2>/dev/null; echo $?
        $PROGRAM tree --budget 'dur<1h' $plain >/dev/null 2>errors; echo $?; tail -n 1 errors | cut -d ' ' -f 2-
        $PROGRAM tree --budget 'mem<1T,execs<1000' $at/strace-f-ttt.txt >/dev/null 2>errors; echo $?; tail -n 1 errors | cut -d ' ' -f 2-
        $PROGRAM tree --budget 'execs<1000,dur<1h' $at/strace-f-ttt.txt >/dev/null; echo $?
        """)
      let refusal = "the trace does not tell run times: it needs times, and exits"
      #expect(
        outcome.lines.map(String.init).filter { Int($0) ?? 0 < 5 } == [
          "?", "0", "? ? end ?", "has no exits: which of its processes have ended is unknown", "1", refusal, "1",
          refusal, "0",
          "1", "cannot tell whether the run passes: the trace does not tell run times", "1",
          "cannot tell whether the run passes: CPU time and memory are not known of all processes", "0",
        ], "\(outcome)")
      #expect(outcome.lines.contains { Int($0) ?? 0 > 20 }, "\(outcome)")
    }

    @Test func `No filter, count or member takes what is unknown for known`() async throws {
      let outcome = try await run(
        #"""
        at=${SCENE%/*}; calls=$at/bpftrace-execsnoop.txt; grep -v process_exit $at/perf-script.txt >perf
        for file in $calls perf; do
          for filter in state=running state=exited is:running is:exited 'dur>0s' 'age>0s' exit=0 'exit>0' sid=0 uid=0 cpu=0 mem=0; do
            $PROGRAM tree --json --filter "$filter" $file 2>/dev/null | head -n 1
          done
          $PROGRAM tree --json $file 2>/dev/null | grep -o '"state":"[a-z]*"' | sort -u
          $PROGRAM export --format csv $file 2>/dev/null | cut -d , -f 9 | sort -u | grep -v -e state -e unseen
          $PROGRAM log --json $file 2>/dev/null | grep -c -e '"sid"' -e '"pgid"' -e '"dur"'
        done
        $PROGRAM log $calls 2>/dev/null | awk 'NR > 1 { print $1, $3 }' | sort -u
        $PROGRAM tree --json --filter 'comm!=x' $calls 2>/dev/null | grep -c '"comm"'
        $PROGRAM tree --json --filter 'age>0s' $at/strace-f-plain.txt 2>/dev/null | wc -l
        $PROGRAM log --json $at/strace-f-plain.txt 2>/dev/null | grep '"ev":"exit"' | grep -c '"dur"'
        $PROGRAM tree --top --json $calls 2>/dev/null | grep -o '"running":[-0-9]*' | sort -u
        """#)
      #expect(
        outcome.lines == [
          "\"state\":\"unknown\"", "unknown", "0", "\"state\":\"unknown\"", "unknown", "0", "? ?", "0", "0", "0",
          "\"running\":0",
        ], "\(outcome)")
    }

    @Test(Needs.tool("execsnoop"), Needs.tool("exitsnoop"))
    func `execsnoop and exitsnoop beside us show the same execs and exits`() async throws {
      let outcome = try await run(
        """
        stdbuf -oL $WITH_TRACEFS execsnoop -T -t -U -x >execs.txt 2>messages & first=$!
        stdbuf -oL $WITH_TRACEFS exitsnoop -t >exits.txt 2>messages & second=$!
        both() { kill -0 $first $second || { cat messages; exit 1; }; sleep 0.1; }
        until grep -q PCOMM execs.txt && grep -q PCOMM exits.txt; do both; done
        $PROGRAM log --json -o truth -- ./scene.sh >/dev/null 2>&1
        until grep -q 'scene.sh .*code 3' exits.txt && grep -q 'sleep 0.5' execs.txt; do both; done
        kill -INT $first $second; wait $first $second
        pids; same execs execs.txt; same ends exits.txt; grep -v 'has no exits' errors
        """)
      #expect(outcome.lines.count == 2 && outcome.lines.allSatisfy { $0.contains(" same: ") }, "\(outcome)")
    }

    @Test(Needs.tool("execsnoop.bt")) func `execsnoop.bt beside us shows the same calls of exec`() async throws {
      let outcome = try await run(
        #"""
        stdbuf -oL execsnoop.bt >calls.txt 2>bt-errors & first=$!
        until grep -q TIME calls.txt; do kill -0 $first || { cat bt-errors; exit; }; sleep 0.1; done
        $PROGRAM log --json -o truth -- ./scene.sh >/dev/null 2>&1
        until grep -q 'sleep 0.5' calls.txt; do sleep 0.1; done
        kill -INT $first; wait $first
        calls() { $PROGRAM log $1 2>>errors | awk 'NR > 1 { print $2 }' | grep -wFf pids | sort | uniq -c; }
        words() { $PROGRAM log $1 2>>errors | awk '{ $1 = $3 = $4 = ""; print }' | sed 's/ (E[A-Z]* .*)$//' | grep -wFf pids | grep -E ' (gcc|sleep|sort|head|cc1) ' | sort; }
        pids; same calls calls.txt; same words calls.txt; grep -v 'has no exits' errors
        """#)
      #expect(outcome.lines.count == 2 && outcome.lines.allSatisfy { $0.contains(" same: ") }, "\(outcome)")
    }

    @Test func `A prefix and the files of strace -ff are one trace, and other files are other machines`() async throws {
      let outcome = try await run(
        #"""
        cp ${SCENE%/*}/libbpf-tools-execsnoop-TtUx.txt other
        printf '1700000000.1 execve("/bin/a", ["a"], 0x7f) = 0\n1700000000.2 vfork() = 8\n1700000000.5 +++ exited with 0 +++\n' >set.7
        printf '1700000000.3 execve("/bin/b", ["b"], 0x7f) = 0\n1700000000.4 +++ exited with 3 +++\n' >set.8
        mkdir in; cp set.* in
        for name in "set.8 set.7" set in; do $PROGRAM tree --json $name | grep -o '"kids":.\|"pid":.\|"exit":.' | tr '\n' ' '; echo; done
        $PROGRAM tree set.* other 2>/dev/null | awk '/ host / { print $NF }'
        $PROGRAM record run.db --read set 2>/dev/null; $PROGRAM log run.db | awk 'NR > 1 { print $2, $3 }' | tr '\n' ' '; echo
        for n in $(seq 3000); do echo; done >set.9
        for n in $(seq 1000 3000); do printf '1700000001 execve("/bin/c", ["c"], 0x7f) = 0\n' >many.$n; done
        (ulimit -n 64; timeout 20 $PROGRAM log many.* 2>/dev/null | wc -l; timeout 20 $PROGRAM many.* --help | head -n 1)
        """#)
      let family = #""kids":1 "pid":7 "exit":0 "kids":0 "pid":8 "exit":3 "#
      #expect(outcome.lines.prefix(3).allSatisfy { $0 == family }, "\(outcome)")
      #expect(outcome.lines.dropFirst(3).prefix(2).sorted() == ["other", "set"], "\(outcome)")
      #expect(outcome.lines.dropFirst(5).prefix(2).elementsEqual(["7 ? 8 7 ", "2002"]), "\(outcome)")
    }

    @Test(Needs.tool("perf")) func `perf script of a job has the programs of our trace`() async throws {
      let outcome = try await run(
        """
        $WITH_TRACEFS perf record -q -a -e 'sched:sched_process_fork,sched:sched_process_exec,sched:sched_process_exit' -o data -- \\
          $PROGRAM log --json -o truth -- ./scene.sh >/dev/null 2>&1
        perf script -i data >script 2>/dev/null; pids
        succeeded() { execs $1 | grep ' 0$'; }
        same succeeded script; same parents script; cat errors
        """)
      #expect(outcome.lines.count == 2 && outcome.lines.allSatisfy { $0.contains(" same: ") }, "\(outcome)")
    }
  }
}

extension Needs {
  /// Another tracer, which `make` installs.
  fileprivate static func tool(_ name: String) -> some SuiteTrait & TestTrait {
    let isThere = ["/usr/bin/", "/usr/sbin/"].contains { access($0 + name, X_OK) == 0 }
    return ConditionTrait.enabled(
      if: Surroundings.requireKernel || isThere,
      "NOT TESTED: needs \(name); EXECSNOOP_TOP_REQUIRE_KERNEL=1 makes this a failure")
  }
}
