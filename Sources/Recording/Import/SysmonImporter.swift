internal import Events

/// Reads the events of Sysmon for Linux: XML in lines of syslog or of the journal, or alone. Only process creation (1)
/// and process termination (5) tell about processes; a field `-` is unknown.
///
/// `ProcessGuid` with the pid is the identity. Sysmon writes an event of process creation for each exec.
struct SysmonImporter: TraceImporter {
  private var trail = IdentifiedTrail()

  init() {}

  static var needsLineEnd: Bool { true }

  static func likeness(_ lines: [ArraySlice<UInt8>]) -> Int {
    lines.contains { line in
      line.withUnsafeBytes { bytes in
        let xml = XMLEvent(bytes, from: 0)
        return xml?.provider.map { Self.isSysmon($0) } ?? false
      }
    } ? 95 : 0
  }

  private static func isSysmon(_ provider: RawBytes) -> Bool {
    provider.bytes.elementsEqual("Linux-Sysmon".utf8) || provider.bytes.elementsEqual("Microsoft-Windows-Sysmon".utf8)
  }

  mutating func read(_ line: ArraySlice<UInt8>, into events: inout [RecordedEvent]) -> Bool {
    line.withUnsafeBytes { bytes in
      var place = 0
      var isGood = true
      var count = 0
      while let start = XMLEvent.start(in: bytes, from: place) {
        count &+= 1
        guard let event = XMLEvent(bytes, from: start) else {
          isGood = false
          break
        }
        if !apply(event, into: &events) { isGood = false }
        place = event.end
      }
      return count == 0 ? Self.isLogLine(bytes) : isGood
    }
  }

  mutating func finish(into events: inout [RecordedEvent]) {}

  /// Whether a line is one of a log of many programs: `Nov 30 05:58:57 host …`, `2026-11-30T05:58:57…`, `<13>…`.
  private static func isLogLine(_ line: UnsafeRawBufferPointer) -> Bool {
    var cursor = LineCursor(line)
    if cursor.isAt("<"), let digit = cursor.byte(at: 1), 0x30...0x39 ~= digit { return true }
    if let year = cursor.number(most: 9999), year > 1900, cursor.isAt("-") { return true }
    cursor = LineCursor(line)
    let months: [StaticString] = [
      "Jan ", "Feb ", "Mar ", "Apr ", "May ", "Jun ", "Jul ", "Aug ", "Sep ", "Oct ", "Nov ", "Dec ",
    ]
    return months.contains { cursor.isAt($0) }
  }

  /// - Returns: false for a process event without a process.
  private mutating func apply(_ event: XMLEvent, into events: inout [RecordedEvent]) -> Bool {
    guard event.id == 1 || event.id == 5 else { return event.id != nil }
    guard let pid = event[.processID].flatMap({ Int32(decimal: $0.bytes) }), ImportedProcesses.pids ~= pid,
      let node = trail.node(event.computer?.bytes ?? [])
    else { return false }
    var process = IdentifiedProcess(pid: pid)
    process.identity = Self.identity(event[.processGUID], pid)
    process.user = event[.user]
    if process.user?.bytes.elementsEqual("root".utf8) == true { process.uid = 0 }
    process.exe = event[.image]
    let moment = trail.moment(wall: event.time, on: node)
    if event.id == 5 {
      trail.exit(process, parent: nil, status: nil, at: moment, on: node, into: &events)
      return true
    }
    // The time of a creation is that of the process.
    process.start = event[.utcTime].flatMap { Self.time($0) }
    process.cwd = event[.directory]
    if let line = event[.commandLine] {
      process.argv = ReconstructedArguments.splitQuoted(line.bytes[...])
      process.marks.insert(.reconstructed)
    }
    var parent: IdentifiedProcess?
    if let parentPID = event[.parentID].flatMap({ Int32(decimal: $0.bytes) }), ImportedProcesses.pids ~= parentPID {
      var known = IdentifiedProcess(pid: parentPID)
      known.identity = Self.identity(event[.parentGUID], parentPID)
      known.exe = event[.parentImage]
      known.user = event[.parentUser]
      if let line = event[.parentCommandLine] {
        known.argv = ReconstructedArguments.splitQuoted(line.bytes[...])
        known.marks.insert(.reconstructed)
      }
      parent = known
    }
    trail.exec(process, parent: parent, at: moment, on: node, into: &events)
    return true
  }

  /// A GUID with its pid, as one GUID may be that of several processes; nil for one of zeros, which stands for an
  /// unknown process.
  private static func identity(_ guid: RawBytes?, _ pid: Int32) -> RawBytes? {
    guard let guid, guid.bytes.contains(where: { $0 != UInt8(ascii: "0") && $0.hexadecimalDigit != nil }) else {
      return nil
    }
    return RawBytes(guid.bytes + "@\(pid)".utf8)
  }

  /// A time as `2026-11-30 05:58:57.083`, in nanoseconds since 1970.
  private static func time(_ text: RawBytes) -> Int64? {
    guard text.bytes.count <= 32 else { return nil }
    return Timestamp.parse(text.bytes.map { $0 == 0x20 ? UInt8(ascii: "T") : $0 } + [UInt8(ascii: "Z")])
  }
}

/// The parts of one `<Event>` of Sysmon that tell about processes.
struct XMLEvent {
  /// The data that are read.
  enum Field: Int, CaseIterable {
    case utcTime, processGUID, processID, image, commandLine, directory, user
    case parentGUID, parentID, parentImage, parentCommandLine, parentUser

    fileprivate static func named(_ name: ArraySlice<UInt8>) -> Field? {
      allCases.first { name.elementsEqual($0.name.utf8) }
    }

    private var name: String {
      switch self {
      case .utcTime: "UtcTime"
      case .processGUID: "ProcessGuid"
      case .processID: "ProcessId"
      case .image: "Image"
      case .commandLine: "CommandLine"
      case .directory: "CurrentDirectory"
      case .user: "User"
      case .parentGUID: "ParentProcessGuid"
      case .parentID: "ParentProcessId"
      case .parentImage: "ParentImage"
      case .parentCommandLine: "ParentCommandLine"
      case .parentUser: "ParentUser"
      }
    }
  }

  /// The number of its kind.
  private(set) var id: UInt32?
  private(set) var provider: RawBytes?
  private(set) var computer: RawBytes?
  /// When it was written, in nanoseconds since 1970 UTC.
  private(set) var time: Int64?
  /// Where it ends in the line.
  private(set) var end = 0
  private var fields: [RawBytes?] = Array(repeating: nil, count: Field.allCases.count)

  /// The value of a field; nil where it is unknown or missing.
  subscript(field: Field) -> RawBytes? { fields[field.rawValue] }

  /// The place of the next `<Event>`.
  static func start(in line: UnsafeRawBufferPointer, from place: Int) -> Int? {
    let cursor = LineCursor(line)
    var place = place
    while let bracket = cursor.place(of: "<", from: place) {
      if cursor.isAt("<Event>", bracket) || cursor.isAt("<Event ", bracket) { return bracket }
      place = bracket &+ 1
    }
    return nil
  }

  /// Reads the first event of a line.
  /// - Returns: nil without a whole one.
  init?(_ line: UnsafeRawBufferPointer, from place: Int) {
    guard let start = Self.start(in: line, from: place) else { return nil }
    let cursor = LineCursor(line)
    var place = start
    while let bracket = cursor.place(of: "<", from: place) {
      var tag = cursor
      tag.position = bracket &+ 1
      guard let close = Self.tagEnd(cursor, from: bracket) else { return nil }
      if tag.isAt("/Event>") {
        end = close
        return
      }
      place = close
      if tag.isAt("Provider ") {
        provider = Self.attribute("Name", of: cursor.slice(bracket, close))
      } else if tag.isAt("TimeCreated ") {
        time = Self.attribute("SystemTime", of: cursor.slice(bracket, close)).flatMap { Timestamp.parse($0.bytes) }
      } else if tag.isAt("EventID>") || tag.isAt("EventID ") {
        guard let text = Self.text(cursor, from: close) else { return nil }
        id = UInt32(decimal: text.bytes)
      } else if tag.isAt("Computer>") {
        computer = Self.text(cursor, from: close)
      } else if tag.isAt("Data "), cursor.byte(at: close &- 2) != UInt8(ascii: "/") {
        guard let name = Self.attribute("Name", of: cursor.slice(bracket, close)),
          let text = Self.text(cursor, from: close)
        else { return nil }
        if let field = Field.named(name.bytes[...]) { fields[field.rawValue] = Self.known(text) }
      }
    }
    return nil
  }

  /// The value where it is one.
  private static func known(_ text: RawBytes) -> RawBytes? {
    if text.isEmpty || text.bytes == [UInt8(ascii: "-")] { return nil }
    return text.bytes.elementsEqual("(null)".utf8) || text.bytes.elementsEqual("<unknown process>".utf8) ? nil : text
  }

  /// The place after the tag that starts at a bracket: `>` outside of quotes.
  private static func tagEnd(_ line: LineCursor, from start: Int) -> Int? {
    var place = start
    var quote: UInt8?
    while let byte = line.byte(at: place) {
      if let open = quote {
        if byte == open { quote = nil }
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        quote = byte
      } else if byte == UInt8(ascii: ">") {
        return place &+ 1
      }
      place &+= 1
    }
    return nil
  }

  /// The value of an attribute of a tag.
  private static func attribute(_ name: StaticString, of tag: UnsafeRawBufferPointer) -> RawBytes? {
    let cursor = LineCursor(tag)
    var place = 0
    while let space = cursor.place(of: " ", from: place) {
      place = space &+ 1
      guard cursor.isAt(name, place) else { continue }
      let equals = place &+ name.utf8CodeUnitCount
      guard cursor.byte(at: equals) == UInt8(ascii: "="), let quote = cursor.byte(at: equals &+ 1) else { continue }
      var end = equals &+ 2
      while let byte = cursor.byte(at: end), byte != quote { end &+= 1 }
      return decoded(cursor.slice(equals &+ 2, end))
    }
    return nil
  }

  /// The text up to the next tag; nil without one.
  private static func text(_ line: LineCursor, from start: Int) -> RawBytes? {
    line.place(of: "<", from: start).map { decoded(line.slice(start, $0)) }
  }

  /// The bytes of text, with characters in place of their references.
  static func decoded(_ text: UnsafeRawBufferPointer) -> RawBytes {
    guard text.contains(UInt8(ascii: "&")) else { return RawBytes(text) }
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    let cursor = LineCursor(text)
    var place = 0
    while let byte = cursor.byte(at: place) {
      // The longest is `&#x10ffff;`.
      if byte == UInt8(ascii: "&"), let end = (place...(place &+ 9)).first(where: { cursor.byte(at: $0) == 0x3b }),
        let scalar = character(cursor.slice(place &+ 1, end))
      {
        result.append(contentsOf: Character(scalar).utf8)
        place = end &+ 1
      } else {
        result.append(byte)
        place &+= 1
      }
    }
    return RawBytes(result)
  }

  /// The character of a reference: `lt`, `#10`, `#xA`.
  private static func character(_ name: UnsafeRawBufferPointer) -> Unicode.Scalar? {
    let cursor = LineCursor(name)
    switch name.count {
    case 2 where cursor.isAt("lt"): return "<"
    case 2 where cursor.isAt("gt"): return ">"
    case 3 where cursor.isAt("amp"): return "&"
    case 4 where cursor.isAt("quot"): return "\""
    case 4 where cursor.isAt("apos"): return "'"
    default: break
    }
    if cursor.isAt("#x") || cursor.isAt("#X") {
      return UInt32(hexadecimal: name.dropFirst(2)).flatMap { Unicode.Scalar($0) }
    }
    return cursor.isAt("#") ? UInt32(decimal: name.dropFirst()).flatMap { Unicode.Scalar($0) } : nil
  }
}
