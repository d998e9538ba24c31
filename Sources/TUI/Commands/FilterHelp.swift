/// The filter language in examples, as the help and the manual list them.
package enum FilterHelp {
  package static let all: [(example: StaticString, meaning: StaticString)] = [
    ("git", "comm, program or an argument contains git; ignores case unless it has a capital"),
    ("git status", "both"),
    ("\"a b\"", "words with a space between them"),
    ("!git", "not"),
    ("git or make", "either; and binds tighter, ( ) group"),
    ("comm=sh,bash", "one of these; : contains, = is, != is not"),
    ("args:main.c", "an argument contains main.c"),
    ("exe~^/usr/s?bin/", "a regular expression (PCRE2); !~ is its opposite"),
    ("/cc1?$/", "the same in comm, program or arguments"),
    ("dur<50ms mem>100M", "numbers compare by < <= > >=, and have units"),
    ("exit>0 or sig=SEGV", "signals and errno values have names"),
    ("exit=127 or ev=fail execs=0", "what did not find its program: as shells and env end, or no exec came off"),
    ("has:tty", "what has one"),
    ("under:4711", "all below this process; child: and parent: are next to it"),
    ("under:(comm=make)", "all below any make"),
  ]
}
