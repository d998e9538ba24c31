/// The names that Kubernetes has for a container: what a cgroup's path shows is only its id.
///
/// On each node the kubelet keeps a link in /var/log/containers for each container, named
/// `POD_NAMESPACE_CONTAINER-ID.log`. The name of the link is all that is read.
public struct KubernetesName: Hashable, Sendable {
  /// The name of the pod.
  public let pod: RawBytes
  /// The namespace of the pod, which is not one of the kernel's.
  public let namespace: RawBytes
  /// The name of the container in its pod.
  public let container: RawBytes

  /// Reads the name of a link.
  /// - Returns: the container's id, 64 hexadecimal digits, and its names; nil for any other file.
  /// - Complexity: O(bytes), which are at most 255 in a directory.
  public static func read(link name: some Collection<UInt8>) -> (id: RawBytes, name: KubernetesName)? {
    let bytes = Array(name)
    guard bytes.suffix(ending.count).elementsEqual(ending) else { return nil }
    let stem = bytes.dropLast(ending.count)
    let id = stem.suffix(idLength)
    guard id.count == idLength, id.allSatisfy({ 0x30...0x39 ~= $0 || 0x61...0x66 ~= $0 }) else { return nil }
    let names = stem.dropLast(idLength)
    guard names.last == UInt8(ascii: "-") else { return nil }
    // None of the three can have an underscore.
    let parts = names.dropLast().split(separator: UInt8(ascii: "_"), omittingEmptySubsequences: false)
    guard parts.count == 3, parts.allSatisfy(isName) else { return nil }
    return (
      RawBytes(id),
      KubernetesName(pod: RawBytes(parts[0]), namespace: RawBytes(parts[1]), container: RawBytes(parts[2]))
    )
  }

  private static let ending = Array(".log".utf8)
  /// An id is a SHA-256 in hexadecimal.
  private static let idLength = 64

  /// Whether it can be the name of an object: lower-case letters, digits, dashes and dots.
  private static func isName(_ bytes: ArraySlice<UInt8>) -> Bool {
    !bytes.isEmpty
      && bytes.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x61...0x7a, UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: false
        }
      }
  }
}

/// The names of the containers of a node, by their ids.
///
/// A container that is gone keeps its name as long as there is room: its last lines may come later than its end.
public struct KubernetesNames: Sendable {
  /// How many containers it remembers. A node runs at most some hundred, but makes new ones all the time.
  public static let limit = 8192

  private var names: [RawBytes: KubernetesName] = [:]

  /// No names.
  public init() {}

  /// How many containers it knows.
  public var count: Int { names.count }

  /// The names of a container; nil where unknown. - Complexity: O(bytes of the id).
  public subscript(container id: ArraySlice<UInt8>) -> KubernetesName? {
    names.isEmpty ? nil : names[RawBytes(id)]
  }

  /// Learns the names of the links that are there now. Beyond the limit, containers that are gone are forgotten, and
  /// then links are left out.
  public mutating func update(links: some Sequence<some Collection<UInt8>>) {
    var present: [RawBytes: KubernetesName] = [:]
    for link in links where present.count < Self.limit {
      if let found = KubernetesName.read(link: link) { present[found.id] = found.name }
    }
    if names.count &+ present.count > Self.limit {
      names = present
    } else {
      names.merge(present) { _, new in new }
    }
  }
}
