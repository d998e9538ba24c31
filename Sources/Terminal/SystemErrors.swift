import Glibc
package import TUI

extension DisplayText {
  /// The C library's words for an error number. The corresponding C function is `strerror_r`.
  package init(errno number: Int32) {
    var buffer = [CChar](repeating: 0, count: 256)
    // The GNU variant may leave the buffer alone and return a constant; the POSIX one is what Swift imports.
    guard strerror_r(number, &buffer, buffer.count) == 0 else {
      self = "error \(number)"
      return
    }
    self.init(untrusted: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) })
  }
}
