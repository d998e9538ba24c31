/// The program's checks of the system, and its errors if the system lacks something.
enum MachineChecks {
  static func doctor(_ evidence: Evidence) throws -> String {
    try evidence.expectStatus(0, of: "doctor")
    let release = try evidence.line("release")
    try expectFindings(
      "doctor",
      [
        "ok   kernel         \(release)", "ok   privileges     CAP_SYS_ADMIN",
        "ok   BTF            /sys/kernel/btf/vmlinux", "ok   lockdown       none",
        "ok   /proc          mounted", "ok   namespaces     the initial ones",
        "ok   BPF            fork, exec and exit attach in", "ok   ring buffer    16 MiB mapped",
        "ok   fexit          failed execs are seen at no cost", "ok   preemption     \(try preemption(evidence))",
        "ok   signals        what killed a process is known",
        "ok   tracefs        not mounted; a private mount is used for the start",
        "ok   tracepoint     sys_exit_execve attaches",
      ], evidence)
    return "ok"
  }

  /// The finding about preemption that this kernel must have. Debian's kernels preempt their own code from 7.0 on, and
  /// older ones if a boot parameter says so.
  private static func preemption(_ evidence: Evidence) throws -> String {
    let release = try evidence.line("release").split { !$0.isNumber }.compactMap { Int($0) }
    if release[0] >= 7 { return "tracing programs can be preempted; stand-by copies attach" }
    return try evidence.line("cmdline").contains("preempt=")
      ? "the programs for failed execs can be preempted; stand-by copies attach"
      : "tracing programs run to their end; no stand-by copies"
  }

  static func noBTF(_ evidence: Evidence) throws -> String {
    try expectRefusal(
      "no-btf",
      "this kernel has no /sys/kernel/btf/vmlinux: use one built with CONFIG_DEBUG_INFO_BTF=y (5.8 or later)",
      [
        "ok   kernel", "ok   privileges",
        "FAIL BTF            no /sys/kernel/btf/vmlinux; use a kernel built with CONFIG_DEBUG_INFO_BTF=y",
        "ok   lockdown", "ok   /proc", "ok   namespaces",
      ], evidence)
  }

  static func noBPF(_ evidence: Evidence) throws -> String {
    try expectRefusal(
      "no-bpf", "this kernel has no BPF: use one built with CONFIG_BPF_SYSCALL=y",
      [
        "ok   kernel", "ok   privileges", "ok   BTF", "ok   lockdown", "ok   /proc",
        "ok   namespaces",
        "FAIL BPF            refused (Function not implemented); use a kernel built with CONFIG_BPF_SYSCALL=y",
      ], evidence)
  }

  static func noPrivilege(_ evidence: Evidence) throws -> String {
    try expectRefusal(
      "no-privilege", "tracing needs root, or CAP_BPF and CAP_PERFMON: start it with sudo",
      [
        "ok   kernel", "FAIL privileges     neither root nor CAP_BPF with CAP_PERFMON; start it with sudo", "ok   BTF",
        "ok   lockdown", "ok   /proc", "ok   namespaces",
      ], evidence)
  }

  static func view(_ evidence: Evidence) throws -> String {
    // This is the status of the traced command: a key ended the view.
    try evidence.expectStatus(3, of: "view")
    let drawn = evidence.text("view.out") ?? ""
    try expect(drawn.contains("LIVE"), "the top line was not drawn")
    try evidence.expectStatus(0, of: "replay")
    return "ok"
  }

  static func tests(_ evidence: Evidence) throws -> String {
    let lines = try evidence.lines("tests.err")
    let failures = lines.filter { $0.contains(" recorded an issue") || $0.contains("Fatal error") }
    guard let summary = lines.last(where: { $0.contains("Test run with") }) else {
      throw Evidence.Fault("the tests did not finish: \(lines.last ?? "no output")")
    }
    try expect(failures.isEmpty && summary.contains(" passed after "), "\(failures.first ?? summary)")
    try evidence.expectStatus(0, of: "tests")
    let words = summary.split(separator: " ")
    guard let count = words.firstIndex(of: "with").map({ words[$0 + 1] }).flatMap({ Int($0) }), count > 0 else {
      throw Evidence.Fault("no test ran: \(summary)")
    }
    return "\(count)"
  }

  /// Checks that `log` prints this line and exits with 1, and that `doctor` has these findings.
  private static func expectRefusal(
    _ name: String, _ line: String, _ findings: [String], _ evidence: Evidence
  ) throws -> String {
    try evidence.expectStatus(1, of: "\(name)-log")
    try expect(try evidence.lines("\(name)-log.err"), is: ["execsnoop-top: \(line)"], "the error")
    try expect(evidence.text("\(name)-log.out"), is: "", "the output")
    try evidence.expectStatus(1, of: "\(name)-doctor")
    try expectFindings("\(name)-doctor", findings, evidence)
    return "1 line"
  }

  /// Checks that there are exactly these findings: each line starts with the expected text.
  private static func expectFindings(_ name: String, _ expected: [String], _ evidence: Evidence) throws {
    let lines = try evidence.lines("\(name).out")
    let expected = expected + ["ok   settings"]
    for (line, beginning) in zip(lines, expected) {
      try expect(line.hasPrefix(beginning), "`\(line)` does not start with `\(beginning)`")
    }
    try expect(lines.count, is: expected.count, "the number of findings")
  }
}
