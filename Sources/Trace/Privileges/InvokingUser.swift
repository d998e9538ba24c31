internal import Glibc

/// Who started the program: the user that called sudo, where somebody did, else whoever runs it.
public struct InvokingUser: Sendable {
  public let uid: UInt32
  public let gid: UInt32
  public let groups: [UInt32]
  /// The errno where the groups could not be found out; else 0.
  let groupsError: Int32
  public let home: String?
  public let name: String?
  public let shell: String?

  /// Whether giving up privileges means becoming somebody else.
  public var isOther: Bool { uid != geteuid() }

  /// Reads SUDO_UID and SUDO_GID (only root is believed), and the user's entry and groups (`getpwuid`,
  /// `getgrouplist`).
  public init() {
    var uid = getuid()
    var gid = getgid()
    if geteuid() == 0, let callerUID = Self.number("SUDO_UID"), let callerGID = Self.number("SUDO_GID") {
      uid = callerUID
      gid = callerGID
    }
    self.uid = uid
    self.gid = gid
    if let entry = getpwuid(uid) {
      name = String(cString: entry.pointee.pw_name)
      home = String(cString: entry.pointee.pw_dir)
      shell = String(cString: entry.pointee.pw_shell)
      (groups, groupsError) = Self.groups(of: entry.pointee.pw_name, with: gid)
    } else {
      name = nil
      home = nil
      shell = nil
      groups = [gid]
      groupsError = 0
    }
  }

  /// All groups of a user (`getgrouplist`), or the errno.
  private static func groups(of name: UnsafePointer<CChar>, with gid: gid_t) -> ([UInt32], error: Int32) {
    // The kernel lets a process be in so many (NGROUPS_MAX).
    var room: Int32 = 64
    while true {
      var list = [gid_t](repeating: 0, count: Int(room))
      var count = room
      if getgrouplist(name, gid, &list, &count) >= 0 { return (Array(list.prefix(Int(count))), 0) }
      if count <= room { return ([], ENOMEM) }
      if count > 65536 { return ([], EINVAL) }
      room = count
    }
  }

  private static func number(_ name: String) -> UInt32? {
    guard let text = getenv(name) else { return nil }
    return UInt32(String(cString: text))
  }

  /// What a command of theirs should find in its environment instead of root's.
  var environment: [String] {
    var result: [String] = []
    if let home { result.append("HOME=\(home)") }
    if let name { result += ["USER=\(name)", "LOGNAME=\(name)"] }
    if let shell { result.append("SHELL=\(shell)") }
    return result
  }
}
