internal import CLibBPF
internal import CLinux
internal import Glibc

/// The BPF programs that report failed execs, for one hook.
struct FailedExecPrograms {
  /// Attached to the return of the system calls' functions (fexit).
  private let functions: [String]
  /// Attached to the tracepoints of the system calls.
  private let tracepoints: [String]

  init(_ hook: FailedExecHook) {
    // The tracepoints of system calls leave out calls of 32-bit programs.
    functions =
      hook != .fexit ? [] : Self.behindFunctions + (FexitProbe.hasCompatCalls ? Self.behindCompatFunctions : [])
    // Before 5.15 the exit tracepoint alone does not give the address of the arguments.
    tracepoints =
      hook != .tracepoint ? [] : Self.knowsRegisters ? Self.atExit : Self.atEntry + Self.atExit
  }

  private static let behindFunctions = ["on_execve_fexit", "on_execveat_fexit"]
  private static let behindCompatFunctions = ["on_compat_execve_fexit", "on_compat_execveat_fexit"]
  private static let atEntry = ["on_execve_enter", "on_execveat_enter"]
  /// One program, attached to the exit of both system calls.
  private static let atExit = ["on_exec_return"]

  /// Whether a program at the exit of a system call finds the arguments of the call.
  static var knowsRegisters: Bool {
    libbpf_probe_bpf_helper(BPF_PROG_TYPE_TRACEPOINT, BPF_FUNC_task_pt_regs, nil) == 1
  }

  /// Selects these programs for the load of the object, and no others for failed execs.
  func select(in object: OpaquePointer) {
    let wanted = functions + tracepoints
    for name in Self.behindFunctions + Self.behindCompatFunctions + Self.atEntry + Self.atExit {
      bpf_program__set_autoload(bpf_object__find_program_by_name(object, name), wanted.contains(name))
    }
    if tracepoints.count <= Self.atExit.count {
      bpf_map__set_max_entries(bpf_object__find_map_by_name(object, "calls"), 1)
    }
  }

  /// Attaches the programs (`bpf_program__attach`). The caller owns the links.
  /// - Throws: `TraceError`; nothing is attached then.
  func attach(in object: OpaquePointer, _ standBy: StandBy) throws(TraceError) -> [OpaquePointer] {
    let attachment = Attachment(of: standBy.attached(for: functions) + tracepoints, in: object)
    let result = tracepoints.isEmpty ? attachment.attachHere() : attachment.attachWithTracefs()
    if result != 0 { throw TraceError(.attach, errno: OpenFiles.areShort ? EMFILE : result) }
    return attachment.links
  }
}

/// Attaches programs. A class, since a C function passes it to another thread.
final class Attachment {
  private let names: [String]
  private let object: OpaquePointer
  private(set) var links: [OpaquePointer] = []

  init(of names: [String], in object: OpaquePointer) {
    self.names = names
    self.object = object
  }

  /// Attaches where the id of a tracepoint has to be read from tracefs. Where that is not mounted, a thread mounts it
  /// for itself only. Returns 0, or the negative errno.
  func attachWithTracefs() -> Int32 {
    if ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"].contains(where: { access($0 + "/events", F_OK) == 0 }) {
      return attachHere()
    }
    return lnx_with_private_tracefs(
      { context in
        guard let context else { return -EINVAL }
        return Unmanaged<Attachment>.fromOpaque(context).takeUnretainedValue().attachHere()
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  /// 0, or the negative errno.
  func attachHere() -> Int32 {
    for name in names {
      guard let link = bpf_program__attach(bpf_object__find_program_by_name(object, name)) else {
        let error = errno
        for link in links { bpf_link__destroy(link) }
        links = []
        return 0 &- error
      }
      links.append(link)
      guard name == "on_exec_return" else { continue }
      guard
        let second = bpf_program__attach_tracepoint(
          bpf_object__find_program_by_name(object, name), "syscalls", "sys_exit_execveat")
      else {
        let error = errno
        for link in links { bpf_link__destroy(link) }
        links = []
        return 0 &- error
      }
      links.append(second)
    }
    return 0
  }
}

/// Tests whether the kernel lets a program attach to the return of a function (fexit).
///
/// One refused program makes the whole object fail to load, and loading that twice would double the start-up time. So
/// the smallest possible program is tried first.
enum FexitProbe {
  /// Returns 0, or the negative errno of the refusal.
  static func result() -> Int32 {
    let function = lnx_kernel_function(systemCall)
    guard function > 0 else { return function }

    // r0 = 0; exit
    var program = [
      bpf_insn(code: UInt8(BPF_ALU64 | BPF_MOV | BPF_K), dst_reg: 0, src_reg: 0, off: 0, imm: 0),
      bpf_insn(code: UInt8(BPF_JMP | BPF_EXIT), dst_reg: 0, src_reg: 0, off: 0, imm: 0),
    ]
    var options = bpf_prog_load_opts()
    options.sz = MemoryLayout<bpf_prog_load_opts>.size
    options.expected_attach_type = BPF_TRACE_FEXIT
    options.attach_btf_id = UInt32(truncatingIfNeeded: function)
    let loaded = bpf_prog_load(BPF_PROG_TYPE_TRACING, "fexit_probe", "GPL", &program, program.count, &options)
    guard loaded >= 0 else { return loaded }
    defer { close(loaded) }
    // Some kernels load the program and refuse to attach it.
    let attached = bpf_link_create(loaded, 0, BPF_TRACE_FEXIT, nil)
    if attached >= 0 { close(attached) }
    return min(attached, 0)
  }

  /// Whether 32-bit programs have system calls of their own on this kernel.
  static var hasCompatCalls: Bool { lnx_kernel_function(compatCall) > 0 }

  #if arch(x86_64)
    private static let systemCall = "__x64_sys_execve"
    private static let compatCall = "__ia32_compat_sys_execve"
  #elseif arch(arm64)
    private static let systemCall = "__arm64_sys_execve"
    private static let compatCall = "__arm64_compat_sys_execve"
  #endif
}
