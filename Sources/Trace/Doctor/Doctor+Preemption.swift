extension Doctor {
  /// Checks whether the kernel may preempt tracing programs while they run, and whether their stand-by copies attach.
  static func preemption(_ hook: FailedExecHook) -> Finding {
    let found = Preemption.ofThisKernel
    let programs: String
    switch (found.tracepoints, found.functions && hook == .fexit) {
    case (true, _): programs = "tracing programs"
    case (false, true): programs = "the programs for failed execs"
    case (false, false):
      return Finding(
        verdict: .good, subject: "preemption", observation: "tracing programs run to their end; no stand-by copies",
        remedy: nil)
    }
    var settings = TraceSettings()
    settings.ringSize = 1 << 16
    settings.preemption = found
    let observation = "\(programs) can be preempted"
    if StandBy(for: found, flavour: KernelTrace.suitableFlavour).hooks.isEmpty {
      return Finding(
        verdict: .limited, subject: "preemption", observation: "\(observation); no stand-by copies before Linux 5.17",
        remedy: "events that the kernel skips are counted")
    }
    if let error = KernelTrace.tryToAttach(settings, hook) {
      return Finding(
        verdict: .limited, subject: "preemption", observation: "\(observation); stand-by copies are refused",
        remedy: "events that the kernel skips are counted (\(error.description))")
    }
    return Finding(
      verdict: .good, subject: "preemption", observation: "\(observation); stand-by copies attach", remedy: nil)
  }
}
