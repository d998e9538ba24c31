internal import Events

/// The memory of a tree's programs, in bytes: each counts its own arguments, and a shared environment counts once.
struct MemoryAccount: Sendable {
  /// In bytes.
  private(set) var bytes = 0
  /// How many images hold an environment, by the address of its bytes.
  private var environments: [UInt: Int] = [:]

  mutating func hold(_ image: ProcessImage) {
    bytes &+= image.size
    guard let (place, size) = image.environmentStorage else { return }
    if environments[place, default: 0] == 0 { bytes &+= size }
    environments[place, default: 0] &+= 1
  }

  mutating func release(_ image: ProcessImage) {
    bytes &-= image.size
    guard let (place, size) = image.environmentStorage, let holders = environments[place] else { return }
    environments[place] = holders > 1 ? holders &- 1 : nil
    if holders == 1 { bytes &-= size }
  }
}

extension ProcessImage {
  /// The address and the size of the environment's bytes; nil without one.
  fileprivate var environmentStorage: (place: UInt, size: Int)? {
    guard let bytes = env?.bytes, !bytes.isEmpty else { return nil }
    return bytes.withUnsafeBufferPointer { (UInt(bitPattern: $0.baseAddress), $0.count &+ 48) }
  }
}
