import TUI

/// Options that users of other programs try (execsnoop, htop, top, ps, strace, perf), with what does the same here.
enum ForeignOptions {
  /// The advice for an unknown option, after the message that it is unknown; nil for others.
  /// - Parameter option: as the parser names it, such as `-C` or `--csv`.
  static func advice(on option: String) -> DisplayText? { table[option].map { DisplayText(own: $0) } }

  private static let color: StaticString = "use --color=never, or set NO_COLOR"
  private static let csv: StaticString = "write a table with execsnoop-top export FILE -o run.csv"
  private static let perfetto: StaticString = "write a trace with execsnoop-top export FILE -o run.pftrace"
  private static let html: StaticString = "write a page with execsnoop-top export FILE -o run.html"
  private static let json: StaticString = "use log --json for events, or tree --json for processes"
  private static let sort: StaticString = "use tree --top --sort COLUMN, or s in the view"
  private static let time: StaticString = "use export --from TIME, or : in the view"
  private static let filter: StaticString = "use --filter EXPR"
  private static let all: StaticString = "everything is traced unless an option says otherwise"
  private static let duration: StaticString = "use --duration TIME"
  private static let output: StaticString = "use log -o FILE, tree -o FILE or record FILE"
  private static let theme: StaticString = "the theme is a setting: S in the view"
  private static let top: StaticString = "use tree --top, or t in the view"
  private static let follow: StaticString = "children are always followed"
  private static let version: StaticString = "use -V for the version"

  private static let table: [String: StaticString] = [
    // execsnoop
    "-l": "use --filter args:TEXT", "--line": "use --filter args:TEXT",
    "-U": "use --json, or the view: both show the user", "--print-uid": "use --json, or the view: both show the user",
    "--fails": "failed execs are always included; --no-failed leaves them out",
    "--max-argv": "use --max-args BYTES", "--mntnsmap": "use --cgroup PATH", "--cgroupmap": "use --cgroup PATH",
    "--ppid": "use --pid PID, which includes all descendants", "-P": "use --pid PID, which includes all descendants",
    "-t": "use log -t", "-T": "use log -T", "--time": "use log --time", "--timestamp": "use log --timestamp",
    "--exits": "use log --exits", "-x": "failed execs are always included; --no-failed leaves them out",
    // top and htop
    "-C": color, "--no-color": color, "--no-colour": color, "-F": filter, "-s": sort, "-S": sort, "--sort-key": sort,
    "-d": "the view needs no delay: it shows changes at once; to end after a time use --duration TIME",
    "--delay": "the view needs no delay: it shows changes at once; to end after a time use --duration TIME",
    "-M": "use --no-mouse", "--tree": "the view is a tree; tree prints one",
    // ps, strace and others
    "-a": all, "-A": all, "--all": all, "-e": "use --filter EXPR, such as ev=exec", "-f": follow, "--follow": follow,
    "-ff": follow, "-v": version, "--verbose": "there is nothing more to print; use --json for all data",
    "-k": "use --keep COUNT", "-i": "press i in the view for the details of a process",
    // Words that are near
    "--csv": csv, "--perfetto": perfetto, "--html": html, "--json": json, "--since": time,
    "--until": "use record --until EXPR, or export --to TIME",
    "--from": time, "--to": time, "--theme": theme, "--depth": "use --filter 'depth<3'", "--top": top,
    "--timeout": duration,
    "--time-limit": duration, "--output": output, "-o": output, "--speed": "use replay --play SPEED",
    "--comm": "use --name TEXT", "--command": "write -- before the command", "--format": "use export --format FORMAT",
    "--group": "use --filter gid=GROUP", "--container": "use --filter container:NAME", "--sort": sort,
    "--no-mask": "use it with record, export, or --record FILE",
    "--env": "use log --json --env, or record --env",
  ]
}
