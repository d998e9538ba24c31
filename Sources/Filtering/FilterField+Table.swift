/// The documentation of one field of the filter language.
public struct FilterFieldHelp: Sendable, Hashable {
  /// Its name in an expression.
  public let name: String
  /// Its other names.
  public let aliases: [String]
  /// Its meaning, in one line without a full stop.
  public let meaning: String
  /// An expression that uses it.
  public let example: String
}

extension FilterField {
  /// Each field with its names, meaning and an example.
  static let all: [(field: FilterField, help: FilterFieldHelp)] = [
    row(.pid, "pid", "the pid", "pid=1,4711"),
    row(.ppid, "ppid", "the parent's pid: of the one that forked it, or of the present one", "ppid=1"),
    row(.comm, "comm", aliases: ["name"], "the name in the kernel, at most 15 bytes", "comm=cc,ld"),
    row(.exe, "exe", "the path of the executable; for a script that of its interpreter", "exe:/usr/local/"),
    row(.file, "file", "the file that exec was called with, as the caller wrote it", "file=./configure"),
    row(.interp, "interp", "the interpreter that a script names", "interp:python"),
    row(.arg, "arg", "a single argument", "arg=-O2"),
    row(.argv, "argv", aliases: ["args", "cmd", "command"], "all arguments, joined by spaces", "argv:\"-o main.o\""),
    row(.cwd, "cwd", "the working directory at the exec", "cwd~^/home/"),
    row(.env, "env", "an entry of the environment, NAME=VALUE", "env:LD_PRELOAD="),
    row(.user, "user", "the user's name; a number means the uid", "user=root"),
    row(.uid, "uid", "the real user", "uid>=1000"),
    row(.euid, "euid", "the effective user", "euid=0 uid!=0"),
    row(.gid, "gid", "the real group", "gid=27"),
    row(.auid, "auid", "the login user, also after su and sudo", "auid=1000"),
    row(.tty, "tty", "the controlling terminal, without /dev/", "tty=pts/3"),
    row(.sid, "sid", "the session", "sid=4711"),
    row(.host, "host", "the name of the machine", "host:web-3"),
    row(.cgroup, "cgroup", "the path of the cgroup (version 2)", "cgroup:/user.slice"),
    row(.container, "container", "the container's id or name, from the cgroup's path", "has:container"),
    row(.unit, "unit", "the systemd unit, from the cgroup's path", "unit=ssh.service"),
    row(.ev, "ev", "kind of event (of a process: all it had): fork exec fail exit", "ev=fail"),
    row(.state, "state", "running or exited", "state=running"),
    row(.exit, "exit", aliases: ["status"], "the exit code; unknown if a signal ended the process", "exit>0"),
    row(.sig, "sig", "the signal that ended the process, by name or number", "sig=KILL,SEGV"),
    row(
      .killer, "killer", "what sent that signal: the comm of a process, or kernel, oom, terminal", "killer=oom"),
    row(.ret, "ret", "the result of exec: 0, or the negative errno of the newest failed exec", "ret<0"),
    row(.errno, "errno", "the errno of the newest failed exec, by name or number", "errno=ENOENT"),
    row(.dur, "dur", aliases: ["time"], "the run time, so far if it is running", "dur<50ms"),
    row(.age, "age", "the time since the start", "age<5m"),
    row(
      .start, "start", "the start in nanoseconds since boot; pid and start time identify a process",
      "start=3977041101478"),
    row(.depth, "depth", "levels below the root", "depth<3"),
    row(.kids, "kids", "number of remembered children", "kids>100"),
    row(.execs, "execs", "number of successful execs", "execs>1"),
    row(
      .fails, "fails", "number of failed execs; a search through PATH is one, or none if it found a program", "fails>0"),
    row(.cpu, "cpu", "CPU time, known after the exit", "cpu>1s"),
    row(.mem, "mem", "peak resident memory, known after the exit", "mem>100M"),
    row(.mark, "mark", "a flag such as setuid, deleted, cut, incomplete", "mark:cut"),
  ]

  private static func row(
    _ field: FilterField, _ name: String, aliases: [String] = [], _ meaning: String, _ example: String
  ) -> (field: FilterField, help: FilterFieldHelp) {
    (field, FilterFieldHelp(name: name, aliases: aliases, meaning: meaning, example: example))
  }

  init?(name: String) {
    let name = name.lowercased()
    guard let entry = Self.all.first(where: { $0.help.name == name || $0.help.aliases.contains(name) }) else {
      return nil
    }
    self = entry.field
  }
}

extension Filter {
  /// All fields, in the order of the documentation.
  public static let fields: [FilterFieldHelp] = FilterField.all.map(\.help)

  /// The names of all fields, in the order of the documentation.
  public static let fieldNames: [String] = fields.map(\.name)
}
