internal import CExecsnoop
internal import Glibc
internal import ProcessTree

// Paths of which a part is missing. Where the part next to the root is missing the path begins with an ellipsis instead
// of a slash, so that what somebody chose to name `/system.slice` far below never stands where the root's names do.

private let ellipsis = Array("…".utf8)

/// A path from the names that are left of it, leaf first, where the walk did not come to the root: `…/below/it`.
func path(cutAtRoot names: UnsafeRawBufferPointer) -> RawBytes {
  names.isEmpty ? RawBytes(ellipsis) : RawBytes(ellipsis + path(leafFirst: names).bytes)
}

/// The path of a cgroup from its part, as `event.h` says of `est_part`: `/user.slice/user-1000.slice/…` where names next
/// to the leaf were written over.
/// - Parameter bytes: what stands behind the part, names and what is left of others.
func cgroupPath(_ part: est_part, _ bytes: UnsafeRawBufferPointer) -> RawBytes {
  let used = min(Int(part.size), bytes.count)
  let end = min(Int(part.offset), bytes.count)
  var names: [UInt8] = []
  // The first name behind the last one that was written has no beginning.
  if end > used, let closed = bytes[used..<end].firstIndex(of: 0) { names += bytes[(closed &+ 1)..<end] }
  names += bytes[..<used]
  let isCutAtRoot = part.path_sizes.all == 0
  return names.withUnsafeBytes { names in
    let path = isCutAtRoot ? path(cutAtRoot: names) : path(leafFirst: names)
    return end == 0 ? path : RawBytes(path.bytes + [UInt8(ascii: "/")] + ellipsis)
  }
}
