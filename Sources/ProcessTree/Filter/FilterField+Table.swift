/// One field of the filter language, for people.
public struct FilterFieldHelp: Sendable, Hashable {
  /// Its name in an expression.
  public let name: String
  /// Another name that it answers to; nil for none.
  public let alias: String?
  /// What it is, in one line without a full stop.
  public let meaning: String
  /// An expression that uses it.
  public let example: String

}

extension FilterField {
  /// Each field with its names, meaning and an example.
  static let all: [(field: FilterField, help: FilterFieldHelp)] = [
    row(.pid, "pid", "the process's number", "pid=1,4711"),
    row(.ppid, "ppid", "its parent's number: of the one that forked it, or of the present one", "ppid=1"),
    row(.comm, "comm", "its name in the kernel, 15 bytes at most", "comm=cc,ld"),
    row(.exe, "exe", "the path of the program that runs; of a script that of its interpreter", "exe:/usr/local/"),
    row(.file, "file", "the file that was asked for, as the caller wrote it", "file=./configure"),
    row(.interp, "interp", "the interpreter that a script names", "interp:python"),
    row(.arg, "arg", "an argument, each by itself", "arg=-O2"),
    row(.argv, "argv", alias: "args", "all arguments, with a space between them", "argv:\"-o main.o\""),
    row(.cwd, "cwd", "the working directory at the exec", "cwd~^/home/"),
    row(.env, "env", "an entry of the environment, NAME=VALUE", "env:LD_PRELOAD="),
    row(.user, "user", "the user's name; a number is taken as uid", "user=root"),
    row(.uid, "uid", "the real user", "uid>=1000"),
    row(.euid, "euid", "the effective user", "euid=0 uid!=0"),
    row(.gid, "gid", "the real group", "gid=27"),
    row(.auid, "auid", "the user who logged in, whoever they became since", "auid=1000"),
    row(.tty, "tty", "the controlling terminal, without /dev/", "tty=pts/3"),
    row(.sid, "sid", "the session", "sid=4711"),
    row(.cgroup, "cgroup", "the path of the cgroup (version 2)", "cgroup:/user.slice"),
    row(.container, "container", "the container's id or name, as the cgroup tells it", "has:container"),
    row(.unit, "unit", "the systemd unit, as the cgroup tells it", "unit=ssh.service"),
    row(.ev, "ev", "what happened (of a process: ever): fork exec fail exit", "ev=fail"),
    row(.state, "state", "running or exited", "state=running"),
    row(.exit, "exit", "the exit code; unknown of one that a signal ended", "exit>0"),
    row(.sig, "sig", "the signal that ended it, by name or number", "sig=KILL,SEGV"),
    row(.ret, "ret", "what exec returned: 0, or the negative errno of the newest that failed", "ret<0"),
    row(.errno, "errno", "the errno of the newest exec that failed, by name or number", "errno=ENOENT"),
    row(.dur, "dur", "how long it ran, or has run so far", "dur<50ms"),
    row(.age, "age", "how long ago it began", "age<5m"),
    row(
      .start, "start", "when it began, nanoseconds since boot: with the pid it is who it is", "start=3977041101478"),
    row(.depth, "depth", "how many stand above it in the tree", "depth<3"),
    row(.kids, "kids", "how many children it has had, as far as remembered", "kids>100"),
    row(.execs, "execs", "how many execs of it succeeded", "execs>1"),
    row(.cpu, "cpu", "the CPU time that it used, known at its end", "cpu>1s"),
    row(.mem, "mem", "its peak resident memory, known at its end", "mem>100M"),
    row(.mark, "mark", "what is less than perfect about it", "mark:cut"),
  ]

  private static func row(
    _ field: FilterField, _ name: String, alias: String? = nil, _ meaning: String, _ example: String
  ) -> (field: FilterField, help: FilterFieldHelp) {
    (field, FilterFieldHelp(name: name, alias: alias, meaning: meaning, example: example))
  }

  init?(name: String) {
    let name = name.lowercased()
    guard let entry = Self.all.first(where: { $0.help.name == name || $0.help.alias == name }) else { return nil }
    self = entry.field
  }
}

extension Filter {
  /// Every field, in the order in which to list them.
  public static let fields: [FilterFieldHelp] = FilterField.all.map(\.help)

  /// The names of the fields that a filter knows, in the order in which to list them.
  public static let fieldNames: [String] = fields.map(\.name)
}
