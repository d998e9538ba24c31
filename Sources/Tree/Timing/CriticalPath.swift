public import Events

/// The chain of processes that decided when a process ended.
///
///     guard let runs = SubtreeRuns(of: make, in: tree, now: now) else { return }
///     let path = CriticalPath(of: runs)
///     path.steps.max { $0.own < $1.own }   // the longest step
///
/// It is walked from the end backwards. A process at a moment waited for that child which ended last before the moment,
/// if it waited for one at all: the time from that end to the moment is the process's own. Then the child is walked in
/// the same way from its end to its start; and there the process itself continues, because it started the child when
/// another one had ended (a shell the next command, `make -j2` the next job). What remains before the first child is
/// the process's own time too. So each moment belongs to exactly one process.
///
/// Of children that ended at the same time the one that started first is taken. A child that outlived its parent, or
/// whose end is unknown, is not on the path. docs/CRITICAL-PATH.md has examples and limits.
public struct CriticalPath: Sendable {
  /// One process on the path.
  public struct Step: Sendable, Hashable {
    /// The process.
    public let id: ProcessID
    /// How many of its ancestors are on the path.
    public let depth: Int
    /// The part of the time that belongs to it and to the steps below it, nanoseconds since boot.
    public fileprivate(set) var start: UInt64
    public fileprivate(set) var end: UInt64
    /// The time that belongs to the process itself, in nanoseconds.
    public fileprivate(set) var own: UInt64 = 0
    /// The process's user and system time as far as it fits into `own`, in nanoseconds; nil while it runs, and where
    /// its exit was lost. A process that waits uses none, so this is the most that it computed in its own time.
    public fileprivate(set) var cpu: UInt64?
    /// The sum of number × nanoseconds of the processes that ran beside it in its own time.
    public fileprivate(set) var besideTime: UInt64 = 0

    /// The rest of its own time: at least so long it waited, for a disk, a lock, a network, another process.
    public var wait: UInt64? { cpu.map { own &- $0 } }
    /// How many other processes ran beside it on average, in tenths.
    public var besideTenths: Int { own == 0 ? 0 : Int(clamping: besideTime.scaled(by: 10, over: own)) }
  }

  /// A stretch of a step's own time, nanoseconds since boot.
  public struct Stretch: Sendable, Hashable {
    public let from: UInt64
    public let until: UInt64
  }

  /// The time of the whole path, nanoseconds since boot.
  public let start: UInt64
  public let end: UInt64
  /// Whether the root still runs: then this is the path so far.
  public let isRunning: Bool
  /// The steps, parents before children, siblings by time; the first is the root.
  public let steps: [Step]
  /// How many processes of the subtree have an unknown end: the path may miss them.
  public let unknownEnds: Int
  /// The time below which no order of the steps can finish, in nanoseconds: each process needs the time in which none
  /// of its children ran, and then that of its slowest child. See `mostSaved`.
  public let leastTime: UInt64

  /// The stretches of all steps, by step, and the first of each step.
  private let stretches: [Stretch]
  private let places: [Int]
  private let numbers: [ProcessID: Int]

  /// The nanoseconds from start to end: the sum of the steps' own times.
  public var whole: UInt64 { end &- start }
  /// What running everything at once that ran one after the other can save at most, in nanoseconds, as long as each
  /// process takes as long as it did.
  public var mostSaved: UInt64 { whole &- leastTime }

  /// - Complexity: O(n log n).
  public init(of runs: SubtreeRuns, beside concurrency: Concurrency? = nil) {
    var walk = PathWalk(runs)
    walk.walk()
    let steps = walk.orderedSteps(beside: concurrency ?? Concurrency(of: runs))
    (start, end, isRunning, unknownEnds) = (runs.start, runs.end, runs.isRunning, runs.unknownEnds)
    leastTime = runs.leastTime
    self.steps = steps.map(\.step)
    var stretches: [Stretch] = []
    var places = [0]
    for step in steps {
      stretches += step.stretches
      places.append(stretches.count)
    }
    (self.stretches, self.places) = (stretches, places)
    numbers = Dictionary(steps.enumerated().map { ($1.step.id, $0) }) { first, _ in first }
  }

  /// The number of a process's step; nil for a process that is not on the path. - Complexity: O(1).
  public func step(of id: ProcessID) -> Int? { numbers[id] }

  /// The own time of a step in its stretches, by time.
  public func stretches(of step: Int) -> ArraySlice<Stretch> { stretches[places[step]..<places[step &+ 1]] }

  /// The share of a time in the whole, in thousandths. 0 where the whole is 0.
  public func permille(of time: UInt64) -> Int {
    whole == 0 ? 0 : Int(clamping: time.scaled(by: 1000, over: whole))
  }
}

/// Walks a critical path from its end backwards.
private struct PathWalk {
  private let runs: SubtreeRuns
  private var found: [Found] = []
  private var frames: [Frame] = []
  /// The waited children of the processes in `frames`, the last to end first.
  private var order: ContiguousArray<SubtreeRuns.Tie> = []

  /// A step in the order of the walk.
  struct Found {
    let run: Int
    var step: CriticalPath.Step
    /// From the last to the first.
    var stretches: [CriticalPath.Stretch] = []
    /// The steps below it, the last first.
    var below: [Int] = []
  }

  /// A process that is being walked.
  private struct Frame {
    let step: Int
    /// Down to this moment everything belongs to a step.
    var moment: UInt64
    /// The next child to look at.
    var next: Int
    let firstTie: Int
  }

  init(_ runs: SubtreeRuns) { self.runs = runs }

  mutating func walk() {
    enter(0, from: runs.start, until: runs.end)
    while let frame = frames.last {
      guard let tie = nextChild(of: frame) else {
        own(frame.step, from: found[frame.step].step.start, until: frame.moment)
        order.removeSubrange(frame.firstTie...)
        frames.removeLast()
        continue
      }
      own(frame.step, from: tie.until, until: frame.moment)
      frames[frames.count &- 1].moment = max(tie.from, found[frame.step].step.start)
      enter(Int(tie.child), from: frames[frames.count &- 1].moment, until: tie.until)
    }
  }

  /// The child that ended last before the frame's moment. The moments go backwards: no child is looked at twice.
  private mutating func nextChild(of frame: Frame) -> SubtreeRuns.Tie? {
    let start = found[frame.step].step.start
    var next = frame.next
    defer { frames[frames.count &- 1].next = next }
    while next < order.count {
      let tie = order[next]
      next &+= 1
      if tie.until < start { return nil }
      if tie.until <= frame.moment { return tie }
    }
    return nil
  }

  private mutating func enter(_ run: Int, from start: UInt64, until end: UInt64) {
    let number = found.count
    if let above = frames.last?.step { found[above].below.append(number) }
    found.append(
      Found(
        run: run,
        step: CriticalPath.Step(id: runs.runs[run].id, depth: frames.count, start: start, end: end, cpu: nil)))
    let first = order.count
    order += runs.ties(of: run).filter(\.isWaited).sorted {
      ($1.until, $0.from, $0.child) < ($0.until, $1.from, $1.child)
    }
    frames.append(Frame(step: number, moment: end, next: first, firstTie: first))
  }

  private mutating func own(_ step: Int, from: UInt64, until: UInt64) {
    guard from < until else { return }
    found[step].step.own &+= until &- from
    found[step].stretches.append(CriticalPath.Stretch(from: from, until: until))
  }

  /// The steps, parents before children and siblings by time, with what the processes did in their own time.
  func orderedSteps(
    beside concurrency: Concurrency
  ) -> [(step: CriticalPath.Step, stretches: [CriticalPath.Stretch])] {
    var result: [(step: CriticalPath.Step, stretches: [CriticalPath.Stretch])] = []
    var waiting = [0]
    while let number = waiting.popLast() {
      // The first child is walked last.
      waiting += found[number].below
      let run = found[number].run
      var step = found[number].step
      let stretches = Array(found[number].stretches.reversed())
      step.cpu = runs.runs[run].cpu.map { min($0, step.own) }
      for stretch in stretches {
        step.besideTime &+= concurrency.time(from: stretch.from, until: stretch.until)
      }
      step.besideTime &-= leafTime(of: run, in: stretches)
      result.append((step, stretches))
    }
    return result
  }

  /// How long a process counted itself in some stretches of its time.
  private func leafTime(of run: Int, in stretches: [CriticalPath.Stretch]) -> UInt64 {
    var (time, next) = (UInt64(0), 0)
    runs.forEachLeafTime(of: run) { from, until in
      while next < stretches.count, stretches[next].until <= from { next &+= 1 }
      var place = next
      while place < stretches.count, stretches[place].from < until {
        time &+= min(until, stretches[place].until) &- max(from, stretches[place].from)
        place &+= 1
      }
    }
    return time
  }
}

extension SubtreeRuns {
  /// See `CriticalPath.leastTime`. - Complexity: O(n).
  var leastTime: UInt64 {
    var least = ContiguousArray<UInt64>(repeating: 0, count: runs.count)
    // Children have higher numbers than their parents.
    for run in runs.indices.reversed() {
      var own: UInt64 = 0
      forEachLeafTime(of: run, onlyWaited: true) { own &+= $1 &- $0 }
      let slowest = ties(of: run).reduce(UInt64(0)) { slowest, tie in
        tie.isWaited ? max(slowest, min(least[Int(tie.child)], tie.until &- tie.from)) : slowest
      }
      least[run] = own &+ slowest
    }
    return least[0]
  }
}
