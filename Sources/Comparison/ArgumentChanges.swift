internal import Events

/// The words in which two command lines differ, in their order: removed ones and added ones.
public struct ArgumentChanges: Sendable {
  /// Words that only the first one has.
  public private(set) var removed: [[UInt8]] = []
  /// Words that only the second one has.
  public private(set) var added: [[UInt8]] = []

  /// Whether the two have the same words.
  public var isEmpty: Bool { removed.isEmpty && added.isEmpty }

  /// The most words whose order is compared.
  private static let mostEdits = 256

  init(
    _ x: ComparedRun.Entry, _ y: ComparedRun.Entry, _ first: CommandNormaliser, _ second: CommandNormaliser
  ) {
    let one = Self.words(of: x, first)
    let other = Self.words(of: y, second)
    // A number that is a pid by chance in one recording is still the same number.
    let isSame = one.count == other.count && zip(one, other).allSatisfy { $0.exact == $1.exact || $0.key == $1.key }
    if isSame { return }
    let common = SiblingMatch.commonSubsequence(
      one.map(\.key), other.map(\.key), mostEdits: Self.mostEdits)
    let (inFirst, inSecond) = (Set(common.map(\.0)), Set(common.map(\.1)))
    removed = one.indices.filter { !inFirst.contains($0) }.map { Array(one[$0].exact) }
    added = other.indices.filter { !inSecond.contains($0) }.map { Array(other[$0].exact) }
  }

  private struct Word {
    let exact: [UInt8]
    let key: Int
  }

  /// The arguments; the words of one that has blanks.
  private static func words(of entry: ComparedRun.Entry, _ normaliser: CommandNormaliser) -> [Word] {
    guard let image = entry.image else { return [Word(exact: entry.comm.bytes, key: entry.comm.hashValue)] }
    var words: [Word] = []
    var buffer: [UInt8] = []
    func add(_ text: UnsafeBufferPointer<UInt8>, _ isPort: Bool) {
      buffer.removeAll(keepingCapacity: true)
      normaliser.append(text, isPort: isPort, to: &buffer)
      words.append(Word(exact: Array(text), key: buffer.hashValue))
    }
    normaliser.forEachArgument(of: image) { argument, isPort in
      if argument.isEmpty { return add(argument, isPort) }
      for word in argument.split(whereSeparator: { $0 == 0x20 || $0 == 0x0a || $0 == 0x09 }) {
        add(UnsafeBufferPointer(rebasing: word), isPort)
      }
    }
    return words
  }
}

extension RunComparison {
  /// The words in which a row's commands differ; nil where the row has one process only.
  public func arguments(of row: Row) -> ArgumentChanges? {
    guard let i = row.a, let j = row.b, row.changes.contains(.args) else { return nil }
    return ArgumentChanges(a.entries[i], b.entries[j], a.normaliser, b.normaliser)
  }
}
