internal import CExecsnoop
internal import CLibBPF
internal import CLinux
internal import Files
internal import Glibc

/// Counts the events that the kernel skipped because our program was already running on that CPU (`recursion_misses`),
/// and that no stand-by copy handled.
///
/// The count is read from /proc/PID/fdinfo: bpf(2) gives it too, but refuses unprivileged callers before Linux 5.19.
/// The files are opened while there are privileges, and read again for each new value. Before 5.12 the kernel has no
/// such count.
///
/// Some process must hold the programs' descriptors open for this, and a descriptor allows attaching the program once
/// more. So a separate process holds them. It does nothing, reads nothing, and no other process may inspect it.
final class MissedRuns {
  private struct Program {
    /// Its open file in /proc/PID/fdinfo.
    let file: Int32
    var gap: StandInGap?
    /// The hook (`enum est_hook`) where it has stand-by copies.
    let hook: Int
    /// The largest count read so far. It stays where the count cannot be read now; the kernel's counts never shrink.
    var misses: UInt64 = 0
  }

  private var programs: [Program] = []
  private let standIns: MappedVariable<est_stand_in>?
  private var holder: lnx_holder?

  /// Call it when all programs are attached.
  /// - Throws: `TraceError` when the kernel maps no memory.
  init(of object: OpaquePointer, _ standBy: StandBy) throws(TraceError) {
    standIns =
      standBy.isUsed(in: object)
      ? try MappedVariable("stand_ins", count: Int(EST_HOOKS.rawValue), section: ".bss.stand_ins", of: object) : nil
    var counted: [(descriptor: Int32, hook: StandBy.Hook?)] = []
    var program = bpf_object__next_program(object, nil)
    while let current = program {
      program = bpf_object__next_program(object, current)
      let copy = standBy.copy(String(cString: bpf_program__name(current)))
      let descriptor = bpf_program__fd(current)
      // The others handle what the first copy missed, or do not; their own misses do not matter.
      if descriptor >= 0, copy?.number ?? 0 == 0 { counted.append((descriptor, copy?.hook)) }
    }
    var holder = lnx_holder()
    guard let user = try? InvokingUser(), Self.isCounted(counted.first?.descriptor) else { return }
    (holder.change_user, holder.uid, holder.gid) = (user.isOther, user.uid, user.gid)
    guard lnx_start_holder(&holder, counted.map(\.descriptor), counted.count) == 0 else { return }
    for program in counted { openCounts("/proc/\(holder.pid)/fdinfo/\(program.descriptor)", program.hook) }
    _ = lnx_seal_holder(&holder)
    self.holder = holder
  }

  /// Reads files with the same format.
  init(files: [String]) {
    standIns = nil
    for file in files { openCounts(file, nil) }
  }

  private func openCounts(_ path: String, _ hook: StandBy.Hook?) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    var program = Program(file: file, gap: hook.map { _ in StandInGap() }, hook: hook?.number ?? 0)
    // Copies behind a function are attached before the first copy, so they may have handled events already.
    if let hook, hook.isFunction { program.gap = StandInGap(startingAt: difference(of: &program)) }
    programs.append(program)
  }

  /// Whether the kernel counts skipped runs.
  private static func isCounted(_ program: Int32?) -> Bool {
    guard let program else { return false }
    let file = open("/proc/self/fdinfo/\(program)", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return false }
    defer { close(file) }
    return misses(in: text(of: file)) != nil
  }

  deinit {
    for program in programs { close(program.file) }
    if var holder { lnx_end_holder(&holder) }
  }

  private static func text(of file: Int32) -> [UInt8] {
    (try? FileDescriptor(file).bytes(at: 0, count: 1024)) ?? []
  }

  /// All missed runs since the start; never less than before. One system call for each program.
  func read() -> UInt64 {
    var total: UInt64 = 0
    for index in programs.indices {
      let difference = difference(of: &programs[index])
      programs[index].gap?.observe(difference)
      let lost = programs[index].gap?.lost ?? programs[index].misses
      total = total.addingReportingOverflow(lost).overflow ? .max : total &+ lost
    }
    return total
  }

  /// Whether the next reading can add nothing.
  var isConclusive: Bool { programs.allSatisfy { $0.gap?.isConclusive ?? true } }

  /// Like `read`, for the last reading.
  func readLast() -> UInt64 {
    var total = read()
    // Runs that are in progress now are done by then, if their task gets the CPU.
    for _ in 0..<3 where !isConclusive {
      _ = poll(nil, 0, 10)
      total = read()
    }
    return total
  }

  /// How often the copies of a hook did another copy's work; nil where no hook has copies.
  func standIns(at hook: est_hook) -> est_stand_in? { standIns?[Int(hook.rawValue)] }

  /// The misses of the first copy, less the ones that other copies handled.
  private func difference(of program: inout Program) -> Int64 {
    // The misses first: each is counted before another copy handles the event.
    if let misses = Self.misses(in: Self.text(of: program.file)) { program.misses = max(program.misses, misses) }
    guard program.gap != nil, let counts = standIns?[program.hook] else {
      return Int64(clamping: program.misses)
    }
    return Int64(truncatingIfNeeded: program.misses &+ counts.idle &- counts.stood_in)
  }

  /// The number after `recursion_misses:`; nil where there is none.
  static func misses(in text: [UInt8]) -> UInt64? {
    let key = Array("recursion_misses:".utf8)
    for line in text.split(separator: UInt8(ascii: "\n")) where line.starts(with: key) {
      let digits = line.dropFirst(key.count).drop { $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: " ") }
      return UInt64(String(decoding: digits, as: UTF8.self))
    }
    return nil
  }
}

/// The events of a hook that no copy handled, from readings of the first copy's misses less the events that the others
/// handled. A task between the two counts makes the difference larger for a moment, so only a difference that two
/// readings in a row show counts as lost.
struct StandInGap {
  private let start: Int64
  private var last: Int64 = 0
  /// The lost events; never less than before.
  private(set) var lost: UInt64 = 0

  /// - Parameter difference: the difference when the first copy was attached.
  init(startingAt difference: Int64 = 0) { start = difference }

  /// Takes a new reading into account.
  mutating func observe(_ difference: Int64) {
    let now = difference &- start
    lost = max(lost, UInt64(clamping: min(now, last)))
    last = now
  }

  /// Whether the last reading showed nothing beyond `lost`.
  var isConclusive: Bool { UInt64(clamping: last) <= lost }
}
