import Events
import Glibc
import Testing

extension KernelTests {
  /// In namespaces of cgroups, of time and of users.
  @Suite struct OtherNamespaceTests {
    private let cell = Cell()

    @Test func `In a cgroup namespace each cgroup has one path, and --cgroup takes mounted paths`() throws {
      let mount = try #require(cgroupMount)
      let name = "/execsnoop-top-namespace-\(getpid())"
      for path in [name, name + "/sub"] { try #require(mkdir(mount + path, 0o755) == 0) }
      defer { for path in [name + "/sub", name] { rmdir(mount + path) } }
      let (status, lines) = try cell.run(
        [],
        """
        echo 0 > \(mount + name)/cgroup.procs
        exec unshare -Cm sh -c '
        sleep 1000 & echo $! > $WORK/sleeper
        $X log --json --no-failed > $WORK/log & t=$!
        until [ -e $WORK/log ] && grep -q "\\"ev\\":\\"exec\\".*\\"marked\\"" $WORK/log; do /bin/true marked; sleep .05; done
        kill -INT $t; wait $t
        umount \(mount); mount -t cgroup2 none \(mount)
        i=0
        for c in / /sub \(mount)/sub; do
          i=$((i+1)); out=$WORK/scoped$i; : > $out
          $X log --no-failed --cgroup $c >> $out & t=$!
          # In both twice: what is in scope of the first round is there after the second.
          until [ $(grep -c "^true.*in-sub" $out) -ge 2 ]; do
            /bin/true in-root; sh -c "echo 0 > \(mount)/sub/cgroup.procs; exec /bin/true in-sub"; sleep .05
          done
          kill -INT $t; wait $t; echo $c $(grep -c "^true.*in-root" $out | sed "s/[1-9].*/some/") >> $WORK/scopes
        done
        $X log --cgroup \(name); echo $? >> $WORK/scopes
        kill $(cat $WORK/sleeper)'
        """)
      #expect(status == 0, "\(lines)")
      let events = try cell.events("log")
      let sleeper = try cell.number("sleeper")
      #expect(events.existing.first { $0.process.id.pid == sleeper }?.process.cgroup?.text == name)
      #expect(events.execs(of: "/bin/true", "marked").first?.process.cgroup?.text == name)
      #expect(cell.text("scopes") == ["/ some", "/sub 0", "\(mount)/sub 0", "2"])
      #expect(lines.contains { $0.contains("there is no such cgroup below \(mount)") }, "\(lines)")
    }

    @Test(arguments: ["864000", "-1"])
    func `In a time namespace all times are those of the host`(_ offset: String) throws {
      let before = Fixture.now
      let (status, lines) = try cell.run(
        ["-T", "--boottime", offset, "-f"],
        """
        sleep 1000 & echo $! > $WORK/sleeper
        $X log --json --no-failed > $WORK/log & t=$!
        until [ -e $WORK/log ] && grep -q '"ev":"exec".*"marked"' $WORK/log; do /bin/true marked; sleep .05; done
        kill -INT $t; wait $t; kill $(cat $WORK/sleeper)
        $X tree --json --no-failed -- /bin/true | grep -c incomplete
        """)
      let after = Fixture.now
      #expect(lines.last == "0", "\(status) \(lines)")
      let events = try cell.events("log")
      let sleeper = try cell.number("sleeper")
      let found = try #require(events.existing.first { $0.process.id.pid == sleeper })
      #expect(found.image.argv.texts == ["sleep", "1000"] && found.image.marks == .fromProc)
      #expect(before...after ~= found.process.id.startTime)
      #expect(
        events.existing.filter { $0.process.id.pid == getpid() }.first.map { $0.process.id.startTime < before } == true)
      for event in events { #expect(before...after ~= event.time) }
      // No process was mistaken for another: there are no more races than expected.
      #expect(events.existing.filter { $0.image.marks.contains(.incomplete) }.count < 20)
    }

    @Test func `Root of a user namespace is refused with the reason`() throws {
      let (status, lines) = try cell.run(["-rm"], "$X log -- true; echo status $?; $X doctor")
      #expect(status == 1)
      #expect(lines.first == "execsnoop-top: \(TraceErrorText.userNamespace)")
      #expect(lines.dropFirst().first == "status 1")
      #expect(lines.contains { $0.hasPrefix("FAIL privileges") && $0.contains("root of a user namespace only") })
      #expect(!lines.contains { $0.contains("CONFIG_BPF_JIT") })
    }

    @Test func `Too few open files are reported with the limit`() throws {
      let (_, lines) = try cell.run([], "ulimit -n 16; $X log -- true; echo status $?; $X doctor")
      #expect(lines.first?.contains("too many open files: ulimit -n is 16") == true, "\(lines)")
      #expect(lines.dropFirst().first == "status 1")
      #expect(lines.contains { $0.hasPrefix("FAIL BPF") && $0.contains("ulimit -n is 16") }, "\(lines)")
    }
  }
}

private enum TraceErrorText {
  static let userNamespace =
    "root of a user namespace may not trace: start it as root outside of the namespace"
}
