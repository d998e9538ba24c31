internal import DequeModule

/// An array in pages: after a copy of it, a change copies one page instead of everything.
///
/// This makes freezing a view cheap: with 200,000 processes, the next event copies one page of records.
struct Pages<Element: Sendable>: Sendable {
  /// A page of records has about 40 KB: small compared with all records, and large enough for a short list of pages.
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

/// A queue in pages: it grows by a page, without copying its elements, and after a copy of it a change copies one page.
struct PagedQueue<Element: Sendable>: Sendable {
  private static var pageSize: Int { 256 }

  // Nil for a removed element, whose memory is freed before the page.
  private var pages: Deque<ContiguousArray<Element?>> = []
  /// How many elements of the first page are removed.
  private var taken = 0
  private(set) var count = 0

  /// The element at an index, 0 for the oldest; nil beyond the ends. - Complexity: O(1).
  subscript(_ index: Int) -> Element? {
    guard index >= 0, index < count else { return nil }
    let place = taken &+ index
    return pages[place / Self.pageSize][place % Self.pageSize]
  }

  var last: Element? { self[count &- 1] }

  /// Changes the element at an index that has one. - Complexity: O(1), and that of copying a page after a copy.
  mutating func update(_ index: Int, _ change: (inout Element) -> Void) {
    let place = taken &+ index
    guard pages[place / Self.pageSize][place % Self.pageSize] != nil else { return }
    change(&pages[place / Self.pageSize][place % Self.pageSize]!)
  }

  mutating func append(_ element: consuming Element) {
    if (taken &+ count) % Self.pageSize == 0 {
      var page: ContiguousArray<Element?> = []
      page.reserveCapacity(Self.pageSize)
      pages.append(page)
    }
    pages[pages.count &- 1].append(element)
    count &+= 1
  }

  /// Removes and returns the oldest element; nil if there is none.
  mutating func removeFirst() -> Element? {
    guard count > 0 else { return nil }
    let element = pages[0][taken].take()
    taken &+= 1
    count &-= 1
    if taken == Self.pageSize {
      pages.removeFirst()
      taken = 0
    }
    return element
  }
}
