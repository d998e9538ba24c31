internal import CLinux
internal import Glibc

/// Finds out what this system allows, by trying it.
public enum Doctor {
  /// The result of one check.
  public struct Finding: Sendable {
    /// The grades of a result.
    public enum Verdict: Sendable {
      /// Everything works.
      case good
      /// Something is missing, and tracing works anyway.
      case limited
      /// Tracing does not work.
      case bad
    }

    /// How good the result is.
    public let verdict: Verdict
    /// What was checked, in a word or two.
    public let subject: String
    /// What the check found.
    public let observation: String
    /// What the user can do about it; nil for nothing.
    public let remedy: String?
  }

  /// Checks the kernel, the privileges and each hook. Attaches programs for a moment and detaches them again.
  public static func examine() -> [Finding] {
    let findings = [kernel(), privileges(), typeInformation(), lockdown()] + surroundings()
    // Without these every attempt fails for the same reason.
    let isWorthTrying = isPrivileged && hasTypeInformation && ProcMount.current == .own
    return isWorthTrying ? findings + tries() : findings
  }

  private static var isPrivileged: Bool { hasCapabilities && Namespaces.own.isUserInitial }

  private static var hasCapabilities: Bool {
    lnx_has_capability(Capability.admin) == 1
      || (lnx_has_capability(Capability.bpf) == 1 && lnx_has_capability(Capability.perfmon) == 1)
  }

  private static func kernel() -> Finding {
    var name = utsname()
    uname(&name)
    let release = unameField(name.release)
    let numbers = release.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
    let isEnough = numbers.count == 2 && (numbers[0], numbers[1]) >= (5, 8)
    return Finding(
      verdict: isEnough ? .good : .bad, subject: "kernel", observation: release,
      remedy: isEnough ? nil : "5.8 or later is needed for the BPF ring buffer")
  }

  /// A field of `utsname`.
  static func unameField<Field: BitwiseCopyable>(_ field: Field) -> String {
    withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  private static func privileges() -> Finding {
    if hasCapabilities, !Namespaces.own.isUserInitial {
      return Finding(
        verdict: .bad, subject: "privileges", observation: "root of a user namespace only",
        remedy: "start it as root outside of that")
    }
    if lnx_has_capability(Capability.admin) == 1 {
      return Finding(verdict: .good, subject: "privileges", observation: "CAP_SYS_ADMIN", remedy: nil)
    }
    return isPrivileged
      ? Finding(verdict: .good, subject: "privileges", observation: "CAP_BPF and CAP_PERFMON", remedy: nil)
      : Finding(
        verdict: .bad, subject: "privileges", observation: "neither root nor CAP_BPF with CAP_PERFMON",
        remedy: "start it with sudo")
  }

  private static var hasTypeInformation: Bool { access("/sys/kernel/btf/vmlinux", R_OK) == 0 }

  private static func typeInformation() -> Finding {
    hasTypeInformation
      ? Finding(verdict: .good, subject: "BTF", observation: "/sys/kernel/btf/vmlinux", remedy: nil)
      : Finding(
        verdict: .bad, subject: "BTF", observation: "no /sys/kernel/btf/vmlinux",
        remedy: access("/sys/kernel", F_OK) == 0
          ? "use a kernel built with CONFIG_DEBUG_INFO_BTF=y" : "mount -t sysfs sysfs /sys")
  }

  private static func lockdown() -> Finding {
    let mode = file("/sys/kernel/security/lockdown")
    guard let mode, let chosen = mode.split(separator: "[").last?.split(separator: "]").first, mode.contains("[") else {
      return Finding(verdict: .good, subject: "lockdown", observation: "none", remedy: nil)
    }
    return chosen == "confidentiality"
      ? Finding(
        verdict: .bad, subject: "lockdown", observation: "confidentiality",
        remedy: "boot without lockdown=confidentiality: it forbids BPF to read kernel memory")
      : Finding(verdict: .good, subject: "lockdown", observation: String(chosen), remedy: nil)
  }

  /// Loads and attaches the programs for a moment, with each hook.
  private static func tries() -> [Finding] {
    var findings: [Finding] = []
    var settings = TraceSettings()
    settings.killers = false
    let start = lnx_boot_time()
    if let error = KernelTrace.tryToAttach(settings, .off) {
      return [
        Finding(
          verdict: .bad, subject: "BPF",
          observation: error.errno == 0 ? error.description : "refused (\(String(cString: strerror(error.errno))))",
          remedy: remedy(forRefused: error.errno))
      ]
    }
    let milliseconds = (lnx_boot_time() &- start) / 1_000_000
    findings.append(
      Finding(
        verdict: .good, subject: "BPF", observation: "fork, exec and exit attach in \(milliseconds) ms", remedy: nil))
    findings.append(
      Finding(
        verdict: .good, subject: "ring buffer", observation: "\(settings.ringSize >> 20) MiB mapped", remedy: nil))
    settings.ringSize = 1 << 16
    let fexit = KernelTrace.tryToAttach(settings, .fexit)
    findings.append(
      fexit == nil
        ? Finding(verdict: .good, subject: "fexit", observation: "failed execs are seen at no cost", remedy: nil)
        : Finding(
          verdict: .limited, subject: "fexit", observation: "refused (\(String(cString: strerror(fexit?.errno ?? 0))))",
          remedy: "failed execs are seen by a system call tracepoint instead"))
    findings.append(preemption(fexit == nil ? .fexit : .off))
    findings.append(signals(settings))
    findings.append(traceFileSystem())
    let tracepoint = KernelTrace.tryToAttach(settings, .tracepoint)
    findings.append(
      tracepoint == nil
        ? Finding(
          verdict: .good, subject: "tracepoint", observation: "sys_exit_execve attaches",
          remedy: fexit == nil ? nil : "it slows every system call a little; --no-failed turns it off")
        : Finding(
          verdict: .limited, subject: "tracepoint", observation: tracepoint?.description ?? "",
          remedy: fexit == nil
            ? "not needed here" : "failed execs are not seen; build the kernel with CONFIG_FTRACE_SYSCALLS=y"))
    return findings
  }

  /// Whether the hook attaches that tells what sent a signal.
  private static func signals(_ settings: TraceSettings) -> Finding {
    var settings = settings
    settings.killers = true
    guard let error = KernelTrace.tryToAttach(settings, .off) else {
      return Finding(
        verdict: .good, subject: "signals", observation: "what killed a process is known", remedy: nil)
    }
    return Finding(
      verdict: .limited, subject: "signals",
      observation: "signal_generate is refused (\(TraceError.text(error.errno)))",
      remedy: "what killed a process is not known; everything else is traced")
  }

  private static func remedy(forRefused errno: Int32) -> String? {
    switch errno {
    case 0: nil
    case EMFILE: "ulimit -n is \(OpenFiles.limit); raise it"
    case ENOSYS: "use a kernel built with CONFIG_BPF_SYSCALL=y"
    default: "look at `dmesg`, and at CONFIG_BPF_JIT of this kernel"
    }
  }

  private static func traceFileSystem() -> Finding {
    for path in ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"] where access(path + "/events", F_OK) == 0 {
      return Finding(verdict: .good, subject: "tracefs", observation: "mounted on \(path)", remedy: nil)
    }
    let result = lnx_with_private_tracefs(
      { _ in access("/sys/kernel/tracing/events", F_OK) == 0 ? 0 : 0 &- errno }, nil)
    return result == 0
      ? Finding(
        verdict: .good, subject: "tracefs", observation: "not mounted; a private mount is used for the start",
        remedy: nil)
      : Finding(
        verdict: .limited, subject: "tracefs",
        observation: "not mounted, and mounting fails (\(String(cString: strerror(0 &- result))))",
        remedy: "mount -t tracefs tracefs /sys/kernel/tracing")
  }

  /// The text of a file; nil where it cannot be read.
  static func file(_ path: String) -> String? {
    ProcFiles.contents(of: path).map { String(decoding: $0, as: UTF8.self) }
  }
}

extension Doctor {
  /// Checks what is mounted on /proc, and which namespaces this program is in.
  static func surroundings() -> [Finding] {
    var findings = [procMount()]
    let own = Namespaces.own
    if !own.isPIDInitial {
      findings.append(
        Finding(
          verdict: .limited, subject: "PID namespace",
          observation: "not the initial one; only its processes are traced, with the pids they have in it",
          remedy: "to trace the whole system, start it outside of the namespace, or the container with --pid=host"))
    }
    if !own.isCgroupInitial {
      findings.append(
        Finding(
          verdict: .good, subject: "cgroups",
          observation: "in a cgroup namespace; paths are shown from the root of the hierarchy, --cgroup takes them "
            + "below the mount point", remedy: nil))
    }
    if !own.isTimeInitial { findings.append(timeNamespace()) }
    if own.isPIDInitial, own.isCgroupInitial, own.isTimeInitial, own.isUserInitial {
      findings.append(
        Finding(
          verdict: .good, subject: "namespaces", observation: "the initial ones of PIDs, cgroups, time and users",
          remedy: nil))
    }
    return findings
  }

  private static func procMount() -> Finding {
    switch ProcMount.current {
    case .own: Finding(verdict: .good, subject: "/proc", observation: "mounted", remedy: nil)
    case .missing:
      Finding(verdict: .bad, subject: "/proc", observation: "not mounted", remedy: "mount -t proc proc /proc")
    case .foreign:
      Finding(
        verdict: .bad, subject: "/proc", observation: "of another PID namespace",
        remedy: "mount -t proc proc /proc, or unshare --mount-proc")
    }
  }

  private static func timeNamespace() -> Finding {
    var lead: Int64 = 0
    if lnx_boot_offset(&lead) != 0 {
      return Finding(
        verdict: .bad, subject: "time namespace", observation: "its offset cannot be read",
        remedy: "start it in a child (unshare --fork)")
    }
    return Finding(
      verdict: .good, subject: "time namespace",
      observation: "its boot time is \(lead / 1_000_000_000) s ahead; times are shown without this offset", remedy: nil)
  }
}

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
