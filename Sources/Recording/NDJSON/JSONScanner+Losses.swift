import Events

/// Reads the values of a loss and of a census.
extension JSONScanner {
  mutating func lossCounts() throws(JSONFault) -> LossCounts {
    var counts = LossCounts()
    try object { (name, scanner) throws(JSONFault) in
      switch name {
      case "fork": counts.forks = try scanner.lossCount()
      case "exec": counts.execs = try scanner.lossCount()
      case "fail": counts.failedExecs = try scanner.lossCount()
      case "exit": counts.exits = try scanner.lossCount()
      case "missed": counts.missedRuns = try scanner.lossCount()
      case "proc": counts.procRaces = try scanner.lossCount()
      case "output": counts.outputs = try scanner.lossCount()
      case "budget": counts.overBudget = try scanner.lossCount()
      default: try scanner.skipValue()
      }
    }
    return counts
  }

  /// A count. Its limit is far below that of `amount`, since counts are summed over all lines.
  mutating func lossCount() throws(JSONFault) -> UInt64 { try integer(in: 0...(1 << 32)) }

  /// The processes that lost records affected. Records of a kind that this version does not know are skipped.
  mutating func lostRecords() throws(JSONFault) -> [LostRecord] {
    var records: [LostRecord] = []
    try array { (scanner) throws(JSONFault) in
      if let record = try scanner.lostRecord() { records.append(record) }
    }
    return records
  }

  private mutating func lostRecord() throws(JSONFault) -> LostRecord? {
    let place = position
    var fields = JSONLineFields()
    try members { (name, scanner) throws(JSONFault) in try fields.read(name, from: &scanner) }
    guard let kind = LostRecord.Kind.allCases.first(where: { fields.isOf(kind: $0.name) }) else { return nil }
    guard let time = fields.boot, let id = fields.id, let uid = fields.uid else {
      throw fault("expected the members boot, pid, start and uid in the object", at: place)
    }
    let comm = fields.comm.bytes ?? []
    guard comm.count <= 15, !comm.contains(0) else {
      throw fault("expected a comm of at most 15 bytes without NUL", at: place)
    }
    return LostRecord(kind: kind, time: time, id: id, parent: fields.parent, comm: Comm(comm), uid: uid)
  }

  /// The largest value of `/proc/sys/kernel/pid_max`: a line cannot make the reader keep more processes than this.
  private static var mostProcesses: Int { 1 << 22 }

  /// The processes of a census: each a list of pid, start, parent's pid and parent's start.
  mutating func living() throws(JSONFault) -> [CensusEvent.Living] {
    var result: [CensusEvent.Living] = []
    try array { (scanner) throws(JSONFault) in
      let place = scanner.position
      var numbers: [UInt64] = []
      try scanner.array { (scanner) throws(JSONFault) in numbers.append(try scanner.amount()) }
      guard numbers.count == 4, let pid = Int32(exactly: numbers[0]), let parent = Int32(exactly: numbers[2]), pid > 0
      else { throw scanner.fault("expected pid, start, and the same of the parent", at: place) }
      if result.count >= Self.mostProcesses {
        throw scanner.fault("expected fewer processes than Linux can have", at: place)
      }
      result.append(
        CensusEvent.Living(
          id: ProcessID(pid: pid, startTime: numbers[1]),
          parent: parent == 0 ? nil : ProcessID(pid: parent, startTime: numbers[3])))
    }
    return result
  }

  mutating func pids() throws(JSONFault) -> [Int32] {
    var result: [Int32] = []
    try array { (scanner) throws(JSONFault) in result.append(try scanner.integer(in: 1...Int32.max)) }
    return result
  }
}

extension JSONLineFields {
  fileprivate func isOf(kind name: StaticString) -> Bool {
    guard let kind else { return false }
    return name.withUTF8Buffer { $0.elementsEqual(kind.rawValue.utf8) }
  }

  fileprivate var id: ProcessID? {
    guard let pid, let start else { return nil }
    return ProcessID(pid: pid, startTime: start)
  }

  fileprivate var parent: ProcessID? {
    guard let parentPID, parentPID != 0, let parentStart else { return nil }
    return ProcessID(pid: parentPID, startTime: parentStart)
  }
}
