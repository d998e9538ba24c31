public import ArgumentParser
internal import Glibc
public import Tree

/// How `tree` prints what it gathered.
struct TreeForm: ParsableArguments {
  @Option(
    name: .long, defaultAsFlag: TopGrouping.comm,
    help: ArgumentHelp("Print one row of totals per group of processes, by default per command.", valueName: "group"))
  var top: TopGrouping?

  @Option(name: .long, help: ArgumentHelp("With --top: the column to sort by.", valueName: "column"))
  var sort: TopColumn?

  @Flag(help: "With --top: reverse the sort order.")
  var reverse = false

  @Flag(help: "Print one JSON object per line, for each process or row.")
  var json = false

  mutating func validate() throws {
    guard top == nil else { return }
    if sort != nil { throw ValidationError("--sort needs --top") }
    if reverse { throw ValidationError("--reverse needs --top") }
  }

  /// The group of `--top` may be left out, so to the parser a wrong one is the file, and the file one argument too many.
  /// - Throws: `ValidationError` if the word after `--top` is neither a group nor a file.
  static func checkGroup(in arguments: [String]) throws {
    let own = arguments.prefix { $0 != "--" }
    guard own.first == "tree", let index = own.firstIndex(of: "--top"), index + 1 < own.endIndex else {
      return
    }
    let word = own[index + 1]
    guard TopGrouping(rawValue: word) == nil, !word.hasPrefix("-"), access(word, F_OK) != 0 else { return }
    let groups = TopGrouping.allCases.map(\.rawValue).joined(separator: ", ")
    throw ValidationError("\(word.orQuotes) is not a group of --top: use one of \(groups)")
  }

  /// What to sort the rows by.
  var order: TopOrder {
    let column = sort ?? .execs
    return TopOrder(column, isDescending: column.descends != reverse)
  }
}

extension TopGrouping: ExpressibleByArgument {}
extension TopColumn: ExpressibleByArgument {}
