import CLinux
import Glibc

/// A pseudo-terminal that counts the output of a program as it arrives.
final class PseudoTerminal {
  /// The name of the program's side, such as `/dev/pts/3`.
  let path: String
  /// Bytes read so far.
  private(set) var bytes = 0
  /// The text read since `keepsText` was set.
  private(set) var text: [UInt8] = []
  var keepsText = false
  /// The contents of the screen, where they are needed: set it before the program starts.
  var screen: ScreenText?

  /// When output was last read, in nanoseconds since boot.
  private(set) var readAt: UInt64 = 0

  private let master: Int32
  private let slave: Int32
  private var buffer = [UInt8](repeating: 0, count: 65536)

  /// - Throws: `BenchError` when no terminal is left.
  init(columns: UInt16, rows: UInt16) throws {
    var master: Int32 = -1, slave: Int32 = -1
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    guard openpty(&master, &slave, nil, nil, &size) == 0 else { throw BenchError("no terminal: errno \(errno)") }
    for descriptor in [master, slave] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    self.master = master
    self.slave = slave
    // `ttyname` has one buffer for all threads.
    var name = [CChar](repeating: 0, count: 64)
    let result = ttyname_r(slave, &name, name.count)
    guard result == 0 else { throw BenchError("no name of a terminal: errno \(result)") }
    path = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit {
    close(master)
    close(slave)
  }

  /// Waits for output, and reads it.
  /// - Returns: whether any arrived within this many milliseconds.
  @discardableResult
  func read(within milliseconds: Int32) -> Bool {
    var descriptor = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard poll(&descriptor, 1, milliseconds) > 0 else { return false }
    let count = Glibc.read(master, &buffer, buffer.count)
    guard count > 0 else { return false }
    bytes += count
    readAt = lnx_boot_time()
    if keepsText { text += buffer[..<count] }
    screen?.feed(buffer[..<count])
    return true
  }

  /// Types keys, as the bytes that a terminal sends for them.
  func type(_ keys: String) {
    let bytes = Array(keys.utf8)
    _ = write(master, bytes, bytes.count)
  }
}
