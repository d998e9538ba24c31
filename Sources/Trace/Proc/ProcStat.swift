internal import CLinux
internal import Events
internal import Glibc

/// The fields of /proc/PID/stat. See proc(5).
struct ProcStat {
  let comm: Comm
  let parent: Int32
  let processGroup: Int32
  let session: Int32
  /// Whether it is a zombie, or about to be one.
  let hasEnded: Bool
  /// When the process was created, in clock ticks since boot.
  let startTicks: UInt64
  /// Whether it has the flag `PF_KTHREAD` of include/linux/sched.h.
  let isKernelThread: Bool
  /// The major and minor number of its controlling terminal (`tty_nr`); 0 for none.
  let terminal: Int32
  /// Where its arguments are in memory; nil for readers without the permission to know it.
  let arguments: CommandLine.Place?

  /// Parses the file; nil if its format is unexpected.
  ///
  /// The second field is the comm, which may contain spaces and parentheses. So fields are counted from the last
  /// closing parenthesis.
  init?(_ bytes: [UInt8]) {
    guard let open = bytes.firstIndex(of: UInt8(ascii: "(")), let close = bytes.lastIndex(of: UInt8(ascii: ")")),
      open < close
    else { return nil }
    let fields = bytes[(close &+ 1)...].split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
    func number<T: FixedWidthInteger>(_ index: Int) -> T? {
      index < fields.count ? T(String(decoding: fields[index], as: UTF8.self)) : nil
    }
    // Field 3, the state, is the first after the comm.
    guard let parent: Int32 = number(1), let group: Int32 = number(2), let session: Int32 = number(3),
      let flags: UInt32 = number(6), let start: UInt64 = number(19), let state = fields.first?.first
    else { return nil }
    comm = Comm(bytes[(open &+ 1)..<close])
    self.parent = parent
    processGroup = group
    self.session = session
    startTicks = start
    isKernelThread = flags & 0x0020_0000 != 0
    terminal = number(4) ?? 0
    arguments = CommandLine.Place(
      stack: number(25) ?? 0, start: number(45) ?? 0, end: number(46) ?? 0, environment: number(47) ?? 0)
    hasEnded = state == UInt8(ascii: "Z") || state == UInt8(ascii: "X") || flags & 0x4 != 0  // PF_EXITING
  }
}

extension ProcStat {
  /// The terminal's name without `/dev/`, for kinds with the same number on all systems (admin-guide/devices.txt); nil
  /// for others.
  var terminalName: RawBytes? {
    let device = UInt32(bitPattern: terminal)
    let (major, minor) = (device >> 8 & 0xfff, device & 0xff | device >> 12 & 0xfff00)
    switch major {
    case 4 where terminal != 0: return RawBytes(utf8: minor < 64 ? "tty\(minor)" : "ttyS\(minor &- 64)")
    case 136: return RawBytes(utf8: "pts/\(minor)")
    default: return nil
    }
  }
}

/// Converts start times of /proc/PID/stat: clock ticks since boot, and from Linux 5.11 on by the clock of the reader's
/// time namespace. The kernel's events have nanoseconds by the kernel's clock.
struct ProcClock {
  /// The length of a clock tick, in nanoseconds.
  let tick: UInt64
  /// How far the times of /proc are ahead of the kernel's clock, in nanoseconds; modulo 2^64 where they are behind.
  private let lead: UInt64

  init(tick: UInt64, lead: Int64) {
    self.tick = max(tick, 1)
    self.lead = UInt64(bitPattern: lead)
  }

  /// The clock of this program.
  static let own = ProcClock(
    tick: 1_000_000_000 / UInt64(clamping: max(sysconf(Int32(_SC_CLK_TCK)), 1)), lead: lnx_proc_lead())

  /// The ticks that /proc shows for a start time in nanoseconds (`nsec_to_clock_t` of `timens_add_boottime_ns`).
  func ticks(ofStart start: UInt64) -> UInt64 { (start &+ lead) / tick }

  /// The earliest start time in nanoseconds for which /proc shows these ticks.
  func start(ofTicks ticks: UInt64) -> UInt64 { ticks &* tick &- lead }
}
