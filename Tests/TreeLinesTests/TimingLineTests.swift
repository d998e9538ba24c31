import Events
import Recording
import Testing
import Tree
import TreeLines

/// The critical path and the concurrency as lines of JSON.
@Suite
struct TimingLineTests {
  private let tree = Self.build()

  /// A make with a compiler, and a linker that still runs.
  private static func build() -> ProcessTree {
    var tree = ProcessTree()
    func id(_ pid: Int32, _ start: UInt64) -> ProcessID { ProcessID(pid: pid, startTime: start) }
    func facts(_ id: ProcessID, _ parent: ProcessID?, _ comm: Comm) -> ProcessFacts {
      ProcessFacts(id: id, parent: parent, comm: comm)
    }
    let usage = ResourceUsage(
      userTime: 30, systemTime: 10, peakMemory: 4096, minorFaults: 0, majorFaults: 0, readBytes: 0, writtenBytes: 0)
    let (make, cc, ld) = (id(10, 1000), id(11, 1010), id(12, 1020))
    let events: [ProcessEvent] = [
      .fork(ForkEvent(time: 1000, process: facts(make, nil, "make"))),
      .fork(ForkEvent(time: 1010, process: facts(cc, make, "c\u{1b}c"))),
      .fork(ForkEvent(time: 1020, process: facts(ld, make, "ld"))),
      .exit(
        ExitEvent(
          time: 1090, process: facts(cc, make, "c\u{1b}c"), status: ExitStatus(code: 0), usage: usage, reaper: nil)),
    ]
    for event in events { _ = tree.apply(event) }
    return tree
  }

  private func runs() throws -> SubtreeRuns {
    try #require(SubtreeRuns(of: ProcessID(pid: 10, startTime: 1000), in: tree, now: 1100))
  }

  @Test func `A line for each step and one for the path`() throws {
    let path = CriticalPath(of: try runs())
    var encoder = JSONLineEncoder(wallOffset: nil)
    encoder.append(path, in: tree)
    // ld still runs, since before the compiler: it is what make waits for.
    #expect(
      String(decoding: encoder.bytes, as: UTF8.self) == """
        {"step":1,"depth":0,"pid":10,"start":1000,"comm":"make","from":1000,"until":1100,"own":20,"beside":0.5}
        {"step":2,"depth":1,"pid":12,"start":1020,"comm":"ld","from":1020,"until":1100,"own":80,"beside":0.9}
        {"whole":100,"least":90,"saved":10,"running":true}

        """)
  }

  @Test func `A line for each number and one for the whole`() throws {
    var encoder = JSONLineEncoder(wallOffset: nil)
    encoder.append(Concurrency(of: try runs()))
    #expect(
      String(decoding: encoder.bytes, as: UTF8.self) == """
        {"running":1,"time":30}
        {"running":2,"time":70}
        {"whole":100,"mean":1.7,"most":2}

        """)
  }
}
