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
