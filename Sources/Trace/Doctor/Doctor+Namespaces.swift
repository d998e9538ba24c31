internal import CLinux
internal import Glibc

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
