internal import CLinux
internal import Glibc

/// Dropping privileges.
public enum Privileges {
  /// Drops all privileges for good: becomes the user who called sudo, if any, and gives up all capabilities. Call it
  /// once everything that needs privileges is open, before reading anything that the environment or a file of the user
  /// chose, and while the process has one thread.
  /// - Throws: `TraceError` when the kernel refuses; the program must exit then.
  public static func drop(to user: InvokingUser) throws(TraceError) {
    if user.groupsError != 0 { throw TraceError(.readGroups, errno: user.groupsError) }
    let result = user.groups.withUnsafeBufferPointer { groups in
      lnx_drop_privileges(user.isOther, user.uid, user.gid, groups.baseAddress, groups.count)
    }
    if result != 0 { throw TraceError(.dropPrivileges, errno: result) }
  }
}

/// The user who started the program: the user who called sudo, or else the one who runs it.
public struct InvokingUser: Sendable {
  /// The real user id.
  public let uid: UInt32
  /// The real group id.
  public let gid: UInt32
  /// All groups of the user.
  public let groups: [UInt32]
  /// The errno where the groups could not be read; else 0.
  let groupsError: Int32
  /// The home directory; nil without an entry in the user database.
  public let home: String?
  /// The name; nil without an entry in the user database.
  public let name: String?
  /// The login shell; nil without an entry in the user database.
  public let shell: String?

  /// Whether dropping privileges changes the user or group.
  public var isOther: Bool { uid != geteuid() || (geteuid() == 0 && gid != getegid()) }

  /// Reads SUDO_UID and SUDO_GID (only where root runs the program), and the user's entry and groups (`getpwuid`,
  /// `getgrouplist`).
  /// - Throws: `TraceError` where one of the variables is set for root and they do not name a user and a group. The
  ///   program must not continue as root then.
  public init() throws(TraceError) {
    var uid = getuid()
    var gid = getgid()
    if geteuid() == 0, let caller = try Self.caller() {
      uid = caller.uid
      gid = caller.gid
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
    // The kernel allows this many groups (NGROUPS_MAX).
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

  /// The user who called sudo; nil where neither variable is set. Without SUDO_GID the group is the user's own.
  private static func caller() throws(TraceError) -> (uid: UInt32, gid: UInt32)? {
    let uid = try userOrGroupID(in: "SUDO_UID")
    let gid = try userOrGroupID(in: "SUDO_GID")
    switch (uid, gid) {
    case (nil, nil): return nil
    case (let uid?, let gid?): return (uid, gid)
    case (let uid?, nil):
      if let entry = getpwuid(uid) { return (uid, entry.pointee.pw_gid) }
      throw TraceError(.invokingUser("SUDO_UID is set without SUDO_GID"), errno: 0)
    case (nil, _): throw TraceError(.invokingUser("SUDO_GID is set without SUDO_UID"), errno: 0)
    }
  }

  /// The user or group id in a variable; nil where it is not set. All bits set is no id, but "leave it unchanged"
  /// (`setresuid`).
  private static func userOrGroupID(in name: String) throws(TraceError) -> UInt32? {
    guard let value = getenv(name) else { return nil }
    let text = String(cString: value)
    guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let number = UInt32(text),
      number != .max
    else { throw TraceError(.invokingUser("\(name) is '\(text)', which is not a user or group id"), errno: 0) }
    return number
  }

  /// The environment variables that a command of this user gets in place of root's.
  var environment: [String] {
    var result: [String] = []
    if let home { result.append("HOME=\(home)") }
    if let name { result += ["USER=\(name)", "LOGNAME=\(name)"] }
    if let shell { result.append("SHELL=\(shell)") }
    return result
  }
}

/// Capability numbers of include/uapi/linux/capability.h. C defines them as macros, which Swift cannot import.
enum Capability {
  static let admin: Int32 = 21  // CAP_SYS_ADMIN, which includes the two below
  static let perfmon: Int32 = 38  // CAP_PERFMON
  static let bpf: Int32 = 39  // CAP_BPF
}
