internal import Events

/// Reads the lines of LAUREL: one object of JSON an event of the audit system, with all of its records.
///
/// Bytes that are not text are percent-encoded in it, and so is the percent sign.
struct LaurelImporter: JSONTraceImporter {
  private var trail = AuditTrail()
  var values = JSONValues()
  var remarks = ImportRemarks()

  private enum Field: String, CaseIterable, Sendable {
    case id = "ID"
    case node = "NODE"
    case arch = "SYSCALL.arch"
    case syscall = "SYSCALL.syscall"
    case name = "SYSCALL.SYSCALL"
    case success = "SYSCALL.success"
    case exit = "SYSCALL.exit"
    case arguments = "SYSCALL.ARGV"
    case a0 = "SYSCALL.a0"
    case a1 = "SYSCALL.a1"
    case ppid = "SYSCALL.ppid"
    case pid = "SYSCALL.pid"
    case auid = "SYSCALL.auid"
    case uid = "SYSCALL.uid"
    case euid = "SYSCALL.euid"
    case gid = "SYSCALL.gid"
    case tty = "SYSCALL.tty"
    case comm = "SYSCALL.comm"
    case exe = "SYSCALL.exe"
    case user = "SYSCALL.UID"
    case parentComm = "SYSCALL.PPID.comm"
    case parentExe = "SYSCALL.PPID.exe"
    case grandparent = "SYSCALL.PPID.ppid"
    case oldParentComm = "PARENT_INFO.comm"
    case oldParentExe = "PARENT_INFO.exe"
    case oldGrandparent = "PARENT_INFO.ppid"
    case argc = "EXECVE.argc"
    case argv = "EXECVE.ARGV"
    case argvText = "EXECVE.ARGV_STR"
    case cwd = "CWD.cwd"
    case path = "PATH"
    case abend = "ANOM_ABEND"
  }

  private static let paths = JSONPaths<Field>()

  init() {}

  static func likeness(_ lines: [ArraySlice<UInt8>]) -> Int {
    for line in lines where line.first == UInt8(ascii: "{") {
      var scanner = JSONScanner(line)
      var (hasID, hasRecord) = (false, false)
      // A line that was cut may have told enough.
      try? scanner.entries { (name, scanner) throws(JSONFault) in
        if name.elementsEqual("ID".utf8), scanner.kind == .string { hasID = true }
        if Self.records.contains(where: { name.elementsEqual($0.utf8) }) { hasRecord = true }
        try scanner.skipValue()
      }
      if hasID && hasRecord { return 95 }
    }
    return 0
  }

  private static let records = ["SYSCALL", "EXECVE", "CWD", "PATH", "PROCTITLE", "ANOM_ABEND", "NODE"]

  mutating func event(
    _ scanner: inout JSONScanner, into events: inout [RecordedEvent]
  ) throws(JSONFault) -> JSONValues.Outcome {
    var event = AuditEvent()
    var parent = AuditEvent()
    var id: (wall: Int64, serial: UInt64)?
    var node: [UInt8] = []
    var architecture: UInt32?
    var number: UInt32?
    try scanner.walk(Self.paths) { (field, scanner) throws(JSONFault) in
      switch field {
      case .id: id = Self.id(try scanner.name())
      case .node: node = try scanner.percentText()
      case .arch: architecture = UInt32(hexadecimal: try scanner.name())
      case .syscall:
        if scanner.kind == .number { number = try scanner.integer() } else { try scanner.skipValue() }
      case .name:
        let name = try scanner.name()
        event.call = event.call ?? name.withUnsafeBytes { AuditCall(name: $0) }
      case .success: event.isSuccess = try scanner.name().elementsEqual("yes".utf8)
      case .exit:
        if scanner.kind == .number {
          event.result = try scanner.integer()
        } else {
          event.errno = ErrnoName.value(of: String(decoding: try scanner.name().prefix(32), as: UTF8.self))
        }
      case .arguments:
        var place = 0
        try scanner.array { (scanner) throws(JSONFault) in
          let value: UInt64? =
            scanner.kind == .string ? UInt64(hexadecimal: try scanner.name()) : try Self.skip(&scanner)
          if place == 0 { event.arguments.0 = value } else if place == 1 { event.arguments.1 = value }
          place &+= 1
        }
      case .a0: event.arguments.0 = UInt64(hexadecimal: try scanner.name())
      case .a1: event.arguments.1 = UInt64(hexadecimal: try scanner.name())
      case .ppid: event.parent = try scanner.pid()
      case .pid:
        // From version 0.6 on the process has an object of its own beside the number.
        if scanner.kind == .object { try scanner.skipValue() } else { event.pid = try scanner.pid() }
      case .auid: event.loginUID = try scanner.userID()
      case .uid: event.uid = try scanner.userID()
      case .euid: event.euid = try scanner.userID()
      case .gid: event.gid = try scanner.userID()
      case .tty:
        let tty = try scanner.percentText()
        event.tty = tty.elementsEqual("(none)".utf8) ? nil : tty.withUnsafeBytes { AuditImporter.terminal($0) }
      case .comm: event.comm = Comm(try scanner.percentText())
      case .exe: event.exe = RawBytes(try scanner.percentText())
      case .user:
        let user = try scanner.percentText()
        if !user.starts(with: "unknown(".utf8), !user.elementsEqual("unset".utf8) { event.user = RawBytes(user) }
      case .parentComm, .oldParentComm: parent.comm = Comm(try scanner.percentText())
      case .parentExe, .oldParentExe: parent.exe = RawBytes(try scanner.percentText())
      case .grandparent, .oldGrandparent: parent.parent = try scanner.pid()
      case .argc: event.argc = try scanner.looseInteger()
      case .argv:
        // Where both forms are in a line, this one is exact.
        (event.argv, event.argvCount) = ([], 0)
        event.marks.remove(.reconstructed)
        event.hasArguments = true
        try scanner.array { (scanner) throws(JSONFault) in
          let argument = try scanner.percentText()
          // What LAUREL writes in place of the middle of a long list.
          if argument.starts(with: "<<< Skipped: args=".utf8) { event.marks.insert(.argvCut) }
          event.appendArgument(argument)
        }
      case .argvText:
        let text = try scanner.string()
        guard !event.hasArguments else { return }
        event.hasArguments = true
        event.marks.insert(.reconstructed)
        for argument in text.split(separator: 0x20) { event.appendArgument(argument.percentDecoded) }
      case .cwd: event.cwd = RawBytes(try scanner.percentText())
      case .path: try Self.paths(&scanner, into: &event)
      case .abend: try Self.abend(&scanner, into: &event)
      }
    }
    guard let id else { return .bad }
    if let architecture, let number { event.call = AuditCall(architecture: architecture, number: number) ?? event.call }
    guard event.call != nil || event.signal != nil else { return .good }
    guard event.pid != nil, let place = trail.node(node) else { return .bad }
    event.id = AuditEventID(node: place, wall: id.wall, serial: id.serial)
    if parent.comm != nil || parent.exe != nil {
      parent.id = event.id
      parent.pid = event.parent
      trail.parent(parent, into: &events)
    }
    trail.apply(event, into: &events)
    return .good
  }

  private static func skip(_ scanner: inout JSONScanner) throws(JSONFault) -> UInt64? {
    try scanner.skipValue()
    return nil
  }

  /// Seconds with three digits of milliseconds, a colon, and the serial number.
  private static func id(_ text: ArraySlice<UInt8>) -> (wall: Int64, serial: UInt64)? {
    text.withUnsafeBytes { bytes in
      var cursor = LineCursor(bytes)
      guard let time = cursor.decimal(), let wall = Int64(exactly: time), cursor.accept(":"),
        let serial = cursor.number(), cursor.isAtEnd
      else { return nil }
      return (wall, serial)
    }
  }

  /// The PATH records: the first is the file, the second its interpreter or loader.
  private static func paths(_ scanner: inout JSONScanner, into event: inout AuditEvent) throws(JSONFault) {
    var place: UInt64 = 0
    try scanner.array { (scanner) throws(JSONFault) in
      var item = place
      var name: RawBytes?
      try scanner.entries { (member, scanner) throws(JSONFault) in
        if member.elementsEqual("item".utf8) {
          item = try scanner.looseInteger()
        } else if member.elementsEqual("name".utf8), scanner.kind == .string {
          name = RawBytes(try scanner.percentText())
        } else {
          try scanner.skipValue()
        }
      }
      if item == 0 { event.paths.0 = name } else if item == 1 { event.paths.1 = name }
      place &+= 1
    }
  }

  /// The end by a signal; an object, or a list of one.
  private static func abend(_ scanner: inout JSONScanner, into event: inout AuditEvent) throws(JSONFault) {
    func members(_ scanner: inout JSONScanner, _ event: inout AuditEvent) throws(JSONFault) {
      try scanner.entries { (member, scanner) throws(JSONFault) in
        if member.elementsEqual("pid".utf8) {
          event.pid = try scanner.pid()
        } else if member.elementsEqual("sig".utf8) {
          event.signal = try scanner.looseInteger()
        } else if member.elementsEqual("uid".utf8) {
          event.uid = try scanner.userID()
        } else if member.elementsEqual("comm".utf8), scanner.kind == .string {
          event.comm = Comm(try scanner.percentText())
        } else {
          try scanner.skipValue()
        }
      }
    }
    if scanner.kind == .array {
      try scanner.array { (scanner) throws(JSONFault) in try members(&scanner, &event) }
    } else {
      try members(&scanner, &event)
    }
  }
}

extension JSONScanner {
  /// Reads a string whose percent signs start two hexadecimal digits for a byte. Others stand for themselves.
  mutating func percentText() throws(JSONFault) -> [UInt8] {
    let text = try name()
    return text.contains(UInt8(ascii: "%")) ? text.percentDecoded : Array(text)
  }

  /// Reads the number of a user or group; -1 and 4294967295 are none.
  mutating func userID() throws(JSONFault) -> UInt32? {
    let value: Int64 = try looseInteger(in: -1...4_294_967_295)
    return UInt32(exactly: value).flatMap { $0 == .max ? nil : $0 }
  }
}

extension ArraySlice<UInt8> {
  /// The bytes for which percent signs and two hexadecimal digits stand. - Complexity: O(bytes).
  var percentDecoded: [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(count)
    var place = startIndex
    while place < endIndex {
      if self[place] == UInt8(ascii: "%"), endIndex &- place > 2, let high = self[place &+ 1].hexadecimalDigit,
        let low = self[place &+ 2].hexadecimalDigit
      {
        result.append(high << 4 | low)
        place &+= 3
      } else {
        result.append(self[place])
        place &+= 1
      }
    }
    return result
  }
}
