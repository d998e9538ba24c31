/// What the simulated machines have in common.
enum Fleet {
  /// Nanoseconds.
  static let microsecond: UInt64 = 1000
  static let millisecond: UInt64 = 1_000_000
  static let second: UInt64 = 1_000_000_000
  /// How long the machines are watched.
  static let span: UInt64 = 26 &* 3600 &* second
  /// Pids are used again after this many, as on a machine with the default limit.
  static let largestPID: Int32 = 32768

  /// The people who log in; each has the uid 1000 plus the place in this list.
  static let people = [
    "alice", "bob", "carol", "dan", "erin", "frank", "grace", "heidi", "ivan", "judy", "mallory", "olivia",
  ]

  /// What most machines of a kind run.
  enum Role: String, CaseIterable {
    case web, build, node, db
  }

  /// Commands that a person types.
  static let typed = [
    ["ls", "-la"], ["git", "status"], ["git", "log", "--oneline", "-n", "20"], ["vim", "notes.txt"],
    ["tail", "-n", "100", "/var/log/syslog"], ["df", "-h"], ["ps", "aux"], ["grep", "-r", "TIMEOUT", "/etc"],
    ["curl", "-sS", "http://localhost:8080/health"], ["docker", "ps"], ["ssh-add", "-l"], ["cat", "/etc/hosts"],
  ]

  /// Commands of cron, as its tables have them.
  static let scheduled = [
    (command: "/usr/lib/sysstat/sa1 1 1", program: "/usr/lib/sysstat/sadc"),
    (command: "/usr/local/bin/backup --incremental", program: "/usr/local/bin/backup"),
    (command: "/usr/sbin/logrotate /etc/logrotate.conf", program: "/usr/sbin/logrotate"),
    (command: "php /srv/app/artisan schedule:run", program: "/usr/bin/php8.2"),
    (command: "/usr/local/bin/collect-metrics >/dev/null", program: "/usr/local/bin/collect-metrics"),
  ]

  /// Programs of which the machines have seen nothing before the last hours.
  static let newcomers = ["/usr/local/bin/hotfix-2231", "/var/tmp/.cache/xmr", "/opt/agent-2/bin/agentd"]

  /// The last part of a path.
  static func name(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}
