import Testing

@testable import Trace

@Suite struct RecentTableTests {
  @Test func `Used keys stay, unused keys are forgotten`() {
    var table = RecentTable<Int, String>(generation: 100)
    table.insert("used", for: -1)
    table.insert("forgotten", for: -2)
    for number in 0..<1000 {
      table.insert("", for: number)
      if number % 50 == 0 { #expect(table.use(-1) == "used") }
    }
    #expect(table.use(-2) == nil)
    #expect((900..<1000).allSatisfy { table.use($0) != nil })
    #expect((0..<1000).filter { table.use($0) != nil }.count <= 200)
  }

  @Test func `A new value replaces the old one`() {
    var table = RecentTable<Int, String>(generation: 1)
    table.insert("a", for: 1)
    table.insert("b", for: 2)
    table.insert("c", for: 1)
    #expect(table.use(1) == "c" && table.use(2) == "b")
  }
}
