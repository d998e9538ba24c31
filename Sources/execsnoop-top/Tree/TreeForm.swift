public import ArgumentParser
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

  /// What to sort the rows by.
  var order: TopOrder {
    let column = sort ?? .execs
    return TopOrder(column, isDescending: column.descends != reverse)
  }
}

extension TopGrouping: ExpressibleByArgument {}
extension TopColumn: ExpressibleByArgument {}
