import CLinux
import Events
import Glibc
import Recording
import Synchronization
import TUI
import Terminal

/// Reads a recording in a thread of its own, so that one CPU decodes while another one applies. What waits is bounded: the
/// thread stops while nobody takes its events.
///
/// One thread at a time uses the file: the main thread before `start`, and the other one after it; the compiler cannot
/// check this.
final class RecordingReader: @unchecked Sendable {
  /// How far the file is read.
  struct Progress {
    var bytes = 0
    /// Whether no more events come, apart from those that wait.
    var hasEnded = false
    var failure: RecordingError?
    var notice: String?
    /// What was found out about machines meanwhile.
    var remarks: [String] = []
  }

  /// Some events, and the clocks as of them. The reader's thread computes these, because the main thread has more to do.
  struct Piece {
    var events: [ProcessEvent] = []
    /// The times of the first and of the newest event, in nanoseconds since boot; nil without events.
    var times: ClosedRange<UInt64>?
    /// The wall clock less the boot clock, by nanoseconds since boot, up to here; nil if unknown.
    var offsets: Steps<UInt64, Int64>?
  }

  private struct Waiting {
    var pieces: [Piece] = []
    var progress = Progress()
  }

  /// How many pieces of the file may wait.
  private static let most: UInt32 = 16

  private let file: EventInput
  private var clock = RecordedClock()
  /// The length of the file in bytes; nil where it has none.
  let length: Int?
  /// Becomes readable when there are events, or no more come.
  let descriptor: Int32
  private let waiting = Mutex(Waiting())
  private let room = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
  private var isStarted = false

  /// - Throws: `Failure` where no descriptor is left.
  init(_ file: EventInput) throws {
    length = file.length
    self.file = file
    descriptor = lnx_eventfd()
    if descriptor < 0 { throw Failure("cannot make an eventfd") }
    sem_init(room, 0, Self.most)
  }

  deinit {
    close(descriptor)
    sem_destroy(room)
    room.deallocate()
  }

  /// Whether the events are those of now.
  var isLive: Bool { file.isLive }
  /// The descriptors of the files, before `start`.
  var fileDescriptors: [Int32] { file.descriptors }
  /// When to read whatever the descriptors say, before `start`; nil for never.
  var until: UInt64? { file.until }

  /// Reads the next piece, before `start`.
  func readNow() -> (piece: Piece, progress: Progress) {
    let piece = read(blocks: false)
    return (piece, waiting.withLock { $0.progress })
  }

  private func read(blocks: Bool) -> Piece {
    let recorded: [RecordedEvent]
    var failure: RecordingError?
    var hasEnded = false
    do throws(RecordingError) {
      let piece = try file.read(blocks: blocks)
      hasEnded = piece == nil
      recorded = piece ?? []
    } catch {
      (failure, hasEnded, recorded) = (error, true, [])
    }
    let (bytes, notice) = (file.bytesRead, hasEnded ? file.notice : nil)
    let remarks = file.drainRemarks()
    waiting.withLock {
      $0.progress.remarks += remarks
      $0.progress.bytes = bytes
      ($0.progress.failure, $0.progress.hasEnded, $0.progress.notice) = (failure, hasEnded, notice)
    }
    return makePiece(of: recorded)
  }

  private func makePiece(of recorded: [RecordedEvent]) -> Piece {
    var piece = Piece()
    piece.events.reserveCapacity(recorded.count)
    for event in recorded {
      piece.events.append(event.event)
      // What is known about a machine did not happen then.
      if case .host = event.event { continue }
      clock.observe(event)
      let time = event.event.time
      piece.times = min(piece.times?.lowerBound ?? time, time)...max(piece.times?.upperBound ?? time, time)
    }
    piece.offsets = clock.offsets
    return piece
  }

  /// Starts the thread. Signals have to be blocked, as they are for the main thread.
  /// - Throws: `Failure`.
  func start() throws {
    guard !isStarted, !(waiting.withLock { $0.progress.hasEnded }) else { return }
    isStarted = true
    var thread = pthread_t()
    let reader = Unmanaged.passRetained(self)
    let result = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<RecordingReader>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, reader.toOpaque())
    if result != 0 {
      reader.release()
      throw Failure("cannot make a thread: \(DisplayText(errno: result))")
    }
    pthread_detach(thread)
  }

  private func run() {
    while true {
      while sem_wait(room) != 0 && errno == EINTR {}
      let piece = read(blocks: true)
      let isEmpty = piece.events.isEmpty
      let hasEnded = waiting.withLock { waiting in
        if !isEmpty { waiting.pieces.append(piece) }
        return waiting.progress.hasEnded
      }
      // A piece without events leaves its room.
      if isEmpty { sem_post(room) }
      var one: UInt64 = 1
      if !isEmpty || hasEnded { _ = write(descriptor, &one, MemoryLayout<UInt64>.size) }
      if hasEnded { return }
    }
  }

  /// Removes and returns what waits, oldest first, and how far the file was read then.
  func drain() -> (pieces: [Piece], progress: Progress) {
    var count: UInt64 = 0
    _ = Glibc.read(descriptor, &count, MemoryLayout<UInt64>.size)
    let taken = waiting.withLock { waiting in
      defer { (waiting.pieces, waiting.progress.remarks) = ([], []) }
      return (pieces: waiting.pieces, progress: waiting.progress)
    }
    for _ in taken.pieces { sem_post(room) }
    return taken
  }
}
