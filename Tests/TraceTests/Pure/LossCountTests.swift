import Events
import Glibc
import TestSupport
import Testing

@testable import Trace

@Suite struct LossCountTests {
  let scratch = Scratch()

  @Test func `The count of skipped runs never shrinks, even if it cannot be read`() {
    scratch.write("one", "prog_type:\t26\nrecursion_misses:\t5\n")
    scratch.write("other", "recursion_misses:\t2\n")
    let runs = MissedRuns(files: [scratch["one"], scratch["other"], scratch["none"]])
    #expect(runs.read() == 7)
    for (text, total) in [
      ("", UInt64(7)), ("recursion_misses:\tmany\n", 7), ("recursion_misses:\t3\n", 7),
      ("recursion_misses:\t8\n", 10), ("recursion_misses:\t-1\n", 10), ("", 10),
      ("recursion_misses:\t18446744073709551615\n", .max), ("", .max),
    ] {
      scratch.write("one", text)
      #expect(runs.read() == total, "\(text)")
    }
  }

  private func failure(_ pid: Int32) -> ProcessEvent {
    let image = ProcessImage(time: 1, comm: "x", file: "/nonexistent")
    return .failedExec(FailedExecEvent(process: facts(pid), errno: ENOENT, image: image))
  }

  private func facts(_ pid: Int32) -> ProcessFacts {
    ProcessFacts(id: ProcessID(pid: pid, startTime: 1), parent: nil, comm: "x", uid: 0)
  }

  @Test func `Failed execs are dropped first, and each is counted`() throws {
    let stride = MemoryLayout<ProcessEvent>.stride
    let mailbox = try Mailbox(limit: 200 * stride)
    // A flood, with a fork among a hundred.
    for batch in 0..<50 {
      let events = (0..<100).map { index in
        index == 50 ? .fork(ForkEvent(time: 1, process: facts(Int32(batch)))) : failure(Int32(1000 + index))
      }
      #expect(mailbox.put(events, bytes: 0), "nothing to mend")
    }
    let events = Array(mailbox.drain().joined())
    let forks = events.filter { if case .fork = $0 { true } else { false } }
    let failures = events.filter { if case .failedExec = $0 { true } else { false } }
    #expect(forks.count == 50)
    #expect(failures.count == 99, "half of the room, and not more")
    guard case .lost(let loss)? = events.last else {
      Issue.record("the others are not reported")
      return
    }
    #expect(loss.counts == LossCounts(failedExecs: 50 * 99 - 99, overBudget: 50 * 99 - 99))
    #expect(loss.records.count == 50 * 99 - 99 && loss.records.allSatisfy { $0.kind == .failedExec })
    #expect(mailbox.drain().isEmpty)
  }
}
