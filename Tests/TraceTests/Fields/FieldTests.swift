import Events
import Glibc
import Testing
import Trace

extension KernelTests {
  /// Each field of an event, compared with the process's own report (docs/FIELDS.md lists them all).
  @Suite struct FieldTests {
    @Test(arguments: Place.allCases)
    func `The pid in the host's namespace, and the start time`(_ place: Place) throws {
      let witness = try Witness.of(place)
      #expect(Int64(witness.exec.process.id.pid) == witness.report.number("pid"))
      // /proc has it in ticks of 10 ms.
      let tick = 1_000_000_000 / UInt64(sysconf(Int32(_SC_CLK_TCK)))
      #expect(Int64(witness.exec.process.id.startTime / tick) == witness.report.number("start"))
      #expect(witness.exit.process.id == witness.exec.process.id)
    }

    @Test(arguments: Place.allCases)
    func `The parent and its start time`(_ place: Place) throws {
      let witness = try Witness.of(place)
      #expect(Int64(witness.exec.process.parent?.pid ?? 0) == witness.report.number("ppid"))
      #expect(witness.exec.process.parent == witness.parent.process.id)
      #expect(witness.fork.process.parent == witness.parent.process.id)
    }

    @Test(arguments: Place.allCases)
    func `The times of fork, exec and exit`(_ place: Place) throws {
      let witness = try Witness.of(place)
      let said = UInt64(witness.report.number("time"))
      #expect(witness.since < witness.fork.process.id.startTime)
      #expect(witness.fork.process.id.startTime <= witness.fork.time)
      #expect(witness.fork.time < witness.exec.time && witness.exec.time < said)
      #expect(said < witness.exit.time && witness.exit.time < Fixture.now)
    }

    @Test(arguments: Place.allCases)
    func `The name of the command`(_ place: Place) throws {
      let witness = try Witness.of(place)
      #expect(witness.exec.process.comm.bytes + [10] == witness.report.bytes("comm"))
      #expect(witness.exec.image.comm == "a program")
    }

    @Test(arguments: Place.allCases)
    func `The executable`(_ place: Place) throws {
      let witness = try Witness.of(place)
      #expect(witness.exec.image.exe.bytes == witness.report.bytes("exe"))
      #expect(witness.exec.image.exe.text == witness.program)
    }

    @Test(arguments: Place.allCases)
    func `The file that exec was called with`(_ place: Place) throws {
      let witness = try Witness.of(place)
      #expect(witness.exec.image.file.bytes == witness.report.bytes("file"))
      #expect(witness.exec.image.interpreter == nil)
    }

    @Test(arguments: Place.allCases)
    func `The working directory`(_ place: Place) throws {
      let witness = try Witness.of(place)
      #expect(witness.exec.image.cwd.bytes == witness.report.bytes("cwd"))
      #expect(witness.exec.image.cwd.text == witness.folder)
    }

    @Test(arguments: Place.allCases)
    func `The arguments`(_ place: Place) throws {
      let witness = try Witness.of(place)
      #expect(witness.exec.image.argv.bytes == witness.report.bytes("argv"))
      #expect(witness.exec.image.argv.texts == Witness.argv)
      #expect(!witness.exec.image.argv.isCut)
    }

    @Test(arguments: Place.allCases)
    func `The environment`(_ place: Place) throws {
      let witness = try Witness.of(place)
      #expect(witness.exec.image.env?.bytes == witness.report.bytes("env"))
      #expect(witness.exec.image.env?.texts == Witness.environment)
    }

    @Test(arguments: Place.allCases)
    func `Real user, effective user and real group`(_ place: Place) throws {
      let witness = try Witness.of(place)
      for facts in [witness.exec.process, witness.exit.process] {
        #expect(Int64(facts.uid) == witness.report.number("uid") && facts.uid == Witness.user)
        #expect(Int64(facts.euid) == witness.report.number("euid"))
        #expect(Int64(facts.gid) == witness.report.number("gid") && facts.gid == Witness.group)
      }
      #expect(witness.fork.process.uid == 0)
      #expect(witness.exec.process.user == "nobody")
      #expect(witness.report.number("secure") == 0 && witness.exec.image.marks == [])
    }

    @Test(arguments: Place.allCases)
    func `The user who logged in`(_ place: Place) throws {
      let witness = try Witness.of(place)
      #expect(witness.exec.process.auditUID.map(Int64.init) == witness.report.number("login"))
      #expect(witness.exec.process.auditUID == Witness.login)
    }

    @Test(arguments: Place.allCases)
    func `Session and process group in the host's namespace`(_ place: Place) throws {
      let witness = try Witness.of(place)
      for facts in [witness.exec.process, witness.exit.process] {
        #expect(Int64(facts.session) == witness.report.number("session"))
        #expect(Int64(facts.processGroup) == witness.report.number("pgrp"))
      }
      #expect(witness.exec.process.processGroup == witness.exec.process.id.pid)
      #expect(witness.exec.process.session == witness.exec.process.parent?.pid)
    }

    @Test(arguments: Place.allCases)
    func `The pid in the process's own namespace`(_ place: Place) throws {
      let witness = try Witness.of(place)
      #expect(Int64(witness.exec.process.innerPID) == witness.report.number("getpid"))
      #expect(Int64(witness.exec.process.innerPID) == witness.report.number("nspid"))
      #expect((witness.exec.process.innerPID == witness.exec.process.id.pid) == (place != .namespace))
    }

    @Test(arguments: Place.allCases)
    func `The terminal`(_ place: Place) throws {
      let witness = try Witness.of(place)
      let name = try #require(witness.exec.process.tty?.text)
      // /proc has the number of the device, 136:N for pts/N.
      let device = witness.report.number("terminal")
      #expect((device >> 8) & 0xfff == 136)
      #expect(name == "pts/\((device & 0xff) | ((device >> 12) & 0xfff00))")
    }

    @Test(arguments: Place.allCases)
    func `The cgroup and the container in its path`(_ place: Place) throws {
      let witness = try Witness.of(place)
      for facts in [witness.exec.process, witness.exit.process] {
        #expect(facts.cgroup?.bytes == witness.report.bytes("cgroup"))
      }
      guard place == .cgroup else { return }
      let path = try #require(witness.exec.process.cgroup)
      #expect(path.text == witness.cgroup)
      let owner = CgroupOwner(of: path)
      #expect(owner.container.map { String(decoding: $0, as: UTF8.self) } == Witness.container)
      #expect(owner.unit.map { String(decoding: $0, as: UTF8.self) } == "docker-\(Witness.container).scope")
    }

    @Test(arguments: Place.allCases)
    func `Exit status and run time`(_ place: Place) throws {
      let witness = try Witness.of(place)
      #expect(witness.exit.status == ExitStatus(code: 3))
      let ran = witness.exit.time - witness.exit.process.id.startTime
      #expect(Int64(ran) > witness.report.number("time") - Int64(witness.exit.process.id.startTime))
      #expect(ran < Fixture.now - witness.since)
    }
  }
}
