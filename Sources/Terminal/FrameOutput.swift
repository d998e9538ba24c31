internal import CTerminal
internal import Glibc

/// Gathers what ncurses writes while it draws a frame, so that a terminal gets a frame by one write.
///
/// ncurses writes at each movement of the cursor: some thirty times a frame, and each time the kernel wakes the
/// terminal, which takes a CPU from us or from what is traced. So for the time of a frame ncurses' descriptor is a
/// file in memory.
struct FrameOutput {
  /// -1 where there is none: then ncurses writes to the terminal as it likes.
  private let memory: CInt
  /// The descriptor that ncurses writes to.
  private let drawn: CInt
  /// The terminal.
  private let terminal: CInt

  init(of drawn: CInt, terminal: CInt) {
    self.drawn = drawn
    self.terminal = terminal
    memory = terminal_memory_file()
  }

  /// What ncurses writes meanwhile, as far as it is not on the terminal already. Nil where it is lost, since memory ran
  /// out: the caller draws everything anew then.
  func gather(_ draw: () -> Void) -> [UInt8]? {
    if memory == -1 {
      draw()
      return []
    }
    guard terminal_redirect(drawn, memory) == 0 else { return nil }
    draw()
    guard terminal_redirect(drawn, terminal) == 0 else { return nil }
    let size = lseek(memory, 0, SEEK_CUR)
    guard size >= 0, lseek(memory, 0, SEEK_SET) == 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: size)
    let count = bytes.withUnsafeMutableBytes { pread(memory, $0.baseAddress, $0.count, 0) }
    return count == size ? bytes : nil
  }

  func release() { if memory != -1 { close(memory) } }
}
