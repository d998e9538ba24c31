import Testing

@testable import Events

/// Identities and times of one machine among those of several.
@Suite
struct HostShiftTests {
  @Test func `An identity takes sixteen bytes`() {
    #expect(MemoryLayout<ProcessID>.size == 16)
    #expect(MemoryLayout<ProcessID?>.size == 17)
  }

  @Test func `The same pid and start of two machines are two processes`() {
    let (a, b) = (ProcessID(pid: 7, startTime: 9), ProcessID(pid: 7, startTime: 9, host: 1))
    #expect(a != b && a < b && Set([a, b]).count == 2)
    #expect("\(a) \(b)" == "7@9 7@9/1")
  }

  @Test(arguments: [
    (UInt64(10), Int64(5), UInt64(15)), (10, -4, 6), (.max, 1, .max), (1, .max, 0x8000_0000_0000_0000), (10, -10, 0),
    // Before the clock's start times stay apart.
    (3 << 20, .min, 3), (5 << 20, -.max, 5), (0, .min, 0),
  ])
  func `A time is shifted without overflow`(time: UInt64, nanoseconds: Int64, expected: UInt64) {
    #expect(HostShift(host: 1, nanoseconds: nanoseconds).time(time) == expected)
  }

  @Test func `Every identity and time of an event is shifted`() {
    func id(_ pid: Int32, _ start: UInt64 = 50, _ host: UInt16 = 0) -> ProcessID {
      ProcessID(pid: pid, startTime: start, host: host)
    }
    func events(_ add: UInt64, _ host: UInt16) -> [ProcessEvent] {
      let facts = ProcessFacts(id: id(2, 50 + add, host), parent: id(1, 50 + add, host), comm: "a", innerPID: 2)
      let image = ProcessImage(time: 60 + add, comm: "a", exe: "/a", argv: StringVector(["a", "b"]), marks: .argvCut)
      var lost = LostEvent(time: 70 + add, since: 65 + add, counts: LossCounts(forks: 1))
      lost.host = host
      lost.records = [
        LostRecord(
          kind: .fork, time: 66 + add, id: id(3, 50 + add, host), parent: id(2, 50 + add, host), comm: "a", uid: 0)
      ]
      var census = CensusEvent(
        time: 80 + add, alive: [.init(id: id(2, 50 + add, host), parent: id(1, 50 + add, host))], unsure: [4])
      census.host = host
      return [
        .fork(ForkEvent(time: 55 + add, process: facts)), .exec(ExecEvent(process: facts, image: image)),
        .failedExec(FailedExecEvent(process: facts, errno: 2, image: image)),
        .existing(ExistingProcess(time: 61 + add, process: facts, image: image)),
        .exit(
          ExitEvent(
            time: 90 + add, process: facts, status: ExitStatus(signal: 9), reaper: id(1, 50 + add, host),
            killer: .process(.init(id: id(5, 50 + add, host), comm: "k", uid: 0)))),
        .lost(lost), .census(census),
        .output(OutputEvent(time: 62 + add, process: id(2, 50 + add, host), stream: .error, bytes: [1])),
      ]
    }
    let shift = HostShift(host: 3, nanoseconds: 1000)
    #expect(
      events(0, 0).map { event in
        var event = event
        event.shift(by: shift)
        return event
      } == events(1000, 3))
  }
}
