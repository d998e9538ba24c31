import ArgumentParser
import CLinux
import Events
import Glibc
import Masking
import Recording
import Synchronization
import TUI
import Trace
import Tree

/// Writes a recording beside whatever else is done with the events.
///
/// It has a mailbox and a thread of its own: neither the capture nor the screen waits for the disk. The mailbox bounds what
/// may wait; what does not fit is in the recording as a loss.
///
/// The main thread makes, starts and finishes it. What both threads use is behind a lock.
final class Recorder: @unchecked Sendable {
  /// What is recorded, and where.
  struct Target {
    /// The file as the user named it, and its bytes where it is not UTF-8.
    var path: String
    var name: [UInt8]?
    /// The file for messages, where that is not `path`.
    var shownPath: String?
    /// The traced command; empty for none.
    var command: [[UInt8]] = []
    var includesEnvironment = false
    /// Which events are recorded; nil for all.
    var filter: EventFilter?
    /// What is forgotten; nil where all is kept.
    var ring: RecordingRing?
    /// The exec, failed exec or exit that ends the recording; nil for none.
    var until: EventFilter?
    /// Whether values that look like secrets are replaced.
    var masksSecrets = true
  }

  /// The first event that matched the condition that ends the recording.
  struct Match {
    /// In nanoseconds since boot.
    let time: UInt64
    /// What happened, for a message.
    let text: DisplayText
  }

  private struct State {
    var writer: DatabaseWriter?
    var thread: pthread_t?
    var status: Int32?
    var news: [DisplayText] = []
    /// News that was only on the screen, which is gone at the end.
    var shown: [DisplayText] = []
    var isComplete = false
    var summary: DisplayText?
    var match: Match?
    var isMatchTold = false
    var isCancelled = false
    var maskedValues = 0
    var size = 0
    var isEnding = false
  }

  /// Gets the events.
  let mailbox: Mailbox
  private let state = Mutex(State())
  private let target: Target
  /// Asks the thread to finish; and becomes readable when it has (`eventfd`).
  private let stop, done: Int32
  /// A signalfd for SIGUSR1, which asks for a snapshot.
  private let snapshots: Int32

  /// - Throws: `TraceError` when no descriptor is left.
  init(_ target: Target) throws(TraceError) {
    mailbox = try Mailbox()
    stop = lnx_eventfd()
    if stop < 0 { throw TraceError(.makeThread, errno: stop) }
    done = lnx_eventfd()
    if done < 0 {
      close(stop)
      throw TraceError(.makeThread, errno: done)
    }
    var signals = [SIGUSR1, 0]
    snapshots = lnx_signalfd(&signals)
    self.target = target
  }

  deinit {
    for descriptor in [stop, done, snapshots] where descriptor >= 0 { close(descriptor) }
  }

  /// Makes the file as the present user. Call it once privileges are dropped.
  /// - Throws: `Failure`.
  func open() throws {
    let writer: DatabaseWriter
    var mask = SecretMask()
    do throws(RecordingError) {
      writer = try DatabaseWriter(
        path: target.path, named: target.name,
        DatabaseWriter.Session(
          version: ExecsnoopTop.configuration.version,
          command: target.masksSecrets ? mask.masked(target.command) : target.command, started: lnx_boot_time(),
          includesEnvironment: target.includesEnvironment, ring: target.ring))
    } catch {
      throw Failure(DisplayText(typed: error.description))
    }
    state.withLock { $0.writer = writer }
  }

  /// Starts the thread.
  /// - Parameters:
  ///   - other: the mailbox of the main thread, which is woken for news.
  ///   - tree: what is known before the first event; its running processes are recorded first.
  /// - Throws: `TraceError`.
  func start(waking other: Mailbox, knowing tree: ProcessTree? = nil) throws {
    guard let writer = state.withLock(\.writer) else { return }
    let job = RecorderJob(
      writer, recorder: self, filter: target.filter, until: target.until,
      mask: target.masksSecrets ? SecretMask() : nil,
      signals: RecorderJob.Signals(stop: stop, snapshot: snapshots), waking: other, knowing: tree)
    var thread = pthread_t()
    let result = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<RecorderJob>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, Unmanaged.passRetained(job).toOpaque())
    if result != 0 { throw TraceError(.makeThread, errno: result) }
    state.withLock { $0.thread = thread }
  }

  /// What the user should know, each message once.
  func news(onScreen: Bool = false) -> [DisplayText] {
    state.withLock { state in
      if onScreen { state.shown += state.news }
      defer { state.news = [] }
      return state.news
    }
  }

  /// What is to be printed at the end: news, and what was only on the screen.
  func lastNews() -> [DisplayText] {
    state.withLock { state in
      defer { (state.shown, state.news) = ([], []) }
      return state.shown + state.news
    }
  }

  /// What was recorded, in one line; nil before the end, and where the recording is not complete.
  var summary: DisplayText? { state.withLock(\.summary) }

  /// How many values were replaced, since they look like secrets; 0 before the end.
  var maskedValues: Int { state.withLock(\.maskedValues) }

  /// Whether nothing more is recorded.
  var hasFailed: Bool { state.withLock { $0.thread != nil && $0.writer == nil && $0.summary == nil } }

  /// The event that ends the recording; nil for none yet.
  var match: Match? {
    get { state.withLock(\.match) }
    set { state.withLock { $0.match = newValue } }
  }

  /// The line that says what matched, once; nil before.
  func matchNews() -> DisplayText? {
    state.withLock { state in
      guard let match = state.match, !state.isMatchTold else { return nil }
      state.isMatchTold = true
      return "--until matched: \(match.text)"
    }
  }

  /// The name of the file for messages.
  var name: DisplayText { DisplayText(typed: target.shownPath ?? target.path) }

  /// Whether the view started it, so that its user has seen no line of the shell about it.
  var isFromView: Bool { target.shownPath != nil }

  /// The length of the recording in bytes, as of the last writing.
  var size: Int { state.withLock(\.size) }

  func put(size: Int) { state.withLock { $0.size = size } }

  /// Whether it was asked to end.
  var isEnding: Bool { state.withLock(\.isEnding) }

  /// Removes the file, where the thread could not start.
  func discard() {
    state.withLock { state in
      state.writer?.discard()
      state.writer = nil
    }
  }

  /// Whether the file is to be removed.
  var isCancelled: Bool { state.withLock(\.isCancelled) }

  /// Removes the file, where tracing could not start: what was to be recorded has not run.
  func cancel() {
    guard state.withLock(\.thread) != nil else { return discard() }
    state.withLock { $0.isCancelled = true }
    end(status: nil)
    // The disk may not respond.
    var descriptor = pollfd(fd: done, events: Int16(POLLIN), revents: 0)
    while lnx_poll(&descriptor, 1, 2000) < 0 && errno == EINTR {}
  }

  /// Asks the thread to complete the recording, and returns at once.
  func end(status: Int32?) {
    state.withLock { ($0.status, $0.isEnding) = (status, true) }
    var one: UInt64 = 1
    _ = write(stop, &one, MemoryLayout<UInt64>.size)
  }

  func put(news: DisplayText) { state.withLock { $0.news.append(news) } }

  /// The thread's last words.
  func end(complete: Bool, summary: DisplayText?, masked: Int) {
    state.withLock {
      ($0.isComplete, $0.summary, $0.writer) = (complete, summary, nil)
      $0.maskedValues = masked
    }
    var one: UInt64 = 1
    _ = write(done, &one, MemoryLayout<UInt64>.size)
  }

  /// The exit status of the traced command; nil where there is none.
  var status: Int32? { state.withLock(\.status) }

  /// How long completing may take after a signal, in nanoseconds: with one file at the end, and without it. The disk may
  /// take its time; another signal ends the waiting.
  private static let patience: (whole: UInt64, cut: UInt64) = (500_000_000, 10_000_000_000)

  /// Writes what is left, and completes the file. After a signal it may leave what SQLite has beside it.
  /// - Parameters:
  ///   - status: the exit status of the traced command; nil without one.
  ///   - signals: a signalfd.
  ///   - isHurried: whether a signal ended the program already.
  /// - Returns: whether the recording is complete.
  func finish(status: Int32?, signals: Int32, isHurried: Bool) -> Bool {
    guard
      state.withLock({ state in
        state.status = status
        return state.thread != nil
      })
    else { return false }
    var one: UInt64 = 1
    _ = write(stop, &one, MemoryLayout<UInt64>.size)
    let waiting = SignalWait(signals: signals)
    var end = isHurried ? lnx_boot_time() + Self.patience.whole : nil
    var isInterrupted = false
    while true {
      let woken = waiting.wait(for: [done], until: end)
      if woken.readable.contains(done) { break }
      if woken.signal != nil { end = 0 }
      guard let moment = end, lnx_boot_time() >= moment else { continue }
      if isInterrupted { break }
      isInterrupted = true
      state.withLock { $0.writer?.interrupt() }
      end = lnx_boot_time() + Self.patience.cut
    }
    return state.withLock(\.isComplete)
  }
}
