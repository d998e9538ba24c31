import TestSupport
import Testing

extension EndToEnd {
  /// Real builds, recorded twice and compared.
  @Suite(Needs.kernel) struct Differences {
    private let bench: Bench

    init() throws { bench = try Bench() }

    /// A project in C of eight files; `record NAME COMMAND…` builds it from nothing.
    private static let project = #"""
      mkdir -p $WORK/job/src; cd $WORK/job
      for i in 1 2 3 4 5 6 7 8; do printf 'int f%s(int x) { return x * %s; }\n' $i $i >src/f$i.c; done
      printf 'int main(void) { return 0; }\n' >src/main.c
      cat >Makefile <<'M'
      CFLAGS = -O1
      FLAGS3 =
      OBJECTS = $(patsubst src/%.c,out/%.o,$(wildcard src/*.c))
      all: out/program step
      step:
      out/program: $(OBJECTS)
      	gcc -o $@ $^
      out/%.o: src/%.c
      	@mkdir -p out
      	gcc $(CFLAGS) $(if $(findstring f3,$@),$(FLAGS3)) -c $< -o $@
      M
      record() {
        rm -rf out; name=$1; shift
        $PROGRAM record $WORK/$name.db -- "$@" >$WORK/$name.out 2>$WORK/$name.errors
      }
      differ() { $PROGRAM diff --ignore dur $WORK/$1.db $WORK/$2.db | sed 's/^\(.\).\{21\}/\1 /'; echo "status ${PIPESTATUS[0]}"; }

      """#

    @Test func `Two clean builds differ in nothing but times, in parallel too`() async throws {
      let outcome = try await bench.run(
        Self.project + """
          record one make; record two make; record three make -j4; record four make -j4
          differ one two; differ three four
          cp -r $WORK/job $WORK/copy; cd $WORK/copy; record five make; differ one five
          $PROGRAM log --json $WORK/two.db >$WORK/two.ndjson; $PROGRAM diff --ignore dur $WORK/one.db $WORK/two.ndjson; echo $?
          $PROGRAM diff --ignore dur $WORK/one.db - <$WORK/two.ndjson; echo $?
          $PROGRAM diff --json --ignore dur $WORK/one.db $WORK/two.db; echo $?
          """)
      #expect(outcome.lines == ["status 0", "status 0", "status 0", "0", "0", "0"], "\(outcome)")
      #expect(outcome.errors.isEmpty, "\(outcome)")
    }

    @Test func `A changed flag, a failing file and an extra step are shown, and nothing else`() async throws {
      let outcome = try await bench.run(
        Self.project + #"""
          record one make; record flag make FLAGS3=-g
          printf 'int f5(int x) { return\n' >src/f5.c; record fail make -k; printf 'int f5(int x) { return 5; }\n' >src/f5.c
          printf 'step:\n\t/bin/echo extra step\n' >>Makefile; record extra make
          for name in flag fail extra; do
            echo "== $name"; differ one $name | grep -v '^ ' | sed 's/ -quiet.*//; s/.*[─] //'
          done
          """#)
      let parts = outcome.text.split(separator: "== ").map { $0.split(separator: "\n").map(String.init) }
      #expect(parts.count == 3, "\(outcome)")
      guard parts.count == 3 else { return }
      // make itself, the driver, the compiler and the assembler.
      #expect(parts[0].first == "flag" && parts[0].last == "status 1", "\(outcome)")
      #expect(parts[0].contains("gcc -O1 -g -c src/f3.c -o out/f3.o"), "\(outcome)")
      #expect(!parts[0].contains { $0.contains("src/f2.c") || $0.hasPrefix("-") || $0.hasPrefix("+") }, "\(outcome)")
      #expect(parts[1].contains("gcc -O1 -c src/f5.c -o out/f5.o"), "\(outcome)")
      #expect(parts[1].contains { $0.hasPrefix("gcc -o out/program ") }, "\(outcome)")
      #expect(!parts[1].contains { $0.contains("src/f6.c") }, "\(outcome)")
      #expect(
        parts[2].dropFirst().filter { !$0.contains("are in both") } == ["/bin/echo extra step", "status 1"],
        "\(outcome)")
    }

    @Test func `Trouble has status 2 and one line`() async throws {
      let outcome = try await bench.run(
        """
        $PROGRAM log --json >/dev/null 2>&1 </dev/null & kill $!
        $PROGRAM record $WORK/a.db -- true 2>/dev/null
        echo hello >$WORK/text
        $PROGRAM diff $WORK/a.db $WORK/none; echo $?
        $PROGRAM diff $WORK/text $WORK/a.db; echo $?
        $PROGRAM diff $WORK/a.db; echo $?
        $PROGRAM diff - -; echo $?
        $PROGRAM diff --ignore dur,xyz $WORK/a.db $WORK/a.db; echo $?
        $PROGRAM diff --min-time 5 $WORK/a.db $WORK/a.db; echo $?
        $PROGRAM record $WORK/b.db -- true other 2>/dev/null
        $PROGRAM diff $WORK/a.db $WORK/b.db >/dev/full; echo $?
        """)
      #expect(outcome.lines == ["2", "2", "2", "2", "2", "2", "2"], "\(outcome)")
      #expect(outcome.errorLines.count == 7, "\(outcome)")
    }

    /// What a process chose does not reach a terminal as it is.
    @Test func `Hostile arguments are escaped`() async throws {
      let outcome = try await bench.run(
        #"""
        $PROGRAM record $WORK/a.db -- /bin/true $'\e]0;owned\a' $'\xff' 2>/dev/null
        $PROGRAM record $WORK/b.db -- /bin/true $'\e[2J' $'\xff' 2>/dev/null
        $PROGRAM diff $WORK/a.db $WORK/b.db; $PROGRAM diff --json $WORK/a.db $WORK/b.db
        """#)
      #expect(outcome.text.contains(#"arguments: '\x1b]0;owned\x07' -> '\x1b[2J'"#), "\(outcome)")
      #expect(!outcome.output.contains { $0 < 0x20 && $0 != 0x0a })
      #expect(outcome.lines.last?.hasPrefix(#"{"diff":"changed","depth":0,"changes":["args"],"#) == true, "\(outcome)")
    }

    /// The commands of docs/COMPARING.md run as they stand there.
    @Test func `The document's commands work`() async throws {
      let document = text(of: "\(Surroundings.repository)/docs/COMPARING.md") ?? ""
      let commands = document.split(separator: "```sh\n").dropFirst().compactMap { $0.split(separator: "\n```").first }
        .joined(separator: "\n").split(separator: "\n")
      #expect(commands.count >= 8)
      let outcome = try await bench.run(
        #"""
        mkdir $WORK/job; cd $WORK/job
        printf 'CFLAGS = -O1\nall: a.o b.o\nclean:\n\trm -f *.o\n' >Makefile
        echo 'int a;' >a.c; echo 'int b;' >b.c
        sudo() { "$@"; }
        execsnoop-top() { $PROGRAM "$@"; }
        """# + "\n" + commands.map { "\($0)\necho \"status $?\" >&2" }.joined(separator: "\n"))
      let statuses = outcome.errorLines.filter { $0.hasPrefix("status ") }
      #expect(
        statuses == [
          "status 0", "status 0", "status 0", "status 1", "status 0", "status 0", "status 0", "status 0", "status 0",
          "status 0",
        ],
        "\(outcome)")
      #expect(outcome.text.contains("-> CFLAGS=-O2"), "\(outcome)")
      #expect(outcome.text.contains("\nthe same\n"), "\(outcome)")
      #expect(outcome.lines.last?.hasPrefix(#"{"diff":"changed""#) == true, "\(outcome)")
    }
  }

  /// Secrets of what really ran.
  @Suite(Needs.kernel) struct Secrets {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test func `A recording has no secret, and with --no-mask everything`() async throws {
      let outcome = try await bench.run(
        #"""
        cat >$WORK/job <<'J'
        DB_PASSWORD=hunter2 /bin/true --password hunter2 --name visible
        /bin/true https://alice:hunter2@host/; /no/such/program --token=hunter2
        J
        $PROGRAM record --env $WORK/a.db -- bash $WORK/job --token=hunter2 2>$WORK/said
        grep -c hunter2 $WORK/a.db
        sqlite3 $WORK/a.db "SELECT count(*) FROM exec_log JOIN mark_names ON marks & mark WHERE name = 'masked'"
        sqlite3 $WORK/a.db "SELECT command FROM exec_log WHERE command LIKE '%visible'; SELECT command FROM sessions"
        $PROGRAM log --json --env --filter mark=masked $WORK/a.db | grep -c '"DB_PASSWORD":"\*\*\*"'
        grep -o '[0-9]* values masked.*' $WORK/said
        $PROGRAM log $WORK/a.db | grep -c "/bin/true --password '\*\*\*' --name visible (masked)$"
        $PROGRAM record --env --no-mask $WORK/b.db -- bash $WORK/job --token=hunter2 2>/dev/null
        sqlite3 $WORK/b.db "SELECT command FROM exec_log WHERE command LIKE '%visible'"
        $PROGRAM log --record $WORK/c.db -- bash $WORK/job | grep -c 'password hunter2'; grep -c hunter2 $WORK/c.db
        $PROGRAM log --no-mask --record $WORK/d.db -- bash $WORK/job >/dev/null; grep -q hunter2 $WORK/d.db && echo kept
        """#)
      let lines = outcome.lines.map(String.init)
      #expect(
        lines.first == "0" && lines.dropFirst(2).first == "/bin/true --password *** --name visible", "\(outcome)")
      #expect(lines.contains { $0.hasPrefix(#"["bash""#) && $0.hasSuffix(#""--token=***"]"#) }, "\(outcome)")
      #expect(lines.contains("1"), "\(outcome)")
      #expect(lines.contains { $0.hasSuffix("values masked (--no-mask keeps them)") }, "\(outcome)")
      #expect(lines.contains("/bin/true --password hunter2 --name visible"), "\(outcome)")
      #expect(lines.suffix(3).first == "1" && lines.suffix(2).first == "0" && lines.last == "kept", "\(outcome)")
    }
  }
}
