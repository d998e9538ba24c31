import Testing

extension EndToEnd {
  /// A scope that a filter allows does not change the output.
  @Suite(Needs.kernel) struct FilterScopes {
    private let bench: Bench

    init() throws { bench = try Bench() }

    /// An `or` of the filter with itself is equivalent, and is not applied in the kernel.
    @Test(arguments: ["uid=65534", "user=nobody comm~[ab]$", "under:$root", "under:$root ret=-2"])
    func `A narrowed scope prints the same`(filter: String) async throws {
      try await bench.tool("a")
      try await bench.tool("b")
      let outcome = try await bench.run(
        """
        # A process that runs before the trace begins, and does what it is told.
        mkfifo $WORK/orders
        bash -c 'while read -r order; do eval "$order"; done' <$WORK/orders & root=$!
        exec 9>$WORK/orders
        for form in text json; do
          option=; [ $form = text ] || option=--json
          tracers=
          for side in kernel program; do
            filter="\(filter)"
            [ $side = kernel ] || filter="$filter or ($filter)"
            $PROGRAM log $option --filter "$filter" >$WORK/$form-$side 9>&- & tracers="$tracers $!"
          done
          for tracer in $tracers; do
            # Attached, and collecting: it has its second thread.
            until [ "$(ls /proc/$tracer/task | wc -l)" -ge 2 ]; do sleep 0.02; done
          done
          echo '($WORK/${MARK}a one; $WORK/${MARK}b two; (exec $WORK/$MARK-missing x); :) 2>&-; echo >$WORK/done' >&9
          setpriv --reuid 65534 --clear-groups bash -c '$WORK/${MARK}a three; ($WORK/${MARK}b four); exec $WORK/none' 2>&-
          $WORK/${MARK}a five
          until [ -e $WORK/done ]; do sleep 0.02; done
          rm $WORK/done
          kill -TERM $tracers
          wait $tracers
        done
        exec 9>&-
        wait $root
        """)
      #expect(outcome.status == 0, "\(outcome)")
      for form in ["text", "json"] {
        let kernel = try #require(bench.text("\(form)-kernel")), program = try #require(bench.text("\(form)-program"))
        // Lines are numbered as they are printed; other processes of the machine may come in between the two.
        let ours = lines(of: kernel), all = lines(of: program)
        #expect(!ours.isEmpty && ours == all, "\(form)\n\(kernel)\n\(program)")
      }
    }

    /// The lines that concern what the test started, without what each tracer measures for itself.
    private func lines(of text: String) -> [String] {
      let measured = ["ts", "boot", "dur", "cpu", "utime", "stime"].map { "\"\($0)\":" }
      return text.split(separator: "\n").filter { $0.contains(bench.mark) }.map { line in
        line.split(separator: ",").filter { member in
          !member.hasPrefix("\"seq\":") && !measured.contains { member.hasPrefix($0) }
        }.joined(separator: ",")
      }
    }
  }
}
