import Glibc

// kernel-matrix FOLDER NAME...: checks the results of the suite on each kernel in FOLDER/NAME, and prints a table.
// Exits with 1 if a check fails, and prints its reason.

/// The checks of every suite.
let basicChecks: [(name: String, body: (Evidence) throws -> String)] = [
  ("plain exec", ExecChecks.plain),
  ("failed execs seen by", ExecChecks.hook),
  ("failed exec, with arguments", ExecChecks.failed),
  ("exec by another thread", ExecChecks.threaded),
  ("long argv", ExecChecks.long),
  ("what killed a process", ExecChecks.killed),
  ("storm of 4,000, lost", StormChecks.storm),
  ("doctor", MachineChecks.doctor),
  ("tests of Trace", MachineChecks.tests),
]
/// The further checks of the full suite.
let fullChecks: [(name: String, body: (Evidence) throws -> String)] = [
  ("ring of 16 KiB, lost", StormChecks.smallRing),
  ("reused pids, in a storm", StormChecks.reuse),
  ("reused pids, generations", StormChecks.lineage),
  ("scope: -- COMMAND", ScopeChecks.command),
  ("scope: --pid", { try ScopeChecks.option("pid", $0) }),
  ("scope: --uid", { try ScopeChecks.option("uid", $0) }),
  ("scope: --cgroup", { try ScopeChecks.option("cgroup", $0) }),
  ("view and replay", MachineChecks.view),
  ("without BTF", MachineChecks.noBTF),
  ("without BPF", MachineChecks.noBPF),
  ("without privilege", MachineChecks.noPrivilege),
]

let arguments = CommandLine.arguments
guard arguments.count > 2 else {
  print("usage: kernel-matrix FOLDER NAME...")
  exit(2)
}
let kernels = arguments[2...].map { (name: $0, evidence: Evidence(folder: "\(arguments[1])/\($0)")) }
var table = Table(head: ["kernel"] + kernels.map(\.name))
table.add(["release"] + kernels.map { (try? $0.evidence.line("release")) ?? "-" })
var faults: [String] = []

@MainActor func addRow(_ check: (name: String, body: (Evidence) throws -> String), isBasic: Bool) {
  table.add(
    [check.name]
      + kernels.map { kernel in
        if !isBasic, kernel.evidence.text("suite") == "storms\n" { return "-" }
        do {
          return try check.body(kernel.evidence)
        } catch {
          faults.append("\(kernel.name), \(check.name): \(error)")
          return "FAIL"
        }
      })
}

for check in basicChecks { addRow(check, isBasic: true) }
for check in fullChecks { addRow(check, isBasic: false) }
table.add(["seconds"] + kernels.map { (try? $0.evidence.line("seconds")) ?? "-" })

print(table.text)
for fault in faults { print("FAIL \(fault)") }
exit(faults.isEmpty ? 0 : 1)
