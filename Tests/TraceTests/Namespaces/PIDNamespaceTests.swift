import Events
import Glibc
import Testing

extension KernelTests {
  /// In a PID namespace, as in a container, all pids are those of the namespace.
  @Suite struct PIDNamespaceTests {
    private let cell = Cell()
    private static let inside = ["-mpf", "--mount-proc"]

    @Test func `A command and its descendants have the pids that they see themselves`() throws {
      let (status, lines) = try cell.run(
        Self.inside,
        """
        setsid -w sh -c '$X log --json --no-failed -- sh -c "$FIXTURE report fork report > $WORK/report; exit 3" > $WORK/log'
        """)
      #expect(status == 3, "\(lines)")
      let events = try cell.events("log")
      let reports = Report.all(in: cell.text("report"))
      #expect(reports.count == 2)
      let facts = reports.map { report in
        events.first { event in
          guard let process = event.process, Int64(process.id.pid) == report.number("getpid") else { return false }
          if case .fork = event { return process.id.pid > 0 }
          return false
        }?.process
      }
      for (report, facts) in zip(reports, facts) {
        let facts = try #require(facts)
        #expect(Int64(facts.parent?.pid ?? 0) == report.number("getppid"))
        #expect(Int64(facts.session) == report.number("getsid") && facts.session != 0)
        #expect(Int64(facts.processGroup) == report.number("getpgrp"))
        #expect(Int64(facts.innerPID) == report.number("getpid"))
        #expect(events.exits.contains { $0.process.id == facts.id })
      }
      #expect(events.losses.isEmpty && events.existing.count == 1)
      for event in events { #expect(event.process.map { $0.id.pid > 0 && $0.id.pid < 1000 } != false) }
    }

    @Test func `All processes of the namespace and those below appear once, and no others`() throws {
      let noise = try Fixture(["noise", "storm", "1000000", "/dev/null", "1"])
      let (status, lines) = try cell.run(
        Self.inside,
        """
        sleep 1000 & echo $! > $WORK/sleeper
        unshare -pf sleep 1001 & n=$!
        until pgrep -P $n > $WORK/nested; do sleep .01; done
        until grep -q 1001 /proc/$(cat $WORK/nested)/cmdline; do sleep .01; done
        $X log --json --no-failed > $WORK/log 2> $WORK/errors & t=$!
        until [ -e $WORK/log ] && grep -q '"ev":"exec".*"marked"' $WORK/log; do /bin/true marked; sleep .05; done
        unshare -pf /bin/true nested; kill -KILL $(cat $WORK/nested)
        until grep -q '"ev":"exit",.*"pid":'$(cat $WORK/nested), $WORK/log; do sleep .05; done
        kill -INT $t; wait $t; kill $(cat $WORK/sleeper)
        """)
      noise.send(SIGKILL)
      noise.wait()
      #expect(status == 0, "\(lines)")
      #expect(cell.text("errors").first?.contains("only the processes of this PID namespace are traced") == true)
      let events = try cell.events("log")
      let sleeper = try cell.number("sleeper"), nested = try cell.number("nested")
      let found = events.existing
      #expect(Set(found.map(\.process.id.pid)).count == found.count, "a process stands twice")
      #expect(found.filter { $0.image.argv.texts == ["sleep", "1000"] }.map(\.process.id.pid) == [sleeper])
      let below = try #require(found.first { $0.image.argv.texts == ["sleep", "1001"] })
      #expect(below.process.id.pid == nested && below.process.innerPID == 1)
      let first = try #require(found.first { $0.process.id.pid == 1 })
      #expect(first.process.parent == nil)
      let started = try #require(events.execs(of: "/bin/true", "nested").first)
      #expect(started.process.innerPID == 1 && started.process.id.pid > nested)
      // Whoever has no pid here is not there: neither what runs outside nor what it starts.
      for event in events {
        guard let process = event.process else { continue }
        #expect(process.id.pid > 0 && process.id.pid < 100_000 && process.comm.text != "noise")
      }
      #expect(!events.contains { $0.process?.comm.text.hasPrefix("storm") == true })
    }

    @Test(arguments: ["--pid $p", "--filter under:$p", "--filter pid=$p"])
    func `The option --pid takes a pid of the namespace`(_ option: String) throws {
      let (status, lines) = try cell.run(
        Self.inside,
        """
        sh -c 'until [ -e $WORK/go ]; do sleep .02; done; /bin/true below; exec /bin/true marked' & p=$!
        $X log --no-failed \(option) > $WORK/log 2>$WORK/errors & t=$!
        until [ -e $WORK/log ] && grep -q COMM $WORK/log; do sleep .05; done
        touch $WORK/go; wait $p
        until grep -qE 'true (below|marked)' $WORK/log; do kill -0 $t || exit 7; sleep .05; done
        kill -INT $t; wait $t; [ $? = 130 ]
        """)
      #expect(status == 0, "\(lines) \(cell.text("errors"))")
      let log = cell.text("log")
      #expect(log.contains { $0.contains("true marked") } == !option.contains("under:"), "\(log)")
      #expect(log.contains { $0.contains("true below") } == !option.contains("pid="), "\(log)")
    }

    @Test func `After a loss the tree has the running processes of the namespace`() throws {
      let (status, lines) = try cell.run(
        Self.inside,
        """
        sleep 1000 & echo $! > $WORK/stayer
        $X log --json --no-failed --ring-size 4 > $WORK/log 2>$WORK/errors & t=$!
        until [ -e $WORK/log ] && grep -q '"ev":"census"' $WORK/log; do
          (i=0; while [ $i -lt 100 ]; do /bin/true & i=$((i+1)); done; wait)
        done
        kill -INT $t; wait $t; kill $(cat $WORK/stayer)
        """)
      #expect(status == 0, "\(lines)")
      let events = try cell.events("log")
      let stayer = try cell.number("stayer")
      for census in events.censuses {
        let pids = census.alive.map(\.id.pid)
        #expect(pids.contains(stayer) && pids.contains(1) && !pids.contains(0))
        #expect(Set(pids).count == pids.count && pids.count < 200)
      }
      #expect(!events.exits.contains { $0.process.id.pid == stayer })
      let named = events.losses.flatMap(\.records)
      #expect(named.allSatisfy { $0.id.pid > 0 && $0.id.pid < 1_000_000 })
    }

    @Test func `A /proc of another namespace, or none, is refused in one line`() throws {
      let foreign = try cell.run(["-pf"], "$X log -- true; echo status $?; $X doctor")
      #expect(foreign.lines.first?.hasPrefix("execsnoop-top: /proc shows another PID namespace") == true)
      #expect(foreign.lines.dropFirst().first == "status 1")
      #expect(foreign.lines.contains { $0.hasPrefix("FAIL /proc") })

      let missing = try cell.run(
        ["-m"],
        """
        umount -l /proc
        $X --version; echo status $?
        $X log --json -- true; echo status $?
        $X log --pid; echo status $?
        $X doctor
        """)
      #expect(missing.lines.count > 8)
      #expect(
        missing.lines.dropFirst().prefix(5) == [
          "status 0", "execsnoop-top: /proc is not mounted: mount -t proc proc /proc", "status 1",
          "execsnoop-top: Missing value for '--pid <pid>'; see execsnoop-top help log", "status 2",
        ])
      #expect(missing.lines.contains { $0.hasPrefix("FAIL /proc") })
    }

    @Test func `The doctor names the namespace`() throws {
      let (status, lines) = try cell.run(["-mpfC", "--mount-proc"], "$X doctor")
      #expect(status == 0, "\(lines)")
      #expect(
        lines.contains { $0.hasPrefix("-    PID namespace") } && lines.contains { $0.contains("cgroup namespace") })
      let outside = try cell.run([], "$X doctor")
      #expect(outside.lines.contains { $0.hasPrefix("ok   namespaces") }, "\(outside.lines)")
    }
  }
}

extension Comm {
  fileprivate var text: String { String(decoding: bytes, as: UTF8.self) }
}
