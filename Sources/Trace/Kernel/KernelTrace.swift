internal import CExecsnoop
internal import CLibBPF
internal import CLinux
internal import Events
internal import Glibc

/// The loaded and attached BPF programs, and their ring buffer.
///
/// Opening has four steps: open the embedded object, set its constants, load, attach. From then on records gather in
/// the ring buffer, so the processes that already run can be read from /proc without a gap. The value has one owner;
/// when it is destroyed, all programs are detached.
public struct KernelTrace: ~Copyable {
  /// The hook that reports failed execs on this kernel.
  public let failedExecs: FailedExecHook
  /// Whether exits by a signal say what sent it.
  public let namesKillers: Bool
  /// When the programs were attached, in nanoseconds since boot: no event after this time is missed.
  let attachedAt: UInt64
  private var loaded: OpaquePointer?
  private var links: [OpaquePointer]
  private let standBy: StandBy
  /// Maps that have to stay open.
  private var kept: [Int32] = []
  private let counters: MappedCounters
  /// Counts the events that the kernel skipped.
  let missedRuns: MissedRuns

  /// Loads and attaches the programs.
  /// - Throws: `TraceError` if the kernel refuses a step, or the system lacks something.
  public init(_ settings: TraceSettings) throws(TraceError) {
    libbpf_set_print(nil)
    try Self.checkPrerequisites()
    let hook = settings.failedExecs ? settings.failedExecHook : .off
    var refused = hook == nil ? FexitProbe.result() : 0
    let hooks = hook.map { [$0] } ?? (refused == 0 ? [.fexit, .tracepoint, .off] : [.tracepoint, .off])
    // A kernel that refuses stand-by copies or the hook on signals is traced without them.
    var ways = (settings.tracesSignals ? [true, false] : [false]).flatMap { killers in
      hooks.flatMap { hook in Self.standBys(settings).map { (killers: killers, hook: hook, standBy: $0) } }
    }
    var settings = settings
    while true {
      let (killers, hook, standBy) = ways.removeFirst()
      settings.killers = killers
      do throws(TraceError) {
        let loaded = try Self.load(settings, hook, standBy)
        do throws(TraceError) {
          let mapped = try MappedCounters(of: loaded)
          let attached = try Self.attach(loaded, settings, hook, standBy)
          do throws(TraceError) { missedRuns = try MissedRuns(of: loaded, standBy) } catch {
            for link in attached { bpf_link__destroy(link) }
            throw error
          }
          links = attached
          counters = mapped
        } catch {
          bpf_object__close(loaded)
          throw error
        }
        self.loaded = loaded
        self.standBy = standBy
        namesKillers = killers
        failedExecs = hook == .off && settings.failedExecs ? .unavailable(errno: refused) : hook
        break
      } catch {
        refused = error.errno
        if ways.isEmpty { throw error }
      }
    }
    attachedAt = lnx_boot_time()
  }

  deinit {
    for link in links { bpf_link__destroy(link) }
    if let loaded { bpf_object__close(loaded) }
    for map in kept { close(map) }
  }

  /// The programs and maps, for callers that need their descriptors. Not available after `keepLinksOnly`.
  var object: OpaquePointer {
    guard let loaded else { preconditionFailure("the object was closed") }
    return loaded
  }

  /// Closes the descriptors of all programs and maps except the frozen maps that stand-by copies need. The links keep
  /// the programs attached, and mapped memory stays mapped. So code that takes over this process later can neither
  /// change a map nor attach a program.
  /// - Throws: `TraceError` when no descriptor is left.
  mutating func keepLinksOnly() throws(TraceError) {
    guard let loaded else { return }
    kept = try standBy.keep(in: loaded)
    bpf_object__close(loaded)
    self.loaded = nil
  }

  /// Loads and attaches with one hook for failed execs, and detaches again. Returns the error, or nil.
  static func tryToAttach(_ settings: TraceSettings, _ hook: FailedExecHook) -> TraceError? {
    libbpf_set_print(nil)
    do throws(TraceError) {
      try checkPrerequisites()
      let standBy = standBys(settings)[0]
      let object = try load(settings, hook, standBy)
      defer { bpf_object__close(object) }
      for link in try attach(object, settings, hook, standBy) { bpf_link__destroy(link) }
      return nil
    } catch {
      return error
    }
  }

  /// The number of records that the kernel side could not send, since the start. Read from mapped memory, without a
  /// system call.
  var lost: LossCounts {
    let now = counters.now
    return LossCounts(
      forks: now.lost_forks, execs: now.lost_execs, failedExecs: now.lost_failed_execs, exits: now.lost_exits,
      outputs: now.lost_outputs)
  }

  /// The number of lost records without a loss record.
  var unnamedLosses: UInt64 { counters.now.unnamed_losses }

  /// The descriptor of the ring buffer's map.
  var ringDescriptor: Int32 { bpf_object__find_map_fd_by_name(object, "ring") }
}

extension KernelTrace {
  private static func checkPrerequisites() throws(TraceError) {
    if access("/sys/kernel/btf/vmlinux", F_OK) != 0 { throw TraceError(.findBTF, errno: 0) }
    let bpf = lnx_has_capability(Capability.bpf)
    let perfmon = lnx_has_capability(Capability.perfmon)
    if lnx_has_capability(Capability.admin) != 1 && (bpf != 1 || perfmon != 1) {
      throw TraceError(.needPrivilege, errno: 0)
    }
    if !Namespaces.own.isUserInitial { throw TraceError(.needInitialUserNamespace, errno: 0) }
    switch ProcMount.current {
    case .own: break
    case .foreign: throw TraceError(.useForeignProc, errno: 0)
    case .missing: throw TraceError(.findProc, errno: 0)
    }
    var lead: Int64 = 0
    if lnx_boot_offset(&lead) != 0 { throw TraceError(.findBootTime, errno: 0) }
  }

  /// The stand-by copies to try, the best first. A choice that a test makes is the only one.
  private static func standBys(_ settings: TraceSettings) -> [StandBy] {
    let flavour = settings.flavour ?? suitableFlavour
    let wanted = StandBy(for: settings.preemption ?? .ofThisKernel, flavour: flavour)
    return settings.preemption != nil || wanted.hooks.isEmpty
      ? [wanted] : [wanted, StandBy(for: .none, flavour: flavour)]
  }

  private static func load(
    _ settings: TraceSettings, _ hook: FailedExecHook, _ standBy: StandBy
  ) throws(TraceError) -> OpaquePointer {
    let embedded =
      switch settings.flavour ?? Self.suitableFlavour {
      case .withLoop: est_object_with_loop
      case .withoutLoop: est_object_without_loop
      }
    guard let object = bpf_object__open_mem(embedded.bytes, embedded.size, nil) else {
      throw refusal(.open, errno: Glibc.errno)
    }
    for name in ["on_fork", "on_exit"] {
      bpf_program__set_autoload(bpf_object__find_program_by_name(object, name), !settings.needsOnlyExecs)
    }
    bpf_program__set_autoload(bpf_object__find_program_by_name(object, "on_census"), !settings.execsOnly)
    bpf_program__set_autoload(bpf_object__find_program_by_name(object, "on_signal"), settings.tracesSignals)
    bpf_program__set_autoload(
      bpf_object__find_program_by_name(object, "on_task_below"), settings.scope.isOfProcesses)
    bpf_program__set_autoload(bpf_object__find_program_by_name(object, "on_own"), settings.asksOwnPlace)
    FailedExecPrograms(hook).select(in: object)
    OutputPrograms(settings).select(in: object)
    standBy.select(in: object)
    RecordBuffers.setCount(in: object, hasCopies: standBy.isUsed(in: object))
    do throws(TraceError) {
      try set(settings, in: object)
      let result = bpf_object__load(object)
      if result != 0 { throw refusal(.load, errno: result) }
      try standBy.connect(in: object)
      try RecordBuffers.fill(in: object)
      if settings.asksOwnPlace { try findOwnPlace(settings, object) }
    } catch {
      bpf_object__close(object)
      throw error
    }
    return object
  }

  /// Makes the kernel side find the namespace and cgroup of this program. Call it before anything is attached.
  private static func findOwnPlace(_ settings: TraceSettings, _ object: OpaquePointer) throws(TraceError) {
    let bytes = try read(iterator: "on_own", of: object)
    guard bytes.count == MemoryLayout<est_own>.size else { throw TraceError(.readTasks, errno: EIO) }
    let own = bytes.withUnsafeBytes { $0.loadUnaligned(as: est_own.self) }
    if let cgroup = settings.scope.cgroup, own.cgroup_id != cgroup.id { throw TraceError(.findCgroup, errno: 0) }
  }

  private static func refusal(_ operation: TraceError.Operation, errno: Int32) -> TraceError {
    TraceError(operation, errno: OpenFiles.areShort ? EMFILE : errno)
  }

  static var suitableFlavour: ObjectFlavour {
    libbpf_probe_bpf_helper(BPF_PROG_TYPE_RAW_TRACEPOINT, BPF_FUNC_loop, nil) == 1 ? .withLoop : .withoutLoop
  }

  private static func set(_ settings: TraceSettings, in object: OpaquePointer) throws(TraceError) {
    bpf_map__set_max_entries(bpf_object__find_map_by_name(object, "ring"), settings.ringSize)
    let scope = settings.scope
    bpf_map__set_max_entries(
      bpf_object__find_map_by_name(object, "scope"), scope.isWholeSystem ? 1 : ProcessLimit.current)
    bpf_map__set_max_entries(
      bpf_object__find_map_by_name(object, "notes"), settings.tracesSignals ? ProcessLimit.current : 1)
    let place = try KernelVariable(
      "settings", size: MemoryLayout<est_settings>.size, section: ".rodata", of: object)
    var size = 0
    guard let constants = bpf_map__initial_value(place.map, &size),
      place.offset &+ MemoryLayout<est_settings>.size <= size
    else { throw TraceError(.findVariable("settings"), errno: 0) }
    let known = est_settings(
      max_argv: settings.maxArguments, max_env: settings.environment ? UInt32(8 << 20) : 0, scope: scope.rules,
      uid: scope.uid ?? 0, cgroup_fd: scope.cgroup?.descriptor ?? -1, execs_only: settings.execsOnly ? 1 : 0,
      pid_namespace: settings.pidNamespace, killers: settings.tracesSignals ? 1 : 0,
      output_limit: settings.outputLimit)
    UnsafeMutableRawPointer(mutating: constants).storeBytes(
      of: known, toByteOffset: place.offset, as: est_settings.self)
  }

  private static func attach(
    _ object: OpaquePointer, _ settings: TraceSettings, _ hook: FailedExecHook, _ standBy: StandBy
  ) throws(TraceError) -> [OpaquePointer] {
    var links: [OpaquePointer] = []
    do throws(TraceError) {
      let handlers = settings.needsOnlyExecs ? ["on_exec"] : ["on_fork", "on_exec", "on_exit"]
      // The signals last: what they note is removed at the exit.
      for name in standBy.attached(for: handlers) + (settings.tracesSignals ? ["on_signal"] : []) {
        guard let link = bpf_program__attach(bpf_object__find_program_by_name(object, name)) else {
          throw refusal(.attach, errno: Glibc.errno)
        }
        links.append(link)
      }
      links += try FailedExecPrograms(hook).attach(in: object, standBy)
      return links + (try OutputPrograms(settings).attach(in: object, settings))
    } catch {
      for link in links { bpf_link__destroy(link) }
      throw error
    }
  }
}
