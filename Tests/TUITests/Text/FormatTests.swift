import Testing

@testable import TUI

/// Numbers as people read them.
@Suite
struct FormatTests {
  @Test(
    arguments: [
      (0, "<1µs"), (999, "<1µs"), (312_000, "312µs"), (4_100_000, "4.1ms"), (99_999_999, "99.9ms"),
      (412_000_000, "412ms"), (999_999_999, "999ms"), (1_200_000_000, "1.2s"), (59_999_000_000, "59.9s"),
      (192_000_000_000, "3m12s"), (3_599_000_000_000, "59m59s"), (18_420_000_000_000, "5h07m"),
      (86_400_000_000_000, "1d00h"), (UInt64(204) * 86_400_000_000_000, "204d"), (UInt64.max, "213503d"),
    ] as [(UInt64, String)])
  func `Durations`(nanoseconds: UInt64, expected: String) {
    #expect(Format.duration(nanoseconds) == expected)
  }

  @Test func `No duration of a machines life is wider than its column`() {
    var nanoseconds: UInt64 = 1
    while nanoseconds < 100_000 * 86_400_000_000_000 / 100 {
      #expect(Format.duration(nanoseconds).count <= TreeColumn.time.standardWidth)
      #expect(Format.age(nanoseconds).count <= TreeColumn.time.standardWidth)
      nanoseconds = nanoseconds * 11 / 10 + 1
    }
    #expect(Format.duration(312_000, micro: "u") == "312us")
  }

  @Test(
    arguments: [
      (0, "<1s"), (1, "1s"), (9, "9s"), (10, "10s"), (47, "47s"), (59, "59s"), (60, "1m"), (3599, "59m"), (3600, "1h"),
      (86_399, "23h"),
      (86_400, "1d"),
    ] as [(UInt64, String)])
  func `Ages are exact for a minute and coarse after it`(seconds: UInt64, expected: String) {
    #expect(Format.age(seconds * 1_000_000_000) == expected)
  }

  @Test func `An age changes exactly when it says`() {
    for seconds: UInt64 in [0, 3, 10, 55, 60, 61, 3599, 3600, 7201, 86_399, 90_000] {
      let age = seconds * 1_000_000_000 + 17
      let step = Format.nextAgeChange(after: age)
      #expect(Format.age(age + step) != Format.age(age))
      #expect(Format.age(age + step - 1) == Format.age(age))
    }
  }

  @Test(
    arguments: [
      (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (12_900_000, "12.3 MiB"), (1_610_612_736, "1.5 GiB"),
      (UInt64.max, "15.9 EiB"),
    ] as [(UInt64, String)])
  func `Sizes`(bytes: UInt64, expected: String) {
    #expect(Format.bytes(bytes) == expected)
  }

  @Test(arguments: [(0, "0"), (4, "0.4"), (99, "9.9"), (100, "10"), (12_040, "1,204")])
  func `Rates`(tenths: Int, expected: String) {
    #expect(DisplayText.rate(tenths: tenths).string == expected)
  }

  @Test func `Wrapped lines are the text`() {
    let text = DisplayText(
      untrusted: "one two  three 漢字漢字 e\u{301}e\u{301}e\u{301} \u{1b}[31m a-long-word-without-end".utf8)
    for width in 2...40 {
      let lines = text.wrapped(to: width)
      #expect(lines.allSatisfy { $0.width <= width && !$0.isEmpty })
      #expect(lines.joined() == text)
    }
    #expect(DisplayText().wrapped(to: 10) == [DisplayText()])
    func wrapped(_ text: DisplayText, _ width: Int) -> [String] { text.wrapped(to: width).map(\.string) }
    #expect(wrapped("/usr/lib/gcc/x86_64-linux-gnu/12/cc1", 20) == ["/usr/lib/gcc/x86_64-", "linux-gnu/12/cc1"])
    #expect(wrapped("PATH=/usr/local/bin:/usr/bin:/bin", 18) == ["PATH=/usr/local/", "bin:/usr/bin:/bin"])
    #expect(wrapped("a,b,c --mabi=amdhsa", 15) == ["a,b,c --mabi=", "amdhsa"])
    #expect(wrapped("gcc -O2 -Wall", 9) == ["gcc -O2 ", "-Wall"])
    #expect(wrapped("abcdefghij", 4) == ["abcd", "efgh", "ij"])
    #expect(("one two three" as DisplayText).wrapped(to: 8).map(\.string) == ["one two ", "three"])
  }
}
