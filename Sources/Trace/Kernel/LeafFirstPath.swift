internal import CExecsnoop
internal import Events

// The kernel side walks a path upwards, so it sends the names of a path leaf first, each closed by NUL. These functions
// make paths of them.
//
// If the part next to the root is missing, the path begins with an ellipsis in place of a slash. So a name such as
// `/system.slice` that a process chose far below the root never appears at the root.

/// A complete path from its names, leaf first. No names are the root.
/// - Complexity: O(n), with one allocation.
func path(leafFirst names: UnsafeRawBufferPointer) -> RawBytes {
  guard !names.isEmpty else { return "/" }
  // A name takes as many bytes with a slash before it as with a NUL after it.
  let isClosed = names[names.count &- 1] == 0
  let size = names.count &+ (isClosed ? 0 : 1)
  return RawBytes(
    [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      var end = size
      var start = 0
      while start < names.count {
        var stop = start
        while stop < names.count, names[stop] != 0 { stop &+= 1 }
        if stop > start {
          end &-= stop &- start
          for offset in 0..<stop &- start { buffer[end &+ offset] = names[start &+ offset] }
          end &-= 1
          buffer[end] = UInt8(ascii: "/")
        }
        start = stop &+ 1
      }
      // Empty names, which no path has, would leave a gap at the front.
      if end > 0 {
        for index in end..<size { buffer[index &- end] = buffer[index] }
      }
      count = size &- end
    })
}

private let ellipsis = Array("…".utf8)

/// The path from the known names, leaf first, if the walk did not reach the root: `…/below/it`.
func path(cutAtRoot names: UnsafeRawBufferPointer) -> RawBytes {
  names.isEmpty ? RawBytes(ellipsis) : RawBytes(ellipsis + path(leafFirst: names).bytes)
}

/// The path of a cgroup from its part, whose layout `event.h` documents (`est_part`): `/user.slice/user-1000.slice/…`
/// if names next to the leaf were overwritten.
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
