/// How container runtimes name cgroups.
struct CgroupPattern: Sendable {
  /// The format of a container's id or name.
  private enum Form: Sendable {
    /// 64 hexadecimal digits: docker, containerd, CRI-O, podman.
    case digest
    /// 25 letters and digits, as BuildKit counts.
    case buildkit
    /// An ECS task: 32 hexadecimal digits, a dash and a number.
    case task
    /// Any name.
    case name
  }

  private let runtime: StaticString?
  /// The name of the parent cgroup; empty for any.
  private var above: StaticString = ""
  private var prefix: StaticString = ""
  private let form: Form
  private var suffix: StaticString = ""

  /// The first match counts.
  private static let all = [
    // With systemd, each container is a scope.
    CgroupPattern(runtime: "docker", prefix: "docker-", form: .digest, suffix: ".scope"),
    CgroupPattern(runtime: "containerd", prefix: "cri-containerd-", form: .digest, suffix: ".scope"),
    CgroupPattern(runtime: "containerd", prefix: "nerdctl-", form: .digest, suffix: ".scope"),
    CgroupPattern(runtime: "CRI-O", prefix: "crio-", form: .digest, suffix: ".scope"),
    CgroupPattern(runtime: "podman", prefix: "libpod-", form: .digest, suffix: ".scope"),
    CgroupPattern(runtime: "BuildKit", prefix: "buildkit-", form: .buildkit, suffix: ".scope"),
    // Libvirt registers its virtual machines in the same way; they are not containers.
    CgroupPattern(runtime: nil, prefix: "machine-qemu\\x2d", form: .name, suffix: ".scope"),
    CgroupPattern(runtime: "nspawn", prefix: "machine-", form: .name, suffix: ".scope"),
    CgroupPattern(runtime: "nspawn", prefix: "systemd-nspawn@", form: .name, suffix: ".service"),
    // Without systemd, each container is a cgroup.
    CgroupPattern(runtime: "docker", above: "docker", form: .digest),
    CgroupPattern(runtime: "podman", prefix: "libpod-payload-", form: .digest),
    CgroupPattern(runtime: "podman", prefix: "libpod-", form: .digest),
    CgroupPattern(runtime: "CRI-O", prefix: "crio-", form: .digest),
    CgroupPattern(runtime: "BuildKit", above: "buildkit", form: .buildkit),
    CgroupPattern(runtime: "LXC", prefix: "lxc.payload.", form: .name),
    CgroupPattern(runtime: "LXC", above: "lxc.payload", form: .name),
    CgroupPattern(runtime: "LXC", above: "lxc", form: .name),
    CgroupPattern(runtime: "ECS", form: .task),
    // In Kubernetes' pods, below a parent that the user named, and in ECS: the path does not show the runtime.
    CgroupPattern(runtime: nil, form: .digest),
  ]

  /// The container of a cgroup with this name; nil where there is none.
  static func container(
    _ name: ArraySlice<UInt8>, in above: ArraySlice<UInt8>
  ) -> (container: ArraySlice<UInt8>, runtime: StaticString?)? {
    if let colons = colonForm(name) { return colons }
    for pattern in all where pattern.fits(name, in: above) {
      if pattern.isVirtualMachine { return nil }
      let start = name.startIndex &+ pattern.prefix.utf8CodeUnitCount
      return (name[start..<(name.endIndex &- pattern.suffix.utf8CodeUnitCount)], pattern.runtime)
    }
    return nil
  }

  /// Whether systemd-nspawn made this cgroup inside of a container's: `payload` for the container, `supervisor` for
  /// itself.
  static func isOfNspawn(_ name: ArraySlice<UInt8>) -> Bool {
    name.hasPrefix("machine-") || name.hasPrefix("systemd-nspawn@")
  }

  /// `PARENT:RUNTIME:ID`, where a runtime got a systemd name without being configured for systemd.
  private static func colonForm(_ name: ArraySlice<UInt8>) -> (container: ArraySlice<UInt8>, runtime: StaticString?)? {
    guard name.count > 65, name[name.endIndex &- 65] == UInt8(ascii: ":") else { return nil }
    let id = name.suffix(64)
    guard id.isDigits(hexadecimal: true) else { return nil }
    let rest = name.dropLast(65)
    let runtime: StaticString? =
      rest.hasSuffix(":docker") ? "docker" : rest.hasSuffix(":cri-containerd") ? "containerd" : nil
    return (id, runtime)
  }

  private var isVirtualMachine: Bool { runtime == nil && form == .name }

  private func fits(_ name: ArraySlice<UInt8>, in parent: ArraySlice<UInt8>) -> Bool {
    let count = name.count &- prefix.utf8CodeUnitCount &- suffix.utf8CodeUnitCount
    guard count > 0, name.hasPrefix(prefix), name.hasSuffix(suffix) else { return false }
    guard above.utf8CodeUnitCount == 0 || parent.equals(above) else { return false }
    let start = name.startIndex &+ prefix.utf8CodeUnitCount
    let inner = name[start..<start &+ count]
    return switch form {
    case .digest: count == 64 && inner.isDigits(hexadecimal: true)
    case .buildkit: count == 25 && inner.allSatisfy { 0x30...0x39 ~= $0 || 0x61...0x7a ~= $0 }
    case .task:
      count > 33 && inner.prefix(32).isDigits(hexadecimal: true) && inner[start &+ 32] == UInt8(ascii: "-")
        && inner.dropFirst(33).isDigits(hexadecimal: false)
    case .name: true
    }
  }
}

extension ArraySlice<UInt8> {
  fileprivate func isDigits(hexadecimal: Bool) -> Bool {
    allSatisfy { 0x30...0x39 ~= $0 || hexadecimal && 0x61...0x66 ~= $0 }
  }

  func equals(_ text: StaticString) -> Bool { count == text.utf8CodeUnitCount && hasPrefix(text) }

  func hasPrefix(_ text: StaticString) -> Bool { matches(text, at: startIndex) }

  func hasSuffix(_ text: StaticString) -> Bool { matches(text, at: endIndex &- text.utf8CodeUnitCount) }

  private func matches(_ text: StaticString, at start: Int) -> Bool {
    let length = text.utf8CodeUnitCount
    guard start >= startIndex, start &+ length <= endIndex else { return false }
    return text.withUTF8Buffer { wanted in
      for offset in 0..<length where self[start &+ offset] != wanted[offset] { return false }
      return true
    }
  }
}
