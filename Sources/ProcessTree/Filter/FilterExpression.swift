/// A filter as a tree of conditions. Its depth is bounded by the parser.
indirect enum FilterExpression: Sendable {
  case test(FilterTest)
  /// True without any.
  case all([FilterExpression])
  case any([FilterExpression])
  case not(FilterExpression)

  func matches(_ subject: FilterSubject) -> Bool {
    switch self {
    case .test(let test): test.matches(subject)
    case .all(let parts): parts.allSatisfy { $0.matches(subject) }
    case .any(let parts): parts.contains { $0.matches(subject) }
    case .not(let part): !part.matches(subject)
    }
  }
}

/// One condition.
struct FilterTest: Sendable {
  enum Condition: Sendable {
    /// Holds these bytes somewhere.
    case contains(ByteSearch)
    /// Is one of these, byte for byte.
    case equals([[UInt8]])
    /// Is one of these numbers.
    case numbers([Int64])
  }

  /// Nil for a bare word, which is looked for in comm, exe and argv.
  let field: FilterField?
  let condition: Condition
  /// Where it stands in the text, in characters from 0.
  let span: Range<Int>

  /// Written with `!=`: true exactly where it would be false.
  let isNegated: Bool

  init(_ field: FilterField?, _ condition: Condition, isNegated: Bool = false, span: Range<Int> = 0..<0) {
    self.field = field
    self.condition = condition
    self.isNegated = isNegated
    self.span = span
  }

  func matches(_ subject: FilterSubject) -> Bool { isTrue(of: subject) != isNegated }

  private func isTrue(of subject: FilterSubject) -> Bool {
    switch field {
    case nil:
      matches(bytes: subject.comm.bytes) || matches(bytes: subject.image?.exe.bytes)
        || matches(joined: subject.image?.argv)
    case .pid: matches(number: subject.pid)
    case .ppid: matches(number: subject.presentParentPID) || matches(number: subject.originalParentPID)
    case .uid: matches(number: subject.uid)
    case .comm: matches(bytes: subject.comm.bytes)
    case .exe: matches(bytes: subject.image?.exe.bytes)
    case .file: matches(bytes: subject.image?.file.bytes)
    case .cwd: matches(bytes: subject.image?.cwd.bytes)
    case .argv: matches(joined: subject.image?.argv)
    case .arg: matches(anyOf: subject.image?.argv)
    case .env: matches(anyOf: subject.image?.env)
    case .user: matches(bytes: subject.user?.bytes) || matches(bytes: subject.uid.map { Array(String($0).utf8) })
    case .cgroup: matches(bytes: subject.cgroup?.bytes)
    case .container: matches(bytes: subject.owner?.container)
    case .unit: matches(bytes: subject.owner?.unit)
    }
  }

  private func matches(number: Int64?) -> Bool {
    guard let number, case .numbers(let wanted) = condition else { return false }
    return wanted.contains(number)
  }

  private func matches(bytes: [UInt8]?) -> Bool { matches(bytes: bytes?[...]) }

  private func matches(bytes: ArraySlice<UInt8>?) -> Bool {
    guard let bytes else { return false }
    return switch condition {
    case .contains(let search): search.isFound(in: bytes)
    case .equals(let wanted): wanted.contains { $0.elementsEqual(bytes) }
    case .numbers: false
    }
  }

  /// The whole command line, with a space between arguments.
  private func matches(joined vector: StringVector?) -> Bool {
    guard let vector else { return false }
    return switch condition {
    case .contains(let search): search.isFound(inWordsOf: vector)
    case .equals(let wanted): wanted.contains(Array(vector.joined(separator: [0x20])))
    case .numbers: false
    }
  }

  private func matches(anyOf vector: StringVector?) -> Bool {
    guard let vector else { return false }
    return switch condition {
    case .contains(let search): vector.contains { search.isFound(in: $0) }
    case .equals(let wanted): vector.contains { string in wanted.contains { $0.elementsEqual(string) } }
    case .numbers: false
    }
  }
}
