import CLinux
import Glibc
import Synchronization
import TUI
import Terminal

/// What is written to a file on a thread of its own.
enum SaverJob: Sendable {
  case processes(SaveJob)
  /// The output of the traced command; the key asks again.
  case output(OutputCopy, path: String, key: DisplayText)

  func run(isCancelled: () -> Bool) -> SaveOutcome {
    switch self {
    case .processes(let job): job.run(isCancelled: isCancelled)
    case .output(let copy, let path, let key): copy.run(to: path, key: key, isCancelled: isCancelled)
    }
  }
}

/// Writes processes or output into files on a thread of its own, one file at a time, so that the view goes on meanwhile.
///
/// The main thread starts it and collects what became of the file. What both threads use is behind a lock.
final class Saver: @unchecked Sendable {
  private struct State {
    var job: SaverJob?
    var outcome: SaveOutcome?
    var isCancelled = false
  }

  /// Becomes readable when a file is written, or cannot be written.
  let descriptor: Int32
  private let state = Mutex(State())
  /// The thread that was started last; only the main thread uses it.
  private var thread: pthread_t?

  /// - Throws: `Failure` when no descriptor is left.
  init() throws(Failure) {
    descriptor = lnx_eventfd()
    if descriptor < 0 { throw Failure("cannot make a thread: \(DisplayText(errno: 0 &- descriptor))") }
  }

  deinit { close(descriptor) }

  /// Whether a file is being written.
  var isBusy: Bool { thread != nil }

  /// Starts to write a file.
  /// - Throws: `Failure` while another file is being written, or if no thread can be made.
  func start(_ job: SaverJob) throws(Failure) {
    guard !isBusy else { throw Failure("not written: another file is being written, wait for its message") }
    state.withLock { $0 = State(job: job) }
    var made = pthread_t()
    let result = pthread_create(
      &made, nil,
      { context in
        if let context { Unmanaged<Saver>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, Unmanaged.passRetained(self).toOpaque())
    guard result == 0 else {
      Unmanaged.passUnretained(self).release()
      throw Failure("not written: cannot make a thread: \(DisplayText(errno: result))")
    }
    thread = made
  }

  /// What became of the file, returned once; nil while it is being written.
  func outcome() -> SaveOutcome? {
    let outcome = state.withLock { state in
      defer { state.outcome = nil }
      return state.outcome
    }
    guard let outcome else { return nil }
    join()
    return outcome
  }

  /// Stops writing, removes the incomplete file, and waits for the thread.
  func finish() {
    state.withLock { $0.isCancelled = true }
    join()
  }

  private func join() {
    guard let thread else { return }
    pthread_join(thread, nil)
    self.thread = nil
    var ignored: UInt64 = 0
    _ = read(descriptor, &ignored, MemoryLayout<UInt64>.size)
  }

  /// The thread.
  private func run() {
    guard let job = state.withLock(\.job) else { return }
    let outcome = job.run { self.state.withLock(\.isCancelled) }
    // The copy of the tree is not needed any more.
    state.withLock { ($0.job, $0.outcome) = (nil, outcome) }
    var one: UInt64 = 1
    _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
  }
}
