// Which facts of a source a field is.

extension FilterField {
  /// Of a field that is one string of a source's.
  var text: FilterBytes? {
    switch self {
    case .comm: .comm
    case .exe: .exe
    case .file: .file
    case .interp: .interpreter
    case .cwd: .cwd
    case .user: .user
    case .tty: .tty
    case .cgroup: .cgroup
    default: nil
    }
  }

  /// Of a field of numbers or of bits: those of which one has to fit. None where it takes more than that.
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
