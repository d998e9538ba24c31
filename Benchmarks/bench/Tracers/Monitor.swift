import CLinux
import Glibc

/// Monitors that people leave running in a terminal.
enum MonitorKind: CaseIterable {
  case view, htop, btop

  var name: String {
    switch self {
    case .view: "execsnoop-top"
    case .htop: "htop"
    case .btop: "btop"
    }
  }

  /// - Parameter settings: the folder of its settings.
  fileprivate func argv(settings: String) -> [String] {
    switch self {
    case .view: [Paths.program]
    // In tenths of a second.
    case .htop: ["/usr/bin/htop", "--delay=10"]
    case .btop: ["/usr/bin/env", "XDG_CONFIG_HOME=\(settings)", "/usr/bin/btop", "--utf-force"]
    }
  }
}

/// A monitor that runs in a terminal of its own and refreshes each second, where that can be set.
final class Monitor {
  let kind: MonitorKind
  let terminal: PseudoTerminal
  private let child: Child

  /// - Throws: `BenchError`, also where it draws nothing.
  init(_ kind: MonitorKind, columns: UInt16, rows: UInt16, in scratch: Scratch) throws {
    self.kind = kind
    let settings = scratch["settings"]
    if kind == .btop { try Self.writeSettings(ofBtopIn: settings) }
    terminal = try PseudoTerminal(columns: columns, rows: rows)
    child = try Child(kind.argv(settings: settings), terminal: terminal.path)
    for _ in 0..<300 where terminal.bytes < 1000 { terminal.read(within: 100) }
    guard terminal.bytes >= 1000, child.statusIfEnded == nil else { throw BenchError("\(kind.name) draws nothing") }
  }

  /// CPU time, in nanoseconds.
  var cpuTime: UInt64 { ProcFiles.cpuTime(pid: child.pid) }

  /// Quits it with its key.
  func stop() {
    terminal.type("q")
    child.wait(reading: terminal)
  }

  /// Waits, without letting any terminal fill up.
  static func rest(_ monitors: [Monitor], until end: UInt64) {
    while lnx_boot_time() < end {
      for monitor in monitors { while monitor.terminal.read(within: 0) {} }
      usleep(5000)
    }
  }

  private static func writeSettings(ofBtopIn folder: String) throws {
    for path in [folder, folder + "/btop"] { mkdir(path, 0o700) }
    guard let file = fopen(folder + "/btop/btop.conf", "we") else { throw BenchError("no settings: errno \(errno)") }
    fputs("update_ms = 1000\n", file)
    fclose(file)
  }
}
