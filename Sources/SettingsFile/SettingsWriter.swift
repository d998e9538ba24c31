package import TUI

/// Puts settings into a file's text: changes the values that differ, adds missing ones, and leaves everything else,
/// including comments and unknown entries, byte for byte as it is.
package enum SettingsWriter {
  /// Why settings cannot be written into a text.
  package enum Refusal: Error, Hashable {
    /// The text is not TOML.
    case notTOML(TOMLError)
    /// A reader of the resulting text would not get these settings.
    case wouldNotHold
  }

  /// The text with the settings. Themes stay as they are, because only the user writes them.
  /// - Throws: `Refusal`.
  package static func text(_ settings: Settings, into bytes: [UInt8]) throws(Refusal) -> [UInt8] {
    let wanted = values(of: settings)
    var document: TOMLDocument
    do { document = try TOMLDocument(bytes) } catch { throw .notTOML(error) }
    var present = values(of: SettingsReader(document).settings)
    // A key that one command gives up may go to another command that lists it, which takes another pass.
    for _ in 0..<3 where present != wanted {
      for index in wanted.indices where present[index] != wanted[index] {
        do { document = try TOMLDocument(put(wanted[index], into: document)) } catch { throw .wouldNotHold }
        present = values(of: SettingsReader(document).settings)
      }
    }
    guard present == wanted else { throw .wouldNotHold }
    return document.bytes
  }

  struct Value: Hashable {
    var path: [String]
    /// The value in TOML.
    var text: String
  }

  /// The settings that the settings screen can change.
  static func values(of settings: Settings) -> [Value] {
    let columns = settings.columns.shown.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
    var values = [
      Value(path: ["theme"], text: quoted(settings.theme)),
      Value(path: ["glyphs"], text: quoted(settings.glyphs.rawValue)),
      Value(path: ["mouse"], text: "\(settings.mouse)"),
      Value(path: ["follow"], text: "\(settings.follow)"),
      Value(path: ["ask-to-quit"], text: "\(settings.askToQuit)"),
      Value(path: ["fold-exited"], text: "\(settings.foldExited)"),
      Value(path: ["chains"], text: "\(settings.chains)"),
      Value(path: ["sticky-ancestors"], text: "\(settings.stickyAncestors)"),
      Value(path: ["log-lines"], text: "\(settings.logLines)"),
      Value(path: ["command-output"], text: "\(settings.commandOutput)"),
      Value(path: ["columns", "shown"], text: "[\(columns)]"),
    ]
    for column in TreeColumn.allCases where column.hasOwnWidth {
      values.append(
        Value(path: ["columns", "widths", column.rawValue], text: "\(settings.columns.width(of: column))"))
    }
    return values + [
      Value(path: ["layout", "arrangement"], text: "\(settings.panes.arrangement)"),
      Value(path: ["layout", "tree"], text: "\(settings.panes.tree)"),
      Value(path: ["layout", "log"], text: "\(settings.panes.log)"),
      Value(path: ["layout", "zoom"], text: quoted(settings.panes.zoom?.settingName ?? "none")),
      Value(path: ["layout", "timeline"], text: quoted(settings.timeline.rawValue)),
    ] + Commands.all.map { Value(path: ["keys", $0.id.settingName], text: list(settings.keys.keys(of: $0.id))) }
  }

  /// The names of keys, as a list of strings.
  private static func list(_ keys: [Key]) -> String {
    "[\(keys.map { quoted($0.name(arrows: false).string) }.joined(separator: ", "))]"
  }

  /// A basic string of TOML.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7f:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// A key of TOML, without quotes if possible.
  private static func key(_ name: String) -> String {
    let isBare = name.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "_"), UInt8(ascii: "-"): true
      default: false
      }
    }
    return isBare && !name.isEmpty ? name : quoted(name)
  }

  private static func put(_ value: Value, into document: TOMLDocument) -> [UInt8] {
    let bytes = document.bytes
    if let entry = document[value.path] {
      return bytes[..<entry.valueRange.lowerBound] + Array(value.text.utf8) + bytes[entry.valueRange.upperBound...]
    }
    let parent = Array(value.path.dropLast())
    let line = "\(value.path.last ?? "") = \(value.text)"
    // After the last entry of the same table, in the same notation.
    if let sibling = document.entries.last(where: { Array($0.path.dropLast()) == parent }) {
      let member = sibling.prefix.map { "\(key($0))." }.joined() + line
      if sibling.isInline { return insert(", " + member, at: sibling.valueRange.upperBound, of: bytes) }
      return insertLine(member, at: endOfLine(sibling.valueRange.upperBound, in: bytes), of: bytes)
    }
    if let table = document.tables.last(where: { $0.path == parent }) {
      return table.isInline
        ? insert(line, inlineTable: table, of: document) : insertLine(line, at: table.start, of: bytes)
    }
    if parent.isEmpty {
      // Before the first table: after its header, the entry would belong to that table.
      let hasTables = document.rootEnd < bytes.count
      return insertLine(line + (hasTables ? "\n" : ""), at: hasTables ? document.rootEnd : bytes.count, of: bytes)
    }
    // An inline table gets another member; else the table gets a header.
    if let above = document.tables.last(where: { $0.path == Array(parent.dropLast()) }), above.isInline {
      return insert("\(parent.last ?? "").\(line)", inlineTable: above, of: document)
    }
    let gap = bytes.isEmpty ? "" : "\n"
    return insertLine("\(gap)[\(parent.joined(separator: "."))]\n\(line)", at: bytes.count, of: bytes)
  }

  private static func insert(_ text: String, at place: Int, of bytes: [UInt8]) -> [UInt8] {
    bytes[..<place] + Array(text.utf8) + bytes[place...]
  }

  /// Inserts the first member of an inline table.
  private static func insert(
    _ member: String, inlineTable table: TOMLDocument.Table, of document: TOMLDocument
  ) -> [UInt8] {
    let hasMembers = document.entries.contains { $0.path.count > table.path.count && $0.path.starts(with: table.path) }
    return insert(hasMembers ? "\(member), " : " \(member) ", at: table.start, of: document.bytes)
  }

  /// Inserts a line at the start of a line, or after a last line without a line end.
  private static func insertLine(_ text: String, at place: Int, of bytes: [UInt8]) -> [UInt8] {
    let isOpen = place > 0 && bytes[place - 1] != UInt8(ascii: "\n")
    return insert((isOpen ? "\n" : "") + text + "\n", at: place, of: bytes)
  }

  private static func endOfLine(_ place: Int, in bytes: [UInt8]) -> Int {
    bytes[place...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count
  }
}
