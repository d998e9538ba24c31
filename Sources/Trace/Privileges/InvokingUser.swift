internal import Glibc

/// Who started the program: the user that called sudo, where somebody did, else whoever runs it.
public struct InvokingUser: Sendable {
  public let uid: UInt32
  public let gid: UInt32
  public let groups: [UInt32]
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
      var count: Int32 = 256
      var list = [gid_t](repeating: 0, count: Int(count))
      groups = getgrouplist(entry.pointee.pw_name, gid, &list, &count) < 0 ? [gid] : Array(list.prefix(Int(count)))
    } else {
      name = nil
      home = nil
      shell = nil
      groups = [gid]
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
