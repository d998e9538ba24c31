import Events
import Testing

@testable import TUI

/// What is unknown of a command never looks empty.
@Suite struct CommandNoteTests {
  private static func image(
    _ argv: [String], file: RawBytes = "/bin/x", _ marks: Marks, length: Int? = nil
  ) -> ProcessImage {
    let argv = StringVector(argv)
    return ProcessImage(
      time: 1, comm: "comm", file: file, argv: StringVector(bytes: argv.bytes, trueLength: length), marks: marks)
  }

  @Test(
    arguments: [
      (image([], []), "/bin/x (no arguments)"),
      (image([], .argvUnreadable), "/bin/x (arguments unreadable)"),
      (image([], [.fromProc, .incomplete]), "/bin/x (arguments unknown)"),
      (image([], .argvCut, length: 10), "/bin/x (arguments unknown)"),
      (image([], file: "", [.fileUnreadable, .argvUnreadable]), "comm (file and arguments unreadable)"),
      (image([], file: "", .fileUnreadable), "comm (file unreadable, no arguments)"),
      (image(["one"], .argvUnreadable), "one (some arguments unreadable)"),
      (image(["one"], file: "", .fileUnreadable), "one (file unreadable)"),
      (image(["one", "two"], []), "one two"),
      (image(["one", "(arguments unreadable)"], []), "one '(arguments unreadable)'"),
    ])
  func `Line`(image: ProcessImage, text: String) {
    #expect(CommandText.line(of: image, limit: 200).runs.map(\.text.string).joined() == text)
  }

  @Test(
    arguments: [
      (image([], []), false), (image([], .argvUnreadable), true), (image(["one"], .argvUnreadable), false),
      (image([], length: 3), true), (image([], [.incomplete, .fromProc]), true), (image([], .envUnreadable), false),
    ])
  func `Unknown`(image: ProcessImage, isUnknown: Bool) { #expect(image.argvIsUnknown == isUnknown) }

  private static func image(_ argv: [String], length: Int) -> ProcessImage { image(argv, [], length: length) }
}
