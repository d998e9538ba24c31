import Trace

/// The cost for other system calls.
struct CallCost {
  var rounds: Int
  var calls: Int

  private static let kinds: [TracerKind?] = [nil, .log, .logWithoutFailed, .execsnoop, .bpftrace]

  func measure(in scratch: Scratch) throws -> Section {
    var times: [TracerKind?: Samples] = [:]
    var quiet = Quiet()
    for round in 0..<rounds {
      for kind in Self.kinds.rotated(by: round) {
        progress("system calls, round \(round + 1) of \(rounds): \(kind?.name ?? "untraced")")
        let tracer = try kind.map { try Tracer.tracing($0, in: scratch) }
        times[kind, default: Samples()].add(
          try quiet.measure(beside: tracer) { try CallLoop(count: calls).run(beside: tracer, in: scratch) })
        tracer?.stop()
      }
    }
    func median(_ kind: TracerKind?) -> Double { times[kind]?.median ?? .nan }
    let hook = try KernelTrace(TraceSettings()).failedExecs
    let untraced = median(nil)
    func row(_ title: String, _ kind: TracerKind?, _ target: Row.Target?) -> Row {
      Row(
        title: title, unit: .nanoseconds, ours: median(kind), execsnoop: median(.execsnoop),
        bpftrace: median(.bpftrace), target: target)
    }
    let beside: Row.Target =
      hook == .tracepoint
      ? .limit(median(.execsnoop) * 1.02, "as with execsnoop") : .limit(untraced * 1.02, "as untraced")
    return Section(
      title: "Cost for every other system call",
      rows: [
        row("`getppid` with `log`", .log, beside),
        row("`getppid` with `log --no-failed`", .logWithoutFailed, .limit(untraced * 1.02, "as untraced")),
        Row(title: "`getppid` untraced", unit: .nanoseconds, ours: untraced),
      ],
      isReliable: quiet.isReliable,
      meaning: [
        """
        CPU time of the cheapest system call, \(grouped(calls)) times in a loop; the median of \(rounds) rounds. A program \
        on a `syscalls:` tracepoint slows every system call of the machine. Ours sees failed execs by fexit if the kernel \
        allows it, which slows none, and otherwise by the tracepoint; here: **\(hook.description)**. The targets have a \
        tolerance of 2 %, which is about the variation between repetitions of the loop.\(quiet.remark)
        """
      ])
  }
}
