internal import CLinux
internal import Glibc

/// Which tracing programs the kernel may preempt while they run. A program that is preempted is skipped for every other
/// task on that CPU, so these get stand-by copies (`StandBy`).
package struct Preemption: Sendable, Equatable {
  /// BTF tracepoints: from Linux 7.0 on, where tracepoints are protected by SRCU instead of disabled preemption.
  package var tracepoints: Bool
  /// Programs behind functions (fexit): on every kernel that preempts its own code.
  package var functions: Bool

  package init(tracepoints: Bool, functions: Bool) {
    self.tracepoints = tracepoints
    self.functions = functions
  }

  package static let none = Preemption(tracepoints: false, functions: false)

  /// Of the running kernel. Where it does not tell, the answer is yes: copies that are not needed cost a little, and
  /// copies that are missing cost events.
  package static var ofThisKernel: Preemption {
    var name = utsname()
    uname(&name)
    return Preemption(
      release: Doctor.text(name.release), version: Doctor.text(name.version), model: Self.model,
      hasSleepableTracepoints: {
        // The first of the two was there before 6.13 as well, for another purpose.
        lnx_kernel_name("tracepoint_srcu_srcu_data") == 0 && lnx_kernel_name("srcu_reader_flavor") == 0
      })
  }

  /// - Parameters:
  ///   - release: as `uname -r` says.
  ///   - version: as `uname -v` says.
  ///   - model: what the kernel says of the models that can be chosen at boot, such as `none voluntary (full)`; nil where
  ///     it does not tell.
  ///   - hasSleepableTracepoints: whether the kernel's type information shows tracepoints that are protected by SRCU; asked
  ///     only where the release does not tell.
  init(release: String, version: String, model: String?, hasSleepableTracepoints: () -> Bool) {
    let flags = version.split(separator: " ").filter { $0.hasPrefix("PREEMPT") }
    let isOff = model.map { $0.contains("(none)") || $0.contains("(voluntary)") } ?? false
    // A kernel that preempts itself, or can be told to at boot, says so among the flags of its build.
    guard !flags.isEmpty, !isOff else {
      self = .none
      return
    }
    functions = true
    let numbers = release.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
    // The personality UNAME26 makes each release a 2.6.
    let isKnown = numbers.count == 2 && numbers[0] > 2
    tracepoints = !isKnown || numbers[0] >= 7 || hasSleepableTracepoints()
  }

  /// What /sys/kernel/debug/sched/preempt says. Debugfs is mostly not mounted; then it is mounted for the moment, where
  /// nobody else sees it.
  private static var model: String? {
    if let text = Doctor.contents(of: "/sys/kernel/debug/sched/preempt") { return text }
    let root = lnx_detached_mount("debugfs")
    guard root >= 0 else { return nil }
    defer { close(root) }
    return Doctor.contents(of: "/proc/self/fd/\(root)/sched/preempt")
  }
}
