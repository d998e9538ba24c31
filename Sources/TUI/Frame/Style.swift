/// The role of a piece of the screen; a theme maps it to a colour. The renderer knows only roles, never colours.
///
/// New roles go to the end: the letters of recorded frames follow the order.
package enum Role: UInt8, CaseIterable, Hashable, Sendable {
  /// Plain text in the terminal's own colour.
  case text
  /// Less important text: context, units, separators.
  case dim
  /// A pane's title; and that of the pane with the focus.
  case title, focusedTitle
  /// A label in front of a value.
  case label
  /// Parts of a command line.
  case commandDirectory, commandName, commandArguments
  /// States of a process, and of a row in the log.
  case running, exited, failed, new, setuid, deleted
  /// The row that is selected in the pane with the focus; in another pane.
  case selection, otherSelection
  /// What the search or the filter found.
  case match
  /// The modes in the top line.
  case live, frozen, replay
  case sparkline
  case keyBarKey, keyBarLabel
  case prompt, treeGuide, border
  case warning, error
  /// A process that the user marked.
  case marked
  /// A process that exited a while ago; long ago. One that exited just now is `exited`.
  case fading, faded
  /// A step of the critical path.
  case critical
}

/// A role, or colours that a traced command chose for its output; and emphasis beyond that. Three bytes.
package struct Style: Hashable, Sendable {
  /// The number of the role, or the foreground of an ink.
  private var first: UInt8
  /// The emphasis in the low bits, above them which colours an ink has.
  private var flags: UInt8
  /// The background of an ink.
  private var second: UInt8

  private static let hasForeground: UInt8 = 1 << 6
  private static let hasBackground: UInt8 = 1 << 7
  private static let inkFlags = hasForeground | hasBackground

  package init(_ role: Role, _ emphasis: Emphasis = []) {
    first = role.rawValue
    flags = emphasis.rawValue
    second = 0
  }

  /// The look of a command's output; plain text for an ink without colours.
  package init(_ ink: Ink, _ emphasis: Emphasis = []) {
    first = ink.foreground ?? (ink.background == nil ? Role.text.rawValue : 0)
    second = ink.background ?? 0
    flags =
      emphasis.rawValue | (ink.foreground == nil ? 0 : Self.hasForeground)
      | (ink.background == nil ? 0 : Self.hasBackground)
  }

  /// The role; `text` for an ink.
  package var role: Role { flags & Self.inkFlags == 0 ? Role(rawValue: first) ?? .text : .text }

  /// The colours that a command chose; nil for a role.
  package var ink: Ink? {
    guard flags & Self.inkFlags != 0 else { return nil }
    return Ink(
      foreground: flags & Self.hasForeground == 0 ? nil : first,
      background: flags & Self.hasBackground == 0 ? nil : second)
  }

  package var emphasis: Emphasis { Emphasis(rawValue: flags & ~Self.inkFlags) }

  package static let text = Style(.text)

  package func adding(_ more: Emphasis) -> Style {
    var style = self
    style.flags |= more.rawValue
    return style
  }
}

/// Colours that a traced command chose for its output: numbers of `Color.indexed`, nil for the terminal's own.
package struct Ink: Hashable, Sendable {
  package var foreground: UInt8?
  package var background: UInt8?

  package init(foreground: UInt8? = nil, background: UInt8? = nil) {
    self.foreground = foreground
    self.background = background
  }
}

/// Attributes that hold on a terminal without colour too.
package struct Emphasis: OptionSet, Hashable, Sendable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let bold = Emphasis(rawValue: 1 << 0)
  package static let dim = Emphasis(rawValue: 1 << 1)
  package static let underline = Emphasis(rawValue: 1 << 2)
  package static let reverse = Emphasis(rawValue: 1 << 3)
}

/// A line of display text in several styles.
package struct StyledText: Hashable, Sendable {
  package struct Run: Hashable, Sendable {
    package fileprivate(set) var text: DisplayText
    package let style: Style
  }

  package private(set) var runs: [Run] = []
  /// The columns of all runs together.
  package private(set) var width = 0

  package init() {}

  package init(_ text: DisplayText, _ style: Style = .text) { append(text, style) }

  /// Appends text in one look.
  package mutating func append(_ text: DisplayText, _ style: Style = .text) {
    guard !text.isEmpty else { return }
    width += text.width
    // One run for a look: a process chooses how many arguments it has.
    if let last = runs.indices.last, runs[last].style == style {
      runs[last].text.append(text)
    } else {
      runs.append(Run(text: text, style: style))
    }
  }

  /// Appends text in the looks that it has.
  package mutating func append(_ other: StyledText) {
    runs += other.runs
    width += other.width
  }
}

extension Frame {
  /// Writes a line in several styles; otherwise as `put(_:row:column:style:width:skipping:)` with plain text.
  @discardableResult
  package mutating func put(
    _ line: StyledText, row: Int, column: Int, width: Int? = nil, skipping: Int = 0
  ) -> Int {
    var place = column
    var room = max(width ?? .max, 0)
    var skipped = max(skipping, 0)
    for run in line.runs {
      if room == 0 { break }
      let end = put(run.text, row: row, column: place, style: run.style, width: room, skipping: skipped)
      skipped = max(skipped - run.text.width, 0)
      room -= end - place
      place = end
    }
    return place
  }
}
