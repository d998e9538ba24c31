import Glibc
import StormTruth

/// Whether a trace that begins in the middle of it all has everything, once.
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
    // Enough: it writes its log and ends.
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
      title: "Starts in the middle of a storm",
      rows: [
        row("events lost, as the tracer itself says", Int(sum.lost)),
        row("processes missing", sum.missing),
        row("processes doubled", sum.doubled),
        row("wrong arguments, end or number of execs, or a mark", sum.wrong),
      ],
      meaning: [
        """
        \(count) times tracing began while the storm was on, read the running processes from /proc, and ended. Of the \
        \(grouped(truth.count)) processes that the storm wrote down, \(grouped(seen)) fell whole into one of these times.
        """
      ])
  }
}
