import TestSupport
import Testing

extension EndToEnd {
  /// The view while its process is stopped: `script` makes a terminal that, unlike tmux, leaves it stopped.
  @Suite struct Stopped {
    private let bench: Bench
    private let recording: String

    init() throws {
      bench = try Bench()
      recording = "\(Surroundings.repository)/share/demo.ndjson"
    }

    /// Keys typed meanwhile are carried out, with all their effects: the table opens, and the view ends.
    @Test func `Keys typed while stopped have their effects`() async throws {
      let outcome = try await bench.run(
        """
        mkfifo $WORK/keys
        exec 3<>$WORK/keys
        echo 'stty rows 39 cols 120; sh -c "echo \\$\\$ >$WORK/pid; exec $PROGRAM replay \(recording)"
          echo $? >$WORK/status' >$WORK/commands
        script -qfc "sh $WORK/commands" $WORK/screen <&3 >/dev/null &
        terminal=$!
        until grep -aq ' 1 Tree ' $WORK/screen; do sleep 0.05; done
        pid=$(cat $WORK/pid)
        kill -STOP $pid
        until grep -q '^State:.T' /proc/$pid/status; do sleep 0.01; done
        printf tq >&3
        # Read by the terminal, and written on to the program.
        while read -t 0 -u 3; do sleep 0.01; done
        until grep -q '^State:.S' /proc/$terminal/status; do sleep 0.01; done
        kill -CONT $pid
        for _ in $(seq 600); do [ -s $WORK/status ] && break; sleep 0.05; done
        kill -KILL $pid 2>/dev/null
        cat $WORK/status
        """)
      #expect(outcome.text == "0\n", "\(outcome)")
    }
  }
}
