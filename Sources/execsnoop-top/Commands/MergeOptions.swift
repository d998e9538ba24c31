import ArgumentParser
import Events

/// The options of commands that merge the events of several machines.
struct MergeOptions: ParsableArguments {
  @Option(
    name: .customLong("offset"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Add this to the times of a machine, whose clock differs from the others', such as web-3=2.5s or web-3=-1m.",
      valueName: "host=time"),
    transform: ClockOffset.init)
  var offsets: [ClockOffset] = []

  /// Further files, as `ExtraFiles` gives them to the parser, which allows no list of files before that of a command.
  @Option(
    name: .customLong("and"), parsing: .unconditionalSingleValue, help: ArgumentHelp(visibility: .hidden))
  var joined: [String] = []

  /// Further files.
  var others: [String] { joined.flatMap { $0.split(separator: ExtraFiles.separator).map(String.init) } }

  /// The sums in nanoseconds, by the machine's name.
  var byName: [String: Int64] { Dictionary(offsets.map { ($0.host, $0.nanoseconds) }, uniquingKeysWith: { $1 }) }

  /// - Throws: `ValidationError` where no file is read.
  func refuse(without files: [String]) throws {
    if !offsets.isEmpty, files.isEmpty { throw ValidationError("--offset needs FILE: it corrects the times of one") }
  }
}

/// The value of `--offset`.
struct ClockOffset: Sendable {
  let host: String
  let nanoseconds: Int64

  init(_ text: String) throws {
    // A name may have an equals sign, a time has none.
    guard let equals = text.lastIndex(of: "="), equals > text.startIndex else {
      throw ValidationError("expected a machine and a time such as web-3=2.5s")
    }
    var length = text[text.index(after: equals)...]
    let isNegative = length.hasPrefix("-")
    if isNegative || length.hasPrefix("+") { length = length.dropFirst() }
    guard let nanoseconds = TimeText.length(of: String(length)).flatMap({ Int64(exactly: $0) }) else {
      throw ValidationError("expected a machine and a time such as web-3=2.5s")
    }
    host = String(text[..<equals])
    self.nanoseconds = isNegative ? 0 &- nanoseconds : nanoseconds
  }
}

extension [String] {
  /// - Throws: `ValidationError` if standard input is named twice.
  func refuseTwoStandardInputs() throws {
    if filter({ $0 == "-" }).count > 1 { throw ValidationError("only one FILE can be standard input") }
  }
}

/// Further files on the command line of a command that takes files or a command.
enum ExtraFiles {
  /// The subcommands of which the parser knows only one file.
  private static let commands = ["log", "tree", "why", "view"]

  /// Between the names of files in the value of `--and`: no name has it.
  static let separator: Character = "\0"

  /// The arguments with `--and=` before the files that the parser would refuse as arguments too many.
  /// - Complexity: O(files), with a few runs of the parser.
  static func completed(_ arguments: [String]) -> [String] {
    guard let name = arguments.first, name.hasPrefix("-") || commands.contains(name) else { return arguments }
    let end = arguments.firstIndex(of: "--") ?? arguments.count
    let files = arguments[..<end].indices.filter { index in
      let word = arguments[index]
      return word == "-"
        || !word.hasPrefix("-") && (index > 0 || !commands.contains(word)) && FileArgument.isThere(word)
    }
    guard files.count > 1, isOneTooMany(arguments) else { return arguments }
    // What follows an option may be its value.
    let certain = files.filter { index in
      guard index > 0 else { return true }
      let before = arguments[index - 1]
      return !before.hasPrefix("-") || before == "-" || before.contains("=")
    }
    for kept in [1, 0] {
      let joined = joining(Array(certain.dropFirst(kept)), in: arguments)
      if !isOneTooMany(joined) { return joined }
    }
    return completed(joining(certain, in: arguments), one: files.count - certain.count)
  }

  /// The arguments with these files in one `--and=`, in the place of the first of them.
  private static func joining(_ files: [Int], in arguments: [String]) -> [String] {
    guard let first = files.first else { return arguments }
    let taken = Set(files)
    return arguments.indices.compactMap { index in
      if index == first { return "--and=" + files.map { arguments[$0] }.joined(separator: String(separator)) }
      return taken.contains(index) ? nil : arguments[index]
    }
  }

  /// The arguments with `--and=` before single files: each may also be the value of an option.
  private static func completed(_ arguments: [String], one most: Int) -> [String] {
    guard most <= 64 else { return arguments }
    var completed = arguments
    let end = completed.firstIndex(of: "--") ?? completed.count
    for index in (0..<end).reversed() {
      let word = completed[index]
      guard word == "-" || !word.hasPrefix("-"), word == "-" || FileArgument.isThere(word) else { continue }
      var joined = completed
      joined[index] = "--and=" + word
      // The value of an option may look like a file.
      if let trouble = trouble(of: joined), !isOneTooMany(trouble) { continue }
      completed = joined
      if !isOneTooMany(completed) { return completed }
    }
    return arguments
  }

  private static func trouble(of arguments: [String]) -> String? {
    do {
      _ = try ExecsnoopTop.parseAsRoot(arguments)
      return nil
    } catch { return ExecsnoopTop.message(for: error) }
  }

  private static func isOneTooMany(_ arguments: [String]) -> Bool { trouble(of: arguments).map(isOneTooMany) ?? false }

  private static func isOneTooMany(_ message: String) -> Bool { message.contains("nexpected argument") }
}
