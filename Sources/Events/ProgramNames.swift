/// The names of one program, which images share: a build that runs the same compiler a thousand times from the same
/// directory stores its names once.
public final class ProgramNames: Hashable, Sendable {
  /// The file as the caller of the exec wrote it (`bprm->filename`); empty where unknown.
  public let file: RawBytes
  /// The path of the executed program, through mounts; for a script that of its interpreter. Empty where unknown.
  public let exe: RawBytes
  /// The interpreter that a script names (`bprm->interp` where that differs from `file`); nil for other programs.
  public let interpreter: RawBytes?
  /// The working directory; empty where unknown.
  public let cwd: RawBytes

  /// Names; empty where unknown.
  public init(file: RawBytes = "", exe: RawBytes = "", interpreter: RawBytes? = nil, cwd: RawBytes = "") {
    self.file = file
    self.exe = exe
    self.interpreter = interpreter
    self.cwd = cwd
  }

  public static func == (a: ProgramNames, b: ProgramNames) -> Bool {
    a === b || (a.file == b.file && a.exe == b.exe && a.interpreter == b.interpreter && a.cwd == b.cwd)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(file)
    hasher.combine(exe)
    hasher.combine(cwd)
  }
}

/// Finds names and environments that an earlier image has already stored. Code that makes images asks it first.
///
/// It consists of hash tables without chains: an entry replaces the one with the same hash. A hostile process can make
/// the tables useless, which costs memory, but it cannot make them wrong.
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

  /// Hashes a few dozen of the bytes: a look-up compares all of them anyway.
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
