import Glibc
import Synchronization

/// A terminal of our own: what a program writes to it is gathered, and what a person would type can be sent.
final class PseudoTerminal: Sendable {
  struct Failure: Error { let call: String, errno: Int32 }

  /// The program's side.
  let slave: CInt
  /// The name of the program's side, such as `/dev/pts/3`.
  let path: String
  /// Our side; -1 once it is hung up.
  private let master: Mutex<CInt>
  private let output = Mutex<[UInt8]>([])

  init(columns: Int = 80, rows: Int = 24) throws {
    var master: CInt = -1
    var slave: CInt = -1
    var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    guard openpty(&master, &slave, nil, nil, &size) == 0 else { throw Failure(call: "openpty", errno: errno) }
    self.slave = slave
    self.master = Mutex(master)
    // `ttyname` has one buffer for all threads, and tests run side by side.
    var name = [CChar](repeating: 0, count: 64)
    let result = ttyname_r(slave, &name, name.count)
    guard result == 0 else { throw Failure(call: "ttyname_r", errno: result) }
    path = name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    for descriptor in [master, slave] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(master, F_SETFL, O_NONBLOCK)
  }

  deinit {
    hangUp()
    close(slave)
  }

  func resize(columns: Int, rows: Int) {
    var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(slave, UInt(TIOCSWINSZ), &size)
  }

  /// Types bytes, as fast as the terminal takes them.
  func send(_ bytes: some Sequence<UInt8>) {
    var rest = Array(bytes)[...]
    while !rest.isEmpty {
      let count = master.withLock { master in rest.withUnsafeBytes { write(master, $0.baseAddress, $0.count) } }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN {
        usleep(1000)
      } else {
        return
      }
    }
  }

  /// All that the program has written up to now.
  @discardableResult
  func drain() -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = master.withLock { read($0, &buffer, buffer.count) }
      guard count > 0 else { break }
      output.withLock { $0.append(contentsOf: buffer[..<count]) }
    }
    return output.withLock { $0 }
  }

  var text: String { String(decoding: drain(), as: UTF8.self) }

  /// Waits until the program's output fulfils the condition. Returns false after a minute.
  func wait(until condition: (String) -> Bool) -> Bool { eventually { condition(text) } }

  /// Reads the program's output while `body` runs, so that the program never waits for a reader.
  func pumping(_ body: () async throws -> Void) async rethrows {
    let isOver = Mutex(false)
    let reader = Person { [self] in
      while !isOver.withLock({ $0 }) {
        drain()
        usleep(1000)
      }
    }
    defer {
      isOver.withLock { $0 = true }
      reader.join()
    }
    try await body()
  }

  /// Forgets what was written up to now.
  func forget() {
    _ = drain()
    output.withLock { $0 = [] }
  }

  /// Hangs up, as closing a terminal's window does.
  func hangUp() {
    master.withLock { master in
      if master != -1 { close(master) }
      master = -1
    }
  }

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

extension String {
  /// The offset in bytes of the last occurrence of `part`.
  func lastOffset(of part: String) -> Int? {
    let whole = Array(utf8)
    let part = Array(part.utf8)
    guard whole.count >= part.count else { return nil }
    return (0...(whole.count - part.count)).last { whole[$0..<($0 + part.count)].elementsEqual(part) }
  }
}
