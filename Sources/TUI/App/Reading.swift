/// How far a recording is read, while it is being read.
package struct Reading: Hashable, Sendable {
  /// In percent; nil if the length is unknown, as for a pipe.
  package let percent: Int?

  /// - Parameters:
  ///   - bytes: that were read.
  ///   - length: of the whole, where that is known.
  package init(bytes: Int, of length: Int?) {
    percent = length.map { min(Int(Double(bytes) * 100 / Double(max($0, 1))), 100) }
  }
}
