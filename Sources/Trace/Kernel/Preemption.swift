internal import CLinux
internal import Glibc

/// Which tracing programs the kernel may preempt. A preempted program is skipped for every other task on that CPU, so
/// these programs get stand-by copies (`StandBy`).
package struct Preemption: Sendable, Equatable {
  /// BTF tracepoints: from Linux 7.0 on, where SRCU protects tracepoints in place of disabled preemption.
  package var tracepoints: Bool
  /// Programs behind functions (fexit): on every kernel that preempts its own code.
  package var functions: Bool

  /// A value with these parts.
  package init(tracepoints: Bool, functions: Bool) {
    self.tracepoints = tracepoints
    self.functions = functions
  }

  /// A kernel that preempts no tracing program.
  package static let none = Preemption(tracepoints: false, functions: false)

  /// The preemption of the running kernel. If it cannot be determined, the answer is yes: unneeded copies cost a little
  /// time, and missing copies cost events.
  package static var ofThisKernel: Preemption {
    var name = utsname()
    uname(&name)
    return Preemption(
      release: Doctor.unameField(name.release), version: Doctor.unameField(name.version), model: Self.model,
      hasSleepableTracepoints: {
        // The first of the two exists before 6.13 too, for another purpose.
        lnx_kernel_name("tracepoint_srcu_srcu_data") == 0 && lnx_kernel_name("srcu_reader_flavor") == 0
      })
  }

  /// - Parameters:
  ///   - release: as in `uname -r`.
  ///   - version: as in `uname -v`.
  ///   - model: the models that can be chosen at boot, such as `none voluntary (full)`; nil if the kernel does not list
  ///     them.
  ///   - hasSleepableTracepoints: whether SRCU protects tracepoints, by the kernel's type information. Called only if
  ///     the release does not determine it.
  init(release: String, version: String, model: String?, hasSleepableTracepoints: () -> Bool) {
    let flags = version.split(separator: " ").filter { $0.hasPrefix("PREEMPT") }
    let isOff = model.map { $0.contains("(none)") || $0.contains("(voluntary)") } ?? false
    // A preemptible kernel says so in the flags of its build, also where the boot parameters decide.
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

  /// The text of /sys/kernel/debug/sched/preempt; nil if it cannot be read. Debugfs is rarely mounted: then a detached
  /// mount is made for the moment, which no other process sees.
  private static var model: String? {
    if let text = Doctor.file("/sys/kernel/debug/sched/preempt") { return text }
    let root = lnx_detached_mount("debugfs")
    guard root >= 0 else { return nil }
    defer { close(root) }
    return Doctor.file("/proc/self/fd/\(root)/sched/preempt")
  }
}
