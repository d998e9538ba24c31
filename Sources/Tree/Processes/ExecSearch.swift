internal import Events

// Searches for a program.
//
// A shell, env, make or execvp(3) tries the directories of PATH one by one: each try before the right one is a failed
// exec, and none of them is a failure. So failed execs of one process belong to one search while they fail with ENOENT,
// EACCES or ENOTDIR and ask for the same name, which is the last component of the file. A search ends when the process
// asks for another name, gets another errno, executes a program or exits.
//
// A search counts as one failed exec, until the process executes a program: then all its searches since the program
// before count as none. A failed exec with another errno counts always. So what counts as failed is known at each
// event, and a running process needs no timer.

extension ExecFailure {
  /// Whether a search through directories goes on after it, as that of execvp(3).
  var goesOn: Bool { Self.goesOn(errno) }

  /// ENOENT, EACCES and ENOTDIR of Linux, which a recording of another machine has too.
  static func goesOn(_ errno: Int32) -> Bool { errno == 2 || errno == denied || errno == 20 }

  /// EACCES.
  static let denied: Int32 = 13

  /// Whether both ask for a program of the same name. An unknown file has no name.
  fileprivate func asksForSameName(as other: ExecFailure) -> Bool {
    let (name, otherName) = (image.file.lastComponent, other.image.file.lastComponent)
    return !name.isEmpty && name.elementsEqual(otherName)
  }
}

extension RawBytes {
  /// The bytes after the last slash.
  fileprivate var lastComponent: ArraySlice<UInt8> {
    bytes[(bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 &+ 1 } ?? bytes.startIndex)...]
  }
}

/// The place of a failed exec among the searches of its process.
struct SearchStep {
  /// The log sequence of the search's first try; nil if this is the first.
  var first: UInt64?
  /// Whether it adds one to the failed execs of its process.
  var counts = false
  /// Whether a later exec of the process is already known.
  var isFound = false
}

/// A change of the number of failed execs of a process.
struct Settlement: Sendable {
  /// Nanoseconds since boot.
  var time: UInt64
  var change: Int32
}

extension ProcessRecord {
  /// The most searches of a process that a later exec ends. Older ones stay failed.
  static let openSearchLimit = 64

  /// Counts a failed exec. Call it before the record has the failure.
  ///
  /// - Parameters:
  ///   - sequence: of its log entry.
  ///   - limit: the most changes to remember.
  /// - Complexity: O(1), amortised, and O(bytes of the file).
  mutating func count(_ failure: ExecFailure, sequence: UInt64, limit: Int) -> SearchStep {
    // A late event: an exec after it is known.
    if failure.goesOn, hasExec(after: failure.time) { return SearchStep(isFound: true) }
    if let first = openSearches.last, let last = lastFailure, last.goesOn, last.asksForSameName(as: failure) {
      if !failure.goesOn { withRare { _ = $0.openSearches.popLast() } }
      return SearchStep(first: first)
    }
    withRare { rare in
      if rare.execFailures < .max { rare.execFailures &+= 1 }
      rare.settle(Settlement(time: failure.time, change: 1), limit: limit)
      if failure.goesOn {
        rare.openSearches.append(sequence)
        if rare.openSearches.count > Self.openSearchLimit { rare.openSearches.removeFirst() }
      }
    }
    return SearchStep(counts: true)
  }

  /// Replaces the first try of the last search, which the log has forgotten.
  mutating func renewSearch(_ sequence: UInt64) {
    withRare { rare in
      if !rare.openSearches.isEmpty { rare.openSearches[rare.openSearches.count &- 1] = sequence }
    }
  }

  /// Ends the searches of a process that has executed a program: they do not count as failed any more.
  /// - Returns: the log sequences of their first tries.
  mutating func endSearches(by time: UInt64, limit: Int) -> [UInt64] {
    guard hasRareFacts, !openSearches.isEmpty, time >= lastFailure?.time ?? 0 else { return [] }
    let found = openSearches
    let change = 0 &- Int32(truncatingIfNeeded: found.count)
    withRare { rare in
      rare.openSearches = []
      rare.execFailures = max(rare.execFailures &+ change, 0)
      rare.settle(Settlement(time: time, change: change), limit: limit)
    }
    return found
  }

  /// Whether a program was executed after a time, as far as is known.
  private func hasExec(after time: UInt64) -> Bool {
    if lostExecTime > time { return true }
    guard let newest = newestImage, newest.time > time else { return false }
    // A program from /proc has the time at which it was read.
    return !newest.marks.contains(.fromProc) || olderImages.contains { $0.time > time && !$0.marks.contains(.fromProc) }
  }

  /// Whether the newest failed exec is a failure.
  var lastFailureCounts: Bool {
    guard let failure = lastFailure else { return false }
    return !failure.goesOn || !hasExec(after: failure.time &- min(failure.time, 1))
  }

  /// Sets the number of failed execs to that of an earlier moment.
  /// - Parameter later: the changes after that moment; nil if the record has them all.
  mutating func restoreExecFailures(of time: UInt64, later: Int32?) {
    guard hasRareFacts, execFailures > 0 || !settlements.isEmpty else { return }
    let known = settlements[settlements.partitioningIndex { $0.time > time }...]
    let change = later ?? known.reduce(0) { $0 &+ $1.change }
    guard change != 0 else { return }
    let past = max(execFailures &- change, 0)
    withRare { $0.execFailures = past }
  }
}

extension ProcessRecord {
  /// Whether it exited nonzero or by a signal, or an exec of it failed.
  var hasFailed: Bool { exitedNonzero || execFailures > 0 }
}

extension RareFacts {
  /// Adds a change in the order of time.
  fileprivate func settle(_ settlement: Settlement, limit: Int) {
    settlements.insert(settlement, at: settlements.partitioningIndex { $0.time > settlement.time })
    guard settlements.count > limit else { return }
    settlements.removeFirst()
    settlementsAreCut = true
  }
}

// MARK: - In the tree

extension ProcessTree {
  /// Ends the searches of a process after an exec, or after one that was lost.
  /// - Returns: how many failed execs count no longer.
  mutating func endSearches(of slot: Int32, by time: UInt64, _ change: inout TreeChange) -> Int32 {
    let found = arena[record: slot].endSearches(by: time, limit: limits.execHistory)
    guard !found.isEmpty else { return 0 }
    for sequence in found { log.setFound(sequence) }
    change.found = found
    let count = Int32(truncatingIfNeeded: found.count)
    arena.add(SubtreeSums(failedExecs: 0 &- count), from: slot)
    seen.failedExecs &-= found.count
    return count
  }

  /// The same after an exec that no event reported.
  mutating func endSearches(of slot: Int32, byUnseenExecAt time: UInt64, _ change: inout TreeChange) {
    let count = endSearches(of: slot, by: time, &change)
    if count > 0 { quiet.add(arena[slot].id, found: count, at: time) }
  }

  /// Applies a failed exec to the searches of its process.
  /// - Returns: the payload of its log entry.
  mutating func search(_ slot: Int32, _ failure: ExecFailure, _ change: inout TreeChange) -> LogEntry.Payload {
    let sequence = log.nextSequence
    let step = arena[record: slot].count(failure, sequence: sequence, limit: limits.execHistory)
    if step.counts {
      arena.add(SubtreeSums(failedExecs: 1), from: slot)
      seen.failedExecs &+= 1
    }
    var item = LogEntry.Try(errno: failure.errno)
    (item.counts, item.isFound) = (step.counts, step.isFound)
    if let first = step.first {
      if log.addTry(to: first, failure.errno) {
        item.link = 0 &- Int32(clamping: sequence &- first)
        change.isLaterTry = true
      } else {
        // The log has forgotten the first try.
        arena[record: slot].renewSearch(sequence)
        item.isOpen = true
      }
    }
    return .failedExec(item)
  }
}
