internal import CExecsnoop
internal import CLibBPF
internal import CLinux
internal import Glibc

/// The BPF programs that capture what processes write (`bpf/output.bpf.h`). Without a limit none is loaded or attached.
struct OutputPrograms {
  /// How writes are seen.
  enum Hook: Sendable, CaseIterable {
    /// Behind the functions of write and writev: no cost to other system calls.
    case fexit
    /// The tracepoints of write and writev: every system call of the system takes a slower path.
    case tracepoint
  }

  private static let behindFunctions = ["on_write_fexit", "on_writev_fexit"]
  private static let atEntry = ["on_write_enter", "on_writev_enter"]
  private static let atExit = ["on_write_return", "on_writev_return"]
  /// How many processes the kernel side knows the output of at a time.
  private static let mostProcesses: UInt32 = 32768
  /// How many writes may be under way at a time, where their arguments are stored at the entry.
  private static let mostCalls: UInt32 = 8192

  private let programs: [String]

  /// The programs of some settings.
  init(_ settings: TraceSettings) {
    guard settings.outputLimit > 0 else {
      programs = []
      return
    }
    switch settings.outputHook ?? Self.best {
    case .fexit: programs = Self.behindFunctions
    case .tracepoint: programs = FailedExecPrograms.knowsRegisters ? Self.atExit : Self.atEntry + Self.atExit
    }
  }

  /// A kernel that preempts programs behind functions would skip some of their runs. It does not preempt those of
  /// tracepoints of system calls.
  private static var best: Hook {
    !Preemption.ofThisKernel.functions && FexitProbe.result() == 0 ? .fexit : .tracepoint
  }

  /// Selects these programs for the load of the object.
  func select(in object: OpaquePointer) {
    for name in programs {
      bpf_program__set_autoload(bpf_object__find_program_by_name(object, name), true)
    }
    guard !programs.isEmpty else { return }
    bpf_map__set_max_entries(bpf_object__find_map_by_name(object, "outputs"), Self.mostProcesses)
    if programs.count > Self.atExit.count {
      bpf_map__set_max_entries(bpf_object__find_map_by_name(object, "writes"), Self.mostCalls)
    }
  }

  /// Names those whose output is never captured, and attaches the programs. The caller owns the links.
  /// - Throws: `TraceError`; nothing is attached then.
  func attach(in object: OpaquePointer, _ settings: TraceSettings) throws(TraceError) -> [OpaquePointer] {
    guard !programs.isEmpty else { return [] }
    let map = bpf_object__find_map_fd_by_name(object, "quiet")
    for var key in QuietProcesses.ofThisProgram(isOfCommand: settings.isOfCommand).keys {
      var value: UInt8 = 1
      // Where they are too many, the nearest are in it.
      if bpf_map_update_elem(map, &key, &value, UInt64(BPF_ANY)) != 0, errno != E2BIG {
        throw TraceError(.load, errno: errno)
      }
    }
    let attachment = Attachment(of: programs, in: object)
    let result =
      programs == Self.behindFunctions ? attachment.attachHere() : attachment.attachWithTracefs()
    if result != 0 { throw TraceError(.attach, errno: OpenFiles.areShort ? EMFILE : result) }
    return attachment.links
  }
}

/// The processes whose output is never captured: what they write may be what this program printed, and would be captured
/// again and again.
struct QuietProcesses {
  /// The nearest first.
  let keys: [est_quiet]

  /// More ancestors than these are not looked at.
  private static let mostAncestors = 64

  /// This program, its ancestors (such as sudo, which passes on its terminal), its own helpers, and what reads its
  /// output from a pipe (such as `tee`).
  /// - Parameter isOfCommand: whether only a command is traced. Then a child of this program is not a helper.
  static func ofThisProgram(isOfCommand: Bool) -> QuietProcesses {
    var keys: [est_quiet] = []
    func add(_ number: Int32, _ what: est_quiet_kind) {
      if number > 0 { keys.append(est_quiet(number: number, what: what.rawValue)) }
    }
    var pid = getpid()
    add(pid, EST_QUIET_PROCESS)
    if !isOfCommand { add(pid, EST_QUIET_CHILDREN) }
    for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
      var facts = stat()
      guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFIFO else { continue }
      add(Int32(truncatingIfNeeded: facts.st_ino), EST_QUIET_READERS)
    }
    for _ in 0..<mostAncestors {
      guard let stat = ProcFiles(pid: pid)?.stat(), stat.parent > 1 else { break }
      pid = stat.parent
      add(pid, EST_QUIET_PROCESS)
    }
    return QuietProcesses(keys: keys)
  }
}
