internal import CLibBPF
internal import CLinux
internal import Glibc

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
