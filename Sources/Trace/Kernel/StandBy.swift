internal import CExecsnoop
internal import CLibBPF
internal import Glibc

/// Loads and attaches the stand-by copies of handlers (bpf/standby.bpf.h).
struct StandBy {
  /// A hook whose handler can have copies.
  struct Hook {
    /// `enum est_hook`.
    let number: Int
    let name: String
    let handler: String
    /// The name of the form of the handler that the copies call.
    var work: String { "on_\(name)_work" }
    /// Whether it is attached behind a function, not to a tracepoint.
    let isFunction: Bool

    /// The names of the copies, in the order in which the kernel calls them.
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

  /// The hooks whose handlers have copies.
  let hooks: [Hook]

  /// - Parameter flavour: the form for older kernels has no copies, since its instructions cannot claim an event.
  init(for preemption: Preemption, flavour: ObjectFlavour) {
    hooks =
      flavour == .withoutLoop
      ? [] : Self.all.filter { $0.isFunction ? preemption.functions : preemption.tracepoints }
  }

  /// Selects the copies of the chosen handlers for the load of the object, in place of the handlers.
  func select(in object: OpaquePointer) {
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

  /// Whether any chosen handler has copies.
  func isUsed(in object: OpaquePointer) -> Bool { hooks.contains { isLoaded($0.work, in: object) } }

  private func isLoaded(_ program: String, in object: OpaquePointer) -> Bool {
    bpf_object__find_program_by_name(object, program).map { bpf_program__autoload($0) } ?? false
  }

  /// Puts the handlers into the maps where their copies find them. Call it after the load and before programs are
  /// attached.
  /// - Throws: `TraceError` when the kernel refuses.
  func connect(in object: OpaquePointer) throws(TraceError) {
    for hook in hooks where isLoaded(hook.work, in: object) {
      var key: UInt32 = 0
      var handler = bpf_program__fd(bpf_object__find_program_by_name(object, hook.work))
      let map = bpf_object__find_map_fd_by_name(object, "\(hook.name)_handler")
      if bpf_map_update_elem(map, &key, &handler, UInt64(BPF_ANY)) != 0 { throw TraceError(.load, errno: errno) }
    }
  }

  /// Descriptors of the maps that lead to the handlers: the kernel empties such a map when no process has it open. The
  /// maps are frozen, so no process can put another program there. The caller closes the descriptors.
  ///
  /// The C functions are `bpf_map_freeze` and `fcntl`.
  /// - Throws: `TraceError` when no descriptor is left.
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

  /// The programs to attach for these handlers, in order: the copies, or the handler where it has none.
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

  /// The hook of a stand-by copy, and the number of the copy; nil for other programs.
  func copy(_ program: String) -> (hook: Hook, number: Int)? {
    for hook in hooks {
      if let number = hook.copies.firstIndex(of: program) { return (hook, number) }
    }
    return nil
  }
}
