import CLinux
import Events
import Glibc
import Recording

/// The files and streams that a command reads together, merged by `EventMerge`.
///
/// One thread at a time uses it, as `EventFile`. A single file passes through.
final class EventInput {
  private let inputs: [Input]
  private var merge: EventMerge
  private var hasEvents = false
  /// The first error that is not in `notices`: thrown at the end.
  private var failure: RecordingError?
  private var remarks: [String] = []
  private var hasReportedAnswers = false
  private let began = lnx_boot_time()
  /// Events that were read and not used.
  private var unused: [RecordedEvent] = []

  /// Opens files that a user named.
  /// - Parameters:
  ///   - format: the format of their lines; found from the first of them when left out.
  ///   - offsets: what is added to the times of machines, in nanoseconds.
  ///   - keepsTimes: whether events keep the times of their own machine.
  convenience init(
    _ paths: [String], _ format: TraceFormat? = nil, offsets: [String: Int64] = [:], keepsTimes: Bool = false
  ) throws(RecordingError) {
    var inputs: [Input] = []
    for source in Self.sources(paths, format) {
      switch source {
      case .file(let path):
        let file = try EventFile(path: path, named: Arguments.bytes(of: path), format: format)
        inputs.append(Input(file, named: path, remote: nil))
      case .set(let set):
        inputs.append(Input(try EventFile(set), named: String(decoding: set.prefix, as: UTF8.self), remote: nil))
      }
    }
    self.init(inputs, offsets: offsets, keepsTimes: keepsTimes)
  }

  private enum Source {
    case file(String)
    case set(StraceFiles)
  }

  /// What files are read: those of strace -ff are one trace of one machine.
  private static func sources(_ paths: [String], _ format: TraceFormat?) -> [Source] {
    guard paths.count > 1, format == nil || format == .strace else { return paths.map { .file($0) } }
    let names = paths.map { Arguments.bytes(of: $0) ?? Array($0.utf8) }
    var sources: [Source?] = paths.map { .file($0) }
    for (set, places) in StraceFiles.sets(among: names) {
      for place in places { sources[place] = nil }
      if let first = places.first { sources[first] = .set(set) }
    }
    return sources.compactMap(\.self)
  }

  /// Reads the streams of other machines.
  convenience init(_ traces: [RemoteTrace], offsets: [String: Int64]) throws(RecordingError) {
    var inputs: [Input] = []
    for trace in traces {
      let file = try EventFile(path: "/dev/fd/\(trace.output)")
      close(trace.output)
      inputs.append(Input(file, named: trace.host, remote: trace))
    }
    self.init(inputs, offsets: offsets, keepsTimes: false)
  }

  private init(_ inputs: [Input], offsets: [String: Int64], keepsTimes: Bool) {
    self.inputs = inputs
    merge = EventMerge(
      inputs.map {
        MergeSource(name: RawBytes(Arguments.bytes(of: $0.name) ?? Array($0.name.utf8)), host: $0.file.host)
      },
      corrections: offsets, keepsTimes: keepsTimes)
  }

  /// The machine of the only file; nil where it does not tell, and for several files.
  var host: RecordedHost? { inputs.count == 1 ? inputs[0].file.host : nil }
  /// The size of all files in bytes; nil where one has none.
  var length: Int? {
    inputs.reduce(Optional(0)) { sum, input in sum.flatMap { sum in input.file.length.map { sum + $0 } } }
  }
  /// How many bytes were read.
  var bytesRead: Int { inputs.reduce(0) { $0 + $1.file.bytesRead } }
  /// Whether one of them is standard input.
  var readsStandardInput: Bool { inputs.contains { $0.file.descriptor == STDIN_FILENO } }
  /// Whether the events are those of now.
  var isLive: Bool { inputs.contains { $0.remote != nil } }

  /// The descriptors after whose change `read` may return more.
  var descriptors: [Int32] { inputs.indices.filter { merge.wants($0) }.map { inputs[$0].file.descriptor } }
  /// When to call `read` although no descriptor is readable, in nanoseconds since boot; nil for never.
  var until: UInt64? {
    if !unused.isEmpty { return 0 }
    if inputs.indices.contains(where: { merge.wants($0) && inputs[$0].isReadyAnyway }) { return 0 }
    return merge.deadline
  }

  /// The events that can be read now.
  /// - Parameter blocks: whether to wait until there are some.
  /// - Returns: possibly none; nil at the end of all inputs.
  /// - Throws: `RecordingError`, once all events were returned.
  func read(blocks: Bool = false) throws(RecordingError) -> [RecordedEvent]? {
    var events = unused
    unused = []
    if !events.isEmpty { return events }
    while true {
      if blocks { wait() }
      var progress = false
      for index in inputs.indices {
        while merge.wants(index), inputs[index].isReady {
          readPiece(of: index)
          progress = true
          // A single file returns after each piece, as far as its events go.
          if inputs.count == 1 { break }
        }
      }
      merge.take(at: lnx_boot_time(), into: &events)
      reportAnswers()
      if !events.isEmpty {
        hasEvents = true
        return events
      }
      if merge.isOver {
        if let failure {
          self.failure = nil
          throw failure
        }
        return nil
      }
      if !blocks, !progress || inputs.count == 1 { return [] }
    }
  }

  /// Makes `read` return these events again.
  func giveBack(_ events: [RecordedEvent]) { unused = events }

  private func wait() {
    if merge.isOver { return }
    if let until, until == 0 { return }
    var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    let now = lnx_boot_time()
    var end = merge.deadline
    if !hasReportedAnswers, isLive { end = min(end ?? .max, began &+ Self.answerTime) }
    let timeout = end.map { $0 <= now ? 0 : Int32(clamping: ($0 - now + 999_999) / 1_000_000) } ?? -1
    lnx_poll(&entries, UInt(entries.count), timeout)
  }

  private func readPiece(of index: Int) {
    let input = inputs[index]
    do throws(RecordingError) {
      guard let events = try input.file.read() else { return end(index) }
      guard !events.isEmpty else { return }
      input.observe(events)
      merge.add(events, to: index, at: lnx_boot_time())
      if let remark = input.clockRemark(of: events, merge.hostName(of: index)) { remarks.append(remark) }
    } catch {
      input.hasFailed = true
      if input.remote == nil {
        if failure == nil { failure = error } else { input.notice = error.description }
      }
      end(index, because: error)
    }
  }

  /// Ends an input, and marks its machine where more was to come.
  private func end(_ index: Int, because error: RecordingError? = nil) {
    let input = inputs[index]
    input.hasEnded = true
    let others = inputs.contains { !$0.hasEnded }
    var reason: String?
    if let remote = input.remote {
      let text = remote.failure()
      // ssh itself begins with the name of the host, at times.
      let prefix = "\(input.name): "
      reason = text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text
      input.notice = "\(input.name): \(reason ?? "")"
      if hasReportedAnswers || input.hasEvents { remarks.append("\(input.name): \(reason ?? "")") }
    } else {
      if error == nil { input.notice = input.file.notice }
      if inputs.count > 1 {
        if error != nil {
          reason = "its events cannot be read further"
        } else if input.file.cutLine != nil {
          reason = "its events end within a line"
        } else if others, input.isLive {
          reason = "its stream ended"
          let name = String(decoding: merge.hostName(of: index).bytes, as: UTF8.self)
          input.notice = input.notice ?? "\(name): its stream ended before the others"
          remarks.append("\(name): its stream ended")
        }
      }
    }
    input.hasEndedEarly = reason != nil
    merge.end(index, failure: reason)
  }

  /// Messages at the end, each once: what is wrong with the inputs.
  var notices: [String] {
    var notices = inputs.compactMap(\.notice)
    for name in merge.unusedCorrections { notices.append("--offset \(name): no machine has this name") }
    return notices
  }
  /// The same as one message; nil for none.
  var notice: String? { notices.isEmpty ? nil : notices.joined(separator: "; ") }

  /// Whether events may be missing: a file is damaged (`EventFile.lacksEvents`), or a stream ended before its time.
  var lacksEvents: Bool { inputs.contains { $0.hasEndedEarly || $0.hasFailed || $0.file.lacksEvents } }

  /// Removes and returns messages about machines while their events arrive.
  func drainRemarks() -> [String] {
    defer { remarks = [] }
    return remarks
  }

  // MARK: - Which machines answer

  /// How long the first message waits for machines that do not answer, in nanoseconds.
  private static let answerTime: UInt64 = 10_000_000_000

  /// Says which machines answer, once that is known of all.
  private func reportAnswers() {
    guard isLive, !hasReportedAnswers else { return }
    let waiting = inputs.filter { !$0.hasEvents && !$0.hasEnded }
    guard waiting.isEmpty || lnx_boot_time() &- began >= Self.answerTime else { return }
    hasReportedAnswers = true
    let answering = inputs.filter(\.hasEvents).count
    var parts = [
      answering == inputs.count
        ? answering == 1 ? "\(inputs[0].name) answers" : "all \(answering) hosts answer"
        : "\(answering) of \(inputs.count) hosts answer"
    ]
    parts += inputs.filter { !$0.hasEvents && $0.hasEnded }.compactMap(\.notice)
    parts += waiting.map { "\($0.name): no answer yet" }
    remarks.insert(parts.joined(separator: "; "), at: 0)
  }
}

/// One of the inputs.
private final class Input {
  var file: EventFile
  let name: String
  let remote: RemoteTrace?
  var hasEnded = false
  var hasFailed = false
  /// Whether its machine is marked: more was to come.
  var hasEndedEarly = false
  var hasEvents = false
  var notice: String?
  /// When the first events arrived, and their wall time, in nanoseconds.
  private var first: (arrived: UInt64, wall: Int64)?
  private var lastWall: Int64?
  /// Whether its events arrive as they happen.
  private var isPaced = false
  private var hasClockRemark = false

  init(_ file: consuming EventFile, named name: String, remote: RemoteTrace?) {
    self.file = file
    self.name = name
    self.remote = remote
  }

  /// Whether `EventFile.read` returns without waiting, whatever the descriptor says.
  var isReadyAnyway: Bool { file.length != nil || file.hasMore }

  var isReady: Bool {
    if isReadyAnyway { return true }
    var entry = pollfd(fd: file.descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, 0) == 1
  }

  /// How old the last event of a stream may be at its end if it was live, in nanoseconds.
  private static let liveAge: Int64 = 60_000_000_000

  /// Whether it is the stream of a machine that runs now, so that its end is too early.
  var isLive: Bool {
    guard file.length == nil else { return false }
    if isPaced { return true }
    return lastWall.map { Self.wallNow() &- $0 < Self.liveAge && $0 &- Self.wallNow() < Self.liveAge } ?? false
  }

  private static func wallNow() -> Int64 { Int64(clamping: lnx_wall_time()) }

  func observe(_ events: [RecordedEvent]) {
    hasEvents = true
    guard let wall = events.last?.wallTime else { return }
    lastWall = wall
    let now = lnx_boot_time()
    guard let first else {
      self.first = (now, wall)
      return
    }
    let passed = Int64(clamping: now &- first.arrived)
    let told = wall.subtractingReportingOverflow(first.wall)
    guard !isPaced, passed >= 1_000_000_000, !told.overflow else { return }
    isPaced = told.partialValue > passed / 2 && told.partialValue < passed &+ passed / 2
  }

  /// The smallest difference of clocks that is told, in nanoseconds.
  private static let leastDifference: Int64 = 2_000_000_000

  /// What is wrong with the machine's clock, once; nil where it agrees with this machine's, and where nobody can tell.
  func clockRemark(of events: [RecordedEvent], _ host: RawBytes) -> String? {
    guard !hasClockRemark, remote != nil || isPaced, let lastWall else { return nil }
    hasClockRemark = true
    let (difference, overflows) = lastWall.subtractingReportingOverflow(Self.wallNow())
    guard !overflows, difference.magnitude >= UInt64(Self.leastDifference) else { return nil }
    let name = String(decoding: host.bytes, as: UTF8.self)
    let seconds = Int(difference.magnitude / 1_000_000_000)
    let length = seconds < 120 ? "\(seconds) s" : seconds < 7200 ? "\(seconds / 60) min" : "\(seconds / 3600) h"
    let sign = difference < 0 ? "" : "-"
    return "\(name): its clock is \(length) \(difference < 0 ? "behind" : "ahead"): "
      + "--offset \(name)=\(sign)\(seconds)s corrects it"
  }
}
