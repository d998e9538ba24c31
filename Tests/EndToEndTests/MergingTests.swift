import TestSupport
import Testing

extension EndToEnd {
  /// The events of several machines in one view.
  @Suite(Needs.kernel, Needs.tmux) struct Merging {
    private let bench: Bench

    init() throws { bench = try Bench() }

    /// Each namespace has its own name and its own pids, which are the same small numbers in both.
    @Test func `Two machines are streamed into one tree`() async throws {
      let name = try await bench.tool("m")
      let outcome = try await bench.run(
        #"""
        mkfifo $WORK/a $WORK/b
        $PROGRAM tree --json $WORK/a $WORK/b >$WORK/rows 2>$WORK/notes & tree=$!
        machine() {
          unshare --uts --pid --fork --mount-proc --kill-child bash -c '
            hostname '$1'
            $PROGRAM log --json --quiet > >(tee $WORK/lines-'$1' >$WORK/'$2') & log=$!
            until grep -q \#(name) $WORK/lines-'$1'; do $WORK/\#(name) '$1'; sleep 0.05; done
            for run in {1..20}; do $WORK/\#(name) '$1'; sleep 0.05; done
            touch $WORK/ran-'$1'
            # The first is cut off, and the second goes on.
            until [ -e $WORK/stop-'$1' ]; do $WORK/\#(name) '$1'; sleep 0.05; done
            kill -'$3' $log; wait $log
            touch $WORK/stopped-'$1'
            until [ -e $WORK/over ]; do sleep 0.05; done' 2>$WORK/errors-$1 &
        }
        machine alpha a KILL
        machine beta b INT
        until [ -e $WORK/ran-alpha ] && [ -e $WORK/ran-beta ]; do sleep 0.05; done
        touch $WORK/stop-alpha
        until [ -e $WORK/stopped-alpha ] && grep -q 'its stream ended' $WORK/notes; do sleep 0.05; done
        touch $WORK/stop-beta
        wait $tree
        echo tree-$?
        touch $WORK/over
        wait
        """#)
      #expect(outcome.lines.contains("tree-0"), "\(outcome)")
      let rows = (bench.text("rows") ?? "").split(separator: "\n")
      func has(_ row: Substring, _ parts: String...) -> Bool { parts.allSatisfy { row.contains($0) } }
      let hosts = rows.filter { has($0, #""pid":0,"#) }
      #expect(hosts.count == 2 && hosts.allSatisfy { has($0, #""depth":0,"#) }, "\(hosts) \(outcome)")
      for host in ["alpha", "beta"] {
        // What ran there says which machine it was.
        let own = rows.filter { has($0, #""host":"\#(host)""#, "/\(name)\"", #""argv":["#) }
        #expect(own.count > 10, "\(host): \(own.count) of \(rows.count)")
        #expect(own.allSatisfy { has($0, #"/\#(name)","\#(host)"]"#) })
      }
      // The same pids are there twice.
      func pids(_ host: String) -> Set<Substring> {
        Set(
          rows.filter { has($0, #""host":"\#(host)""#) }.compactMap { row in
            row.split(separator: ",").first { $0.hasPrefix(#""pid":"#) }
          })
      }
      #expect(pids("alpha").intersection(pids("beta")).count > 5)
      #expect(hosts.contains { has($0, "alpha (its stream ended") && has($0, "incomplete") }, "\(hosts)")
      #expect(hosts.contains { has($0, #""title":"beta""#) }, "\(hosts)")
      #expect(bench.text("notes")?.contains("alpha: its stream ended") == true, "\(bench.text("notes") ?? "")")
    }

    private static let line =
      #"{"ev":"exec","seq":1,"ts":"%s","boot":90000000000,"host":"%s-node","boot_id":"b-%s","pid":7,"#
      + #""start":80000000000,"ppid":0,"comm":"seven","exe":"/bin/seven","argv":["seven","on","%s"],"uid":0,"sid":7}\n"#

    @Test func `ssh shows which hosts answer, and ends what it started`() async throws {
      _ = try await bench.run(
        #"""
        cat >$WORK/ssh <<'S'
        #!/bin/bash
        echo "$@" >>$WORK/arguments
        host=$3
        case $host in
          bad) echo "bad: Permission denied (publickey)." >&2; exit 255 ;;
          late) now=$(date -u -d '12 minutes ago' +%FT%T.000000000Z) ;;
          *) now=$(date -u +%FT%T.000000000Z) ;;
        esac
        printf '\#(Self.line)' $now $host $host $host
        echo $$ >$WORK/pid-$host
        until [ -e $WORK/cut-$host ]; do sleep 0.05; done
        S
        chmod +x $WORK/ssh
        """#)
      let window = try await Window(bench, columns: 150)
      try await window.enter("EXECSNOOP_TOP_SSH=$WORK/ssh $PROGRAM ssh good bad late; echo ended-$?")
      try await window.waitFor("the rows") { rows in
        ["good-node", "late-node", "seven on good", "seven on late"].allSatisfy { text in
          rows.contains { $0.contains(text) }
        }
      }
      try await window.waitFor("the answers") { rows in
        rows.contains { $0.contains("2 of 3 hosts answer; bad: Permission denied (publickey)") }
      }
      try await window.waitFor("the cut row") { rows in rows.contains { $0.contains("bad (Permission denied") } }
      try await window.waitFor("late: its clock is 12 min behind: --offset late=720s corrects it")
      #expect(
        bench.text("arguments")?.split(separator: "\n").sorted()
          == ["bad", "good", "late"].map { "-o BatchMode=yes \($0) sudo -n execsnoop-top log --json" })
      _ = try await bench.run("touch $WORK/cut-late")
      try await window.waitFor("late-node (")
      try await window.press("q")
      try await window.waitForEnd(0)
      let left = try await bench.run("kill -0 $(cat $WORK/pid-good) 2>/dev/null && echo alive; true")
      #expect(left.lines.isEmpty, "\(left)")
    }

    @Test func `ssh without any answer says why`() async throws {
      _ = try await bench.run(
        #"printf '#!/bin/sh\necho "no route to $3" >&2\nexit 255\n' >$WORK/ssh; chmod +x $WORK/ssh"#)
      let window = try await Window(bench)
      try await window.enter("EXECSNOOP_TOP_SSH=$WORK/ssh $PROGRAM ssh one two; echo ended-$?")
      try await window.waitForEnd(1)
      try await window.waitFor("the reasons") { rows in
        rows.contains { $0.contains("one: no route to one") } && rows.contains { $0.contains("two: no route to two") }
      }
      try await window.enter("$PROGRAM ssh -oProxyCommand=x; echo ended-$?")
      try await window.waitForEnd(2)
    }

    @Test func `Text, differences and traces of two machines keep them apart`() async throws {
      let outcome = try await bench.run(
        #"""
        exec 2>&1
        now=2026-01-01T00:00:00.000000000Z
        for host in one two; do printf '\#(Self.line)' $now $host $host $host >$WORK/$host; done
        cat $WORK/one $WORK/two >$WORK/both
        echo text; $PROGRAM log $WORK/one $WORK/two
        echo one; $PROGRAM log $WORK/one
        echo later; (cat $WORK/one; sleep 0.5; cat $WORK/two) | $PROGRAM log -
        echo same; $PROGRAM diff $WORK/both $WORK/both; echo $?
        echo less; $PROGRAM diff $WORK/both $WORK/one; echo $?
        trace() {
          printf '{"process_exec":{"process":{"exec_id":"%s","pid":7,"uid":0,"binary":"/bin/%s","start_time":"%s"}},' $1 $1 $now
          printf '"node_name":"%s","time":"%s"}\n' $1 $now
        }
        trace web-1 >$WORK/trace; trace web-2 >>$WORK/trace
        hosts() { grep -o '"host":"[^"]*"'; }
        echo trace; $PROGRAM tree $WORK/trace; $PROGRAM log --json --filter host:web-2 $WORK/trace | hosts
        echo only; trace web-1 | $PROGRAM tree -; trace web-1 | $PROGRAM log --json --filter host:web - | hosts
        trace web-1 | $PROGRAM record $WORK/run.db --read -; $PROGRAM log --json $WORK/run.db | hosts
        echo several; $PROGRAM record $WORK/no.db --read $WORK/trace; echo $? $(ls $WORK | grep -c no.db)
        $PROGRAM record $WORK/web-2.db --quiet --read $WORK/trace --filter host:web-2; $PROGRAM log --json $WORK/web-2.db | hosts
        """#)
      func part(_ name: String) -> [String] {
        guard let start = outcome.lines.firstIndex(where: { $0 == name }) else { return [] }
        return outcome.lines[(start + 1)...].map { String($0) }
      }
      let headings = "HOST             COMM             PID     PPID    RET ARGS"
      let rows = ["one", "two"].map { "\($0)-node         seven            7       0         0 seven on \($0)" }
      #expect(part("text").prefix(3) == [headings, rows[0], rows[1]], "\(outcome)")
      #expect(part("one").prefix(2) == ["COMM             PID     PPID    RET ARGS", String(rows[0].dropFirst(17))])
      // The column begins with the second machine.
      #expect(
        part("later").prefix(4) == [
          "COMM             PID     PPID    RET ARGS", String(rows[0].dropFirst(17)), headings, rows[1],
        ], "\(outcome)")
      #expect(part("same").first == "0", "\(outcome)")
      #expect(part("less").prefix { !$0.hasPrefix("trace") }.contains { $0.contains("two-node") }, "\(outcome)")
      let trace = part("trace").prefix { $0 != "only" }
      #expect(trace.count { $0.contains("● host") } == 2, "\(outcome)")
      #expect(trace.contains(#""host":"web-2""#) && !trace.contains(#""host":"web-1""#), "\(outcome)")
      let several = part("several")
      #expect(several.first?.contains("--filter host:NAME keeps one") == true && several.dropFirst().first == "1 0")
      #expect(several.last == #""host":"web-2""#, "\(outcome)")
      let only = part("only").prefix { $0 != "several" }
      #expect(!only.contains { $0.contains("● host") }, "\(outcome)")
      #expect(only.count { $0 == #""host":"web-1""# } == 2, "\(outcome)")
    }

    @Test func `Lines of several files are those of each machine, in one order`() async throws {
      let outcome = try await bench.run(
        #"""
        line() { printf '{"ev":"fork","seq":1,"ts":"%s","boot":%s,"host":"%s","boot_id":"x","pid":7,"start":%s,"ppid":0,"comm":"a","uid":0,"euid":0,"gid":0,"sid":0,"pgid":0}\n' $1 $2 $3 $2; }
        line 2026-01-01T00:00:01.000000000Z 50 web >$WORK/web
        line 2026-01-01T00:00:03.000000000Z 2000000050 web >>$WORK/web
        line 2026-01-01T00:00:02.000000000Z 700 db >$WORK/db
        $PROGRAM log --json $WORK/web $WORK/db | sed 's/"seq":[0-9]*/"seq":1/' >$WORK/merged
        sort -t'"' -k10 $WORK/web $WORK/db | diff - $WORK/merged && echo same
        $PROGRAM log --json --offset db=-90s --filter host:db $WORK/web $WORK/db | grep -c db
        $PROGRAM log --json --offset nobody=1s $WORK/web $WORK/db 2>&1 >/dev/null
        $PROGRAM tree $WORK/web $WORK/db
        $PROGRAM tree $WORK/web
        """#)
      #expect(outcome.lines.first == "same", "\(outcome)")
      #expect(outcome.lines.contains("1") && outcome.lines.contains { $0.contains("nobody: no machine has this name") })
      #expect(outcome.status == 0, "\(outcome)")
      // The tree of one file has no row of a machine.
      #expect(outcome.lines.filter { $0.contains("host") && $0.contains("web") }.count == 1, "\(outcome)")
    }
  }
}
