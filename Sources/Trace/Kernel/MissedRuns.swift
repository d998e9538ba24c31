internal import CExecsnoop
internal import CLibBPF
internal import CLinux
internal import Glibc

/// How many events the kernel skipped because our program was at work on that CPU already (`recursion_misses`), and no
/// stand-by copy made good.
///
/// Read from /proc/PID/fdinfo: bpf(2) itself, which tells it too, refuses everybody without privilege before Linux
/// 5.19. The files are opened while there is privilege and then read again and again, each time with the number of the
/// moment. Before 5.12 the kernel counts nothing of the kind.
///
/// The programs' descriptors have to be open in some process for that, and with one of them a program can be attached once
/// more. So a process of its own has them, which does nothing, reads nothing, and nobody may look into.
final class MissedRuns {
  private struct Program {
    /// Its open file in /proc/self/fdinfo.
    let file: Int32
    var gap: StandInGap?
    /// Of `enum est_hook`, where it has stand-by copies.
    let hook: Int
    /// The most that was ever read. A number that cannot be read now is not gone, and none of the kernel's shrinks.
    var misses: UInt64 = 0
  }

  private var programs: [Program] = []
  private let standIns: MappedVariable<est_stand_in>?
  private var holder: lnx_holder?

  /// To be made when all is attached.
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
      // What the first copy missed is made good by the others or not: what these miss themselves is no matter.
      if descriptor >= 0, copy?.number ?? 0 == 0 { counted.append((descriptor, copy?.hook)) }
    }
    var holder = lnx_holder()
    guard let user = try? InvokingUser(), Self.isCounted(counted.first?.descriptor) else { return }
    (holder.change_user, holder.uid, holder.gid) = (user.isOther, user.uid, user.gid)
    guard lnx_start_holder(&holder, counted.map(\.descriptor), counted.count) == 0 else { return }
    for program in counted { add("/proc/\(holder.pid)/fdinfo/\(program.descriptor)", program.hook) }
    _ = lnx_seal_holder(&holder)
    self.holder = holder
  }

  /// Of files in the same form.
  init(files: [String]) {
    standIns = nil
    for file in files { add(file, nil) }
  }

  private func add(_ path: String, _ hook: StandBy.Hook?) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    var program = Program(file: file, gap: hook.map { _ in StandInGap() }, hook: hook?.number ?? 0)
    // Behind a function the first copy is attached last, so the others may have worked already.
    if let hook, hook.isFunction { program.gap = StandInGap(startingAt: difference(of: &program)) }
    programs.append(program)
  }

  /// Whether the kernel counts such runs.
  private static func isCounted(_ program: Int32?) -> Bool {
    guard let program else { return false }
    let file = open("/proc/self/fdinfo/\(program)", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return false }
    defer { close(file) }
    return misses(in: contents(of: file)) != nil
  }

  deinit {
    for program in programs { close(program.file) }
    if var holder { lnx_end_holder(&holder) }
  }

  private static func contents(of file: Int32) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 1024) { buffer, initialized in
      initialized = max(pread(file, buffer.baseAddress, buffer.count, 0), 0)
    }
  }

  /// In all, since the start; never less than before. A system call for each program.
  func read() -> UInt64 {
    var total: UInt64 = 0
    for index in programs.indices {
      let difference = difference(of: &programs[index])
      programs[index].gap?.note(difference)
      let lost = programs[index].gap?.lost ?? programs[index].misses
      total = total.addingReportingOverflow(lost).overflow ? .max : total &+ lost
    }
    return total
  }

  /// Whether there is nothing that the next reading will decide.
  var isSettled: Bool { programs.allSatisfy { $0.gap?.isSettled ?? true } }

  /// As `read`, when there is no later time.
  func readLast() -> UInt64 {
    var total = read()
    // What is under way now is done by then, if its task gets the CPU.
    for _ in 0..<3 where !isSettled {
      _ = poll(nil, 0, 10)
      total = read()
    }
    return total
  }

  /// What other parts than usual the copies of a hook had; nil where no hook has copies.
  func standIns(at hook: est_hook) -> est_stand_in? { standIns?[Int(hook.rawValue)] }

  /// Its misses, less those that other copies made good.
  private func difference(of program: inout Program) -> Int64 {
    // The misses first: each of them comes before what another copy does for it.
    let text = [UInt8](unsafeUninitializedCapacity: 1024) { buffer, initialized in
      initialized = max(pread(program.file, buffer.baseAddress, buffer.count, 0), 0)
    }
    if let misses = Self.misses(in: text) { program.misses = max(program.misses, misses) }
    guard program.gap != nil, let counts = standIns?[program.hook] else {
      return Int64(clamping: program.misses)
    }
    return Int64(truncatingIfNeeded: program.misses &+ counts.idle &- counts.stood_in)
  }

  /// The number behind `recursion_misses:`.
  static func misses(in text: [UInt8]) -> UInt64? {
    let key = Array("recursion_misses:".utf8)
    for line in text.split(separator: UInt8(ascii: "\n")) where line.starts(with: key) {
      let digits = line.dropFirst(key.count).drop { $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: " ") }
      return UInt64(String(decoding: digits, as: UTF8.self))
    }
    return nil
  }
}

/// The events of a hook that no copy worked for, out of readings of what the first copy missed less what the others made
/// good. A task that is between the two at the moment of a reading makes the difference larger for as long as it is, so
/// only what two readings in a row show is taken for lost.
struct StandInGap {
  private let start: Int64
  private var last: Int64 = 0
  /// Never less than it was.
  private(set) var lost: UInt64 = 0

  /// - Parameter difference: when the first copy was attached.
  init(startingAt difference: Int64 = 0) { start = difference }

  mutating func note(_ difference: Int64) {
    let now = difference &- start
    lost = max(lost, UInt64(clamping: min(now, last)))
    last = now
  }

  /// Whether the last reading showed nothing that was not taken for lost.
  var isSettled: Bool { UInt64(clamping: last) <= lost }
}
