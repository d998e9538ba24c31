public import Events
public import Tree

/// The processes of one recording, as they are compared with those of another one.
///
/// Processes that were seen only as parents are left out, and so is the recorder: what they started is at the top.
public struct ComparedRun: Sendable {
  /// A process.
  public struct Entry: Sendable {
    /// Its identity.
    public let id: ProcessID
    /// Its name when it was last seen.
    public let comm: Comm
    /// The program that it ran last; nil where unknown.
    public let image: ProcessImage?
    /// Whether the program is its parent's.
    public let isForked: Bool
    /// Whether it ran before the recording began.
    public let isOlder: Bool
    /// How it exited; nil while it runs, and where that is unknown.
    public let status: ExitStatus?
    /// Whether it ran at the end of the recording.
    public let isRunning: Bool
    /// Its run time, in nanoseconds; until the end of the recording where it has not exited. Nil where it is unknown, as
    /// of a process that ran before, or in a trace without times.
    public let runTime: UInt64?
    /// How many of its execs failed.
    public let failedExecs: Int
    /// The programs that it ran before; the last of many.
    let older: [ProcessImage]
    /// The hash of its commands without what is set aside.
    var key = 0
    /// The hash of its command, its status and all below it, in any order.
    var shape = 0
    /// The hash of its program's name.
    var name = 0
    var children: Range<Int32> = 0..<0
  }

  /// All processes; those of one parent are together, by start time. The first one stands for the whole recording.
  public private(set) var entries: [Entry]
  /// The time from the first start to the last exit of processes that started in the recording, in nanoseconds.
  public let wholeTime: UInt64
  private(set) var normaliser: CommandNormaliser

  /// The processes of a tree.
  /// - Parameter now: the time until which running processes have run, in nanoseconds since boot.
  /// - Complexity: O(processes and bytes of arguments).
  public init(_ tree: ProcessTree, now: UInt64) {
    var pids: Set<Int32> = []
    var entries = [Entry(root: ())]
    var top: [ProcessID] = []
    var waiting = Array(tree.topLevelProcesses.reversed())
    while let id = waiting.popLast() {
      guard let node = tree[id] else { continue }
      pids.insert(id.pid)
      if node.isPlaceholder || Self.isRecorder(node) {
        waiting += tree.children(of: id).reversed()
      } else {
        top.append(id)
      }
    }
    top.sort()
    var ids = top
    entries[0].children = 1..<1 &+ Int32(clamping: top.count)
    var first = UInt64.max, last: UInt64 = 0
    var position = 0
    var next = 1 &+ top.count
    while position < ids.count {
      guard let node = tree[ids[position]] else { break }
      if !node.id.isHost { pids.insert(node.id.pid) }
      var entry = Entry(node, now: now)
      let children = tree.children(of: node.id).filter { tree.contains($0) }
      entry.children = Int32(clamping: next)..<Int32(clamping: next &+ children.count)
      next &+= children.count
      ids += children
      entries.append(entry)
      if !entry.isOlder, !node.id.isHost {
        first = min(first, node.startTime)
        last = max(last, node.end?.time ?? now)
      }
      position &+= 1
    }
    wholeTime = last > first ? last &- first : 0
    let started = entries.dropFirst().first { !$0.isOlder && $0.image != nil && !$0.isForked }
    normaliser = CommandNormaliser(pids: pids, directory: started?.image?.cwd.bytes ?? [])
    self.entries = entries
  }

  /// Whether a process is the program that recorded: it ran before, and its command line names the recording.
  private static func isRecorder(_ node: ProcessNode) -> Bool {
    guard node.execCount == 0, node.marks.contains(.fromProc), let image = node.image else { return false }
    return image.exe.bytes.suffix(14).elementsEqual("/execsnoop-top".utf8)
  }

  /// Makes hashes of the commands, with the pids of both recordings: what is a pid in one of them by chance is so in the
  /// other one.
  /// - Complexity: O(processes and bytes of arguments).
  mutating func prepare(beside other: Set<Int32>) {
    normaliser = CommandNormaliser(pids: normaliser.pids.union(other), directory: normaliser.directory)
    var buffer: [UInt8] = []
    for index in entries.indices.dropFirst() {
      let entry = entries[index]
      var hasher = Hasher()
      if entry.isForked { hasher.combine(1) }
      buffer.removeAll(keepingCapacity: true)
      for image in entry.older { append(image, to: &buffer) }
      if let image = entry.image { append(image, to: &buffer) }
      buffer.withUnsafeBytes { hasher.combine(bytes: $0) }
      if entry.image == nil { hasher.combine(entry.comm) }
      entries[index].key = hasher.finalize()
      var name = Hasher()
      entry.programName.withUnsafeBytes { name.combine(bytes: $0) }
      entries[index].name = name.finalize()
    }
    for index in entries.indices.reversed() {
      let entry = entries[index]
      var below = 0
      for child in entry.children { below &+= entries[Int(child)].shape &* 0x9e37_79b9 ^ entries[Int(child)].shape }
      var hasher = Hasher()
      hasher.combine(entry.key)
      hasher.combine(entry.status)
      hasher.combine(below)
      entries[index].shape = hasher.finalize()
    }
  }

  private func append(_ image: ProcessImage, to buffer: inout [UInt8]) {
    normaliser.forEachArgument(of: image) { argument, isPort in
      normaliser.append(argument, isPort: isPort, to: &buffer)
      buffer.append(0)
    }
    buffer.append(0)
  }
}

extension ComparedRun.Entry {
  fileprivate init(root: Void) {
    id = ProcessID(pid: 0, startTime: 0)
    comm = Comm([])
    image = nil
    (isForked, isOlder, isRunning) = (false, true, true)
    status = nil
    runTime = nil
    failedExecs = 0
    older = []
  }

  fileprivate init(_ node: ProcessNode, now: UInt64) {
    id = node.id
    comm = node.facts.comm
    image = node.image
    isForked = node.imageIsInherited
    // The traced command is there before the first event, but not before the recording.
    isOlder = node.marks.contains(.fromProc) && node.execCount == 0
    status = node.end?.status
    isRunning = node.isRunning
    runTime = isOlder || !node.isTimed || node.id.isHost ? nil : node.runTime(now: now)
    failedExecs = node.failedExecCount
    older = node.execCount > 1 ? Array(node.images.dropLast().suffix(Self.mostOlder)) : []
  }

  private static let mostOlder = 16

  /// The last component of argv[0], or of the file.
  var programName: [UInt8] {
    guard let image else { return comm.bytes }
    let word = image.withArgv { Array($0.prefix { $0 != 0 }.prefix(4096)) }
    let path = word.isEmpty ? image.file.bytes : word
    return Array(path.suffix(from: path.lastIndex(of: UInt8(ascii: "/")).map { $0 &+ 1 } ?? 0))
  }
}

extension CommandNormaliser {
  /// Calls `body` with each argument of a program, or its title, and whether it follows an option for a port.
  func forEachArgument(of image: ProcessImage, _ body: (Text, _ isPort: Bool) -> Void) {
    image.withArgv { block in
      if block.isEmpty { image.file.bytes.withUnsafeBufferPointer { body($0, false) } }
      var start = 0
      var isPort = false
      while start < block.count {
        var end = start
        while end < block.count, block[end] != 0 { end &+= 1 }
        let argument = Text(rebasing: block[start..<end])
        body(argument, isPort)
        isPort = Self.announcesPort(argument)
        start = end &+ 1
      }
    }
  }
}
