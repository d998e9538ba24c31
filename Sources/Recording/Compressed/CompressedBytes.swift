/// The format of compressed lines, told by their first bytes.
enum CompressionFormat: String {
  case gzip, zstd

  /// The format of bytes that start a file; nil for other files.
  init?(of start: [UInt8]) {
    if start.starts(with: [0x1f, 0x8b]) {
      self = .gzip
    } else if start.starts(with: [0x28, 0xb5, 0x2f, 0xfd])
      || start.count >= 4 && start[0] & 0xf0 == 0x50 && start[1...3].elementsEqual([0x2a, 0x4d, 0x18])
    {
      self = .zstd
    } else {
      return nil
    }
  }

  /// Whether more bytes are needed to tell: those that came may be the beginning of a signature.
  static func needsMore(than start: [UInt8]) -> Bool {
    guard let first = start.first, start.count < 4 else { return start.isEmpty }
    if first == 0x1f { return start.count < 2 }
    return [0x28, 0xb5, 0x2f, 0xfd].starts(with: start)
      || first & 0xf0 == 0x50 && [0x2a, 0x4d, 0x18].starts(with: start.dropFirst())
  }

  fileprivate var decompressor: any Decompressor {
    switch self {
    case .gzip: GzipDecompressor()
    case .zstd: ZstdDecompressor()
    }
  }
}

/// Compressed bytes of a file on their way to lines, with bounded memory: a little input may become endless output, of
/// which each call gives as much as there is room for.
struct CompressedBytes {
  let format: CompressionFormat
  private let decompressor: any Decompressor
  private var input: [UInt8]
  /// How many bytes of the input are decompressed.
  private var position = 0
  /// How many bytes of the file came before the input.
  private var before = 0
  /// Whether there may be more output without more input.
  private(set) var hasMore = true

  /// - Parameter start: the first bytes of the file.
  init(_ format: CompressionFormat, start: [UInt8]) {
    self.format = format
    decompressor = format.decompressor
    input = start
  }

  /// The byte of the compressed file, from 1, up to which it is decompressed.
  var place: Int { before &+ position }

  /// Whether the compressed stream may end here.
  var isAtEnd: Bool { position == input.count && decompressor.isAtEnd }

  /// Adds the next bytes of the file. Call it only while there is no more output without them.
  mutating func add(_ bytes: ArraySlice<UInt8>) {
    before &+= input.count
    input = Array(bytes)
    position = 0
    hasMore = true
  }

  /// Decompresses as much as there is room for.
  /// - Returns: how many bytes; 0 where more input is needed.
  mutating func next(into output: inout [UInt8]) throws(DecompressionFault) -> Int {
    let (place, decompressor) = (position, decompressor)
    let result = input.withUnsafeBytes { input in
      output.withUnsafeMutableBytes { output in
        Result { () throws(DecompressionFault) in
          try decompressor.run(UnsafeRawBufferPointer(rebasing: input[place...]), into: output)
        }
      }
    }
    guard case .success(let (used, written)) = result else {
      hasMore = false
      return try result.get().written
    }
    position &+= used
    hasMore = written == output.count || position < input.count
    return written
  }
}
