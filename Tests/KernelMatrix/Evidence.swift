import Files
import Glibc
import Recording

/// The results of the suite on one kernel: for each case the program's output, its errors and its status.
struct Evidence {
  let folder: String

  /// Why a check failed, in one line.
  struct Fault: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
  }

  /// A whole file; nil where there is none.
  func text(_ name: String) -> String? {
    (try? FileDescriptor.contents(of: "\(folder)/\(name)")).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The lines of a file that must be there.
  func lines(_ name: String) throws(Fault) -> [Substring] {
    guard let text = text(name) else { throw Fault("there is no \(name)") }
    return text.split(separator: "\n")
  }

  /// The first three lines of a file, joined.
  func line(_ name: String) throws(Fault) -> String {
    try lines(name).prefix(3).joined(separator: " / ")
  }

  /// Checks the exit status of a case.
  func expectStatus(_ expected: Int32, of name: String) throws(Fault) {
    let status = try line("\(name).status")
    guard status == "\(expected)" else {
      throw Fault("status \(status), not \(expected): \((try? line("\(name).err")) ?? "")")
    }
  }

  /// The events of a trace, and their tree.
  func trace(_ name: String) throws -> Trace {
    var trace = Trace()
    var file = try EventFile(path: "\(folder)/\(name).ndjson")
    while let events = try file.read() {
      for recorded in events { trace.add(recorded.event) }
    }
    return trace
  }
}

/// Throws a message unless the condition holds.
func expect(_ holds: Bool, _ otherwise: @autoclosure () -> String) throws(Evidence.Fault) {
  if !holds { throw Evidence.Fault(otherwise()) }
}

/// Throws both values unless they are equal.
func expect<Value: Equatable>(_ value: Value, is expected: Value, _ what: String) throws(Evidence.Fault) {
  try expect(value == expected, "\(what) is \(value), not \(expected)")
}
