import Events
import Testing

@testable import Recording

/// Values of JSON in lines, and members of nested objects by their paths.
@Suite
struct JSONValuesTests {
  /// Reads lines; returns the sum of each object's members `n`, and how many lines are wrong.
  private func read(_ text: String) -> (sums: [Int], wrong: Int) {
    var values = JSONValues()
    var sums: [Int] = []
    var wrong = 0
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let isGood = values.read(Array(line.utf8)[...]) { (scanner) throws(JSONFault) in
        var sum = 0
        try scanner.entries { (name, scanner) throws(JSONFault) in
          if name.elementsEqual("n".utf8) { sum += try scanner.integer() } else { try scanner.skipValue() }
        }
        sums.append(sum)
        return .good
      }
      if !isGood { wrong += 1 }
    }
    if !values.finish() { wrong += 1 }
    return (sums, wrong)
  }

  @Test func `Values on one line, on many, several on a line, and in an array`() {
    for text in [
      #"{"n":1}\#n{"n":2}"#, #"{"n":1}{"n":2}"#, #" {"n":1} , {"n":2} "#, #"[{"n":1},{"n":2}]"#,
      "{\n\"n\":\n1}\n{\n\"n\":2\n}", "[\n{\"n\":1},\n  {\n\"n\": 2\n}\n]", "{\"n\":1\n}{\"n\":2}",
      "\u{1e}{\"n\":1}\n\u{1e}{\"n\":2}",
      "{\"a\":[\n{\n},\n{}],\"n\":1}\n{\"n\":2,\"s\":\"}{\\\"\"\n}",
    ] {
      let (sums, wrong) = read(text)
      #expect(sums == [1, 2] && wrong == 0, "\(text)")
    }
  }

  @Test func `A value that is cut off does not take the next one with it`() {
    for cut in [#"{"n":5"#, #"{"n":5,"#, #"{"a":"x"#, #"{"a":{"b":1}"#, #"{"a":"#, #"{"a":[1,2"#] {
      let (sums, wrong) = read("\(cut)\n{\"n\":1}\n{\"n\":2}")
      #expect(sums == [1, 2] && wrong == 1, "\(cut)")
    }
    let end = read("{\"n\":1}\n{\n\"n\":2,")
    #expect(end.sums == [1] && end.wrong == 1)
  }

  @Test func `Wrong text is counted by line`() {
    let (sums, wrong) = read("x\n{\"n\":1}\n}\n{\"n\":1} x\n{\"n\":tru}\n\"n\"\n{\"n\":2}")
    #expect(sums == [1, 1, 2] && wrong == 5)
  }

  private enum Field: String, CaseIterable, Sendable {
    case inner = "a.b_c.d"
    case outer = "a.e"
    case top
  }

  private func found(_ text: String, foldsNames: Bool = false) throws -> [String] {
    let paths = JSONPaths<Field>(foldsNames: foldsNames)
    var scanner = JSONScanner(Array(text.utf8)[...])
    var result: [String] = []
    try scanner.walk(paths) { (field, scanner) throws(JSONFault) in
      result.append("\(field) \(try scanner.looseInteger() as Int)")
    }
    try scanner.requireEnd()
    return result
  }

  @Test func `Members are found by nested and dotted names`() throws {
    for text in [
      #"{"a":{"b_c":{"d":1},"e":"-2"},"top":3}"#, #"{"a.b_c.d":1,"a.e":"-2","top":3}"#,
      #"{"a":{"b_c.d":1,"e":-2},"top":3}"#,
      #"{"a.b_c":{"d":1,"x":[{}]},"a":{"x":{"d":9},"e":-2},"b":null,"top":3}"#,
      #"{"\u0061":{"b_c":{"d":1},"e":-2},"top":3}"#,
    ] {
      #expect(try found(text) == ["inner 1", "outer -2", "top 3"], "\(text)")
    }
    #expect(try found(#"{"a":null,"A":{"e":1},"a.b_c":5,"top":null}"#) == [])
    #expect(try found(#"{"A":{"bC":{"D":1},"e_":2},"TOP":3}"#, foldsNames: true) == ["inner 1", "outer 2", "top 3"])
    #expect(throws: JSONFault.self) { try found(#"{"top":1.5}"#) }
    #expect(throws: JSONFault.self) { try found(#"{"top":"99999999999999999999"}"#) }
  }
}
