import Testing

@testable import Trace

/// Which programs a kernel may preempt, by its own description.
@Suite struct PreemptionTests {
  private static let debian = "#1 SMP PREEMPT_DYNAMIC Debian 6.12.90-1 (2026-05-01)"
  private static let all = Preemption(tracepoints: true, functions: true)
  private static let functions = Preemption(tracepoints: false, functions: true)

  private func preemption(
    _ release: String, _ version: String = debian, model: String? = nil, sleepable: Bool = false
  ) -> Preemption {
    Preemption(release: release, version: version, model: model, hasSleepableTracepoints: { sleepable })
  }

  @Test func `A kernel that never preempts itself needs no copies`() {
    #expect(preemption("7.3.4", "#1 SMP Debian 7.3.4-1") == .none)
    #expect(preemption("7.3.4", model: "(none) voluntary full lazy\n") == .none)
    #expect(preemption("6.12.90", model: "none (voluntary) full\n") == .none)
  }

  @Test func `Programs behind functions are preempted on every kernel that preempts itself`() {
    #expect(preemption("6.12.90", model: "none voluntary (full)\n") == Self.functions)
    #expect(preemption("6.18.15", model: "none voluntary full (lazy)\n") == Self.functions)
    #expect(preemption("5.15.0", "#1 SMP PREEMPT Fri") == Self.functions)
    #expect(preemption("6.1.0", "#1 SMP PREEMPT_RT Fri") == Self.functions)
  }

  @Test func `Tracepoints are preempted from 7.0 on, and on older kernels with a backport`() {
    #expect(preemption("7.0.13", model: "full (lazy)\n") == Self.all)
    #expect(preemption("10.0.1", model: "full (lazy)\n") == Self.all)
    #expect(preemption("6.18.15", model: "(full) lazy\n", sleepable: true) == Self.all)
  }

  @Test func `An unknown kernel counts as preemptible`() {
    #expect(preemption("6.18.15", model: nil) == Self.functions)
    #expect(preemption("7.0.13", model: nil) == Self.all)
    #expect(preemption("2.6.78", model: "(full) lazy\n") == Self.all, "a personality hides the release")
    #expect(preemption("strange", model: "(full) lazy\n") == Self.all)
  }

  @Test func `Only a difference that two readings show is lost`() {
    var gap = StandInGap(startingAt: -3)
    gap.observe(-3)
    #expect(gap.lost == 0 && gap.isConclusive)
    gap.observe(-1)
    #expect(gap.lost == 0 && !gap.isConclusive)
    gap.observe(-2)
    #expect(gap.lost == 1 && gap.isConclusive)
    gap.observe(-3)
    #expect(gap.lost == 1 && gap.isConclusive, "what was said stays said")
    gap.observe(5)
    gap.observe(5)
    #expect(gap.lost == 8 && gap.isConclusive)
    gap.observe(.min)
    #expect(gap.lost == 8)
  }
}
