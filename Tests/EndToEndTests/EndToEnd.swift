import Glibc
import TestSupport
import Testing

/// The real program on the real kernel, in a real terminal.
///
/// One test at a time: each of them starts, floods or stops things on the whole machine.
@Suite(.serialized, .timeLimit(.minutes(10))) struct EndToEnd {}

/// Whether this machine can trace at all. Where it cannot, tests that need it are left out with this comment, unless
/// With EXECSNOOP_TOP_REQUIRE_KERNEL=1 they have to pass.
enum Needs {
  static var kernel: some SuiteTrait & TestTrait {
    ConditionTrait.enabled(
      if: Surroundings.requireKernel || canTrace,
      "NOT TESTED: needs root and /sys/kernel/btf/vmlinux; EXECSNOOP_TOP_REQUIRE_KERNEL=1 makes this a failure")
  }

  static var tmux: some SuiteTrait & TestTrait {
    ConditionTrait.enabled(
      if: Surroundings.requireKernel || hasTmux,
      "NOT TESTED: needs tmux; EXECSNOOP_TOP_REQUIRE_KERNEL=1 makes this a failure")
  }

  private static var canTrace: Bool { geteuid() == 0 && access("/sys/kernel/btf/vmlinux", R_OK) == 0 }
  private static var hasTmux: Bool { access("/usr/bin/tmux", X_OK) == 0 || access("/usr/local/bin/tmux", X_OK) == 0 }
}
