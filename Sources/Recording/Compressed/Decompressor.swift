internal import CZlib
internal import CZstd

/// Why compressed bytes cannot be decompressed.
enum DecompressionFault: Error, Hashable {
  /// They are not what the compressor wrote: what is wrong, as a sentence's end.
  case damaged(String)
  /// They need more memory than there is, or than a reader should give: how much, and what to do.
  case tooLarge(String)
  /// What follows the compressed bytes is not compressed.
  case trailing
}

/// Decompresses a stream piece by piece. Several streams one after another count as one, as their programs treat them.
protocol Decompressor: AnyObject {
  /// Decompresses some bytes.
  /// - Returns: how many bytes of the input it used, and how many bytes of the output it wrote. It uses the whole input
  ///   or fills the whole output, except before it throws.
  func run(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(DecompressionFault) -> (used: Int, written: Int)
  /// Whether the stream may end here.
  var isAtEnd: Bool { get }
}

/// Decompresses gzip (RFC 1952), by zlib.
final class GzipDecompressor: Decompressor {
  private var stream = z_stream()
  private let isPrepared: Bool
  private var isBetween = true
  private var hasEnded = false
  private var fault: DecompressionFault?

  init() { isPrepared = czlib_start_gzip(&stream) == Z_OK }

  deinit { if isPrepared { inflateEnd(&stream) } }

  var isAtEnd: Bool { isBetween && hasEnded }

  func run(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(DecompressionFault) -> (used: Int, written: Int) {
    guard isPrepared else { throw .tooLarge(": no memory for zlib") }
    if let fault { throw fault }
    var (used, written) = (0, 0)
    while used < input.count, written < output.count {
      if isBetween, hasEnded {
        // Tapes and block devices fill up with zeros.
        if input[used] == 0 {
          used &+= 1
          continue
        }
        guard input[used] == 0x1f else {
          fault = .trailing
          break
        }
        inflateReset(&stream)
      }
      isBetween = false
      let room = UnsafeMutableRawBufferPointer(rebasing: output[written...])
      let (result, read, made) = inflate(UnsafeRawBufferPointer(rebasing: input[used...]), into: room)
      used &+= read
      written &+= made
      switch result {
      case Z_STREAM_END: (isBetween, hasEnded) = (true, true)
      case Z_OK, Z_BUF_ERROR: break
      case Z_MEM_ERROR: fault = .tooLarge(": no memory for zlib")
      default: fault = .damaged(stream.msg.map { String(cString: $0) } ?? "unknown data")
      }
      if fault != nil || result == Z_BUF_ERROR { break }
    }
    if let fault, written == 0 { throw fault }
    return (used, written)
  }

  private func inflate(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> (result: Int32, read: Int, made: Int) {
    let (most, room) = (UInt32(clamping: input.count), UInt32(clamping: output.count))
    stream.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
    stream.avail_in = most
    stream.next_out = output.bindMemory(to: UInt8.self).baseAddress
    stream.avail_out = room
    let result = CZlib.inflate(&stream, Z_NO_FLUSH)
    defer { (stream.next_in, stream.next_out) = (nil, nil) }
    return (result, Int(most &- stream.avail_in), Int(room &- stream.avail_out))
  }
}

/// Decompresses Zstandard (RFC 8878), by libzstd, with windows of up to 128 MiB.
final class ZstdDecompressor: Decompressor {
  private let context = ZSTD_createDCtx()
  private var isBetween = true
  private var hasEnded = false
  private var fault: DecompressionFault?

  deinit { ZSTD_freeDCtx(context) }

  var isAtEnd: Bool { isBetween && hasEnded }

  func run(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(DecompressionFault) -> (used: Int, written: Int) {
    guard context != nil else { throw .tooLarge(": no memory for zstd") }
    if let fault { throw fault }
    var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
    var isDrained = false
    while !isDrained, target.pos < target.size {
      let place = source.pos
      let made = target.pos
      let result = ZSTD_decompressStream(context, &target, &source)
      if ZSTD_isError(result) != 0 {
        fault = fault(of: result)
        break
      }
      // 0 after a frame is complete and all of it was written.
      if result == 0 {
        (isBetween, hasEnded) = (true, true)
      } else if source.pos > place || target.pos > made {
        isBetween = false
      }
      isDrained = source.pos == source.size && target.pos < target.size
    }
    if let fault, target.pos == 0 { throw fault }
    return (source.pos, target.pos)
  }

  private func fault(of result: Int) -> DecompressionFault {
    switch ZSTD_getErrorCode(result) {
    case ZSTD_error_prefix_unknown where isAtEnd: .trailing
    case ZSTD_error_frameParameter_windowTooLarge:
      .tooLarge("in 128 MiB: `zstd -dc --long=31 FILE | execsnoop-top tree -`")
    case ZSTD_error_memory_allocation: .tooLarge(": no memory for zstd")
    default: .damaged(ZSTD_getErrorName(result).map { String(cString: $0).lowercased() } ?? "unknown data")
    }
  }
}
