import CLinux
import Events
import Glibc
import TUI
import Tree

/// The cost of the view with a thousand to a million processes: only the model, without kernel or terminal.
struct Scale {
  /// Each figure is the median of this many.
  var rounds: Int
  var sizes = [1000, 10_000, 100_000, 1_000_000]

  private struct Figures {
    var eventsPerSecond = 0.0
    var bytes = 0.0
    var frame = 0.0
    var streamingFrame = 0.0
    var far = 0.0
    var firstMatch = 0.0
    var filter = 0.0
    var top = 0.0
  }

  func measure() -> Section {
    var figures: [Figures] = []
    for size in sizes {
      progress("scale, \(size) processes")
      figures.append(measure(size))
    }
    let titles: [(String, (Figures) -> String)] = [
      ("events applied a second", { grouped(Int($0.eventsPerSecond)) }),
      ("bytes per process, with an argv of 60 bytes", { fixed($0.bytes, digits: 0) }),
      ("a frame of 120×40", { Unit.microseconds.text($0.frame) }),
      ("a frame while events arrive", { Unit.microseconds.text($0.streamingFrame) }),
      ("jump to a row at 70 %, with its frame", { Unit.microseconds.text($0.far) }),
      ("a filter's first match on screen", { Unit.milliseconds.text($0.firstMatch) }),
      ("a filter over all processes", { Unit.milliseconds.text($0.filter) }),
      ("the top table, computed from scratch", { Unit.milliseconds.text($0.top) }),
    ]
    var lines = ["| processes | " + sizes.map { grouped($0) }.joined(separator: " | ") + " |"]
    lines.append("|---|" + sizes.map { _ in "---:|" }.joined())
    for (title, text) in titles {
      lines.append("| \(title) | " + figures.map(text).joined(separator: " | ") + " |")
    }
    let growth = figures.last!.frame / figures.first!.frame
    return Section(
      title: "Scale", rows: [],
      meaning: lines + [
        "",
        """
        Synthetic events of builds on one core: a tenth of all processes are children of one parent, and one chain is \
        5,000 deep. Rows and log are kept up to date with each event. From \(grouped(sizes.first!)) to \
        \(grouped(sizes.last!)) processes a frame takes ×\(fixed(growth, digits: 2)). Bytes are all resident memory; the \
        figures for few processes include the memory that the program needs anyway.
        """,
      ])
  }

  private func measure(_ size: Int) -> Figures {
    var figures = Figures()
    lnx_release_memory()
    let before = Self.resident
    var throng = Throng(count: size + 40_000)
    var state = AppState(
      size: Size(columns: 120, rows: 40), clock: WallClock(realtimeAtBoot: 0),
      limits: Limits(processes: size + 50_000, memory: 8 << 30, logLines: 1000))
    var spent: UInt64 = 0, applied = 0, made = 0
    while made < size {
      let events = throng.next(min(1000, size - made))
      made += min(1000, size - made)
      applied += events.count
      let start = lnx_boot_time()
      _ = state.reduce(.events(events, now: events.last!.time))
      spent += lnx_boot_time() - start
    }
    figures.eventsPerSecond = Double(applied) / Double(spent) * 1e9
    lnx_release_memory()
    figures.bytes = Double(Self.resident - before) / Double(size)

    figures.top = median { _ = state.top(by: .comm) }
    figures.frame = median { _ = state.render() }
    figures.streamingFrame = median {
      _ = state.reduce(.events(throng.next(5), now: 0))
      _ = state.render()
    }
    _ = state.reduce(.input(.key(.character("_"))))
    _ = state.reduce(.input(.key(.character("_"))))
    figures.far = median {
      _ = state.reduce(.input(.key(.character("g"))))
      state.goTo(row: state.rowCount * 7 / 10)
      _ = state.render()
    }
    (figures.firstMatch, figures.filter) = filter(&state, "source-file-\(size / 2).c")
    return figures
  }

  private func filter(_ state: inout AppState, _ text: String) -> (first: Double, all: Double) {
    var first = Samples(), all = Samples()
    for _ in 0..<rounds {
      _ = state.reduce(.input(.key(.character("\\"))))
      let start = lnx_boot_time()
      var found: UInt64?
      _ = state.reduce(.input(.paste(Array(text.utf8))))
      while state.hasWork {
        if found == nil, state.rowCount > 0 { found = lnx_boot_time() }
        _ = state.reduce(.work)
      }
      _ = state.render()
      let end = lnx_boot_time()
      first.add(Double((found ?? end) - start))
      all.add(Double(end - start))
      _ = state.reduce(.input(.key(.escape)))
      while state.hasWork { _ = state.reduce(.work) }
    }
    return (first.median, all.median)
  }

  private func median(_ body: () -> Void) -> Double {
    var samples = Samples()
    for _ in 0..<max(rounds * 10, 10) {
      let start = lnx_boot_time()
      body()
      samples.add(Double(lnx_boot_time() - start))
    }
    return samples.median
  }

  static var resident: Int {
    Int(ProcFiles.number("VmRSS", in: ProcFiles.lines("/proc/self/status"))) * 1024
  }
}
