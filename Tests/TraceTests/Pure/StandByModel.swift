import CExecsnoop

/// Tasks on one or more CPUs that run the copies of a handler, and may preempt each other at every instruction that
/// touches what they share. The decisions are those of bpf/include/claim.h; the steps between them are those of
/// `claim_event` and `hand_over` in bpf/standby.bpf.h, and of the kernel's check against recursion (`prog->active`).
struct StandByModel: Hashable {
  struct Event: Hashable {
    let task: UInt64
    let hook: UInt32
  }

  enum Step: Hashable {
    case enter, skipped, scan, meet, lookForRoom, compareAndSwap, noRoom
    case countIdle, countStoodIn, work, leave, done
  }

  struct Task: Hashable {
    var cpu: Int8 = 0
    var event: Int8 = 0
    var copy: Int8 = 0
    var way: Int8 = 0
    var step = Step.enter
  }

  let plans: [[Event]]
  let mayMigrate: Bool
  var tasks: [Task]
  /// The ways of the one set that all of them use.
  var claims: [UInt64]
  /// By CPU and copy.
  var active: [[Int8]]
  /// How often each event of each task was worked for.
  var told: [[Int8]]
  var misses: Int8 = 0
  var idle: Int8 = 0
  var stoodIn: Int8 = 0

  /// - Parameters:
  ///   - plans: the events of each task, in order.
  ///   - cpus: of each task.
  init(_ plans: [[Event]], cpus: [Int8], claims: [UInt64], mayMigrate: Bool = false) {
    self.plans = plans
    self.mayMigrate = mayMigrate
    self.claims = claims
    tasks = cpus.map { Task(cpu: $0) }
    active = Array(repeating: [0, 0, 0], count: Int(cpus.max() ?? 0) + 1)
    told = plans.map { $0.map { _ in 0 } }
  }

  static let lastCopy = Int8(EST_COPIES - 1)

  var isOver: Bool { tasks.allSatisfy { $0.step == .done } }
  var isToldTwice: Bool { told.contains { $0.contains { $0 > 1 } } }
  var lost: Int { told.joined().count { $0 == 0 } }
  /// As the user side counts.
  var countedAsLost: Int { Int(misses) + Int(idle) - Int(stoodIn) }

  /// The possible results of one instruction of a task: several if it may have changed its CPU before.
  func after(_ number: Int) -> [StandByModel] {
    var next = [self]
    if mayMigrate, tasks[number].step == .enter {
      for cpu in active.indices where cpu != Int(tasks[number].cpu) {
        var moved = self
        moved.tasks[number].cpu = Int8(cpu)
        next.append(moved)
      }
    }
    for index in next.indices { next[index].advance(number) }
    return next
  }

  private mutating func advance(_ number: Int) {
    var task = tasks[number]
    let event = plans[number][Int(task.event)]
    let copy = UInt32(task.copy), way = Int(task.way)
    let mine = est_claim(event.task, event.hook, copy)
    switch task.step {
    case .enter:
      active[Int(task.cpu)][Int(copy)] += 1
      task.step = active[Int(task.cpu)][Int(copy)] == 1 ? .scan : .skipped
      task.way = 0
    case .skipped:
      if copy == 0 { misses += 1 }
      finishCopy(&task, number)
    case .scan:
      if est_is_same_task(claims[way], mine) {
        task.step = .meet
      } else if way + 1 < claims.count {
        task.way += 1
      } else {
        task.step = .lookForRoom
        task.way = 0
      }
    case .meet:
      if est_is_of_event(claims[way], mine, copy) {
        claims[way] = est_claim_after(claims[way], copy)
        task.step = copy == 0 ? .countIdle : .leave
      } else {
        claims[way] = mine
        task.step = copy == 0 ? .work : .countStoodIn
      }
    case .lookForRoom:
      if claims[way] == 0 { task.step = .compareAndSwap } else { tryNextWay(&task) }
    case .compareAndSwap:
      if claims[way] == 0 {
        claims[way] = mine
        task.step = copy == 0 ? .work : .countStoodIn
      } else {
        tryNextWay(&task)
      }
    case .noRoom:
      task.step = task.copy == Self.lastCopy ? .countStoodIn : copy == 0 ? .countIdle : .leave
    case .countIdle:
      idle += 1
      task.step = .leave
    case .countStoodIn:
      stoodIn += 1
      task.step = .work
    case .work:
      told[number][Int(task.event)] += 1
      task.step = .leave
    case .leave: finishCopy(&task, number)
    case .done: break
    }
    tasks[number] = task
  }

  private func tryNextWay(_ task: inout Task) {
    if Int(task.way) + 1 < claims.count {
      task.way += 1
      task.step = .lookForRoom
    } else {
      task.step = .noRoom
    }
  }

  /// On to the next copy, or the next event.
  private mutating func finishCopy(_ task: inout Task, _ number: Int) {
    active[Int(task.cpu)][Int(task.copy)] -= 1
    task.step = .enter
    task.copy += 1
    if task.copy > Self.lastCopy {
      task.copy = 0
      task.event += 1
      if Int(task.event) == plans[number].count { task.step = .done }
    }
  }
}

/// The results of all orders of the tasks' instructions.
struct StandByOutcomes {
  private(set) var ends = 0
  private(set) var toldTwice = 0
  /// Ends in which more or fewer events were lost than were counted.
  private(set) var miscounted = 0
  private(set) var withLoss = 0
  private(set) var withStandIn = 0

  /// Every order.
  init(of start: StandByModel) {
    var seen: Set<StandByModel> = [start]
    var open = [start]
    while let model = open.popLast() {
      if model.isOver { record(model) }
      for number in model.tasks.indices where model.tasks[number].step != .done {
        for next in model.after(number) where seen.insert(next).inserted { open.append(next) }
      }
    }
  }

  /// Every order with at most this many preemptions.
  init(of start: StandByModel, preemptions: Int) {
    for first in start.tasks.indices { run(start, first, preemptions: preemptions) }
  }

  private mutating func run(_ start: StandByModel, _ number: Int, preemptions: Int) {
    var model = start
    while model.tasks[number].step != .done {
      model = model.after(number)[0]
      let isDone = model.tasks[number].step == .done
      guard isDone || preemptions > 0 else { continue }
      for next in model.tasks.indices where next != number && model.tasks[next].step != .done {
        run(model, next, preemptions: isDone ? preemptions : preemptions - 1)
      }
    }
    if model.isOver { record(model) }
  }

  private mutating func record(_ end: StandByModel) {
    ends += 1
    if end.isToldTwice { toldTwice += 1 }
    if end.lost != end.countedAsLost { miscounted += 1 }
    if end.lost > 0 { withLoss += 1 }
    if end.stoodIn > 0 { withStandIn += 1 }
  }
}
