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
    let hasPeriods = table.rows.contains { !$0.recurrences.isEmpty } || table.order.column == .period
    let numbers = TopColumns.order.filter { $0 != .name && (hasPeriods || $0 != .period) }
    let titles = numbers.map { Self.title(of: $0, by: table.grouping) }
    let cells = table.rows.map { row in numbers.map { Self.cell($0, of: row, glyphs: glyphs) } }
    let widths = titles.indices.map { column in
      cells.reduce(titles[column].width) { max($0, $1[column].width) }
    }
    let starters = hasPeriods ? table.rows.map { Self.starter(of: $0) } : []
    let starterWidth = starters.reduce(TopColumns.starterTitle.width) { max($0, $1.width) }

    var head = StyledText()
    for (title, width) in zip(titles, widths) { head.append(title.paddedLeft(to: width) + "  ", Style(.label)) }
    head.append(TopColumns.spreadTitle + "  ", Style(.label))
    if hasPeriods { head.append(TopColumns.starterTitle.padded(to: starterWidth) + "  ", Style(.label)) }
    head.append(Self.title(of: .name, by: table.grouping), Style(.label))
    var lines = [head]
    for (index, row) in table.rows.enumerated() {
      var line = StyledText()
      for (place, column) in numbers.enumerated() {
        line.append(cells[index][place].paddedLeft(to: widths[place]) + "  ", Self.style(column, of: row))
      }
      line.append(Self.spread(of: row, glyphs).padded(to: TopColumns.spreadWidth) + "  ", Style(.sparkline))
      if hasPeriods { line.append(starters[index].padded(to: starterWidth) + "  ") }
      line.append(Self.name(of: row), Self.style(.name, of: row))
      lines.append(line)
    }
    return lines
  }

  /// The histogram of run times, a bar for each step.
  static func spread(of row: TopRow, _ glyphs: Glyphs) -> DisplayText {
    (0..<RunTimeSpread.stepCount).map { glyphs.bar(row.runTimes[$0], highest: row.runTimes.highest) }.joined()
  }

  /// The scale of the histogram: up to where each bar goes.
  static func scale(_ glyphs: Glyphs) -> DisplayText {
    "durations to 100\(glyphs.micro)s 1ms 10ms 100ms 1s 10s 100s, longer"
  }

  /// The starter of what recurs in a row; `-` if nothing does.
  static func starter(of row: TopRow) -> DisplayText {
    switch row.recurrences.first?.starter {
    case .process(_, let label): text(of: label)
    case .several: "(several)"
    case nil: "-"
    }
  }

  /// `git status`, each word quoted as in a command line.
  static func text(of label: CommandLabel) -> DisplayText {
    let comm = DisplayText.argument(label.comm.bytes)
    return label.argument.map { "\(comm) \(DisplayText.argument($0.bytes))" } ?? comm
  }

  /// `git status: every 1.0s ± 98.2ms, 14 times, by python3 daemon.py (4711); an hour of this is 36.0s of CPU time and
  /// 1m12s of run time`
  package static func sentence(_ recurrence: Recurrence, _ glyphs: Glyphs) -> DisplayText {
    var text: DisplayText =
      "\(text(of: recurrence.command)): every \(.duration(recurrence.period, glyphs)) \(glyphs.plusMinus) "
      + "\(.duration(recurrence.spread, glyphs)), "
    if recurrence.isPartial { text += "the last " }
    text += "\(.count(recurrence.times)) times, by "
    switch recurrence.starter {
    case .process(let id, let label): text += "\(self.text(of: label)) (\(id.pid))"
    case .several: text += "several processes"
    }
    if let cpu = recurrence.cpuPerHour, let time = recurrence.timePerHour {
      text += "; an hour of this is \(.duration(cpu, glyphs)) of CPU time and \(.duration(time, glyphs)) of run time"
    }
    return text
  }

  /// The heading of a column.
  package static func title(of column: TopColumn, by grouping: TopGrouping) -> DisplayText {
    switch column {
    case .processes: "PROCESSES"
    case .running: "RUNNING"
    case .nonzero: "NONZERO"
    case .max: "MAX"
    case .period: "PERIOD"
    case .execs: "EXECS"
    case .rate: "EXECS/s"
    case .failed: "FAILED"
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
    case .max: row.longestRunTime.map { .duration($0, glyphs) } ?? "-"
    case .period: row.recurrences.first.map { .duration($0.period, glyphs) } ?? "-"
    case .nonzero: .count(row.nonzero)
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
    case .failed where row.failedExecs > 0, .nonzero where row.nonzero > 0: Style(.failed)
    case .running where row.running > 0: Style(.running)
    default: Style(.text)
    }
  }
}
