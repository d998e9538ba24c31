import Filtering
import Glibc
import TestSupport
import Testing

@testable import TUI

/// Documents.
/// The documents list keys, signs, settings and filters from the same tables as the help.
///
/// These tests make the text between two marks in a document. With EXECSNOOP_TOP_RECORD=1 they write it again, and fail
/// once where that changed something.
@Suite(.serialized)
struct DocumentsTests {
  @Test func `docs/KEYS.md lists every command`() throws {
    var text = ""
    for group in Command.Group.allCases {
      let commands = Commands.all.filter { $0.group == group }
      if commands.isEmpty { continue }
      text += "\n**\(group.title)**\n\n| keys | what they do | name |\n|---|---|---|\n"
      for command in commands {
        text += "| \(code(command.keys)) | \(command.summary) | `\(command.id.settingName)` |\n"
      }
    }
    try check("docs/KEYS.md", from: "<!-- keys -->", to: "<!-- end of keys -->", holds: text + "\n")
  }

  @Test func `The README lists the fifteen keys to begin with`() throws {
    let first: [CommandID] = [
      .help, .filter, .search, .nextFailure, .output, .open, .freeze, .earlier, .goto, .onlyBelow, .top, .copy, .write,
      .record, .quit,
    ]
    var text = "| keys | what they do |\n|---|---|\n"
    for id in first { text += "| \(code(Commands[id].keys)) | \(Commands[id].summary) |\n" }
    try check("README.md", from: "<!-- keys -->", to: "<!-- end of keys -->", holds: text)
  }

  /// A bar ends a cell, also within code.
  private func code(_ keys: [Key]) -> String {
    keys.map { "`\($0.name().string.replacing("|", with: "\\|"))`" }.joined(separator: " ")
  }

  @Test func `The README shows ten filters that can be read`() throws {
    let document = try read(Self.root + "README.md")
    let start = try #require(document.firstRange(of: "<!-- filters -->\n")).upperBound
    let end = try #require(document[start...].firstRange(of: "<!-- end of filters -->")).lowerBound
    let filters = document[start..<end].split(separator: "\n").compactMap { line in
      line.hasPrefix("| `") ? String(line.split(separator: "`")[1]).replacing("\\|", with: "|") : nil
    }
    #expect(filters.count == 10)
    for filter in filters { #expect(throws: Never.self, "\(filter)") { try Filter.parse(filter) } }
  }

  @Test func `The README has the legend, in two columns`() throws {
    let signs = Signs.all(.utf8).map { "`\($0.sign.string)` | \($0.meaning.string)" }
    let half = (signs.count + 1) / 2
    var text = "| sign | meaning | sign | meaning |\n|---|---|---|---|\n"
    for row in 0..<half {
      let right = half + row < signs.count ? signs[half + row] : " | "
      text += "| \(signs[row]) | \(right) |\n"
    }
    try check("README.md", from: "<!-- signs -->", to: "<!-- end of signs -->", holds: text)
  }

  @Test func `docs/KEYS.md has the legend, for both sets of glyphs`() throws {
    var text = "| sign | ASCII | meaning |\n|---|---|---|\n"
    for (sign, plain) in zip(Signs.all(.utf8), Signs.all(.ascii)) {
      let ascii = plain.sign.string.replacing("|", with: "\\|")
      text += "| `\(sign.sign.string)` | `\(ascii)` | \(sign.meaning.string) |\n"
    }
    try check("docs/KEYS.md", from: "<!-- signs -->", to: "<!-- end of signs -->", holds: text)
  }

  @Test func `The manual has the legend, for both sets of glyphs`() throws {
    var text = ".Bl -tag -width indent\n"
    for (sign, plain) in zip(Signs.all(.utf8), Signs.all(.ascii)) {
      // Each word by itself, since one that is a mark of punctuation would be a delimiter.
      let (own, ascii) = (words(sign.sign.string), words(plain.sign.string))
      text += ".It Li \(own) Pq Li \(ascii)\n\(roff(sign.meaning.string)).\n"
    }
    try check("man/execsnoop-top.8", from: ".\\\" signs", to: ".\\\" end of signs", holds: text + ".El\n")
  }

  private func words(_ text: String) -> String {
    text.split(separator: " ").map { roff(String($0)) }.joined(separator: " ")
  }

  /// What the panes draw to structure a row, or as a part of a number, is no sign.
  @Test(arguments: [Glyphs.utf8, .ascii])
  func `Every sign of the table is in the legend`(glyphs: Glyphs) {
    let structure: Set = [
      "guideLine", "guideBranch", "guideLast", "horizontal", "vertical", "teeDown", "teeUp", "separator", "micro",
      "plusMinus",
    ]
    let legend = Set(Signs.all(glyphs).flatMap { $0.sign.string.split(separator: " ").map(String.init) })
    for child in Mirror(reflecting: glyphs.table).children where !structure.contains(child.label ?? "") {
      switch child.value {
      case let sign as DisplayText: #expect(legend.contains(sign.string), "\(child.label ?? "")")
      case let bars as [DisplayText]:
        #expect(legend.contains(bars.first?.string ?? "") && legend.contains(bars.last?.string ?? ""))
      case let span as SpanGlyphs:
        for sign in [span.before, span.throughout, span.onward] { #expect(legend.contains(sign.string)) }
      default: Issue.record("\(child.label ?? "") is of a new kind")
      }
    }
  }

  @Test func `docs/KEYS.md lists what can be copied`() throws {
    var text = "| keys | what they copy |\n|---|---|\n"
    for form in CopyForm.allCases { text += "| `y \(form.key)` | \(form.summary) |\n" }
    try check("docs/KEYS.md", from: "<!-- copy -->", to: "<!-- end of copy -->", holds: text)
  }

  @Test func `The manual lists what can be copied`() throws {
    var text = ".Bl -tag -width indent\n"
    for form in CopyForm.allCases { text += ".It Ic y \(form.key)\n\(roff("\(form.summary)")).\n" }
    try check("man/execsnoop-top.8", from: ".\\\" copy", to: ".\\\" end of copy", holds: text + ".El\n")
  }

  @Test func `docs/FILTERS.md lists the filter's examples`() throws {
    var text = "| expression | finds |\n|---|---|\n"
    for (example, meaning) in FilterHelp.all { text += "| `\(example)` | \(meaning) |\n" }
    try check("docs/FILTERS.md", from: "<!-- filter -->", to: "<!-- end of filter -->", holds: text)
  }

  @Test func `docs/FILTERS.md lists the filter's fields`() throws {
    var text = "| field | what it is | for example |\n|---|---|---|\n"
    for field in Filter.fields {
      let names = ([field.name] + field.aliases).map { "`\($0)`" }.joined(separator: " ")
      text += "| \(names) | \(field.meaning) | `\(field.example)` |\n"
    }
    try check("docs/FILTERS.md", from: "<!-- fields -->", to: "<!-- end of fields -->", holds: text)
  }

  @Test func `The manual lists every command`() throws {
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

  @Test func `docs/SETTINGS.md lists what can be set`() throws {
    var text = "| theme | what it is |\n|---|---|\n"
    for theme in ThemeName.all { text += "| `\(theme.name)` | \(theme.summary) |\n" }
    text += "\n| column | what it has | width |\n|---|---|---|\n"
    for column in TreeColumn.allCases {
      let width = column.hasOwnWidth ? "\(column.standardWidth)" : "as wide as the longest"
      text += "| `\(column.rawValue)` | \(column.summary) | \(width) |\n"
    }
    text += "\nRoles: \(Role.allCases.map { "`\($0.settingName)`" }.joined(separator: " "))\n"
    try check("docs/SETTINGS.md", from: "<!-- settings -->", to: "<!-- end of settings -->", holds: text)
  }

  @Test func `The manual lists what can be set`() throws {
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

  @Test func `The manual lists the filter's examples`() throws {
    var text = ".Bl -tag -width indent\n"
    for (example, meaning) in FilterHelp.all { text += ".It Li \(roff("\(example)"))\n\(roff("\(meaning)")).\n" }
    try check("man/execsnoop-top.8", from: ".\\\" filter", to: ".\\\" end of filter", holds: text + ".El\n")
  }

  @Test func `The manual lists the filter's fields`() throws {
    var text = ".Bl -tag -width container -compact\n"
    for field in Filter.fields {
      let alias = field.aliases.isEmpty ? "" : " Pq also \(field.aliases.joined(separator: ", "))"
      text += ".It Cm \(roff(field.name))\(alias)\n\(roff(field.meaning))\n"
    }
    try check("man/execsnoop-top.8", from: ".\\\" fields", to: ".\\\" end of fields", holds: text + ".El\n")
  }

  /// A bar ends a cell, also within code, unless a backslash stands before it.
  @Test(arguments: ["README.md"] + Self.pages)
  func `Every row of a table has as many cells as its header`(name: String) throws {
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

  private static let pages =
    [
      "BENCHMARKS", "COMMANDS", "COMPARING", "COSTS", "FIELDS", "FILTERS", "JSON", "KEYS", "SECRETS", "SECURITY",
      "SETTINGS",
    ].map { "docs/\($0).md" } + ["ARCHITECTURE.md"]
  private static let root = Surroundings.repository + "/"

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
      case _ where !character.isASCII:
        for scalar in character.unicodeScalars {
          let digits = String(scalar.value, radix: 16, uppercase: true)
          result += "\\[u\(String(repeating: "0", count: max(4 - digits.count, 0)))\(digits)]"
        }
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
    #expect(found == expected, "\(name) is behind its table; EXECSNOOP_TOP_RECORD=1 writes it again")
  }

  private func read(_ path: String) throws -> String {
    try #require(text(of: path), "\(path) is missing")
  }

  private func write(_ text: some StringProtocol, to path: String) throws {
    let file = try #require(fopen(path, "w"), "\(path) cannot be written")
    defer { fclose(file) }
    let bytes = Array(text.utf8)
    try #require(fwrite(bytes, 1, bytes.count, file) == bytes.count)
  }
}
