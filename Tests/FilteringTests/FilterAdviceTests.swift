import Testing

@testable import Filtering

/// What an expression that matches nothing may have meant.
@Suite struct FilterAdviceTests {
  @Test(
    arguments: [
      ("failed", "\"failed\" is searched for in commands: is:failed asks for it"),
      ("cc or Killed", "\"Killed\" is searched for in commands: is:killed asks for it"),
      ("exit", "\"exit\" is searched for in commands: has:exit asks for the field"),
      ("!setuid", "\"setuid\" is searched for in commands: mark=setuid asks for it"),
      (
        "$exit>0",
        "\"$exit>0\" is searched for in commands: a condition is a field, an operator and a value, such as exit>0"
      ),
      (
        "under:(comm=*gcc*)",
        "comm= compares the whole text, * and ? included: comm: finds a part of it, comm~ a regex"
      ),
      ("killer=oomkiller", "the OOM killer is killer=oom"),
      ("killer=oom", nil), ("comm=cc", nil), ("cc1plus", nil), ("exit>0", nil), ("arg:*", nil), ("", nil),
    ] as [(String, String?)])
  func `Names what was probably meant`(expression: String, advice: String?) throws {
    #expect(try Filter.parse(expression).advice == advice)
  }
}
