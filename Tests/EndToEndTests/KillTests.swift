import Glibc
import Testing

extension EndToEnd {
  /// `kill -9` at random moments under load, beside a storm that writes down what it ran.
  @Suite(Needs.kernel) struct Kills {
    private let bench: Bench

    init() throws { bench = try Bench() }

    /// EXECSNOOP_TOP_KILLS=100 makes it 100 moments, EXECSNOOP_TOP_KILL_SEED=n other ones.
    private static var count: Int { number("EXECSNOOP_TOP_KILLS") ?? 20 }
    private static var seed: Int { number("EXECSNOOP_TOP_KILL_SEED") ?? 16 }

    private static func number(_ name: String) -> Int? {
      getenv(name).flatMap { Int(String(cString: $0)) }.flatMap { 1...10_000 ~= $0 ? $0 : nil }
    }

    /// Every other recording is a ring. A moment may be before the file has its tables: then it is empty. In all others
    /// each process is there that the storm had finished a second before the kill, from the first recorded one on. On a
    /// busy machine the disk may make the recorder wait longer in some of them ("late"), but not for three seconds.
    @Test func `Each file opens, and at most the last second is missing`() async throws {
      let outcome = try await bench.run(
        #"""
        RANDOM=\#(Self.seed)
        cd $WORK
        cp /bin/true $MARK
        (i=0; while :; do ./$MARK $i; echo "$i $EPOCHREALTIME" >>truth; i=$((i + 1)); done) & truth=$!
        (while :; do /bin/true load; done) & load=$!
        trap 'kill $truth $load' EXIT
        for round in $(seq \#(Self.count)); do
          ring=; [ $((round % 2)) = 0 ] || ring='--ring 4M'
          $PROGRAM record $ring run.db 2>/dev/null & program=$!
          sleep $((RANDOM % 3)).$((RANDOM % 10))$((RANDOM % 10))
          killed=$EPOCHREALTIME
          kill -9 $program
          wait $program 2>/dev/null
          [ -e run.db ] || { echo "$round none"; continue; }
          $PROGRAM log run.db >log 2>errors; echo "$round status-$? $(grep -vc '^execsnoop-top: ' errors)"
          sqlite3 run.db 'PRAGMA integrity_check' >check 2>&1; cat check
          if [ "$(sqlite3 run.db "SELECT count(*) FROM sqlite_schema WHERE name = 'sessions'")" = 1 ]; then
            sqlite3 run.db 'SELECT command FROM runs WHERE seconds NOT NULL' | sed -n "s/^.\/$MARK //p" | sort -n >seen
            awk -v end=$killed 'NR == FNR { seen[$1] = 1; if (NR == 1) first = $1; next }
              first != "" && $1 > first && $2 < end - 1 && !($1 in seen) { late++; if ($2 < end - 3) lost++ }
              END { print "lost", lost + 0, (first == "" ? "nothing" : late ? "late" : "some") }' seen truth
          else
            echo empty
          fi
          rm run.db*
        done
        """#)
      var rounds: [[Substring]] = []
      for line in outcome.lines {
        if line.first?.isNumber == true { rounds.append([]) }
        rounds[max(rounds.count - 1, 0)].append(line)
      }
      #expect(rounds.count == Self.count, "\(outcome)")
      for (index, round) in rounds.enumerated() where round != ["\(index + 1) none"] {
        let isRead = round.first == "\(index + 1) status-0 0" || round.first == "\(index + 1) status-1 0"
        #expect(isRead && round.count == 3 && round[1] == "ok", "\(round)")
        #expect(["lost 0 some", "lost 0 late", "lost 0 nothing", "empty"].contains(round.last ?? ""), "\(round)")
      }
      #expect(rounds.count { $0.last == "lost 0 late" } <= Self.count / 5, "\(outcome)")
      // Most moments are late enough for a check.
      #expect(rounds.count { $0.last == "lost 0 some" } > Self.count / 3, "\(outcome)")
    }
  }
}
