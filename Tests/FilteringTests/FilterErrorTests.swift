import Testing

@testable import Filtering

/// Errors in filters.
@Suite
struct FilterErrorTests {
  private static let fields = """
    pid ppid comm exe file interp arg argv cwd env user uid euid gid auid tty sid host cgroup container unit ev state \
    exit sig killer ret errno dur age start depth kids execs fails cpu mem mark has is under child parent
    """
  private static let marks = """
    argv-cut, argv-unreadable, env-cut, env-unreadable, exe-cut, cwd-cut, file-cut, file-unreadable, exe-deleted, \
    exe-memfd, setuid, proc, inferred, incomplete, exe-unreadable, cwd-unreadable, cwd-deleted, \
    title, masked, reconstructed, no-times or no-exits
    """

  @Test(arguments: [
    // Structure
    ("\"cc", "column 4: expected \" to close the one in column 1"),
    ("argv:\"a b", "column 10: expected \" to close the one in column 6"),
    ("argv:\"a\\\"", "column 10: expected \" to close the one in column 6"),
    ("(cc", "column 4: expected ) to close the ( in column 1"),
    ("a (b (c)", "column 9: expected ) to close the ( in column 3"),
    ("(", "column 2: expected a condition after ("),
    ("()", "column 2: expected a condition after ("),
    (")", "column 1: expected a condition"),
    ("cc)", "column 3: no ( is open here"),
    ("(cc))", "column 5: no ( is open here"),
    ("!", "column 2: expected a condition after !"),
    ("!)", "column 2: expected a condition after !"),
    ("cc and", "column 7: expected a condition after and"),
    ("cc or ", "column 7: expected a condition after or"),
    ("cc or )", "column 7: expected a condition after or"),
    ("cc or or", "column 7: expected a condition before or; write \"or\" in quotes to search for the word"),
    ("or cc", "column 1: expected a condition before or; write \"or\" in quotes to search for the word"),
    ("AND", "column 1: expected a condition before AND; write \"AND\" in quotes to search for the word"),
    ("not", "column 4: expected a condition after not"),
    ("cc not", "column 7: expected a condition after not"),
    // Fields and operators
    ("cc foo:bar", "column 4: unknown field foo: put it in quotes to search for text, or use one of \(fields)"),
    ("http://x", "column 1: unknown field http: put it in quotes to search for text, or use one of \(fields)"),
    ("nowhere=a", "column 1: unknown field nowhere: put it in quotes to search for text, or use one of \(fields)"),
    (
      "exitt>0",
      "column 1: unknown field exitt: did you mean exit? Or put it in quotes to search for text, or use one of \(fields)"
    ),
    (
      "usr=root",
      "column 1: unknown field usr: did you mean user? Or put it in quotes to search for text, or use one of \(fields)"
    ),
    ("has:foo", "column 5: unknown field foo: put it in quotes to search for text, or use one of \(fields)"),
    ("has:", "column 5: expected a field after has:"),
    ("has: exe", "column 5: expected a field after has:"),
    ("has=exe", "column 4: expected : after has"),
    ("under=1", "column 6: expected : after under"),
    ("child<1", "column 6: expected : after child"),
    ("under:", "column 7: expected a pid or ( after under:"),
    ("parent:x", "column 8: expected a pid, or a condition such as (comm=make), after parent:"),
    ("uid=root", "column 5: expected a number after uid=: user= takes a name"),
    ("has:setuid", "column 5: unknown field setuid: write mark=setuid"),
    ("is:Deleted", "column 4: unknown is:deleted: write mark:deleted"),
    ("child:1,x", "column 9: expected a number after the comma"),
    ("under:()", "column 8: expected a condition after ("),
    ("under:(cc", "column 10: expected ) to close the ( in column 7"),
    ("comm<x", "column 5: expected :, =, !=, ~ or !~ after comm"),
    ("arg>=x", "column 4: expected :, =, !=, ~ or !~ after arg"),
    ("argv<x", "column 5: expected :, =, !=, ~ or !~ after argv"),
    ("pid~5", "column 4: expected :, =, !=, <, <=, > or >= after pid"),
    ("dur!~5", "column 4: expected :, =, !=, <, <=, > or >= after dur"),
    ("ev<exec", "column 3: expected :, = or != after ev"),
    ("state~r", "column 6: expected :, = or != after state"),
    // The operator of other languages
    ("cc comm==", "column 10: expected a value after comm="),
    ("pid==x", "column 6: expected a number after pid="),
    ("comm =", "column 7: expected a value after comm ="),
    ("comm = or cc", "column 8: expected a value after comm ="),
    ("exit > )", "column 8: expected a value after exit >"),
    ("foo = bar", "column 1: unknown field foo: put it in quotes to search for text, or use one of \(fields)"),
    ("cat < file", "column 1: unknown field cat: put it in quotes to search for text, or use one of \(fields)"),
    ("has = exe", "column 4: expected : after has"),
    ("&& cc", "column 1: expected a condition before &&; write \"&&\" in quotes to search for the word"),
    ("cc || | make", "column 7: expected a condition before |; write \"|\" in quotes to search for the word"),
    ("cc||", "column 5: expected a condition after ||"),
    ("comm=a,&&b", "column 8: expected a value after the comma"),
    ("comm!==x", "column 7: != has one = only; put a value that starts with = in quotes"),
    // Text
    ("comm:", "column 6: expected a value after comm:"),
    ("cc comm= x", "column 9: expected a value after comm="),
    ("comm!=", "column 7: expected a value after comm!="),
    ("comm:(make)", "column 6: expected a value after comm:"),
    ("comm=a,", "column 8: expected a value after the comma"),
    ("comm=,a", "column 6: expected a value after comm="),
    ("é comm:", "column 8: expected a value after comm:"),
    // Regular expressions
    ("comm~", "column 6: expected a regex after comm~"),
    ("comm!~ x", "column 7: expected a regex after comm!~"),
    ("comm~(a", "column 8: wrong regex: missing closing parenthesis"),
    ("comm~[a", "column 8: wrong regex: missing terminating ] for character class"),
    ("cc /a)/", "column 6: wrong regex: unmatched closing parenthesis"),
    ("é comm~é*+?", "column 11: wrong regex: quantifier does not follow a repeatable item"),
    ("argv~\"*a\"", "column 7: wrong regex: quantifier does not follow a repeatable item"),
    ("comm~\"a", "column 8: expected \" to close the one in column 6"),
    // Numbers
    ("pid:", "column 5: expected a number after pid:"),
    ("pid:x", "column 5: expected a number after pid:"),
    ("pid=1,", "column 7: expected a number after the comma"),
    ("pid=1,b", "column 7: expected a number after the comma"),
    ("pid=-1", "column 5: expected a number after pid="),
    ("pid=+1", "column 5: expected a number after pid="),
    ("pid=1.5", "column 5: expected a number after pid="),
    ("pid=\"1\"", "column 5: expected a number after pid="),
    ("uid=99999999999999999999", "column 5: expected a number after uid="),
    ("pid<1,2", "column 8: expected one value after pid<; = and != take lists"),
    ("dur>=1s,2s x", "column 11: expected one value after dur>=; = and != take lists"),
    // Units
    ("dur<", "column 5: expected a time such as 50ms after dur<"),
    ("dur<ms", "column 5: expected a time such as 50ms after dur<"),
    ("dur<-1s", "column 5: expected a time such as 50ms after dur<"),
    ("dur<1.s", "column 5: expected a time such as 50ms after dur<"),
    ("dur<50", "column 7: expected a unit of time after 50: ns us ms s m h d"),
    ("age<1.5x", "column 8: expected a unit of time after 1.5: ns us ms s m h d"),
    ("cpu>1M", "column 6: expected a unit of time after 1: ns us ms s m h d"),
    ("dur>300000d", "column 5: the number is too large"),
    ("dur>99999999999999999999s", "column 5: the number is too large"),
    ("mem>", "column 5: expected a size such as 100M after mem>"),
    ("mem>x", "column 5: expected a size such as 100M after mem>"),
    ("mem>5ms", "column 6: expected a unit of memory after 5: B K M G T"),
    ("mem>9000000000T", "column 5: the number is too large"),
    // Names
    ("errno=EFOO", "column 7: expected an errno such as ENOENT or 2 after errno="),
    ("sig=FOO", "column 5: expected a signal such as KILL or 9 after sig="),
    ("sig=KILL,", "column 10: expected a signal such as KILL or 9 after the comma"),
    ("ret=ENOENT", "column 5: expected 0, a negative number or a name such as -ENOENT after ret="),
    ("ret<-", "column 5: expected 0, a negative number or a name such as -ENOENT after ret<"),
    ("ev=", "column 4: expected fork, exec, fail or exit after ev="),
    ("ev:exe", "column 4: expected fork, exec, fail or exit after ev:"),
    ("ev=exec,x", "column 9: expected fork, exec, fail or exit after the comma"),
    ("state=dead", "column 7: expected running or exited after state="),
    ("mark=cut", "column 6: expected \(marks) after mark="),
    ("mark:", "column 6: expected \(marks) after mark:"),
  ])
  func `An error names the column and what was expected there`(_ text: String, _ message: String) {
    let error = #expect(throws: FilterError.self) { try Filter.parse(text) }
    #expect(error?.description == message)
    #expect(FilterSyntax(of: text).error == error)
  }

  @Test func `The length of a regex is limited`() {
    let error = #expect(throws: FilterError.self) { try Filter.parse("comm~" + String(repeating: "a", count: 5000)) }
    #expect(error?.description == "column 4102: wrong regex: it is longer than 4096 bytes")
  }

  @Test func `A regex that is too large when compiled is refused`() {
    let error = #expect(throws: FilterError.self) { try Filter.parse("comm~((a{1000}){1000}){1000}") }
    #expect(error?.message == "wrong regex: regular expression is too large")
  }
}
