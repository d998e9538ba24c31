internal import Glibc

/// The links that the kubelet of a node makes for its containers, as `KubernetesNames` reads their names.
public enum ContainerLinks {
  /// Where the kubelet makes them.
  public static let folder = "/var/log/containers"

  /// The names of all files in the folder (`readdir`), at most `limit`; none where it is not there or cannot be read:
  /// then containers have no names.
  public static func read(from folder: String = folder, limit: Int = 65536) -> [[UInt8]] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [[UInt8]] = []
    while names.count < limit, let entry = readdir(directory) {
      names.append(withUnsafeBytes(of: &entry.pointee.d_name) { $0.prefix { $0 != 0 }.map { $0 } })
    }
    return names
  }
}
