/// The filter language in examples, as the help and the manual list them.
package enum FilterHelp {
  package static let all: [(example: StaticString, meaning: StaticString)] = [
    ("git", "comm, program or an argument contains git; ignores case unless it has a capital"),
    ("git status", "both"),
    ("\"a b\"", "words with a space between them"),
    ("!git", "not"),
    ("comm=sh", "the comm is sh; : contains, = is, != is not"),
    ("pid=1,2", "one of these"),
    ("args:main.c", "an argument contains main.c"),
    ("user:root or uid=0", "either"),
  ]
}
