internal import Events

/// The texts of the last different environments.
struct RecentEnvironments: Sendable {
  private var entries: [(environment: StringVector, text: [UInt8])] = []
  private var oldest = 0

  /// How many environments it remembers. A build has one for each of a few programs.
  private static let most = 8
  /// The longest text that it remembers, in bytes.
  private static let longest = 64 << 10

  /// The text of an environment; nil where it is not remembered. - Complexity: O(1) for the same array, else O(bytes).
  subscript(environment: StringVector) -> [UInt8]? {
    entries.first { $0.environment == environment }?.text
  }

  /// Remembers a text.
  mutating func add(_ environment: StringVector, _ text: ArraySlice<UInt8>) {
    guard text.count <= Self.longest else { return }
    if entries.count < Self.most {
      entries.append((environment, Array(text)))
    } else {
      entries[oldest] = (environment, Array(text))
      oldest = (oldest &+ 1) % Self.most
    }
  }
}
