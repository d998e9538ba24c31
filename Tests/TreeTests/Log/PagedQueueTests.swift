import Testing

@testable import Tree

@Suite struct PagedQueueTests {
  private final class Held: Sendable {}

  @Test func `It behaves like an array`() {
    var queue = PagedQueue<Int>()
    var array: [Int] = []
    var random = SystemRandomNumberGenerator()
    for number in 0..<5000 {
      if Int.random(in: 0..<5, using: &random) == 0 {
        #expect(queue.removeFirst() == (array.isEmpty ? nil : array.removeFirst()))
      } else {
        queue.append(number)
        array.append(number)
      }
      #expect(queue.count == array.count && queue.last == array.last)
      let index = Int.random(in: -1...array.count, using: &random)
      #expect(queue[index] == (array.indices.contains(index) ? array[index] : nil))
    }
    while !array.isEmpty { #expect(queue.removeFirst() == array.removeFirst()) }
    #expect(queue.removeFirst() == nil && queue.last == nil)
  }

  @Test func `A copy does not change`() {
    var queue = PagedQueue<Int>()
    for number in 0..<1000 { queue.append(number) }
    let copy = queue
    for number in 0..<600 {
      #expect(queue.removeFirst() == number)
      queue.append(-number)
    }
    #expect((0..<1000).allSatisfy { copy[$0] == $0 })
  }

  @Test func `A removed element is released at once`() {
    var queue = PagedQueue<Held>()
    weak var first: Held?
    do {
      let held = Held()
      first = held
      queue.append(held)
      queue.append(Held())
    }
    #expect(first != nil)
    _ = queue.removeFirst()
    #expect(first == nil)
  }
}
