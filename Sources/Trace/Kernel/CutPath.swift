internal import CExecsnoop
internal import Events
internal import Glibc

// Paths with a missing part. Where the part next to the root is missing, the path begins with an ellipsis in place of a
// slash. So a name such as `/system.slice` that a process chose far below the root never appears at the root.

private let ellipsis = Array("…".utf8)

/// A path from the names that are known, leaf first, where the walk did not reach the root: `…/below/it`.
func path(cutAtRoot names: UnsafeRawBufferPointer) -> RawBytes {
  names.isEmpty ? RawBytes(ellipsis) : RawBytes(ellipsis + path(leafFirst: names).bytes)
}

/// The path of a cgroup from its part, as `event.h` documents `est_part`: `/user.slice/user-1000.slice/…` where names
/// next to the leaf were overwritten.
/// - Parameter bytes: the bytes after the part: names, and the rest of overwritten names.
func cgroupPath(_ part: est_part, _ bytes: UnsafeRawBufferPointer) -> RawBytes {
  let used = min(Int(part.size), bytes.count)
  let end = min(Int(part.offset), bytes.count)
  var names: [UInt8] = []
  // The first name after the last one that was written has no beginning.
  if end > used, let closed = bytes[used..<end].firstIndex(of: 0) { names += bytes[(closed &+ 1)..<end] }
  names += bytes[..<used]
  let isCutAtRoot = part.path_sizes.all == 0
  return names.withUnsafeBytes { names in
    let path = isCutAtRoot ? path(cutAtRoot: names) : path(leafFirst: names)
    return end == 0 ? path : RawBytes(path.bytes + [UInt8(ascii: "/")] + ellipsis)
  }
}
