internal import Files
internal import Glibc

/// The output to the terminal, in order: sent at once as far as the terminal accepts it, and the rest when it accepts
/// more.
///
/// A terminal may stop in the middle of a frame: by Ctrl-S, or because its emulator hangs. A program that waited for
/// it in `write` would notice no key and no signal.
final class TerminalOutput {
  private let descriptor: FileDescriptor
  private var rest: ArraySlice<UInt8> = []

  init(to descriptor: CInt) { self.descriptor = FileDescriptor(descriptor) }

  /// Whether the terminal has taken all of it.
  var isSent: Bool { rest.isEmpty }

  /// Sends bytes after those that wait.
  func send(_ bytes: [UInt8]) {
    if rest.isEmpty { rest = bytes[...] } else { rest += bytes }
    flush()
  }

  /// Sends as much as the terminal accepts now. Returns whether that is all. Drops the output to a terminal that is
  /// gone.
  @discardableResult
  func flush() -> Bool {
    while !rest.isEmpty {
      do {
        if try !descriptor.write(someOf: &rest) { return false }
      } catch {
        rest = []
      }
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
      var entry = pollfd(fd: descriptor.number, events: Int16(POLLOUT), revents: 0)
      poll(&entry, 1, CInt(left) + 1)
    }
    return true
  }

  /// Drops the waiting bytes: they are of no use to the next program in the terminal.
  func drop() { rest = [] }
}
