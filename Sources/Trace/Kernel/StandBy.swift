internal import CExecsnoop
internal import CLibBPF
internal import Glibc

/// The stand-by copies of handlers (bpf/standby.bpf.h): which handlers have them, and how they are loaded and attached.
struct StandBy {
  /// A hook whose handler can have copies.
  struct Hook {
    /// `enum est_hook`.
    let number: Int
    let name: String
    let handler: String
    /// The form of the handler that the copies call.
    var work: String { "on_\(name)_work" }
    /// Whether it is behind a function, and not on a tracepoint.
    let isFunction: Bool

    /// In the order in which the kernel is to call them.
    var copies: [String] { (0..<Int(EST_COPIES)).map { "on_\(name)_\($0)" } }

    init(_ hook: est_hook, _ name: String, handler: String? = nil) {
      number = Int(hook.rawValue)
      self.name = name
      isFunction = handler != nil
      self.handler = handler ?? "on_\(name)"
    }
  }

  private static let all = [
    Hook(EST_HOOK_FORK, "fork"), Hook(EST_HOOK_EXEC, "exec"), Hook(EST_HOOK_EXIT, "exit"),
    Hook(EST_HOOK_EXECVE, "execve", handler: "on_execve_fexit"),
    Hook(EST_HOOK_EXECVEAT, "execveat", handler: "on_execveat_fexit"),
    Hook(EST_HOOK_COMPAT_EXECVE, "compat_execve", handler: "on_compat_execve_fexit"),
    Hook(EST_HOOK_COMPAT_EXECVEAT, "compat_execveat", handler: "on_compat_execveat_fexit"),
  ]
  private static let maps = ["claims", ".bss.stand_ins"]

  /// Those whose handlers have copies here.
  let hooks: [Hook]

  /// - Parameter flavour: the form for older kernels has no copies: its instructions cannot claim.
  init(for preemption: Preemption, flavour: ObjectFlavour) {
    hooks =
      flavour == .withoutLoop
      ? [] : Self.all.filter { $0.isFunction ? preemption.functions : preemption.tracepoints }
  }

  /// Has the copies of those handlers loaded with the object that were chosen, in place of them.
  func choose(in object: OpaquePointer) {
    for hook in hooks where isLoaded(hook.handler, in: object) {
      for program in hook.copies + [hook.work] {
        bpf_program__set_autoload(bpf_object__find_program_by_name(object, program), true)
      }
      bpf_program__set_autoload(bpf_object__find_program_by_name(object, hook.handler), false)
    }
    let unused = Self.all.filter { !isLoaded($0.work, in: object) }
    for name in (isUsed(in: object) ? [] : Self.maps) + unused.map({ "\($0.name)_handler" }) {
      if let map = bpf_object__find_map_by_name(object, name) { bpf_map__set_autocreate(map, false) }
    }
  }

  /// Whether any handler that was chosen has copies.
  func isUsed(in object: OpaquePointer) -> Bool { hooks.contains { isLoaded($0.work, in: object) } }

  private func isLoaded(_ program: String, in object: OpaquePointer) -> Bool {
    bpf_object__find_program_by_name(object, program).map { bpf_program__autoload($0) } ?? false
  }

  /// Puts the handlers where their copies find them. To be called when the object is loaded, and before any is attached.
  /// - Throws: `TraceError` when the kernel refuses.
  func connect(in object: OpaquePointer) throws(TraceError) {
    for hook in hooks where isLoaded(hook.work, in: object) {
      var key: UInt32 = 0
      var handler = bpf_program__fd(bpf_object__find_program_by_name(object, hook.work))
      let map = bpf_object__find_map_fd_by_name(object, "\(hook.name)_handler")
      if bpf_map_update_elem(map, &key, &handler, UInt64(BPF_ANY)) != 0 { throw TraceError(.load, errno: errno) }
    }
  }

  /// Descriptors of the maps that lead to the handlers: the kernel empties such a map when nobody has it open. They are
  /// frozen, so nobody can put another program there. The caller closes them.
  ///
  /// The corresponding C functions are `bpf_map_freeze` and `fcntl`.
  /// - Throws: `TraceError` when there is no descriptor left.
  func keep(in object: OpaquePointer) throws(TraceError) -> [Int32] {
    var kept: [Int32] = []
    for hook in hooks where isLoaded(hook.work, in: object) {
      let map = bpf_object__find_map_fd_by_name(object, "\(hook.name)_handler")
      bpf_map_freeze(map)
      let descriptor = fcntl(map, F_DUPFD_CLOEXEC, 3)
      if descriptor < 0 {
        let error = errno
        for map in kept { close(map) }
        throw TraceError(.load, errno: error)
      }
      kept.append(descriptor)
    }
    return kept
  }

  /// What is to be attached for these handlers, in order: their copies, or where they have none, they.
  ///
  /// The kernel calls the programs of a tracepoint in the order in which they were attached (`func_add` in
  /// kernel/tracepoint.c), and those behind a function in the opposite order (`__bpf_trampoline_link_prog` in
  /// kernel/bpf/trampoline.c).
  func attached(for handlers: [String]) -> [String] {
    handlers.flatMap { handler in
      guard let hook = hooks.first(where: { $0.handler == handler }) else { return [handler] }
      return hook.isFunction ? hook.copies.reversed() : hook.copies
    }
  }

  /// The hook whose copy this program is, and which of the copies; nil of any other.
  func copy(_ program: String) -> (hook: Hook, number: Int)? {
    for hook in hooks {
      if let number = hook.copies.firstIndex(of: program) { return (hook, number) }
    }
    return nil
  }
}
