import Glibc
import TestSupport
import Testing

@testable import Recording

/// Compressed lines, made by the programs that usually make them.
@Suite
struct CompressedFileTests {
  /// How a file ended.
  private struct Result: Equatable {
    var events: [RecordedEvent] = []
    /// The notice, without the name of the file.
    var notice: String?
    /// The error, without the name of the file.
    var failure: String?
    /// The most events of one piece.
    var mostAtOnce = 0
  }

  private static let compressors = ["gzip -c", "zstd -qc"]

  /// Lines of every kind.
  private static let lines: [UInt8] = {
    var random = RandomEvents(seed: 5)
    var encoder = JSONLineEncoder(wallOffset: 5)
    for kind in 0..<RandomEvents.kinds { encoder.append(random.event(ofKind: kind)) }
    return encoder.bytes
  }()

  private static let plain: [RecordedEvent] = {
    var reader = JSONLineReader()
    var events: [RecordedEvent] = []
    try? reader.read(lines[...], into: &events)
    return events
  }()

  /// Runs a script in a new directory with the lines in the file `rec`, and returns the file `x` that it makes.
  private func make(_ script: String) throws -> [UInt8] {
    let scratch = Scratch()
    defer { withExtendedLifetime(scratch) {} }
    scratch.write("rec", Self.lines)
    try #require(system("cd \(scratch.path) && { \(script); } >x") == 0, "\(script)")
    return contents(of: scratch["x"])
  }

  private func read(_ bytes: [UInt8], in scratch: Scratch = Scratch()) -> Result {
    defer { withExtendedLifetime(scratch) {} }
    scratch.write("x", bytes)
    return read(at: scratch["x"])
  }

  private func read(at path: String) -> Result {
    var result = Result()
    let length = path.utf8.count
    do throws(RecordingError) {
      var file = try EventFile(path: path)
      do throws(RecordingError) {
        while let events = try file.read() {
          result.events += events
          result.mostAtOnce = max(result.mostAtOnce, events.count)
        }
      } catch {
        result.failure = String(error.description.dropFirst(length)).trimmingSpaces
      }
      result.notice = file.notice.map { String($0.dropFirst(length + 1)) }
    } catch {
      result.failure = error.description
    }
    return result
  }

  @Test(arguments: compressors)
  func `Compressed lines are read as lines`(_ compress: String) throws {
    for script in ["\(compress) rec", "\(compress) rec; \(compress) rec", "\(compress) rec; \(compress) </dev/null"] {
      let result = read(try make(script))
      let times = script == "\(compress) rec; \(compress) rec" ? 2 : 1
      #expect(result.events == (0..<times).flatMap { _ in Self.plain }, "\(script)")
      #expect(result.notice == nil && result.failure == nil)
    }
  }

  @Test func `What compressors may put beside the data is skipped`() throws {
    let skippable = #"printf '\120\052\115\030\004\000\000\000abcd'"#
    for script in [
      "\(skippable); zstd -qc rec; \(skippable)", "gzip -c rec; head -c 70000 /dev/zero", "gzip -cN <rec",
      "zstd -qc --no-check rec", "zstd -qc --long=27 rec", "xxd rec /dev/null 2>/dev/null; gzip -1c rec",
    ] {
      let result = read(try make(script))
      #expect(result.events == Self.plain && result.notice == nil && result.failure == nil, "\(script)")
    }
  }

  @Test(arguments: compressors)
  func `Bytes one at a time through a pipe`(_ compress: String) throws {
    let scratch = Scratch()
    defer { withExtendedLifetime(scratch) {} }
    scratch.write("x", try make("\(compress) rec"))
    try #require(mkfifo(scratch["pipe"], 0o600) == 0)
    let script = "dd if=\(scratch["x"]) of=\(scratch["pipe"]) bs=1 status=none &"
    try #require(system(script) == 0)
    let result = read(at: scratch["pipe"])
    #expect(result.events == Self.plain && result.notice == nil && result.failure == nil)
  }

  @Test(arguments: compressors)
  func `A file cut at any byte gives the lines before, and says where it ends`(_ compress: String) throws {
    let whole = try make("\(compress) rec")
    let scratch = Scratch()
    for length in 1..<whole.count {
      let result = read(Array(whole[..<length]), in: scratch)
      #expect(result.events[...] == Self.plain.prefix(result.events.count), "cut at \(length)")
      let text = result.notice ?? result.failure ?? ""
      if length >= 4 {
        #expect(text.contains("ends within its "), "cut at \(length): \(text)")
        #expect(text.contains("after byte \(length)"), "cut at \(length): \(text)")
        #expect((result.failure != nil) == result.events.isEmpty, "cut at \(length)")
      } else {
        #expect(!text.isEmpty)
      }
    }
  }

  @Test(arguments: compressors)
  func `Flipped bits give the lines before, and one line that names the place`(_ compress: String) throws {
    var bytes = try make("\(compress) rec")
    let scratch = Scratch()
    var found = 0
    for place in bytes.indices {
      let mask = UInt8(1) << UInt8(place % 8)
      bytes[place] ^= mask
      let result = read(bytes, in: scratch)
      bytes[place] ^= mask
      let text = [result.failure, result.notice].compactMap(\.self).joined()
      #expect(!text.contains("\n"))
      if !text.isEmpty { found += 1 }
      // A checksum covers all but a few bytes of the header: a flip that is not found changed no line.
      if text.isEmpty { #expect(result.events == Self.plain, "flipped at \(place)") }
    }
    #expect(found > bytes.count * 9 / 10)
  }

  @Test(arguments: [
    ("gzip -c rec; echo more", "has other data after its gzip data, from byte "),
    ("zstd -qc rec; echo more", "has other data after its zstd data, from byte "),
  ])
  func `Data after the compressed data is left out and reported`(script: String, notice: String) throws {
    let result = read(try make(script))
    #expect(result.events == Self.plain && result.failure == nil)
    #expect(result.notice?.hasPrefix(notice) == true, "\(result.notice ?? "none")")
  }

  @Test(arguments: [
    (
      "printf 'SQLite format 3\\0 and so on' | gzip", "is a compressed database: decompress it first: zcat FILE >run.db"
    ),
    (
      "printf 'SQLite format 3\\0 and so on' | zstd",
      "is a compressed database: decompress it first: zstdcat FILE >run.db"
    ),
    (
      "zstd -qc --long=29 <rec",
      "cannot be decompressed in 128 MiB: `zstd -dc --long=31 FILE | execsnoop-top tree -`"
    ),
    ("gzip -c rec | head -c 6", "ends within its gzip data, after byte 6, and has no event before that: make it again"),
  ])
  func `What cannot be read says what to do`(script: String, failure: String) throws {
    let result = read(try make(script))
    #expect(result.events.isEmpty && result.failure == failure)
  }

  @Test(arguments: compressors)
  func `A little file that becomes much comes in small pieces`(_ compress: String) throws {
    let line = #"{"ev":"lost","boot":1}"#
    let bytes = try make("yes '\(line)' | head -n 400000 | \(compress)")
    #expect(bytes.count < 100_000)
    let result = read(bytes)
    #expect(result.events.count == 400_000 && result.mostAtOnce < 20_000)
    #expect(result.failure == nil && result.notice == nil)
  }
}

extension String {
  fileprivate var trimmingSpaces: String { String(drop { $0 == " " || $0 == "," }) }
}
