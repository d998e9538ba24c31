/// The filter language in examples, as the help and the manual list them.
package enum FilterHelp {
  package static let all: [(example: StaticString, meaning: StaticString)] = [
    ("git", "comm, program or an argument contains git; a capital letter makes it case-sensitive"),
    ("git status", "contains both words"),
    ("\"a b\"", "contains a phrase with a space"),
    ("!git", "does not contain git"),
    ("git or make", "either; and binds tighter than or, ( ) group"),
    ("comm=sh,bash", "comm is one of these; : contains, = is, != is not"),
    ("args:main.c", "an argument contains main.c"),
    ("exe~^/usr/s?bin/", "a regular expression (PCRE2) matches; !~ does not match"),
    ("/cc1?$/", "the same in comm, program or arguments"),
    ("dur<50ms mem>100M", "numbers compare with < <= > >= and take units"),
    ("exit>0 or sig=SEGV", "signals and errno values can be given by name"),
    ("exit=127 or ev=fail execs=0", "command not found"),
    ("has:tty", "has a terminal"),
    ("under:4711", "descendants of this process; child: and parent: go one level"),
    ("under:(comm=make)", "descendants of any make"),
  ]
}
