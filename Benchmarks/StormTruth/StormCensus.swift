package import Events
package import Tree

/// Compares a tree with a storm's own log of its children. Each child is compared when its exit has been applied, so
/// the tree may forget it afterwards, and a storm of any length takes four bytes a child.
package struct StormCensus: Sendable {
  /// Differences, in processes.
  package struct Verdict: Sendable, Equatable {
    /// Children that the tree did not have.
    package var missing = 0
    /// Children that the tree had more than once.
    package var doubled = 0
    /// Children with another parent.
    package var wrongParents = 0
    /// Children with other arguments.
    package var wrongArguments = 0
    /// Children with another pid or exit status, more than one exec, or a mark.
    package var otherFaults = 0

    /// No differences.
    package init() {}
  }

  private let storm: ProcessID
  private let arguments: [[UInt8]]
  /// The pid seen for each number; 0 for none.
  private var pids: [Int32]
  private var verdict = Verdict()

  /// A comparison that has seen no children.
  /// - Parameters:
  ///   - storm: the process that forks.
  ///   - count: how many children.
  ///   - arguments: the arguments of each child after its number, with one that no other storm on the system has.
  package init(of storm: ProcessID, count: Int, arguments: [String] = []) {
    self.storm = storm
    self.arguments = arguments.map { Array($0.utf8) }
    pids = Array(repeating: 0, count: count)
  }

  /// Compares after an event. Call it for each event, once the tree has applied it.
  package mutating func look(after event: ProcessEvent, in tree: ProcessTree) {
    guard case .exit(let exit) = event, let node = tree[exit.process.id] else { return }
    let image = node.image, serial = image.flatMap { number(in: $0.argv) }
    // Children of another storm do not count: a child is identified by its parent or by its arguments.
    guard node.parent == storm || serial != nil else { return }
    if node.parent != storm { verdict.wrongParents += 1 }
    guard let image, let serial, pids.indices.contains(serial) else {
      verdict.wrongArguments += 1
      return
    }
    if node.execCount != 1 || node.end?.status != ExitStatus(code: 0) || node.marks != [] || image.marks != [] {
      verdict.otherFaults += 1
    }
    if pids[serial] != 0 { verdict.doubled += 1 }
    pids[serial] = node.id.pid
  }

  /// The number of a child with the storm's arguments; nil for other processes.
  private func number(in argv: StringVector) -> Int? {
    var strings = argv.makeIterator()
    guard !argv.isCut, strings.next()?.elementsEqual("storm-child".utf8) == true,
      strings.next()?.elementsEqual("serial".utf8) == true, let number = strings.next()
    else { return nil }
    for argument in arguments {
      guard strings.next()?.elementsEqual(argument) == true else { return nil }
    }
    return strings.next() == nil ? Int(String(decoding: number, as: UTF8.self)) : nil
  }

  /// The result, compared with the storm's own log.
  package func verdict(truth: [Birth]) -> Verdict {
    var verdict = verdict
    for birth in truth {
      let pid = pids.indices.contains(birth.serial) ? pids[birth.serial] : 0
      if pid == 0 {
        verdict.missing += 1
      } else if pid != birth.pid {
        verdict.otherFaults += 1
      }
    }
    return verdict
  }
}
