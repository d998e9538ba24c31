internal import CLinux
internal import CTerminal
internal import Glibc

/// Collects the output of ncurses for a frame, so that the terminal gets a frame with one write.
///
/// ncurses writes at each movement of the cursor: some thirty times a frame, and each time the kernel wakes the
/// terminal, which takes a CPU from us or from what is traced. So for the time of a frame ncurses' descriptor is a
/// file in memory.
///
/// ncurses does not report a write that fails for lack of memory, so the memory of the file is reserved before.
final class FrameOutput {
  /// -1 if there is none: then ncurses writes to the terminal directly.
  private let memory: CInt
  /// The descriptor that ncurses writes to.
  private let drawn: CInt
  /// The terminal.
  private let terminal: CInt
  /// The number of bytes of the file that are reserved.
  private var reserved = 0
  /// Longer than most frames, even of a fully drawn screen.
  private static let firstReserve = 64 << 10

  init(of drawn: CInt, terminal: CInt) {
    self.drawn = drawn
    self.terminal = terminal
    memory = terminal_memory_file()
    if memory != -1 { _ = reserve(Self.firstReserve) }
  }

  private func reserve(_ size: Int) -> Bool {
    guard terminal_reserve_memory(memory, size) == 0 else { return false }
    reserved = size
    return true
  }

  /// The output of ncurses for this frame that is not yet on the terminal. Nil if some of it may be lost for lack of
  /// memory: then the caller redraws everything.
  func gather(_ draw: () -> Void) -> [UInt8]? {
    if memory == -1 {
      // ncurses itself waits for a terminal that is full, whatever comes.
      var mask = sigset_t()
      lnx_allow_end(&mask)
      defer { lnx_disallow_end(&mask) }
      draw()
      return []
    }
    guard reserved > 0 || reserve(Self.firstReserve) else { return nil }
    guard terminal_redirect(drawn, memory) == 0 else { return nil }
    draw()
    guard terminal_redirect(drawn, terminal) == 0 else { return nil }
    let size = lseek(memory, 0, SEEK_CUR)
    // If a write of ncurses has failed, this one fails too.
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

  func release() { if memory != -1 { close(memory) } }
}
