import Glibc

// kernel-matrix FOLDER VERSION...: looks at what the suite left of each kernel in FOLDER/VERSION, and prints a table.
// Ends with 1 when a cell is not as it should be, and says what was found instead.

let checks: [(name: String, body: (Evidence) throws -> String)] = [
  ("plain exec", ExecChecks.plain),
  ("failed execs seen by", ExecChecks.hook),
  ("failed exec, with arguments", ExecChecks.failed),
  ("exec by another thread", ExecChecks.threaded),
  ("long argv", ExecChecks.long),
  ("storm, lost", StormChecks.storm),
  ("ring of 16 KiB, lost", StormChecks.smallRing),
  ("pids used again, in a storm", StormChecks.reuse),
  ("pids used again, generations", StormChecks.lineage),
  ("scope: -- COMMAND", ScopeChecks.command),
  ("scope: --pid", { try ScopeChecks.option("pid", $0) }),
  ("scope: --uid", { try ScopeChecks.option("uid", $0) }),
  ("scope: --cgroup", { try ScopeChecks.option("cgroup", $0) }),
  ("view and replay", MachineChecks.view),
  ("doctor", MachineChecks.doctor),
  ("without BTF", MachineChecks.noBTF),
  ("without BPF", MachineChecks.noBPF),
  ("without privilege", MachineChecks.noPrivilege),
  ("tests of Trace", MachineChecks.tests),
]

let arguments = CommandLine.arguments
guard arguments.count > 2 else {
  print("usage: kernel-matrix FOLDER VERSION...")
  exit(2)
}
let kernels = arguments[2...].map { (version: $0, evidence: Evidence(folder: "\(arguments[1])/\($0)")) }
var table = Table(
  head: ["kernel"] + kernels.map { (try? $0.evidence.line("release")) ?? $0.version })
var faults: [String] = []

for check in checks {
  table.add(
    [check.name]
      + kernels.map { kernel in
        do {
          return try check.body(kernel.evidence)
        } catch {
          faults.append("\(kernel.version), \(check.name): \(error)")
          return "FAIL"
        }
      })
}
table.add(["seconds"] + kernels.map { (try? $0.evidence.line("seconds")) ?? "-" })

print(table.text)
for fault in faults { print("FAIL \(fault)") }
exit(faults.isEmpty ? 0 : 1)
