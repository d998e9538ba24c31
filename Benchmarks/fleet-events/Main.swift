import Events
import Files
import Glibc

/// Writes the lines that `log --json` would write on a fleet of simulated machines, to standard output. The same
/// arguments give the same bytes.
@main
enum Main {
  private static let usage = """
    usage: fleet-events [--events 1000000] [--hosts 200] [--seed 1] [--start SECONDS] [--truth FILE]

    --start   when the first line is written, in seconds since 1970
    --truth   write what each line says to this file, as text with tabs

    """

  static func main() {
    var (events, hosts, seed, start) = (1_000_000, 200, 1, 1_772_323_200)
    var truthPath: String?
    var arguments = CommandLine.arguments.dropFirst()
    while let name = arguments.popFirst() {
      guard let value = arguments.popFirst() else { fail(usage) }
      if name == "--truth" {
        truthPath = value
        continue
      }
      guard let number = Int(value), number > 0, number < 1 << 40 else { fail(usage) }
      switch name {
      case "--events": events = number
      case "--hosts": hosts = number
      case "--seed": seed = number
      case "--start": start = number
      default: fail(usage)
      }
    }
    do throws(Errno) {
      var truth: FileDescriptor?
      if let truthPath { truth = try FileDescriptor.open(truthPath, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644) }
      try write(events: events, hosts: hosts, seed: UInt64(seed), start: start, truth: truth)
      try truth?.close()
    } catch {
      fail("fleet-events: cannot write: \(String(cString: strerror(error.number)))\n")
    }
  }

  private static func fail(_ text: String) -> Never {
    try? FileDescriptor(STDERR_FILENO).write(allOf: Array(text.utf8))
    exit(2)
  }

  private static func write(
    events: Int, hosts count: Int, seed: UInt64, start: Int, truth: FileDescriptor?
  ) throws(Errno) {
    let hosts = (0..<count).map { number in
      FleetHost(
        number: number, seed: seed, wallStart: Int64(start) &* 1_000_000_000,
        budget: events / count + (number < events % count ? 1 : 0))
    }
    var (lines, rows) = (Output(FileDescriptor(STDOUT_FILENO)), truth.map { Output($0) })
    rows?.bytes = Array(Truth.header.utf8)
    // The machines take turns of a simulated minute, as lines come from a fleet. Later than the span, each writes the
    // lines that are still to come.
    let turn = 60 &* Fleet.second
    var end = turn
    while hosts.contains(where: { !$0.isDone }) {
      for host in hosts where !host.isDone {
        host.run(for: end) { host, event, line in
          lines.bytes.append(contentsOf: line)
          rows?.append { Truth.append(event, of: host, to: &$0) }
        }
        try lines.flush(from: 1 << 20)
        try rows?.flush(from: 1 << 20)
      }
      end &+= turn
    }
    try lines.flush(from: 0)
    try rows?.flush(from: 0)
  }
}

/// Bytes that wait to be written.
private struct Output {
  private let descriptor: FileDescriptor
  var bytes: [UInt8] = []

  init(_ descriptor: FileDescriptor) { self.descriptor = descriptor }

  /// Lets the caller append bytes.
  mutating func append(_ body: (inout [UInt8]) -> Void) { body(&bytes) }

  /// Writes all bytes if there are at least `count`.
  mutating func flush(from count: Int) throws(Errno) {
    guard bytes.count >= count, !bytes.isEmpty else { return }
    var rest = bytes[...]
    while !rest.isEmpty {
      // A pipe that is full for a while accepts nothing.
      if try !descriptor.write(someOf: &rest) {
        var entry = pollfd(fd: descriptor.number, events: Int16(POLLOUT), revents: 0)
        poll(&entry, 1, -1)
      }
    }
    bytes.removeAll(keepingCapacity: true)
  }
}
