import CExecsnoop
import Events
import Glibc
import Testing

@testable import Trace
@testable import Tree

extension KernelTests {
  /// Processes in scope are traced to their exit, or counted as lost.
  @Suite struct FullScopeTests {
    @Test(arguments: Kernel.flavours)
    func `Processes that do not fit into a full scope are counted`(_ flavour: ObjectFlavour) throws {
      var settings = TraceSettings()
      settings.flavour = flavour
      settings.scope.uid = 54321
      let trace = try KernelTrace(settings)
      var fault: TraceError?
      var pid: Int32 = 1 << 24
      while fault == nil {
        do throws(TraceError) { try trace.addToScope(pid: pid) } catch { fault = error }
        pid += 1
      }
      #expect(fault == TraceError(.fillScope, errno: E2BIG))
      #expect(pid - 1 << 24 >= ProcessLimit.current)

      let mailbox = try Mailbox()
      let collector = try Collector(start: Collector.prepare(trace, settings: settings, mailbox: mailbox))
      let fixture = try Fixture(["fixture", "ids", "54321", "54321", "exec", "/bin/true", "true"])
      #expect(fixture.wait() == 0)
      var events: [ProcessEvent] = []
      try wait(for: "the loss") {
        var descriptor = pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)
        _ = poll(&descriptor, 1, 20)
        events += mailbox.drain().joined()
        return events.losses.contains { $0.counts.execs > 0 && $0.unnamed > 0 }
      }
      collector.stop()
      #expect(!events.execs.contains { $0.process.id.pid == fixture.pid })
    }

    @Test(arguments: Kernel.flavours)
    func `A process in scope at the start stays in scope, even if its user changes`(_ flavour: ObjectFlavour) throws {
      var settings = TraceSettings()
      settings.flavour = flavour
      settings.scope.uid = 0
      let fixture = try Fixture(["fixture", "ready", "ids", "12345", "12345", "exit", "5"])
      try fixture.waitUntilReady()
      let machine = try Machine(settings)
      #expect(machine.tree.runningProcess(pid: fixture.pid) != nil || fixture.pid > 0)
      fixture.wait()
      try wait(for: "its end") {
        machine.receiveEvents()
        return machine.events.exits.contains { $0.process.id.pid == fixture.pid && $0.process.uid == 12345 }
      }
    }

    @Test func `Without a free descriptor a resync uses spare ones, or it is reported and repeated later`() throws {
      let cell = Cell()
      let storm = "(i=0; while [ $i -lt 200 ]; do /bin/true & i=$((i+1)); done; wait)"
      let (status, lines) = try cell.run(
        [],
        """
        $X log --json --ring-size 4 > $WORK/log 2> $WORK/errors & t=$!
        until [ -e $WORK/log ] && grep -q marked $WORK/log; do /bin/true marked; sleep .05; done
        count() { grep -c '"ev":"'$1 $WORK/log; }
        # As many as it has open, and not one more.
        n=0; while [ -e /proc/$t/fd/$n ]; do n=$((n+1)); done
        prlimit --pid $t --nofile=$n:4096
        c=$(count census); l=$(count lost)
        until [ $(count lost) -gt $l ] && [ $(count census) -gt $c ]; do \(storm); sleep .05; done
        grep -c 'cannot be listed' $WORK/errors
        # None at all.
        prlimit --pid $t --nofile=0:4096
        until grep -q 'cannot be listed' $WORK/errors; do \(storm); sleep .05; done
        # Some tries later it is still said once.
        l=$(count lost)
        until [ $(count lost) -ge $((l+10)) ]; do \(storm); sleep .05; done
        c=$(count census)
        prlimit --pid $t --nofile=1024:4096
        until [ $(count census) -gt $c ]; do sleep .05; done
        kill -INT $t; wait $t
        grep -c 'cannot be listed' $WORK/errors
        """)
      #expect(lines == ["0", "1"], "\(status) \(cell.text("errors"))")
    }

    @Test func `A user in many groups keeps all of them, also for the command`() throws {
      let cell = Cell()
      let (status, lines) = try cell.run(
        ["-m"],
        """
        cp /etc/passwd /etc/group $WORK
        echo 'many:x:54321:54321::/tmp:/bin/sh' >> $WORK/passwd; echo 'many:x:54321:' >> $WORK/group
        i=1; while [ $i -le 300 ]; do echo "g$i:x:$((60000 + i)):many" >> $WORK/group; i=$((i+1)); done
        mount --bind $WORK/passwd /etc/passwd; mount --bind $WORK/group /etc/group
        SUDO_UID=54321 SUDO_GID=54321 $X log -- sh -c 'id -G | wc -w; grep Groups /proc/$PPID/status | wc -w' 2>&1 |
          grep -vi '[a-z]'
        """)
      #expect(lines == ["301", "302"], "\(status)")
    }
  }
}
