import Events
import Testing

@testable import Recording

/// Lines of LAUREL, by hand.
@Suite
struct LaurelImporterTests {
  private func line(_ serial: Int, _ syscall: String, _ rest: String = "") -> String {
    #"{"ID":"1700000000.\#(100 + serial):\#(serial)","SYSCALL":{"arch":"0xc000003e",\#(syscall)}\#(rest)}"# + "\n"
  }

  @Test func `Percent-encoded bytes are decoded, as are other percent signs kept`() {
    let trace = ReadTrace(
      .laurel,
      line(
        1, #""syscall":59,"success":"yes","exit":0,"ppid":1,"pid":20,"uid":5,"comm":"a%2b","exe":"/x%ff""#,
        #","EXECVE":{"argc":3,"ARGV":["%25s\\n","100%","é%zz"]},"CWD":{"cwd":"/%09"}"#))
    #expect(trace.foreignLines == 0)
    #expect(trace.plain.map(\.arguments) == [["%s\\n", "100%", "é%zz"]])
    #expect(trace.plain[0].image?.exe == RawBytes([0x2f, 0x78, 0xff]) && trace.plain[0].image?.cwd == "/\t")
    #expect(trace.plain[0].process?.comm == "a+")
  }

  @Test func `One string of arguments is split, and marked as reconstructed`() {
    let both = #","EXECVE":{"argc":2,"ARGV_STR":"sh -c x y","ARGV":["sh","-c x y"]}"#
    let one = #","EXECVE":{"argc":2,"ARGV_STR":"sh -c"}"#
    let exec = #""syscall":59,"success":"yes","exit":0,"ppid":1,"pid":20"#
    let trace = ReadTrace(.laurel, line(1, exec, one) + line(2, exec, both))
    #expect(trace.plain.map(\.arguments) == [["sh", "-c"], ["sh", "-c x y"]])
    #expect(trace.plain.map { $0.image?.marks.contains(.reconstructed) } == [true, false])
  }

  @Test func `Parents of older versions, machines and signals`() {
    let trace = ReadTrace(
      .laurel,
      #"{"ID":"1700000000.101:1","NODE":"web-1","SYSCALL":{"arch":"0xc000003e","syscall":231,"ARGV":["0x3"],"#
        + #""ppid":7,"pid":20,"uid":0},"PARENT_INFO":{"ID":"x","comm":"make","exe":"/usr/bin/make","ppid":1}}"# + "\n"
        + #"{"ID":"1700000000.102:2","ANOM_ABEND":[{"pid":21,"uid":0,"sig":6,"comm":"x"}]}"# + "\n"
        + #"{"ID":"1700000000.103:3","USER_LOGIN":[{"pid":22}]}"# + "\n")
    #expect(trace.plain.map(\.line) == ["exist 7", "exit 20 768", "exit 21 6"])
    #expect(trace.foreignLines == 0)
  }

  @Test func `A line without an identity or with wrong types is a wrong line`() {
    for text in [
      #"{"SYSCALL":{"arch":"0xc000003e","syscall":231,"pid":1}}"#, #"{"ID":"x","SYSCALL":{"pid":1}}"#,
      #"{"ID":"1.1:1","SYSCALL":{"pid":"x"}}"#, #"{"ID":"1.1:1","SYSCALL":{"pid":[1]}}"#,
      #"{"ID":"1.1:1","EXECVE":{"ARGV":{"a":1}}}"#, #"{"ID":"1.1:1","SYSCALL":{"syscall":231,"arch":"0xc000003e"}}"#,
      "text", "[1]", "12",
    ] {
      let trace = ReadTrace(.laurel, text + "\n")
      #expect(trace.foreignLines == 1 && trace.plain.isEmpty, "\(text)")
    }
  }
}
