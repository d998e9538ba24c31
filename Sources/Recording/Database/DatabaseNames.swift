internal import Events
internal import Files
internal import Glibc

/// The rows that a recording has from its start: names of numbers, the host, and the session.
enum DatabaseNames {
  /// The names of marks, errnos and signals, so that SQL can show them.
  static func write(to connection: SQLiteConnection) throws(SQLiteError) {
    let marks = try DatabaseStatements.insert("mark_names", connection)
    for (mark, name) in Marks.names { try write(Int64(mark.rawValue), name, to: marks) }
    let errors = try DatabaseStatements.insert("errno_names", connection)
    for errno in 1...Int32(599) {
      if let name = ErrnoName.name(of: errno) { try write(Int64(errno), name, to: errors) }
    }
    let signals = try DatabaseStatements.insert("signal_names", connection)
    for signal in 1...Int32(64) {
      if let name = SignalName.name(of: signal) { try write(Int64(signal), name, to: signals) }
    }
  }

  private static func write(_ number: Int64, _ name: String, to statement: SQLiteStatement) throws(SQLiteError) {
    var new = RowBinder(statement)
    new.add(number)
    new.add(text: Array(name.utf8))
    try new.run()
  }

  /// The host and the session.
  static func write(_ session: DatabaseWriter.Session, to connection: SQLiteConnection) throws(SQLiteError) {
    try write(session.origin, to: connection)

    var new = RowBinder(try DatabaseStatements.insert("sessions", connection))
    new.add(1)
    new.add(1)
    new.add(text: Array(session.version.utf8))
    new.add(getuid())
    new.add(text: session.command.isEmpty ? nil : command(session.command))
    new.add(session.includesEnvironment)
    new.add(amount: session.started)
    new.add(nil)
    new.add(false)
    new.add(nil)
    new.add(session.ring?.bytes.map { Int64(clamping: $0) })
    new.add(session.ring?.nanoseconds.map { Int64(clamping: min($0, DatabaseAmount.largest)) })
    new.add(session.ring.map { _ in 0 })
    new.add(nil)
    try new.run()
  }

  private static func write(
    _ origin: DatabaseWriter.Session.Origin, to connection: SQLiteConnection
  ) throws(SQLiteError) {
    var row = RowBinder(try DatabaseStatements.insert("hosts", connection))
    row.add(1)
    switch origin {
    case .here:
      var system = utsname()
      uname(&system)
      row.add(text: text(of: system.nodename))
      row.add(text: text(of: system.release))
      row.add(text: text(of: system.machine))
      let boot = try? FileDescriptor.contents(of: "/proc/sys/kernel/random/boot_id", limit: 64)
      row.add(text: boot.map { Array($0.prefix { $0 != UInt8(ascii: "\n") }) })
    case .elsewhere(let host):
      row.add(text: host.flatMap { $0.name.isEmpty ? nil : StoredText($0.name.bytes).text })
      row.add(text: nil)
      row.add(text: nil)
      row.add(text: host.flatMap { $0.boot.isEmpty ? nil : StoredText($0.boot.bytes).text })
    }
    try row.run()
  }

  private static func command(_ words: [[UInt8]]) -> [UInt8] {
    var writer = JSONWriter()
    writer.raw("[")
    for (index, word) in words.enumerated() {
      if index > 0 { writer.raw(",") }
      _ = writer.string(word[...])
    }
    writer.raw("]")
    return writer.bytes
  }

  /// A field of `utsname` up to its NUL, as text.
  private static func text<Field>(of field: Field) -> [UInt8] {
    withUnsafeBytes(of: field) { StoredText(Array($0.prefix { $0 != 0 })).text }
  }
}
