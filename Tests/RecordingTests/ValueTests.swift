import Events
import Glibc
import Testing

@testable import Recording

/// Names, times and Base64.
@Suite
struct ValueTests {
  @Test func `Every errno and signal that this machine's C library names has the same name here`() {
    // On alpha, mips, parisc and sparc the C library has other numbers than the generic ABI.
    #expect(ErrnoName.name(of: EPERM) == "EPERM")
    #expect(ErrnoName.name(of: ENOENT) == "ENOENT")
    #expect(ErrnoName.name(of: ENOEXEC) == "ENOEXEC")
    #expect(ErrnoName.name(of: E2BIG) == "E2BIG")
    #expect(ErrnoName.name(of: ETXTBSY) == "ETXTBSY")
    #expect(ErrnoName.name(of: ELOOP) == "ELOOP")
    #expect(ErrnoName.name(of: ENAMETOOLONG) == "ENAMETOOLONG")
    #expect(ErrnoName.name(of: ELIBBAD) == "ELIBBAD")
    #expect(ErrnoName.name(of: EHWPOISON) == "EHWPOISON")
    #expect(ErrnoName.value(of: "EWOULDBLOCK") == EWOULDBLOCK)
    #expect(SignalName.name(of: SIGHUP) == "SIGHUP")
    #expect(SignalName.name(of: SIGKILL) == "SIGKILL")
    #expect(SignalName.name(of: SIGSEGV) == "SIGSEGV")
    #expect(SignalName.name(of: SIGSTKFLT) == "SIGSTKFLT")
    #expect(SignalName.name(of: SIGCHLD) == "SIGCHLD")
    #expect(SignalName.name(of: SIGWINCH) == "SIGWINCH")
    #expect(SignalName.name(of: SIGSYS) == "SIGSYS")
  }

  @Test func `Names and numbers convert both ways; other values have no name`() {
    for (value, name) in ErrnoName.table {
      #expect(ErrnoName.name(of: value) == name)
      #expect(ErrnoName.value(of: name.lowercased()) == value)
    }
    #expect([0, -1, 41, 58, 134, 400, 515, Int32.max, .min].allSatisfy { ErrnoName.name(of: $0) == nil })
    for signal: Int32 in 1...64 {
      let name = SignalName.name(of: signal)
      #expect(name.flatMap { SignalName.value(of: $0) } == signal)
      #expect(name.flatMap { SignalName.value(of: $0.dropFirst(3).lowercased()) } == signal)
    }
    #expect([0, -1, 65, 127].allSatisfy { SignalName.name(of: $0) == nil })
    #expect(["", "SIG", "KIL", "RTMIN+99", "RTMIN+-1", "RTMIN+", "0"].allSatisfy { SignalName.value(of: $0) == nil })
    #expect(SignalName.value(of: "RTMIN+30") == 64)
  }

  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00.000000000Z"),
      (-1, "1969-12-31T23:59:59.999999999Z"),
      (951_782_400_000_000_000, "2000-02-29T00:00:00.000000000Z"),
      (1_772_323_200_000_000_000, "2026-03-01T00:00:00.000000000Z"),
      (4_107_542_400_000_000_000, "2100-03-01T00:00:00.000000000Z"),
      (4_102_444_799_999_999_999, "2099-12-31T23:59:59.999999999Z"),
      (Int64.max, "2262-04-11T23:47:16.854775807Z"),
      (Int64.min, "1677-09-21T00:12:43.145224192Z"),
    ] as [(Int64, String)])
  func `Times in UTC, over leap years and centuries`(nanoseconds: Int64, text: String) {
    var output: [UInt8] = []
    Timestamp.append(nanoseconds, to: &output)
    #expect(String(decoding: output, as: UTF8.self) == text)
    #expect(Timestamp.parse(Array(text.utf8)) == (Timestamp.range ~= nanoseconds ? nanoseconds : nil))
  }

  @Test func `Offsets and shorter fractions are parsed, other text is refused`() {
    func parse(_ text: String) -> Int64? { Timestamp.parse(Array(text.utf8)) }
    #expect(parse("1970-01-01T02:00:00.5+02:00") == 500_000_000)
    #expect(parse("1970-01-01t05:29:60+05:30") == 0)
    let wrong = [
      "", "1970-01-01", "1970-01-01T00:00:00", "1970-01-01 00:00:00Z", "1970-02-29T00:00:00Z", "1970-13-01T00:00:00Z",
      "1970-01-01T24:00:00Z", "1970-01-01T00:00:00.Z", "1970-01-01T00:00:00.1234567890Z", "1970-01-01T00:00:00ZZ",
      "9999-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "2100-01-01T00:00:00Z", "1970-01-01T00:00:00+2:00",
    ]
    for text in wrong { #expect(parse(text) == nil, "\(text)") }
  }

  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
    ("foobar", "Zm9vYmFy"),
  ])
  func `The vectors of RFC 4648`(plain: String, encoded: String) {
    var output: [UInt8] = []
    Base64.append(Array(plain.utf8)[...], to: &output)
    #expect(String(decoding: output, as: UTF8.self) == encoded)
    #expect(Base64.decode(Array(encoded.utf8)) == Array(plain.utf8))
  }

  @Test(arguments: [
    "Z", "Zg", "Zg=", "Zg=a", "====", "Z===", "Zh==", "Zm9=", "Zm9v====", "Zg==Zg==", "Zm 9", "Zm9v\n", "Zm-_",
  ])
  func `Incomplete Base64 is refused`(text: String) {
    #expect(Base64.decode(Array(text.utf8)) == nil)
  }
}
