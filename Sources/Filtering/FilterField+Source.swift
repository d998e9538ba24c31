// The facts of a source that each field tests.

extension FilterField {
  /// The bytes of a field that is one string, or a vector of them.
  var bytes: FilterBytes? {
    switch self {
    case .comm: .comm
    case .exe: .exe
    case .file: .file
    case .interp: .interpreter
    case .cwd: .cwd
    case .user: .user
    case .tty: .tty
    case .cgroup: .cgroup
    case .container: .container
    case .unit: .unit
    case .argv, .arg: .argv
    case .env: .env
    default: nil
    }
  }

  /// The numbers of a numeric field or a choice, one of which has to match. None where that is not enough.
  var numbers: [FilterNumber] {
    switch self {
    case .pid: [.pid]
    case .ppid: [.presentParentPID, .originalParentPID]
    case .uid: [.uid]
    case .euid: [.euid]
    case .gid: [.gid]
    case .auid: [.auditUID]
    case .sid: [.session]
    case .exit: [.exitCode]
    case .sig: [.signal]
    case .errno: [.errno]
    case .dur: [.duration]
    case .age: [.age]
    case .start: [.start]
    case .cpu: [.cpuTime]
    case .mem: [.peakMemory]
    case .depth: [.depth]
    case .kids: [.children]
    case .execs: [.execs]
    case .ev: [.events]
    case .state: [.state]
    case .mark: [.marks]
    default: []
    }
  }
}
