internal import Files
internal import Glibc

/// One file of `strace -ff`, read line by line. It is open only while a piece of it is read, so that a set may have
/// more files than a process may have descriptors.
struct StraceFile {
  let path: [UInt8]
  let pid: Int32
  /// The line that was read last, until it is used.
  var line: Range<Int>?
  /// How many lines were read.
  private(set) var lineCount = 0
  /// Whether its last line has no end, and is left out.
  private(set) var isCut = false
  /// How many bytes were read.
  private(set) var bytesRead = 0
  /// What is wrong with its compressed bytes, as the rest of a sentence.
  private(set) var fault: String?

  private var offset: UInt64 = 0
  private var compressed: CompressedBytes?
  private var hasEnded = false
  /// Bytes that were read and not taken.
  private var bytes: [UInt8] = []
  private var place = 0
  /// Up to where `bytes` has no line end.
  private var searched = 0
  /// Whether the present line is too long, so that the rest of it is dropped.
  private var isSkipping = false

  init(_ path: [UInt8], _ pid: Int32) {
    self.path = path
    self.pid = pid
  }

  /// Whether it keeps the state of a decompressor.
  var isCompressed: Bool { compressed != nil }
  /// How many bytes it keeps.
  var held: Int { bytes.count }

  /// What was read.
  enum Step {
    /// A line, which is in `line`.
    case line
    /// A line that is too long, and left out.
    case tooLong
    /// The end of the file.
    case end
  }

  /// Reads the next line.
  /// - Parameters:
  ///   - chunk: how many bytes are read at once.
  ///   - most: how long a line may be.
  /// - Throws: `RecordingError` where the file cannot be read.
  mutating func next(chunk: Int, most: Int) throws(RecordingError) -> Step {
    line = nil
    while true {
      if let end = lineEnd() {
        var line = place..<end
        place = end &+ 1
        searched = place
        lineCount &+= 1
        if isSkipping || line.count > most {
          isSkipping = false
          return .tooLong
        }
        if let last = line.last, bytes[last] == 0x0d { line = line.lowerBound..<last }
        self.line = line
        return .line
      }
      if isSkipping || bytes.count &- place > most {
        isSkipping = true
        bytes = []
        place = 0
      } else if place > 0 {
        bytes.removeFirst(place)
        place = 0
      }
      searched = bytes.count
      guard try fill(chunk) else {
        defer {
          bytes = []
          place = 0
        }
        if isSkipping {
          isSkipping = false
          lineCount &+= 1
          return .tooLong
        }
        if bytes.contains(where: { $0 > 0x20 }) {
          lineCount &+= 1
          isCut = true
        }
        return .end
      }
    }
  }

  /// Reads the bytes of `line`; nil without one.
  func withLine<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R? {
    guard let line else { return nil }
    return bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[line.clamped(to: $0.indices)])) }
  }

  /// The next line end (`memchr`).
  private func lineEnd() -> Int? {
    bytes.withUnsafeBytes { bytes in
      guard searched < bytes.count, let start = bytes.baseAddress,
        let end = memchr(start + searched, 0x0a, bytes.count &- searched)
      else { return nil }
      return UnsafeRawPointer(end) - start
    }
  }

  /// - Returns: false at the end of the file.
  private mutating func fill(_ chunk: Int) throws(RecordingError) -> Bool {
    if hasEnded { return false }
    if bytesRead == 0, compressed == nil {
      let first = try readPiece(chunk)
      guard let format = CompressionFormat(of: first) else {
        bytes.append(contentsOf: first)
        return !first.isEmpty
      }
      compressed = CompressedBytes(format, start: first)
    }
    guard var compressed else {
      let piece = try readPiece(chunk)
      bytes.append(contentsOf: piece)
      return !piece.isEmpty
    }
    self.compressed = nil
    defer { self.compressed = hasEnded ? nil : compressed }
    var buffer = [UInt8](repeating: 0, count: chunk)
    while true {
      if !compressed.hasMore {
        let piece = try readPiece(chunk)
        if piece.isEmpty {
          if !compressed.isAtEnd { fault = "ends within its \(compressed.format) data" }
          return false
        }
        compressed.add(piece[...])
      }
      do throws(DecompressionFault) {
        let count = try compressed.next(into: &buffer)
        guard count > 0 else { continue }
        bytes.append(contentsOf: buffer[..<count])
        return true
      } catch {
        fault =
          switch error {
          case .trailing: "has other data after its \(compressed.format) data, which is left out"
          case .damaged: "is damaged: its \(compressed.format) data is wrong near byte \(compressed.place)"
          case .tooLarge(let what): "cannot be decompressed \(what)"
          }
        hasEnded = true
        return false
      }
    }
  }

  /// Reads from the file (`pread`).
  /// - Returns: no bytes at its end.
  private mutating func readPiece(_ count: Int) throws(RecordingError) -> [UInt8] {
    let piece: [UInt8]
    do throws(Errno) { piece = try Self.bytes(of: path, at: offset, count: count) } catch {
      throw .system(operation: "read", path: String(decoding: path, as: UTF8.self), errno: error.number)
    }
    offset &+= UInt64(truncatingIfNeeded: piece.count)
    bytesRead &+= piece.count
    if piece.isEmpty { hasEnded = true }
    return piece
  }

  private static func bytes(of path: [UInt8], at place: UInt64, count: Int) throws(Errno) -> [UInt8] {
    let descriptor = open(path.map { CChar(bitPattern: $0) } + [0], O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard descriptor >= 0 else { throw Errno(errno) }
    defer { Glibc.close(descriptor) }
    return try FileDescriptor(descriptor).bytes(at: place, count: count)
  }

  /// The first bytes of a file, decompressed; nil where it cannot be read.
  static func head(of path: [UInt8], count: Int) -> [UInt8]? {
    var file = StraceFile(path, 0)
    do throws(RecordingError) {
      while file.bytes.count < count, try file.fill(count) {}
      return Array(file.bytes.prefix(count))
    } catch { return nil }
  }
}
