internal import CLinux
internal import Glibc

/// What goes to the terminal, in order: at once as far as the terminal takes it, the rest when it takes more.
///
/// A terminal may stop in the middle of a frame: by Ctrl-S, or because its emulator hangs. Whoever waited for it in
/// `write` would hear of no key and of no signal.
final class TerminalOutput {
  private let descriptor: CInt
  private var rest: ArraySlice<UInt8> = []

  init(to descriptor: CInt) { self.descriptor = descriptor }

  /// Whether the terminal has taken all of it.
  var isSent: Bool { rest.isEmpty }

  /// Sends bytes behind those that wait.
  func send(_ bytes: [UInt8]) {
    if rest.isEmpty { rest = bytes[...] } else { rest += bytes }
    flush()
  }

  /// Sends what the terminal takes now. Returns whether that is all. To a terminal that is gone nothing is left to send.
  @discardableResult
  func flush() -> Bool {
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { lnx_write_some(descriptor, $0.baseAddress, $0.count) }
      if count == -Int(EAGAIN) { return false }
      if count > 0 { rest = rest.dropFirst(count) } else { rest = [] }
    }
    // Not the whole of the longest frame is to be kept.
    rest = []
    return true
  }

  /// Sends all of it, as far as the terminal takes it within so many milliseconds. Returns whether that is all.
  func flush(within milliseconds: Int) -> Bool {
    let end = ContinuousClock.now + .milliseconds(milliseconds)
    while !flush() {
      let left = (end - ContinuousClock.now) / .milliseconds(1)
      guard left > 0 else { return false }
      var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      poll(&entry, 1, CInt(left) + 1)
    }
    return true
  }

  /// Forgets what waits: it is of no use to whoever has the terminal next.
  func drop() { rest = [] }
}
