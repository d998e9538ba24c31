internal import Events

/// Arguments that a tool joined with spaces: split again at each space. An argument that had a space is several then,
/// and an empty one is none: hence the mark `reconstructed`.
enum ReconstructedArguments {
  /// The arguments, each closed by NUL.
  /// - Parameter first: an argument before the text, such as an argv[0] that the tool leaves out.
  static func split(_ text: UnsafeRawBufferPointer, after first: UnsafeRawBufferPointer? = nil) -> [UInt8] {
    var block: [UInt8] = []
    block.reserveCapacity(text.count &+ 2 &+ (first?.count ?? 0))
    if let first {
      block.append(contentsOf: first)
      block.append(0)
    }
    var isOpen = false
    for byte in text {
      if byte == 0x20 || byte == 0 {
        if isOpen { block.append(0) }
        isOpen = false
      } else {
        block.append(byte)
        isOpen = true
      }
    }
    if isOpen { block.append(0) }
    return block
  }
}

extension ReconstructedArguments {
  /// The arguments of a text in which those with a space are in double quotes, as Tetragon and Sysmon write them,
  /// without an escape for quotes in them. A quoted argument ends at a quote before a space or the end.
  static func splitQuoted(_ text: ArraySlice<UInt8>, after first: ArraySlice<UInt8>? = nil) -> [UInt8] {
    var block: [UInt8] = []
    block.reserveCapacity(text.count &+ 2 &+ (first?.count ?? 0))
    if let first {
      block.append(contentsOf: first)
      block.append(0)
    }
    var place = text.startIndex
    // No quote has an end after one without: the text is searched once.
    var hasEnds = true
    while place < text.endIndex {
      if text[place] == 0x20 {
        place &+= 1
        continue
      }
      var isQuoted = hasEnds && text[place] == UInt8(ascii: "\"")
      if isQuoted {
        hasEnds = hasEnd(text, after: place)
        isQuoted = hasEnds
      }
      if isQuoted { place &+= 1 }
      while place < text.endIndex {
        let byte = text[place]
        if isQuoted ? byte == UInt8(ascii: "\"") && isEnd(text, place) : byte == 0x20 { break }
        if byte != 0 { block.append(byte) }
        place &+= 1
      }
      block.append(0)
      place &+= 1
    }
    return block
  }

  /// Whether a quote ends an argument.
  private static func isEnd(_ text: ArraySlice<UInt8>, _ place: Int) -> Bool {
    place &+ 1 == text.endIndex || text[place &+ 1] == 0x20
  }

  /// Whether a quote that starts an argument has its end.
  private static func hasEnd(_ text: ArraySlice<UInt8>, after start: Int) -> Bool {
    var place = start &+ 1
    while place < text.endIndex {
      if text[place] == UInt8(ascii: "\""), isEnd(text, place) { return true }
      place &+= 1
    }
    return false
  }
}

/// The comm that the kernel gives at the exec of a file: its last name, cut to 15 bytes.
extension Comm {
  init(ofFile path: some BidirectionalCollection<UInt8>) {
    let name = path.lastIndex(of: UInt8(ascii: "/")).map { path[path.index(after: $0)...] } ?? path[...]
    self.init(name)
  }
}
