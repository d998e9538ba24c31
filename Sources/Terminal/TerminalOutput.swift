internal import CLinux
internal import CTerminal
internal import Files
internal import Glibc

/// The output to the terminal, in order. Bytes are sent at once as far as the terminal accepts them, and the rest when
/// it accepts more.
///
/// A terminal may stop in the middle of a frame, by Ctrl-S or because its emulator hangs. A program that waits for it
/// in `write` would notice no key and no signal.
final class TerminalOutput {
  private let descriptor: FileDescriptor
  private var rest: ArraySlice<UInt8> = []

  init(to descriptor: CInt) { self.descriptor = FileDescriptor(descriptor) }

  /// Whether the terminal has accepted all of it.
  var isSent: Bool { rest.isEmpty }

  /// Appends bytes to those that wait, and sends as much as the terminal accepts.
  func send(_ bytes: [UInt8]) {
    if rest.isEmpty { rest = bytes[...] } else { rest += bytes }
    flush()
  }

  /// Sends as much as the terminal accepts now. Drops the output if the terminal is gone.
  /// - Returns: whether no output waits any more.
  @discardableResult
  func flush() -> Bool {
    while !rest.isEmpty {
      do {
        if try !descriptor.write(someOf: &rest) { return false }
      } catch {
        rest = []
      }
    }
    // Frees the memory of a long frame.
    rest = []
    return true
  }

  /// Sends as much as the terminal accepts within this many milliseconds.
  /// - Returns: whether no output waits any more.
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

  /// Drops the waiting bytes: the next program in the terminal has no use for them.
  func drop() { rest = [] }
}

/// Collects the output of ncurses for a frame, so that the frame is sent with one write.
///
/// ncurses writes at each movement of the cursor, some thirty times a frame. Each time the kernel wakes the terminal,
/// which takes a CPU from this program or from the traced ones. So while a frame is drawn, the descriptor of ncurses is
/// a file in memory.
///
/// ncurses does not report a write that fails for lack of memory, so the memory of the file is reserved in advance.
final class FrameOutput {
  /// The file in memory; -1 if there is none: then ncurses writes to the terminal directly.
  private let memory: CInt
  /// The descriptor that ncurses writes to.
  private let target: CInt
  /// The terminal.
  private let terminal: CInt
  /// The number of bytes of the file that are reserved.
  private var reserved = 0
  /// Longer than most frames, even of a fully drawn screen.
  private static let firstReserve = 64 << 10

  /// - Parameters:
  ///   - target: the descriptor that ncurses writes to.
  ///   - terminal: the terminal that it refers to between frames.
  init(of target: CInt, terminal: CInt) {
    self.target = target
    self.terminal = terminal
    memory = terminal_memory_file()
    if memory != -1 { _ = reserve(Self.firstReserve) }
  }

  private func reserve(_ size: Int) -> Bool {
    guard terminal_reserve_memory(memory, size) == 0 else { return false }
    reserved = size
    return true
  }

  /// Draws, and returns the output that is not on the terminal yet. Nil if some of it may be lost for lack of memory:
  /// then the caller redraws everything.
  func gather(_ draw: () -> Void) -> [UInt8]? {
    if memory == -1 {
      // ncurses itself waits for a full terminal; meanwhile signals end the program.
      var mask = sigset_t()
      lnx_allow_end(&mask)
      defer { lnx_disallow_end(&mask) }
      draw()
      return []
    }
    guard reserved > 0 || reserve(Self.firstReserve) else { return nil }
    guard terminal_redirect(target, memory) == 0 else { return nil }
    draw()
    guard terminal_redirect(target, terminal) == 0 else { return nil }
    let size = lseek(memory, 0, SEEK_CUR)
    // If a write of ncurses failed, this one fails too.
    var mark: UInt8 = 0
    guard write(memory, &mark, 1) == 1 else {
      lseek(memory, 0, SEEK_SET)
      return nil
    }
    guard size >= 0, lseek(memory, 0, SEEK_SET) == 0 else { return nil }
    // At the end of the reserve writes may have failed.
    if size >= reserved {
      _ = reserve(2 * size)
      return nil
    }
    var bytes = [UInt8](repeating: 0, count: size)
    let count = bytes.withUnsafeMutableBytes { pread(memory, $0.baseAddress, $0.count, 0) }
    return count == size ? bytes : nil
  }

  /// Closes the file in memory.
  func release() { if memory != -1 { close(memory) } }
}
