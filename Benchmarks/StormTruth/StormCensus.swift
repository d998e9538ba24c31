package import ProcessTree

/// Holds a tree against what a storm says of its children. Each child is looked at in the tree when its end has been
/// applied, so the tree may forget it afterwards, and a storm of any length fits in four bytes a child.
package struct StormCensus: Sendable {
  /// What was not as it should be, in processes.
  package struct Verdict: Sendable, Equatable {
    package var missing = 0
    package var doubled = 0
    package var wrongParents = 0
    package var wrongArguments = 0
    /// Another pid than the truth has, more than one exec, another end, or a mark.
    package var otherFaults = 0

    package init() {}
  }

  private let storm: ProcessID
  private let arguments: [[UInt8]]
  /// The pid seen for each number; 0 for none.
  private var pids: [Int32]
  private var verdict = Verdict()

  /// - Parameters:
  ///   - storm: the process that forks.
  ///   - count: of how many children.
  ///   - arguments: what each of them gets behind its number, with something that no other storm on the machine gives.
  package init(of storm: ProcessID, count: Int, arguments: [String] = []) {
    self.storm = storm
    self.arguments = arguments.map { Array($0.utf8) }
    pids = Array(repeating: 0, count: count)
  }

  /// To be called with each event, once the tree has taken it in.
  package mutating func look(after event: ProcessEvent, in tree: ProcessTree) {
    guard case .exit(let exit) = event, let node = tree[exit.process.id] else { return }
    let image = node.image, serial = image.flatMap { number(in: $0.argv) }
    // Another storm's children are not this one's: a child is known by its parent or by its arguments.
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

  /// The child's number, when all of its arguments are as the storm gave them.
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

  /// What came of it, held against the storm's own log.
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
