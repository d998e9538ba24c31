/// An argument vector or an environment in the layout of the kernel: strings in one block, each closed by NUL.
///
/// One allocation for any number of strings; copies share it. `trueLength` shows whether it was cut.
public struct StringVector: Hashable, Sendable {
  /// The block. The last string lacks its NUL when the block was cut (or when its process overwrote it).
  public let bytes: [UInt8]
  /// The length of the block in the traced process, in bytes; more than `bytes.count` when it was cut.
  public let trueLength: Int

  /// No strings.
  public static let empty = StringVector(bytes: [])

  /// - Parameter trueLength: the length before any cut; the block's own length when left out.
  public init(bytes: [UInt8], trueLength: Int? = nil) {
    self.bytes = bytes
    self.trueLength = Swift.max(trueLength ?? bytes.count, bytes.count)
  }

  /// Makes the block from separate strings.
  public init(_ strings: some Sequence<some Sequence<UInt8>>) {
    var block: [UInt8] = []
    for string in strings {
      block.append(contentsOf: string)
      block.append(0)
    }
    self.init(bytes: block)
  }

  /// Makes the block from text, for tests.
  public init(_ strings: [String]) { self.init(strings.map(\.utf8)) }

  /// Whether a part of the block was left out.
  public var isCut: Bool { trueLength > bytes.count }
}

extension StringVector: Sequence {
  /// The strings in order, without their NULs.
  public func makeIterator() -> Iterator { Iterator(bytes: bytes, position: 0) }

  /// Returns the strings one by one. - Complexity: O(bytes) in all, without a copy.
  public struct Iterator: IteratorProtocol {
    let bytes: [UInt8]
    var position: Int

    public mutating func next() -> ArraySlice<UInt8>? {
      guard position < bytes.count else { return nil }
      let end = bytes[position...].firstIndex(of: 0) ?? bytes.count
      defer { position = end &+ 1 }
      return bytes[position..<end]
    }
  }
}
