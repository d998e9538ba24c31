import Events
import Testing

@testable import Recording

/// Lines of perf script.
@Suite
struct PerfTests {
  private func outline(_ lines: String...) -> [String] {
    ImportTests.outline(.perf, lines.joined(separator: "\n"))
  }

  @Test func `Forks, execs and exits are read, and an exit has no known status`() throws {
    let lines = [
      "            make     6 [000]  3286.891376: sched:sched_process_fork: comm=make pid=6 child_comm=make child_pid=7",
      "              sh     7 [001]  3286.892000: sched:sched_process_exec: filename=/bin/sh pid=7 old_pid=7",
      "              sh     7 [001]  3287.000000: sched:sched_process_exit: comm=sh pid=7 prio=120",
      "            make     6 [001]  3287.000001: sched:sched_process_exit: comm=make pid=6 prio=120 group_dead=true",
    ]
    #expect(
      ImportTests.outline(.perf, lines.joined(separator: "\n")) == ["fork 7 < 6", "exec 7 sh: |...", "end 7", "end 6"])
    let times = read(.perf, lines.joined(separator: "\n")).events.map(\.event.time)
    #expect(times == [3_286_891_376_000, 3_286_892_000_000, 3_287_000_000_000, 3_287_000_001_000])
  }

  @Test func `A trace without exits tells so in its programs, one with exits does not`() {
    func exec(_ pid: Int) -> String { "sh \(pid) 1.5: sched:sched_process_exec: filename=/bin/sh pid=\(pid) old_pid=7" }
    func isEndless(_ text: String) -> [Bool] {
      read(.perf, text).events.compactMap { $0.event.image?.marks.contains(.endless) }
    }
    let exit = "sh 7 [001] 2.0: sched:sched_process_exit: comm=sh pid=7 prio=120"
    #expect(isEndless(exec(7)) == [true])
    #expect(isEndless([exec(7), exit, exec(8)].joined(separator: "\n")) == [false, false])
    // An exit after 4,096 events comes too late.
    let many = isEndless(((1...5000).map(exec) + [exit, exec(8)]).joined(separator: "\n"))
    #expect(many.count == 5001 && many.dropLast().allSatisfy { $0 } && many.last == false)
  }

  @Test func `Names with spaces and with names of fields are read`() {
    #expect(
      outline(
        "a pid=1 x 6 [000] 1.000000: sched:sched_process_fork: comm=a pid=1 x pid=6 child_comm=b pid=2 y child_pid=7",
        "x 7 [000] 1.000000: sched:sched_process_exec: filename=/a pid=9 old_pid=9 b pid=7 old_pid=8")
        == ["fork 7 < 6", "exec 7 a pid=9 old_pid: |..."])
  }

  @Test func `Nanoseconds, no times and no CPU are read`() {
    let (events, reader) = read(
      .perf, "sh 7 1.123456789: sched:sched_process_exec: filename=/bin/sh pid=7 old_pid=7")
    #expect(events.first?.event.time == 1_123_456_789 && !reader.remarks.hasNoTimes)
    #expect(read(.perf, "sched:sched_process_exec: filename=/bin/sh pid=7 old_pid=7").reader.remarks.hasNoTimes)
  }

  @Test func `Lines of other events and stacks tell nothing, other text is not of perf`() {
    let (events, reader) = read(
      .perf,
      """
      # captured on: Mon
      swapper 0 [000] 1.0: sched:sched_switch: prev_comm=swapper
      sh 7 [001] 1.0: sched:sched_process_wait: comm=sh pid=0 prio=120
      \tffffffff81 finish_task_switch ([kernel.kallsyms])
      hello
      sh 7 [001] 1.0: sched:sched_process_exec: filename=/bin/sh
      """)
    #expect(events.isEmpty && reader.foreignLines == 2 && reader.firstForeignLine == 5)
  }
}
