/// Repeated names and environments, stored once each. Code that makes images asks here first.
///
/// Hash tables without chains: an entry replaces the one with the same hash. A hostile process can make them useless,
/// which costs memory, but never wrong.
public struct ProgramPool: Sendable {
  private var names: [ProgramNames?] = Array(repeating: nil, count: slots)
  private var environments: [[UInt8]] = Array(repeating: [], count: slots)
  private static let slots = 512

  /// An empty pool.
  public init() {}

  /// The names of a program, shared by all images with the same names. - Complexity: O(their bytes).
  public mutating func names(
    file: RawBytes, exe: RawBytes, interpreter: RawBytes?, cwd: RawBytes
  ) -> ProgramNames {
    let slot = Self.slot(exe.bytes, Self.mix(cwd.bytes) &+ Self.mix(file.bytes) &* 31)
    if let known = names[slot], known.exe == exe, known.cwd == cwd, known.file == file,
      known.interpreter == interpreter
    {
      return known
    }
    let made = ProgramNames(file: file, exe: exe, interpreter: interpreter, cwd: cwd)
    names[slot] = made
    return made
  }

  /// The same environment, shared by all images that have it. - Complexity: O(its bytes).
  public mutating func environment(_ environment: StringVector) -> StringVector {
    guard !environment.bytes.isEmpty else { return environment }
    let slot = Self.slot(environment.bytes, 0)
    if environments[slot] != environment.bytes { environments[slot] = environment.bytes }
    return StringVector(bytes: environments[slot], trueLength: environment.trueLength)
  }

  private static func slot(_ bytes: [UInt8], _ more: UInt64) -> Int {
    Int(truncatingIfNeeded: ((mix(bytes) ^ more) &* 0x9e37_79b9_7f4a_7c15) >> 55)
  }

  /// Hashes a few dozen bytes of all: a look-up compares the whole anyway.
  private static func mix(_ bytes: [UInt8]) -> UInt64 {
    var sum = UInt64(truncatingIfNeeded: bytes.count)
    let stride = max(bytes.count / 32, 1)
    var index = bytes.count &- 1
    while index >= 0 {
      sum = (sum ^ UInt64(bytes[index])) &* 0x100_0000_01b3
      index &-= stride
    }
    return sum
  }
}
