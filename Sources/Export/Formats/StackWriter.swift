internal import Events
internal import TUI
internal import Tree

/// Folded stacks, as flame graph programs read them: the names from the topmost process down, and a weight.
///
/// Equal stacks are one line, so its memory is that of the different ones.
struct StackWriter: ExportWriter {
  /// The most names of a stack: what is further down counts as the last of them.
  static let depthLimit = 512

  private let weight: StackWeight
  private(set) var bytes: [UInt8] = []

  /// A place in the tree of names.
  private struct Place: Hashable {
    let above: Int
    let name: Comm?
    /// Of a machine its number.
    var host: UInt16?
  }

  private var places: [Place: Int] = [:]
  private var names: [(place: Place, depth: Int)] = []
  private var sums: [UInt64] = []
  private var hosts: [UInt16: DisplayText] = [:]
  /// The place of each row so far.
  private var placeOfRow: [Int32] = []
  /// The processes above the present one.
  private var open: [OpenProcess] = []

  /// A process whose children may still come.
  private struct OpenProcess {
    let row: Int32
    let depth: Int32
    let place: Int
    let start, end: UInt64
    /// Until when children have run, from the left.
    var covered: UInt64
    /// The time in which no child ran.
    var own: UInt64 = 0
    let counts: Bool
  }

  init(_ weight: StackWeight) { self.weight = weight }

  mutating func removeBytes() { bytes.removeAll(keepingCapacity: true) }

  mutating func start(_ context: ExportContext) {
    placeOfRow.reserveCapacity(context.rows.count)
  }

  mutating func append(_ process: ExportedProcess, _ context: ExportContext) {
    let node = process.node
    let above = process.row.parent < 0 ? -1 : Int(placeOfRow[Int(process.row.parent)])
    if process.isHost { hosts[node.id.host] = process.hostLabel }
    let place = self.place(
      of: node.isPlaceholder || process.isHost ? nil : node.facts.comm, host: process.isHost ? node.id.host : nil,
      below: above)
    // Rows without a process have no place.
    while placeOfRow.count < process.index { placeOfRow.append(-1) }
    placeOfRow.append(Int32(clamping: place))
    switch weight {
    case .count: if process.row.isMatch { add(1, to: place) }
    case .cpu: if process.row.isMatch { add((node.end?.usage?.cpuTime ?? 0) / 1000, to: place) }
    case .time: addTime(of: process, at: place, context)
    }
  }

  private mutating func place(of name: Comm?, host: UInt16?, below above: Int) -> Int {
    let depth = above < 0 ? 1 : names[above].depth &+ 1
    if depth > Self.depthLimit { return above }
    let place = Place(above: above, name: name, host: host)
    if let known = places[place] { return known }
    places[place] = names.count
    names.append((place, depth))
    sums.append(0)
    return names.count &- 1
  }

  private mutating func add(_ value: UInt64, to place: Int) {
    let (sum, overflows) = sums[place].addingReportingOverflow(value)
    sums[place] = overflows ? .max : sum
  }

  // MARK: Run time without that of children

  /// Siblings come by start time, and each after all descendants of the one before: so a process is complete when the
  /// next one that is not below it comes.
  private mutating func addTime(of process: ExportedProcess, at place: Int, _ context: ExportContext) {
    close(to: process.row.depth)
    let isKnown = !process.node.isPlaceholder && !process.isHost
    let start = min(max(process.node.startTime, context.times.lowerBound), context.times.upperBound)
    let end = min(max(process.end ?? context.now, start), context.times.upperBound)
    if isKnown, let parent = open.indices.last, open[parent].row == process.row.parent {
      let covered = open[parent].covered
      let first = min(max(start, open[parent].start), open[parent].end)
      if first > covered { open[parent].own &+= first &- covered }
      open[parent].covered = max(covered, min(max(end, open[parent].start), open[parent].end))
    }
    open.append(
      OpenProcess(
        row: Int32(clamping: process.index), depth: process.row.depth, place: place, start: start, end: end,
        covered: start, counts: isKnown && process.row.isMatch))
  }

  private mutating func close(to depth: Int32) {
    while let last = open.last, last.depth >= depth {
      open.removeLast()
      if last.counts { add((last.own &+ (last.end &- min(last.covered, last.end))) / 1000, to: last.place) }
    }
  }

  mutating func finish(_ context: ExportContext) {
    close(to: 0)
    for index in names.indices where sums[index] > 0 {
      var stack: [Place] = []
      var place = index
      while place >= 0 {
        stack.append(names[place].place)
        place = names[place].place.above
      }
      for (position, place) in stack.reversed().enumerated() {
        if position > 0 { bytes.append(UInt8(ascii: ";")) }
        frame(place)
      }
      bytes += " \(sums[index])\n".utf8
    }
  }

  /// A name in which no character is the separator of names.
  private mutating func frame(_ place: Place) {
    let text: DisplayText =
      place.host.map { hosts[$0] ?? "?" } ?? place.name.map { $0.isEmpty ? "''" : DisplayText($0) } ?? "?"
    for byte in text.utf8 {
      if byte == UInt8(ascii: ";") { bytes += "\\x3b".utf8 } else { bytes.append(byte) }
    }
  }
}
