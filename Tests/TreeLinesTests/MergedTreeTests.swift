import TestSupport
import Testing

@testable import Events
@testable import Recording
@testable import Tree

/// Trees of merged events beside the tree of each machine.
@Suite
struct MergedTreeTests {
  /// A machine whose few pids are soon used again.
  private struct Machine {
    var random: SeededGenerator
    let host: RecordedHost?
    let wallOffset: Int64
    var clock: UInt64
    var running: [ProcessID] = []
    /// All of its events, in order.
    var events: [RecordedEvent] = []

    init(_ number: Int, seed: UInt64) {
      random = SeededGenerator(seed: seed &* 1000 &+ UInt64(number))
      host = random.once(in: 3) ? nil : RecordedHost(name: RawBytes(utf8: "host-\(number)"), boot: "b")
      clock = UInt64.random(in: 1...1 << 50, using: &random)
      // The machines run at the same time, and booted at any.
      wallOffset = 1_700_000_000_000_000_000 &- Int64(clock) &+ Int64.random(in: 0...5000, using: &random)
      for _ in 0..<Int.random(in: 1...80, using: &random) { step() }
    }

    mutating func step() {
      clock += UInt64.random(in: 1...200, using: &random)
      let event = make()
      events.append(RecordedEvent(event: event, wallTime: wallOffset &+ Int64(event.time), host: host))
    }

    private func facts(_ id: ProcessID, _ parent: ProcessID?) -> ProcessFacts {
      ProcessFacts(id: id, parent: parent, comm: "p")
    }

    private mutating func make() -> ProcessEvent {
      let choice = Int.random(in: 0..<10, using: &random)
      let someone = running.randomElement(using: &random)
      if choice < 5 || someone == nil {
        let free = (1...12 as ClosedRange<Int32>).filter { pid in !running.contains { $0.pid == pid } }
        if let pid = free.randomElement(using: &random) {
          let id = ProcessID(pid: pid, startTime: clock)
          running.append(id)
          // Some parents are unknown, or seen only as such.
          let unseen = ProcessID(pid: 99, startTime: clock / 2)
          return .fork(
            ForkEvent(time: clock, process: facts(id, random.once(in: 9) ? unseen : random.once(in: 5) ? nil : someone))
          )
        }
      }
      let id = someone ?? ProcessID(pid: 1, startTime: clock)
      switch choice {
      case 5, 6:
        let image = ProcessImage(time: clock, comm: "q", argv: StringVector(["q"]))
        return .exec(ExecEvent(process: facts(id, nil), image: image))
      case 7 where random.once(in: 3):
        running = running.filter { _ in !random.once(in: 3) }
        return .census(CensusEvent(time: clock, alive: running.map { .init(id: $0, parent: nil) }))
      default:
        running.removeAll { $0 == id }
        return .exit(
          ExitEvent(
            time: clock, process: facts(id, nil), status: ExitStatus(code: Int32.random(in: 0...1, using: &random)),
            usage: ResourceUsage(userTime: 5), reaper: random.once(in: 2) ? running.first : nil))
      }
    }
  }

  private func tree(of events: [ProcessEvent]) -> ProcessTree {
    var tree = ProcessTree()
    for event in events { _ = tree.apply(event) }
    tree.updateSums()
    return tree
  }

  /// Merges pieces of random sizes, as they are asked for.
  private func merged(_ machines: [Machine], _ random: inout SeededGenerator) -> [RecordedEvent] {
    var merge = EventMerge(
      machines.indices.map { MergeSource(name: RawBytes(utf8: "source-\($0)"), host: machines[$0].host) })
    var next = machines.map { _ in 0 }
    var result: [RecordedEvent] = []
    while !merge.isOver {
      for index in machines.indices where merge.wants(index) {
        let piece = machines[index].events[next[index]...].prefix(Int.random(in: 1...30, using: &random))
        if piece.isEmpty { merge.end(index) } else { merge.add(Array(piece), to: index, at: 0) }
        next[index] += piece.count
      }
      merge.take(at: 0, into: &result)
    }
    return result
  }

  @Test(arguments: Seeds.first(400))
  func `Each machine has its own root, with its own processes and sums`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let machines = (0..<Int.random(in: 2...9, using: &random)).map { Machine($0, seed: seed) }
    let merged = merged(machines, &random)

    // The order is that of the wall clock.
    let sorted = machines.enumerated().flatMap { place, machine in
      machine.events.enumerated().map { ($1.wallTime ?? 0, place, $0) }
    }.sorted(by: <)
    let walls = merged.compactMap { event -> Int64? in
      if case .host = event.event { nil } else { event.wallTime }
    }
    #expect(walls == sorted.map(\.0), "seed \(seed)")

    let tree = tree(of: merged.map(\.event))
    #expect(tree._checkInvariants() == [], "seed \(seed)")
    #expect(tree.topLevelProcesses.allSatisfy { $0.isHost } && tree.topLevelProcesses.count == machines.count)
    #expect(Set(tree.hosts.values.map(\.name)).count == machines.count)
    var all = Totals()
    for row in tree.topLevelProcesses {
      guard let name = tree.hostName(of: row),
        let place = machines.indices.first(where: { index in
          name == machines[index].host?.name ?? RawBytes(utf8: "source-\(index)")
        }), let node = tree[row]
      else {
        Issue.record("a row of no machine, seed \(seed)")
        continue
      }
      let own = self.tree(of: machines[place].events.map(\.event))
      let totals = own.totals
      all.processes += totals.processes
      all.running += totals.running
      all.execs += totals.execs
      all.exits += totals.exits
      all.nonzero += totals.nonzero
      let below = node.below
      #expect(below.processes == totals.processes && below.running == totals.running, "seed \(seed)")
      #expect(below.execs == totals.execs && below.nonzero == totals.nonzero, "seed \(seed)")
      // The same processes, with the same parents.
      let shift = HostShift(host: row.host, nanoseconds: machines[place].wallOffset)
      for id in own.allIDs {
        let moved = shift.id(id)
        #expect(tree[moved]?.parent == own[id]?.parent.map(shift.id) ?? row, "\(id), seed \(seed)")
        #expect(tree[moved]?.presentParent == own[id]?.presentParent.map(shift.id), "\(id), seed \(seed)")
        #expect(tree[moved]?.isRunning == own[id]?.isRunning, "\(id), seed \(seed)")
        #expect(tree.lineage(of: moved).allSatisfy { $0.host == row.host }, "\(id), seed \(seed)")
      }
      #expect(tree.allIDs.filter { $0.host == row.host }.count == own.allIDs.count + 1, "seed \(seed)")
    }
    let totals = tree.totals
    #expect(totals.processes == all.processes && totals.running == all.running, "seed \(seed)")
    #expect(totals.execs == all.execs && totals.exits == all.exits && totals.nonzero == all.nonzero, "seed \(seed)")
  }

  @Test(arguments: Seeds.first(100))
  func `Earlier moments of merged events agree too`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let events = merged((0..<3).map { Machine($0, seed: seed) }, &random).map(\.event)
    let now = tree(of: events)
    guard let time = events.map(\.time).randomElement(using: &random) else { return }
    var past = now
    past.turn(from: .max, to: time, in: now) { _, _ in }
    #expect(past._checkInvariants() == [], "seed \(seed)")
    #expect(past.topLevelProcesses.filter { !$0.isHost } == [], "seed \(seed)")
    #expect(past.topLevelProcesses.count == now.topLevelProcesses.count, "seed \(seed)")
  }

  @Test(arguments: Seeds.first(100))
  func `A single machine gives the same tree as without merging`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let machine = Machine(0, seed: seed)
    let events = merged([machine], &random).filter { if case .host = $0.event { false } else { true } }
    #expect(events == machine.events)
  }

  @Test func `A second machine moves the processes of the first below its row`() {
    let facts = ProcessFacts(id: ProcessID(pid: 7, startTime: 5), parent: nil, comm: "a")
    var tree = tree(of: [
      .host(HostEvent(time: 5, number: 0, name: "web")), .fork(ForkEvent(time: 5, process: facts)),
    ])
    #expect(tree.topLevelProcesses == [facts.id] && !tree.hasHostRows)
    for (number, name) in [(0, "web" as RawBytes), (1, "db")] {
      _ = tree.apply(.host(HostEvent(time: 6, number: UInt16(number), name: name, isOneOfSeveral: true)))
    }
    #expect(tree.topLevelProcesses == [ProcessID(rowOf: 0), ProcessID(rowOf: 1)])
    #expect(tree.children(of: ProcessID(rowOf: 0)) == [facts.id])
    #expect(tree.totals.processes == 1 && tree._checkInvariants() == [])
    _ = tree.apply(
      .host(HostEvent(time: 7, number: 1, name: "db", isOneOfSeveral: true, failure: "its stream ended")))
    #expect(tree[ProcessID(rowOf: 1)]?.image?.title == "db (its stream ended)")
    #expect(tree.topLevelProcesses.count == 2)
  }
}
