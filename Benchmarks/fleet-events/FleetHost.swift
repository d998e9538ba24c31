import Events
import Recording

/// A simulated machine: what runs on it, and what is going to happen.
final class FleetHost {
  /// The name of uname(2).
  let name: String
  /// The boot id.
  let bootID: String
  let role: Fleet.Role
  var random: SplitMix
  /// The processes that run all the time, by their command.
  var daemons: [String: FleetProcess] = [:]
  /// The cgroups of the containers.
  let pods: [RawBytes]

  private(set) var encoder: JSONLineEncoder
  private var queue = EventQueue()
  /// The difference of the two clocks.
  let wallOffset: Int64
  /// The time since boot when the trace began.
  let began: UInt64
  private var nextJob: UInt64
  private let meanGap: UInt64
  private var pid: Int32
  private var used: Set<Int32> = []
  /// The running processes, and their parents, as of the last line.
  private var alive: [ProcessID: ProcessID?] = [:]
  /// How many lines it may still write.
  private var remaining: Int
  private let budget: Int
  private var newcomersLeft = 0
  private var hasLost = false

  /// - Parameters:
  ///   - wallStart: when the trace began, in nanoseconds since 1970.
  ///   - budget: how many lines the machine writes.
  init(number: Int, seed: UInt64, wallStart: Int64, budget: Int) {
    var random = SplitMix(seed: seed ^ (UInt64(truncatingIfNeeded: number &+ 1) &* 0xd6e8_feb8_6659_fd93))
    let roles = Fleet.Role.allCases
    role = roles[number % roles.count]
    name = "\(role.rawValue)-\(number / roles.count + 1)"
    bootID = [8, 4, 4, 4, 12].map { random.digits($0) }.joined(separator: "-")
    began = random.number(3600...9_000_000) &* Fleet.second
    wallOffset = wallStart &- Int64(truncatingIfNeeded: began)
    encoder = JSONLineEncoder(wallOffset: wallOffset)
    encoder.host = RecordedHost(name: RawBytes(utf8: name), boot: RawBytes(utf8: bootID))
    pods = (0..<6).map { _ in
      let pod = [8, 4, 4, 4, 12].map { random.digits($0) }.joined(separator: "_")
      return RawBytes(
        utf8: "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod\(pod).slice/"
          + "cri-containerd-\(random.digits(64)).scope")
    }
    pid = Int32(truncatingIfNeeded: random.number(1500...32000))
    self.budget = budget
    remaining = budget
    // About eleven lines a job.
    meanGap = max(Fleet.span &* 11 / UInt64(max(budget, 1)), Fleet.millisecond)
    nextJob = began &+ Fleet.millisecond
    newcomersLeft = number % 9 == 0 ? 2 : 0
    self.random = random
    startDaemons()
  }

  /// Whether it has written all its lines.
  var isDone: Bool { remaining == 0 }

  /// Writes the lines of events up to a time since the trace began.
  func run(for elapsed: UInt64, write: (FleetHost, ProcessEvent, ArraySlice<UInt8>) -> Void) {
    let end = began &+ elapsed
    while remaining > 0 {
      if nextJob <= queue.nextTime ?? .max {
        guard nextJob < end else { return }
        planJob(at: nextJob)
        nextJob &+= random.number(1...meanGap &* 2)
        continue
      }
      guard let time = queue.nextTime, time < end, let planned = queue.removeFirst() else { return }
      emit(planned, write)
      if !hasLost, remaining < budget / 2, remaining > 1 {
        hasLost = true
        emit(.lost(loss(at: time)), write)
        emit(.census(census(at: time)), write)
      }
    }
  }

  private func emit(_ event: ProcessEvent, _ write: (FleetHost, ProcessEvent, ArraySlice<UInt8>) -> Void) {
    guard remaining > 0 else { return }
    remaining &-= 1
    switch event {
    case .fork(let fork): alive[fork.process.id] = fork.process.parent
    case .existing(let existing): alive[existing.process.id] = existing.process.parent
    case .exit(let exit):
      alive[exit.process.id] = nil
      used.remove(exit.process.id.pid)
    default: break
    }
    encoder.removeAll()
    encoder.append(event)
    write(self, event, encoder.bytes[...])
  }

  private func loss(at time: UInt64) -> LostEvent {
    var counts = LossCounts()
    counts.failedExecs = random.number(1...40)
    return LostEvent(
      time: time, since: time &- Fleet.second, counts: counts, records: [], unnamed: counts.failedExecs)
  }

  private func census(at time: UInt64) -> CensusEvent {
    CensusEvent(time: time, alive: alive.sorted { $0.key < $1.key }.map { .init(id: $0.key, parent: $0.value) })
  }

  private func planJob(at time: UInt64) {
    if newcomersLeft > 0, time &- began > Fleet.span / 100 &* 93 {
      newcomersLeft &-= 1
      return planNewcomer(at: time)
    }
    planUsualJob(at: time)
  }

  /// An unused pid.
  func takePID() -> Int32 {
    repeat { pid = pid >= Fleet.largestPID ? 300 : pid &+ 1 } while used.contains(pid)
    used.insert(pid)
    return pid
  }

  /// Reserves the pid of a daemon.
  func reserve(_ pid: Int32) { used.insert(pid) }

  /// Adds an event.
  func plan(_ event: ProcessEvent) { queue.insert(event) }
}

/// Events in the order of their times; of those at the same time the one that was added first comes first.
private struct EventQueue {
  private var heap: [(time: UInt64, order: UInt64, event: ProcessEvent)] = []
  private var order: UInt64 = 0

  var nextTime: UInt64? { heap.first?.time }

  mutating func insert(_ event: ProcessEvent) {
    order &+= 1
    heap.append((event.time, order, event))
    var place = heap.count - 1
    while place > 0, isBefore(place, (place - 1) / 2) {
      heap.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  mutating func removeFirst() -> ProcessEvent? {
    guard heap.count > 1 else { return heap.popLast()?.event }
    heap.swapAt(0, heap.count - 1)
    let first = heap.removeLast().event
    var place = 0
    while true {
      var least = place
      for child in [2 * place + 1, 2 * place + 2] where child < heap.count && isBefore(child, least) { least = child }
      if least == place { return first }
      heap.swapAt(place, least)
      place = least
    }
  }

  private func isBefore(_ a: Int, _ b: Int) -> Bool {
    (heap[a].time, heap[a].order) < (heap[b].time, heap[b].order)
  }
}
