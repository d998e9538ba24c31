internal import CLinux
internal import Glibc

/// The way from root to nobody in particular.
public enum Privileges {
  /// Gives up every privilege for good: to the user who called sudo where there is one, and no capabilities in any
  /// case. To be called once everything that needs them is open, before anything that the environment or a file of
  /// the user chose is read, and while the process has a single thread.
  /// - Throws: `TraceError` when the kernel refuses; the program must end then.
  public static func drop(to user: InvokingUser) throws(TraceError) {
    if user.groupsError != 0 { throw TraceError(.readGroups, errno: user.groupsError) }
    let result = user.groups.withUnsafeBufferPointer { groups in
      lnx_drop_privileges(user.isOther, user.uid, user.gid, groups.baseAddress, groups.count)
    }
    if result != 0 { throw TraceError(.dropPrivileges, errno: result) }
  }
}
