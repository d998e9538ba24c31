package import TUI
package import Tree

/// Text that processes chose, for Markdown and the HTML that is made of it.
///
/// Display text has no control byte, newline or bidirectional character any more: they are visible escapes. Here all
/// characters lose their meaning that Markdown or HTML give one to: emphasis, links, code, tables, mentions, emoji,
/// formulas, tags and entities.
enum MarkdownText {
  /// Text within a cell of a table, or within a line: what means something becomes a character reference, which neither
  /// Markdown nor HTML takes for anything but the character. Spaces stay as many as they are.
  /// - Parameter limit: the most columns; the end of longer text becomes `…`.
  static func inline(_ text: DisplayText, limit: Int = .max) -> [UInt8] {
    var result: [UInt8] = []
    var isAfterSpace = true
    var mayBeginLink = false
    for byte in text.fitted(to: limit, mark: "…").utf8 {
      let isSpace = byte == UInt8(ascii: " ")
      if byte == UInt8(ascii: "@") || (mayBeginLink && !isSpace) { result += linkBreak }
      mayBeginLink = false
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "/"), UInt8(ascii: ","), UInt8(ascii: "-"),
        UInt8(ascii: "%"), UInt8(ascii: "+"), UInt8(ascii: ";"), 0x80...:
        result.append(byte)
      // A dot makes a link of `www.` and what follows.
      case UInt8(ascii: ".") where !endsWithW(result): result.append(byte)
      case UInt8(ascii: ":"), UInt8(ascii: "."):
        result += reference(byte)
        mayBeginLink = true
      case UInt8(ascii: " ") where !isAfterSpace: result.append(byte)
      case UInt8(ascii: " "): result += "&nbsp;".utf8
      default: result += reference(byte)
      }
      isAfterSpace = isSpace
    }
    return result
  }

  /// Ends a text and begins another, and shows nothing. Some programs look for addresses of mail and of pages in the
  /// text after its references became characters, one text at a time.
  static let linkBreak = Array("<!-- -->".utf8)

  private static func reference(_ byte: UInt8) -> [UInt8] { Array("&#\(byte);".utf8) }

  /// A command within a line.
  static func code(_ text: DisplayText, limit: Int = .max) -> [UInt8] {
    text.isEmpty ? [] : "<code>".utf8 + inline(text, limit: limit) + "</code>".utf8
  }

  /// Lines as they are, between two fences: nothing in them means anything, except a fence. A fence is longer than all
  /// runs of backticks in the lines.
  /// - Parameter limit: the most columns of a line.
  static func block(_ lines: [DisplayText], limit: Int = .max) -> [UInt8] {
    let lines = lines.map { $0.fitted(to: limit, mark: "…") }
    var longest = 2
    for line in lines {
      var run = 0
      for byte in line.utf8 {
        run = byte == UInt8(ascii: "`") ? run &+ 1 : 0
        longest = max(longest, run)
      }
    }
    let fence = [UInt8](repeating: UInt8(ascii: "`"), count: longest &+ 1)
    var result = fence + "text\n".utf8
    for line in lines { result += line.utf8 + "\n".utf8 }
    return result + fence + "\n".utf8
  }

  private static func endsWithW(_ bytes: [UInt8]) -> Bool { bytes.last.map { $0 | 0x20 } == UInt8(ascii: "w") }
}

/// What a run measured of a limit.
package enum BudgetText {
  /// `31.2s`, `1,204`, `612 MiB`.
  package static func value(of excess: Budget.Excess, _ glyphs: Glyphs) -> DisplayText {
    switch excess.limit.measure.unit {
    case .time: .duration(excess.value, glyphs)
    case .size: .bytes(excess.value)
    case .count: .count(excess.value)
    }
  }

  /// `over budget: dur is 31.2s, the limit is <30s`
  package static func line(of excess: Budget.Excess, _ glyphs: Glyphs) -> DisplayText {
    let name = DisplayText(typed: excess.limit.measure.rawValue)
    return
      "over budget: \(name) is \(value(of: excess, glyphs)), the limit is \(DisplayText(typed: excess.limit.text))"
  }
}
