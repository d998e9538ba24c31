import Glibc
import StormTruth

/// Whether a trace that starts in the middle of a storm has every process exactly once.
struct Starts {
  var count: Int

  func measure(in scratch: Scratch) throws -> Section {
    let log = scratch["starts"]
    let storm = try Child([Paths.fixture, "storm", "2000000", log, "0"])
    var looks: [StormLook] = []
    for number in 0..<count {
      progress("starts: \(number + 1) of \(count)")
      looks.append(try StormLook(at: storm.pid))
    }
    // Enough: it writes its log and exits.
    guard storm.end(with: SIGTERM) == 0 else { throw BenchError("the storm failed") }
    let truth = Birth.all(in: log)
    var sum = StormLook.Verdict(), seen = 0
    for look in looks {
      let (number, verdict) = look.verdict(truth: truth)
      if number == 0 { throw BenchError("a trace saw nothing of the storm") }
      seen += number
      sum.missing += verdict.missing
      sum.doubled += verdict.doubled
      sum.wrong += verdict.wrong + verdict.withoutEnd
      sum.lost += verdict.lost
    }
    func row(_ title: String, _ count: Int) -> Row {
      Row(title: title, unit: .count, ours: Double(count), target: .atMost(0))
    }
    return Section(
      title: "Starts during a storm",
      rows: [
        row("lost events, by the tracer's own count", Int(sum.lost)),
        row("missing processes", sum.missing),
        row("duplicate processes", sum.doubled),
        row("wrong arguments, exit, number of execs, or marks", sum.wrong),
      ],
      meaning: [
        """
        The trace was started \(count) times during the storm; each time it read the running processes from /proc, and \
        ended. Of the \(grouped(truth.count)) processes that the storm recorded, \(grouped(seen)) ran entirely within one \
        of these traces.
        """
      ])
  }
}
