internal import Events

// Who is whose child.

extension StraceImporter {
  mutating func noteAlive(_ thread: Int32) {
    if !isReplaying { alive.insert(thread) }
  }

  /// The process of a thread.
  func process(of thread: Int32) -> Int32 { threads[thread] ?? thread }

  /// Whether any of these calls makes a child of the same parent.
  func isClear(_ open: [Int]) -> Bool {
    guard let first = open.first, open.count > 1 else { return true }
    let caller = process(of: forks[first].caller)
    return open.allSatisfy { process(of: forks[$0].caller) == caller && !forks[$0].isThread && !forks[$0].isSibling }
  }

  /// The calls whose child is not known.
  var openForks: [Int] { forks.indices.filter { forks[$0].child == nil } }

  /// A thread has its first line.
  mutating func appear(_ thread: Int32, at moment: ImportMoment, into events: inout [RecordedEvent]) {
    noteAlive(thread)
    guard processes[thread] == nil, threads[thread] == nil, !orphans.contains(thread) else { return }
    let open = openForks
    if let index = open.first(where: { forks[$0].returned == thread && !inner.contains(process(of: forks[$0].caller)) })
    {
      adopt(thread, index, at: moment, into: &events)
      settle(into: &events)
    } else if let first = open.first, inner.contains(process(of: forks[first].caller)), isClear(open) {
      if open.count > 1 { forks[first].isAmong = true }
      adopt(thread, first, at: moment, into: &events)
    } else if open.isEmpty {
      _ = processes.facts(of: thread, at: moment)
    } else {
      // The return of a call will tell.
      orphans.insert(thread)
    }
  }

  /// A call has made a thread or a process. It is dropped if it has returned.
  mutating func adopt(
    _ child: Int32, _ index: Int, at moment: ImportMoment, into events: inout [RecordedEvent]
  ) {
    guard forks.indices.contains(index) else { return }
    let fork = forks[index]
    let caller = process(of: fork.caller)
    if fork.isThread {
      threads[child] = caller
    } else {
      var parent: Int32? = caller
      if fork.isSibling {
        let known = processes[caller]?.parent
        parent = known.flatMap { processes[$0.pid]?.id == $0 ? $0.pid : nil }
      }
      threads[child] = nil
      processes.fork(
        child, of: parent, at: moment, began: fork.began.time, isByParent: !fork.isSibling && caller == fork.caller,
        into: &events)
      if fork.makesNamespace || inner.contains(caller) { inner.insert(child) }
    }
    if let pid = fork.returned {
      forks.remove(at: index)
      if !fork.isAmong { setInner(pid, of: child, at: moment) }
    } else {
      forks[index].child = child
    }
  }

  /// A call has returned the pid of its child: another one if it is of another PID namespace.
  mutating func setInner(_ pid: Int32, of child: Int32, at moment: ImportMoment) {
    guard pid != child, threads[child] == nil, processes[child] != nil else { return }
    processes.update(child, at: moment) { $0.innerPID = pid }
    inner.insert(child)
  }

  /// A call of clone, fork or vfork has returned.
  mutating func returned(
    _ caller: Int32, _ result: StraceResult, at moment: ImportMoment, into events: inout [RecordedEvent]
  ) {
    guard let index = forks.lastIndex(where: { $0.caller == caller && $0.returned == nil }) else { return }
    guard case .value(let value, let translated) = result,
      let pid = Int32(exactly: value), ImportedProcesses.pids ~= pid
    else {
      if forks[index].child == nil || isError(result) { forks.remove(at: index) }
      return settle(into: &events)
    }
    forks[index].returned = pid
    if let child = forks[index].child {
      let isAmong = forks.remove(at: index).isAmong
      if !isAmong { setInner(pid, of: child, at: moment) }
    } else if let child = translated ?? (inner.contains(process(of: caller)) ? nil : pid) {
      // A child that has no line yet, while another thread has an unknown parent: its first line will tell.
      if translated != nil || orphans.isEmpty || orphans.contains(child) {
        adopt(child, index, at: orphans.contains(child) ? firstMoment(of: child) ?? moment : moment, into: &events)
        release(child, into: &events)
      }
    }
    settle(into: &events)
  }

  func isError(_ result: StraceResult) -> Bool { if case .error = result { true } else { false } }

  /// The time of the first line that waits.
  func firstMoment(of thread: Int32) -> ImportMoment? { waiting[thread]?.first?.moment }

  /// Decides what is clear now.
  /// - Parameter isEnd: whether no more lines come that could tell.
  mutating func settle(isEnd: Bool = false, into events: inout [RecordedEvent]) {
    guard !orphans.isEmpty else { return }
    if case .unresolved = unnamed { return }
    let open = openForks
    if open.isEmpty { return releaseAll(into: &events) }
    // A call returned a pid that no line has: it is one of another PID namespace, if no other thread can be the child.
    guard open.allSatisfy({ forks[$0].returned != nil }) else { return isEnd ? releaseAll(into: &events) : () }
    let isOld = isEnd || open.contains { forks[$0].age > Self.patience }
    guard isOld || open.count == 1 && (forks[open[0]].isVfork || inner.contains(process(of: forks[open[0]].caller)))
    else { return }
    if orphans.count <= open.count, isClear(open) {
      inner.insert(process(of: forks[open[0]].caller))
      let isAmong = open.count > 1
      for child in orphans.sorted(by: { (firstMoment(of: $0)?.time ?? 0, $0) < (firstMoment(of: $1)?.time ?? 0, $1) }) {
        guard let index = openForks.first else { break }
        forks[index].isAmong = isAmong
        adopt(child, index, at: firstMoment(of: child) ?? lastMoment, into: &events)
        release(child, into: &events)
      }
    } else {
      // Not clear, and never will be.
      forks.removeAll { $0.child == nil && ($0.age > Self.patience || isEnd) }
      if openForks.isEmpty { releaseAll(into: &events) }
    }
  }

  /// Counts a line for calls that wait.
  mutating func ageCalls(into events: inout [RecordedEvent]) {
    var isDue = false
    for index in forks.indices where forks[index].child == nil && forks[index].returned != nil {
      forks[index].age &+= 1
      isDue = isDue || forks[index].age > Self.patience
    }
    if isDue { settle(into: &events) }
  }

  /// Keeps a line.
  mutating func wait(
    _ text: UnsafeRawBufferPointer, of thread: Int32, at moment: ImportMoment, into events: inout [RecordedEvent]
  ) {
    keep(Array(text), of: thread, at: moment)
    guard waitingLines > Self.mostWaiting || waitingBytes > Self.mostBytes else { return }
    if case .unresolved = unnamed { resolve(ImportedProcesses.unknownPID, into: &events) }
    releaseAll(into: &events)
  }

  /// Reads the lines of a thread that is known now.
  mutating func release(_ thread: Int32, into events: inout [RecordedEvent]) {
    guard orphans.remove(thread) != nil, let lines = waiting.removeValue(forKey: thread) else { return }
    waitingLines &-= lines.count
    replay(lines, into: &events)
  }

  /// Reads all lines that wait: their processes have no known parent.
  mutating func releaseAll(into events: inout [RecordedEvent]) {
    while !waiting.isEmpty {
      for first in waiting.values.compactMap(\.first).sorted(by: { $0.number < $1.number }) {
        // Lines of another thread may have released it.
        guard waiting[first.thread] != nil else { continue }
        if orphans.contains(first.thread), processes[first.thread] == nil, threads[first.thread] == nil {
          _ = processes.facts(of: first.thread, at: first.moment)
        }
        orphans.insert(first.thread)
        release(first.thread, into: &events)
      }
    }
    orphans = []
    waitingBytes = 0
  }

  mutating func replay(_ lines: [Waiting], into events: inout [RecordedEvent]) {
    let wasReplaying = isReplaying
    isReplaying = true
    for line in lines {
      waitingBytes &-= min(line.text.count, waitingBytes)
      line.text.withUnsafeBytes { handle($0, of: line.thread, at: line.moment, into: &events) }
    }
    isReplaying = wasReplaying
  }

  /// The pid of the process without one is known: its lines come first, then those of others.
  mutating func resolve(_ pid: Int32, into events: inout [RecordedEvent]) {
    unnamed = .resolved(pid)
    let lines = waiting.values.joined().sorted { $0.number < $1.number }
    waiting = [:]
    waitingLines = 0
    waitingBytes = 0
    orphans = []
    let isAlive = !lines.contains { $0.thread == ImportedProcesses.unknownPID && $0.text.starts(with: "+++ ".utf8) }
    if isAlive { alive.insert(pid) }
    isReplaying = true
    defer { isReplaying = false }
    for line in lines {
      let thread = line.thread == ImportedProcesses.unknownPID ? pid : line.thread
      if processes[thread] == nil, threads[thread] == nil { appear(thread, at: line.moment, into: &events) }
      if orphans.contains(thread) {
        keep(line.text, of: thread, at: line.moment)
      } else {
        line.text.withUnsafeBytes { handle($0, of: thread, at: line.moment, into: &events) }
      }
    }
  }

  private mutating func keep(_ text: [UInt8], of thread: Int32, at moment: ImportMoment) {
    waiting[thread, default: []].append(Waiting(number: nextNumber, thread: thread, moment: moment, text: text))
    nextNumber &+= 1
    waitingLines &+= 1
    waitingBytes &+= text.count
  }
}
