import Glibc
import Synchronization

/// A terminal of our own: what a program writes to it is gathered, and what a person would type can be sent.
final class PseudoTerminal: Sendable {
  struct Failure: Error { let call: String, errno: Int32 }

  /// The program's side.
  let slave: CInt
  /// The name of the program's side, such as `/dev/pts/3`.
  let path: String
  private let master: CInt
  private let output = Mutex<[UInt8]>([])
  private let reading = Mutex(true)

  init(columns: Int = 80, rows: Int = 24) throws {
    var master: CInt = -1
    var slave: CInt = -1
    var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    guard openpty(&master, &slave, nil, nil, &size) == 0 else { throw Failure(call: "openpty", errno: errno) }
    (self.master, self.slave) = (master, slave)
    path = String(cString: ttyname(slave))
    for descriptor in [master, slave] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(master, F_SETFL, O_NONBLOCK)
  }

  deinit {
    close(master)
    close(slave)
  }

  func resize(columns: Int, rows: Int) {
    var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
  }

  func send(_ bytes: some Sequence<UInt8>) {
    var rest = Array(bytes)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// All that the program has written up to now.
  func drain() -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = read(master, &buffer, buffer.count)
      guard count > 0 else { break }
      output.withLock { $0.append(contentsOf: buffer[..<count]) }
    }
    return output.withLock { $0 }
  }

  /// Forgets what was written up to now.
  func forget() {
    _ = drain()
    output.withLock { $0 = [] }
  }

  /// Hangs up, as closing a terminal's window does.
  func hangUp() { close(master) }

  /// The modes as `stty -g` would show them.
  var modes: [UInt32] { Self.modes(of: slave) }

  static func modes(of descriptor: CInt) -> [UInt32] {
    var modes = termios()
    guard tcgetattr(descriptor, &modes) == 0 else { return [] }
    let characters = withUnsafeBytes(of: modes.c_cc) { $0.map(UInt32.init) }
    return [modes.c_iflag, modes.c_oflag, modes.c_cflag, modes.c_lflag] + characters
  }

  var queuedOutputIsEmpty: Bool {
    var count: CInt = 0
    return ioctl(slave, UInt(TIOCOUTQ), &count) == 0 && count == 0
  }
}
