public import Events

/// Replaces values that look like secrets in the arguments, titles and environments of events by `***`.
///
/// docs/SECRETS.md lists what looks like a secret. An event without one is returned as it is. A changed image has the
/// mark `.masked`, so that no reader takes `***` for what ran. The number of arguments and variables stays.
///
///     var mask = SecretMask()
///     let event = mask.masked(event)
public struct SecretMask: Sendable {
  /// How many values were replaced.
  public private(set) var count = 0
  private var scan = SecretScan()
  /// The last environments: a build has thousands of equal ones, which share their memory here.
  private var environments: [(original: [UInt8], masked: [UInt8], values: Int)] = []
  private var nextEnvironment = 0
  private static let rememberedEnvironments = 8

  /// What stands for a secret.
  public static let mark: StaticString = "***"

  /// A mask that has replaced nothing yet.
  public init() {}

  /// The event without secrets. - Complexity: O(bytes of arguments and environment).
  public mutating func masked(_ event: ProcessEvent) -> ProcessEvent {
    switch event {
    case .exec(let exec):
      guard let image = replaced(exec.image) else { return event }
      var changed = exec
      changed.image = image
      return .exec(changed)
    case .failedExec(let failed):
      guard let image = replaced(failed.image) else { return event }
      var changed = failed
      changed.image = image
      return .failedExec(changed)
    case .existing(let found):
      guard let image = replaced(found.image) else { return event }
      var changed = found
      changed.image = image
      return .existing(changed)
    case .output(let output):
      guard let bytes = replaced(lines: output.bytes) else { return event }
      var changed = output
      changed.bytes = bytes
      return .output(changed)
    case .fork, .exit, .lost, .census, .host: return event
    }
  }

  /// A command line without secrets, for arguments that are no event.
  public mutating func masked(_ arguments: [[UInt8]]) -> [[UInt8]] {
    let block = StringVector(arguments).bytes
    guard let masked = replaceAll(in: block, by: { $0.scan(arguments: $1, isTitle: false, isCut: false) }) else {
      return arguments
    }
    return StringVector(bytes: masked).map { Array($0) }
  }

  /// The program without secrets. - Complexity: O(bytes of arguments and environment).
  public mutating func masked(_ image: ProcessImage) -> ProcessImage { replaced(image) ?? image }

  /// The text without secrets, each line as the title of a process is looked at; nil for text without secrets. A secret
  /// that a process writes in two calls is not found.
  private mutating func replaced(lines text: [UInt8]) -> [UInt8]? {
    func isEnd(_ byte: UInt8) -> Bool { byte == 0x0a || byte == 0 }
    let block = text.map { isEnd($0) ? 0 : $0 }
    guard var masked = replaceAll(in: block, by: { $0.scan(arguments: $1, isTitle: true, isCut: false) }) else {
      return nil
    }
    // No secret has an end of a line, so as many are left.
    var ends = text.lazy.filter(isEnd).makeIterator()
    for index in masked.indices where masked[index] == 0 { masked[index] = ends.next() ?? 0 }
    return masked
  }

  /// Nil for an image without secrets.
  private mutating func replaced(_ image: ProcessImage) -> ProcessImage? {
    let isTitle = image.marks.contains(.title)
    let isCut = image.argvIsCut
    let argv: [UInt8]? = image.withArgv { bytes in
      // Most arguments have no secret, and are not copied.
      scan.scan(arguments: bytes, isTitle: isTitle, isCut: isCut)
      if scan.found.isEmpty { return nil }
      return replaceAll(in: Array(bytes)) { $0.scan(arguments: $1, isTitle: isTitle, isCut: isCut) }
    }
    let env = image.env.flatMap { environment in
      masked(environment: environment.bytes, isCut: environment.isCut).map {
        Self.vector($0, of: environment.trueLength, isCut: environment.isCut)
      }
    }
    if argv == nil, env == nil { return nil }
    return ProcessImage(
      time: image.time, comm: image.comm, names: image.names,
      argv: argv.map { Self.vector($0, of: image.argv.trueLength, isCut: isCut) } ?? image.argv,
      env: env ?? image.env, marks: image.marks.union(.masked))
  }

  /// A block that is cut if the original one was.
  private static func vector(_ bytes: [UInt8], of length: Int, isCut: Bool) -> StringVector {
    StringVector(bytes: bytes, trueLength: isCut ? max(length, bytes.count &+ 1) : nil)
  }

  /// Nil for an environment without secrets.
  private mutating func masked(environment: [UInt8], isCut: Bool) -> [UInt8]? {
    if let known = environments.first(where: { $0.original == environment }) {
      count &+= known.values
      return known.values == 0 ? nil : known.masked
    }
    let before = count
    let masked = replaceAll(in: environment) { $0.scan(environment: $1, isCut: isCut) } ?? []
    let values = count &- before
    if environments.count < Self.rememberedEnvironments {
      environments.append((environment, masked, values))
    } else {
      environments[nextEnvironment] = (environment, masked, values)
      nextEnvironment = (nextEnvironment &+ 1) % Self.rememberedEnvironments
    }
    return values == 0 ? nil : masked
  }

  /// How often a block is looked at again: a value may be a secret only without the one in it.
  private static let mostPasses = 8

  /// Nil for a block without secrets.
  private mutating func replaceAll(in block: [UInt8], by find: (inout SecretScan, [UInt8]) -> Void) -> [UInt8]? {
    find(&scan, block)
    if scan.found.isEmpty { return nil }
    count &+= scan.found.count
    var masked = block
    for _ in 0..<Self.mostPasses where !scan.found.isEmpty {
      masked = Self.replace(scan.found, in: masked)
      find(&scan, masked)
    }
    return masked
  }

  private static func replace(_ found: [Range<Int>], in bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var done = 0
    for range in found {
      result.append(contentsOf: bytes[done..<range.lowerBound])
      mark.withUTF8Buffer { result.append(contentsOf: $0) }
      done = range.upperBound
    }
    result.append(contentsOf: bytes[done...])
    return result
  }
}

extension ProcessImage {
  /// An image with names that other images share.
  fileprivate init(
    time: UInt64, comm: Comm, names: ProgramNames, argv: StringVector, env: StringVector?, marks: Marks
  ) {
    self = argv.bytes.withUnsafeBytes {
      ProcessImage(
        time: time, comm: comm, names: names, argv: $0, argvLength: argv.trueLength, env: env, marks: marks)
    }
  }
}
