import Glibc
import ProcessTree
import Testing

@testable import TUI

/// The README and the manual list the keys and the filter's examples from the same tables as the help.
///
/// What stands between two marks in a document is made by these tests. With EXECSNOOP_TOP_RECORD=1 they write it anew,
/// and fail once where that changed something.
@Suite("Documents", .serialized)
struct DocumentsTests {
  @Test("the README lists every command")
  func readmeKeys() throws {
    var text = ""
    for group in Command.Group.allCases {
      let commands = Commands.all.filter { $0.group == group }
      if commands.isEmpty { continue }
      text += "\n**\(group.title)**\n\n| keys | what they do | name |\n|---|---|---|\n"
      for command in commands {
        // A bar ends a cell, also within code.
        let keys = command.keys.map { "`\($0.name().string.replacing("|", with: "\\|"))`" }.joined(separator: " ")
        text += "| \(keys) | \(command.summary) | `\(command.id.settingName)` |\n"
      }
    }
    try check("README.md", from: "<!-- keys -->", to: "<!-- end of keys -->", holds: text + "\n")
  }

  @Test("the README lists what can be copied")
  func readmeCopy() throws {
    var text = "| keys | what they copy |\n|---|---|\n"
    for form in CopyForm.allCases { text += "| `y \(form.key)` | \(form.summary) |\n" }
    try check("README.md", from: "<!-- copy -->", to: "<!-- end of copy -->", holds: text)
  }

  @Test("the manual lists what can be copied")
  func manualCopy() throws {
    var text = ".Bl -tag -width indent\n"
    for form in CopyForm.allCases { text += ".It Ic y \(form.key)\n\(roff("\(form.summary)")).\n" }
    try check("man/execsnoop-top.8", from: ".\\\" copy", to: ".\\\" end of copy", holds: text + ".El\n")
  }

  @Test("the README lists the filter's examples")
  func readmeFilter() throws {
    var text = "| expression | finds |\n|---|---|\n"
    for (example, meaning) in FilterHelp.all { text += "| `\(example)` | \(meaning) |\n" }
    try check("README.md", from: "<!-- filter -->", to: "<!-- end of filter -->", holds: text)
  }

  @Test("the README lists the filter's fields")
  func readmeFields() throws {
    var text = "| field | what it is | for example |\n|---|---|---|\n"
    for field in Filter.fields {
      let names = [field.name, field.alias].compactMap { $0.map { "`\($0)`" } }.joined(separator: " ")
      text += "| \(names) | \(field.meaning) | `\(field.example)` |\n"
    }
    try check("README.md", from: "<!-- fields -->", to: "<!-- end of fields -->", holds: text)
  }

  @Test("the manual lists every command")
  func manualKeys() throws {
    var text = ""
    for group in Command.Group.allCases {
      let commands = Commands.all.filter { $0.group == group }
      if commands.isEmpty { continue }
      text += ".Ss \(group.title)\n.Bl -tag -width indent\n"
      for command in commands {
        let keys = command.keys.map { "Ic \(roff($0.name(arrows: false).string))" }.joined(separator: " , ")
        text += ".It \(keys)\n\(roff("\(command.summary)"))\n.Pq Li \(roff(command.id.settingName)) .\n"
      }
      text += ".El\n"
    }
    try check("man/execsnoop-top.8", from: ".\\\" keys", to: ".\\\" end of keys", holds: text)
  }

  @Test("the README lists what can be set")
  func readmeSettings() throws {
    var text = "| theme | what it is |\n|---|---|\n"
    for theme in ThemeName.all { text += "| `\(theme.name)` | \(theme.summary) |\n" }
    text += "\n| column | what it has | width |\n|---|---|---|\n"
    for column in TreeColumn.allCases {
      let width = column.hasOwnWidth ? "\(column.standardWidth)" : "as wide as the longest"
      text += "| `\(column.rawValue)` | \(column.summary) | \(width) |\n"
    }
    text += "\nRoles: \(Role.allCases.map { "`\($0.settingName)`" }.joined(separator: " "))\n"
    try check("README.md", from: "<!-- settings -->", to: "<!-- end of settings -->", holds: text)
  }

  @Test("the manual lists what can be set")
  func manualSettings() throws {
    var text = "The themes are:\n.Bl -tag -width indent\n"
    for theme in ThemeName.all { text += ".It Li \(theme.name)\n\(roff("\(theme.summary)")).\n" }
    text += ".El\n.Pp\nThe columns are:\n.Bl -tag -width indent\n"
    for column in TreeColumn.allCases { text += ".It Li \(column.rawValue)\n\(roff("\(column.summary)")).\n" }
    text += ".El\n.Pp\nThe roles of a theme are:\n"
    text += Role.allCases.map { ".Li \(roff($0.settingName))" }.joined(separator: " ,\n") + " .\n"
    text += ".Pp\nIn the settings of the view:\n.Bl -tag -width indent\n"
    for key in SettingsKeys.all { text += ".It \(roff("\(key.keys)"))\n\(roff("\(key.summary)")).\n" }
    try check("man/execsnoop-top.8", from: ".\\\" settings", to: ".\\\" end of settings", holds: text + ".El\n")
  }

  @Test("the manual lists the filter's examples")
  func manualFilter() throws {
    var text = ".Bl -tag -width indent\n"
    for (example, meaning) in FilterHelp.all { text += ".It Li \(roff("\(example)"))\n\(roff("\(meaning)")).\n" }
    try check("man/execsnoop-top.8", from: ".\\\" filter", to: ".\\\" end of filter", holds: text + ".El\n")
  }

  @Test("the manual lists the filter's fields")
  func manualFields() throws {
    var text = ".Bl -tag -width container -compact\n"
    for field in Filter.fields {
      let alias = field.alias.map { " Pq also \($0)" } ?? ""
      text += ".It Cm \(roff(field.name))\(alias)\n\(roff(field.meaning))\n"
    }
    try check("man/execsnoop-top.8", from: ".\\\" fields", to: ".\\\" end of fields", holds: text + ".El\n")
  }

  /// A bar ends a cell, also within code, unless a backslash stands before it.
  @Test("every row of a table has as many cells as its header", arguments: ["README.md"] + Self.pages)
  func tables(name: String) throws {
    let document = try read(Self.root + name)
    var cells: Int?
    for line in document.split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("|") else {
        cells = nil
        continue
      }
      let bars = zip(line, " " + line).count { $0 == "|" && $1 != "\\" }
      #expect(bars == cells ?? bars, "\(name): \(line)")
      cells = cells ?? bars
    }
  }

  private static let pages = ["docs/BENCHMARKS.md", "docs/FIELDS.md", "docs/FILTERS.md", "ARCHITECTURE.md"]
  private static let root = #filePath.split(separator: "/").dropLast(4).map { "/\($0)" }.joined() + "/"

  /// Text as mdoc(7) takes it: with the characters that roff would act on or print as others written out, and a
  /// quoted word's quotes as they are.
  private func roff(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "\\": result += "\\e"
      case "^": result += "\\(ha"
      case "~": result += "\\(ti"
      case "-": result += "\\-"
      case "\"": result += "\\(dq"
      case "'": result += "\\(aq"
      // Behind a zero-width space a mark of punctuation that stands alone is no delimiter.
      case _ where text.count == 1 && "?!.,;:()[]|".contains(character): result += "\\&\(character)"
      default: result.append(character)
      }
    }
    return result.hasPrefix(".") ? "\\&" + result : result
  }

  private func check(_ name: String, from start: String, to end: String, holds expected: String) throws {
    let path = Self.root + name
    let document = try read(path)
    let opening = try #require(document.firstRange(of: start + "\n"), "\(name) has no mark \(start)")
    let rest = document[opening.upperBound...]
    let closing = try #require(rest.firstRange(of: end), "\(name) has no mark \(end)")
    let found = String(rest[..<closing.lowerBound])
    if found != expected, getenv("EXECSNOOP_TOP_RECORD") != nil {
      try write(document[..<opening.upperBound] + expected + rest[closing.lowerBound...], to: path)
    }
    #expect(found == expected, "\(name) is behind its table; EXECSNOOP_TOP_RECORD=1 writes it anew")
  }

  private func read(_ path: String) throws -> String {
    let file = try #require(fopen(path, "r"), "\(path) is missing")
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&piece, 1, piece.count, file), count > 0 { bytes += piece[..<count] }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func write(_ text: some StringProtocol, to path: String) throws {
    let file = try #require(fopen(path, "w"), "\(path) cannot be written")
    defer { fclose(file) }
    let bytes = Array(text.utf8)
    try #require(fwrite(bytes, 1, bytes.count, file) == bytes.count)
  }
}
