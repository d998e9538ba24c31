/// A table that forgets keys that were not used for long. It keeps at least the `generation` keys used last, and at
/// most twice as many.
struct RecentTable<Key: Hashable, Value> {
  private let generation: Int
  private var young: [Key: Value] = [:]
  private var old: [Key: Value] = [:]

  init(generation: Int) { self.generation = generation }

  mutating func insert(_ value: Value, for key: Key) {
    if young.count >= generation, young[key] == nil {
      old = young
      young = [:]
    }
    young[key] = value
  }

  /// Returns a value, and counts its key as used last. - Complexity: O(1)
  mutating func use(_ key: Key) -> Value? {
    if let value = young[key] { return value }
    guard let value = old[key] else { return nil }
    insert(value, for: key)
    return value
  }
}
