/// An array in pages: after a copy of it, a change copies one page instead of everything.
///
/// This makes freezing a view cheap: with 200,000 processes the first event after it copies one page of records.
struct Pages<Element: Sendable>: Sendable {
  /// A page of records has some 40 KB: small compared with all records, large compared with the cost of finding one.
  private static var shift: Int { 8 }
  private static var mask: Int { (1 &<< shift) &- 1 }

  private var pages: ContiguousArray<ContiguousArray<Element>> = []
  private(set) var count = 0

  subscript(_ index: Int) -> Element {
    @inline(__always) _read { yield pages[index &>> Self.shift][index & Self.mask] }
    @inline(__always) _modify { yield &pages[index &>> Self.shift][index & Self.mask] }
  }

  /// Lends a range of elements page by page, with the index of the first of each: for walks that must not copy
  /// elements.
  @inline(__always)
  func forEachPage(in range: Range<Int>, _ body: (_ first: Int, UnsafeBufferPointer<Element>) -> Void) {
    var first = range.lowerBound
    while first < range.upperBound {
      let end = min((first | Self.mask) &+ 1, range.upperBound)
      pages[first &>> Self.shift].withUnsafeBufferPointer { page in
        let start = first & Self.mask
        body(first, UnsafeBufferPointer(rebasing: page[start..<start &+ end &- first]))
      }
      first = end
    }
  }

  mutating func append(_ element: Element) {
    if count & Self.mask == 0 {
      var page: ContiguousArray<Element> = []
      page.reserveCapacity(1 &<< Self.shift)
      pages.append(page)
    }
    pages[count &>> Self.shift].append(element)
    count &+= 1
  }
}
