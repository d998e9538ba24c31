import Glibc

/// The environment of the tests.
package enum Surroundings {
  /// The folder of this repository, where it was built.
  package static let repository = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()

  /// Whether tests that need the kernel or a terminal must run: if that is impossible, they fail and are not skipped.
  package static let requireKernel = getenv("EXECSNOOP_TOP_REQUIRE_KERNEL").map { String(cString: $0) } == "1"

  /// The path of a program that was built beside the tests.
  package static func built(_ name: String) -> String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    let here = String(decoding: buffer.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return here.prefix(through: here.lastIndex(of: "/") ?? here.startIndex) + name
  }
}
