internal import DequeModule

/// A queue in pages: it grows by a page, without copying its elements, and after a copy of it a change copies one page.
struct PagedQueue<Element: Sendable>: Sendable {
  private static var pageSize: Int { 256 }

  // Nil for a removed element, so that its memory is free before the page is.
  private var pages: Deque<ContiguousArray<Element?>> = []
  /// How many elements of the first page are removed.
  private var taken = 0
  private(set) var count = 0

  /// Nil beyond the ends. - Complexity: O(1).
  subscript(_ index: Int) -> Element? {
    guard index >= 0, index < count else { return nil }
    let place = taken &+ index
    return pages[place / Self.pageSize][place % Self.pageSize]
  }

  var last: Element? { self[count &- 1] }

  mutating func append(_ element: consuming Element) {
    if (taken &+ count) % Self.pageSize == 0 {
      var page: ContiguousArray<Element?> = []
      page.reserveCapacity(Self.pageSize)
      pages.append(page)
    }
    pages[pages.count &- 1].append(element)
    count &+= 1
  }

  /// Nil where it is empty.
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
