internal import Events
package import Tree

/// A top table as lines with aligned columns, the name last since it is as long as it likes.
package struct TopListing {
  private let table: TopTable
  private let glyphs: Glyphs

  package init(of table: TopTable, glyphs: Glyphs) {
    self.table = table
    self.glyphs = glyphs
  }

  /// The header and a line for each row. - Complexity: O(groups).
  package var lines: [StyledText] {
    let titles = TopColumn.allCases.map { Self.title(of: $0, by: table.grouping) }
    let cells = table.rows.map { row in TopColumn.allCases.map { Self.cell($0, of: row, glyphs: glyphs) } }
    let widths = titles.indices.map { column in
      cells.reduce(titles[column].width) { max($0, $1[column].width) }
    }
    var lines = [StyledText(Self.joined(titles, widths), Style(.label))]
    for (row, cells) in zip(table.rows, cells) {
      var line = StyledText()
      for (index, column) in TopColumn.allCases.enumerated() {
        let isLast = index == cells.count - 1
        let cell = isLast ? cells[index] : cells[index].paddedLeft(to: widths[index]) + "  "
        line.append(cell, Self.style(column, of: row))
      }
      lines.append(line)
    }
    return lines
  }

  /// The heading of a column.
  package static func title(of column: TopColumn, by grouping: TopGrouping) -> DisplayText {
    switch column {
    case .processes: "PROCS"
    case .running: "RUNNING"
    case .execs: "EXECS"
    case .rate: "EXECS/s"
    case .failed: "EXECFAIL"
    case .time: "TIME"
    case .p50: "P50"
    case .p99: "P99"
    case .cpu: "CPU"
    case .mem: "MEM"
    case .name:
      switch grouping {
      case .comm: "COMMAND"
      case .exe: "EXECUTABLE"
      case .user: "USER"
      case .cgroup: "CGROUP"
      case .container: "CONTAINER"
      }
    }
  }

  /// The value of a row in a column; `-` if there is none.
  package static func cell(_ column: TopColumn, of row: TopRow, glyphs: Glyphs) -> DisplayText {
    switch column {
    case .processes: .count(row.processes)
    case .running: .count(row.running)
    case .execs: .count(row.execs)
    case .rate: .rate(tenths: row.execRateTenths)
    case .failed: .count(row.failedExecs)
    case .time: row.medianRunTime == nil ? "-" : .duration(row.runTime, glyphs)
    case .p50: row.medianRunTime.map { .duration($0, glyphs) } ?? "-"
    case .p99: row.p99RunTime.map { .duration($0, glyphs) } ?? "-"
    case .cpu: row.cpuTime == 0 ? "-" : .duration(row.cpuTime, glyphs)
    case .mem: row.peakMemory == 0 ? "-" : .bytes(row.peakMemory)
    case .name: name(of: row)
    }
  }

  /// The noun for the rows in a sentence.
  static func noun(of grouping: TopGrouping) -> DisplayText {
    switch grouping {
    case .comm: "command"
    case .exe: "executable"
    case .user: "user"
    case .cgroup: "cgroup"
    case .container: "container"
    }
  }

  /// Names are quoted as in a command line, so that no process can call itself `(others)`.
  package static func name(of row: TopRow) -> DisplayText {
    switch row.key {
    case .user(let uid): row.userName.map { DisplayText.argument($0.bytes) } ?? DisplayText(number: uid)
    case .comm, .exe, .cgroup, .container: DisplayText.argument(row.key.bytes)
    case .none(.container), .none(.cgroup): "(none)"
    case .none: "(unknown)"
    case .others: "(others)"
    }
  }

  /// How a cell looks.
  static func style(_ column: TopColumn, of row: TopRow) -> Style {
    switch column {
    case .name: Style(.commandName)
    case .failed where row.failedExecs > 0: Style(.failed)
    case .running where row.running > 0: Style(.running)
    default: Style(.text)
    }
  }

  private static func joined(_ cells: [DisplayText], _ widths: [Int]) -> DisplayText {
    var line = DisplayText()
    for index in cells.indices.dropLast() { line += cells[index].paddedLeft(to: widths[index]) + "  " }
    return cells.last.map { line + $0 } ?? line
  }
}
