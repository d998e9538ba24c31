public import ArgumentParser
internal import Glibc
public import ProcessTree

/// How `tree` prints what it gathered.
struct TreeForm: ParsableArguments {
  @Option(
    name: .long, defaultAsFlag: TopGrouping.comm,
    help: ArgumentHelp("Print what the processes add up to, by command unless said otherwise.", valueName: "group"))
  var top: TopGrouping?

  @Option(name: .long, help: ArgumentHelp("With --top: the column to sort by.", valueName: "column"))
  var sort: TopColumn?

  @Flag(help: "With --top: sort the other way round.")
  var reverse = false

  @Flag(help: "One JSON object a line, for every process or row.")
  var json = false

  mutating func validate() throws {
    guard top == nil else { return }
    if sort != nil { throw ValidationError("--sort goes with --top") }
    if reverse { throw ValidationError("--reverse goes with --top") }
  }

  /// The group of `--top` may be left out, so to the parser a wrong one is the file, and the file one argument too many.
  /// - Throws: where what stands behind `--top` is neither a group nor a file.
  static func checkGroup(in arguments: [String]) throws {
    let own = arguments.prefix { $0 != "--" }
    guard own.first == "tree", let index = own.firstIndex(of: "--top"), index + 1 < own.endIndex else {
      return
    }
    let word = own[index + 1]
    guard TopGrouping(rawValue: word) == nil, !word.hasPrefix("-"), access(word, F_OK) != 0 else { return }
    let groups = TopGrouping.allCases.map(\.rawValue).joined(separator: ", ")
    throw ValidationError("\(word.orQuotes) is no group of --top; there are \(groups)")
  }

  /// What to sort the rows by.
  var order: TopOrder {
    let column = sort ?? .execs
    return TopOrder(column, isDescending: column.descends != reverse)
  }
}

extension TopGrouping: ExpressibleByArgument {}
extension TopColumn: ExpressibleByArgument {}
