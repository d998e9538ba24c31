import Glibc
import Synchronization
import Testing

/// Waits until the condition holds. Returns false after a minute.
func eventually(_ condition: () -> Bool) -> Bool {
  let end = ContinuousClock.now + .seconds(60)
  while !condition() {
    guard ContinuousClock.now < end else { return false }
    usleep(1000)
  }
  return true
}

/// The person at the terminal: a thread that acts while the program under test runs.
///
/// Not a task, since waiting for an exit test holds up a thread of the pool that tasks share.
final class Person: Sendable {
  private let thread: Mutex<pthread_t?>

  init(_ script: @escaping @Sendable () throws -> Void) {
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Script(run: script))
    let status = pthread_create(
      &thread, nil,
      { box in
        if let box { Unmanaged<Script>.fromOpaque(box).takeRetainedValue().perform() }
        return nil
      }, box.toOpaque())
    self.thread = Mutex(status == 0 ? thread : nil)
  }

  /// Waits for the end of the script.
  func join() {
    thread.withLock { thread in
      if let thread { pthread_join(thread, nil) }
      thread = nil
    }
  }

  private final class Script: Sendable {
    private let run: @Sendable () throws -> Void

    init(run: @escaping @Sendable () throws -> Void) { self.run = run }

    func perform() {
      do { try run() } catch { Issue.record(error) }
    }
  }
}
