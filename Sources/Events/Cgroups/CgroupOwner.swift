/// The container and the systemd unit of a cgroup, as far as its path shows them.
///
/// Runtimes and systemd name the cgroups that they make. The names are the only evidence: any process that may make
/// cgroups can give one the name of a container. The names are parts of the path, byte for byte, with systemd's escapes
/// (`\x2d`); nothing is copied.
public struct CgroupOwner: Sendable {
  /// The innermost container: its id, or its name where the runtime has only names. Nil outside of containers, and for
  /// monitors of a container in a cgroup beside it (conmon, an LXC monitor, nspawn's supervisor).
  public private(set) var container: ArraySlice<UInt8>?
  /// The runtime of the container, such as `docker`; nil where the path has only an id.
  public private(set) var runtime: StaticString?
  /// The innermost unit that is not a slice, such as `ssh.service` or `session-2.scope`; else the innermost slice. Only
  /// where systemd puts units: below slices with the right names, at the root, in a container, and in a user's own
  /// manager, whose units the user names. A cgroup that a process makes below its own is not a unit.
  public private(set) var unit: ArraySlice<UInt8>?

  /// Reads a path from the root of the hierarchy. - Complexity: O(bytes of the path), without an allocation.
  public init(of path: RawBytes) {
    let path = path.bytes
    if Self.isCut(path) { return }
    var unitIsSlice = true
    // Whether a manager may have put a unit here: all cgroups above are slices.
    var isManaged = true
    var slice = path[..<0]
    var above = path[..<0]
    var start = 0
    while start < path.count {
      let end = path[start...].firstIndex(of: UInt8(ascii: "/")) ?? path.count
      let name = path[start..<end]
      start = end &+ 1
      if name.isEmpty { continue }
      var isManager = name.hasPrefix("user@") || name.equals("payload") && CgroupPattern.isOfNspawn(above)
      if name.equals("supervisor"), CgroupPattern.isOfNspawn(above) {
        (container, runtime) = (nil, nil)
      } else if let found = CgroupPattern.container(name, in: above) {
        (container, runtime) = found
        isManager = true
      }
      if isManager { (isManaged, slice) = (true, path[..<0]) }
      if isManaged, name.isUnitName {
        (unit, unitIsSlice) = (name, false)
        isManaged = isManager
      } else if isManaged, name.isSliceName, name.isBelow(slice: slice) {
        if unitIsSlice { unit = name }
        slice = name
      } else if !isManager, !name.equals("..") {
        isManaged = false
      }
      above = name
    }
  }

  /// Whether a part of the path is missing, next to the root (`…/below`) or next to the leaf (`/above/…`): the rest may
  /// belong to anything, or may be above the cgroup itself.
  private static func isCut(_ path: [UInt8]) -> Bool {
    let ellipsis = Array("/…".utf8)
    return path.starts(with: ellipsis.dropFirst()) || path.suffix(ellipsis.count).elementsEqual(ellipsis)
  }
}

// The types of units that have a cgroup. A name with other characters than a unit may have is not a unit's.
extension ArraySlice<UInt8> {
  fileprivate var isUnitName: Bool {
    isName(".service") || isName(".scope") || isName(".socket") || isName(".mount") || isName(".swap")
  }

  fileprivate var isSliceName: Bool { isName(".slice") }

  /// Whether systemd puts a slice of this name below another: `a-b.slice` below `a.slice`, and `a.slice` at the root.
  fileprivate func isBelow(slice: ArraySlice<UInt8>) -> Bool {
    slice.isEmpty || starts(with: slice.dropLast(".slice".utf8.count) + [UInt8(ascii: "-")])
  }

  private func isName(_ ending: StaticString) -> Bool {
    count > ending.utf8CodeUnitCount && hasSuffix(ending)
      && allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        case UInt8(ascii: ":"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
        case UInt8(ascii: "@"), UInt8(ascii: "\\"): true
        default: false
        }
      }
  }
}
