import CLinux
import Events
import TUI
import Tree

/// Whether memory stays constant with endless events: an hour of a hard storm, as fast as the model applies it.
struct Endurance {
  var events: Int
  var limits = Limits()

  func measure() -> Section {
    var throng = Throng(count: events, isEndless: true)
    var state = AppState(
      size: Size(columns: 120, rows: 40), clock: WallClock(realtimeAtBoot: 0), limits: limits)
    var told = 0
    var resident: [Int] = []
    let start = lnx_boot_time()
    while told < events {
      let batch = throng.next(1000)
      told += batch.count
      _ = state.reduce(.events(batch, now: batch.last!.time))
      if told * 10 / events > resident.count {
        resident.append(Scale.resident)
        progress("endurance, \(grouped(told)) events: \(Unit.mebibytes.text(Double(resident.last!)))")
      }
    }
    let spent = Double(lnx_boot_time() - start) / 1e9
    let forgotten = state.forgotten
    let marks = resident.map { fixed(Double($0) / 1_048_576, digits: 0) }.joined(separator: ", ")
    return Section(
      title: "Endurance", rows: [],
      meaning: [
        """
        \(grouped(told)) synthetic events with the default limits (\(grouped(limits.processes)) processes, \
        \(limits.memory >> 20) MiB), in \(fixed(spent, digits: 0)) s. Resident memory after each tenth of the \
        events, in MiB: \(marks). Forgotten and counted: \(grouped(forgotten)) processes.
        """
      ])
  }
}
