import CExecsnoop
import Events
import TestSupport
import Testing

@testable import Trace

@Suite struct PartsTests {
  /// The records of one failed exec of a thread, in their order: its own, then its parts.
  private struct Sequence {
    let argv: [String]
    let file: String
    let records: [[UInt8]]

    init(thread: Int32, time: UInt64, parts: Int = 3) {
      argv = (0..<parts).map { "thread \(thread), time \(time), argument \($0)" }
      file = "/file/of/\(thread)/at/\(time)"
      let strings = Wire.block(argv)
      var exec = Wire.exec(thread: thread, time: time)
      exec.argv_size = UInt32(strings.count)
      exec.argv_length = exec.argv_size
      exec.parts = UInt32(parts + 1)
      var records = [Wire.bytes(exec, file: "/fil"), Wire.paths(of: exec, file: file)]
      // Not where one string ends.
      let size = strings.count / parts + 1
      for start in stride(from: 0, to: strings.count, by: size) {
        records.append(Wire.part(of: exec, offset: start, Array(strings[start..<min(start + size, strings.count)])))
      }
      self.records = records
    }
  }

  private func expect(_ events: [ProcessEvent], are sequences: [Sequence], _ comment: Comment = "") {
    let found = events.map { [$0.image?.file.text ?? ""] + ($0.image?.argv.texts ?? []) }
    #expect(Set(found) == Set(sequences.map { [$0.file] + $0.argv }), comment)
    #expect(found.count == sequences.count, comment)
    #expect(events.allSatisfy { $0.image?.marks == [] }, comment)
  }

  /// All ways to put two sequences into one, each in its own order.
  private func interleavings(_ a: ArraySlice<[UInt8]>, _ b: ArraySlice<[UInt8]>) -> [[[UInt8]]] {
    guard let first = a.first else { return [Array(b)] }
    guard let other = b.first else { return [Array(a)] }
    return interleavings(a.dropFirst(), b).map { [first] + $0 } + interleavings(a, b.dropFirst()).map { [other] + $0 }
  }

  @Test func `The parts of two threads are assembled in every order`() {
    let sequences = [Sequence(thread: 10, time: 100), Sequence(thread: 11, time: 100)]
    let orders = interleavings(sequences[0].records[...], sequences[1].records[...])
    #expect(orders.count == 252)
    for order in orders {
      let decoder = RecordDecoder()
      expect(decoder.decode(all: order), are: sequences)
      #expect(decoder.drainUnreadable() == 0)
    }
  }

  @Test(arguments: 0..<20)
  func `The parts of many threads with many execs are assembled in any order`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let sequences = (0..<40).map { Sequence(thread: Int32($0 % 8), time: UInt64($0), parts: 1 + $0 % 5) }
    // Of each thread what is still to come.
    var queues = (0..<8).map { thread in
      sequences.filter { $0.file.hasPrefix("/file/of/\(thread)/") }.flatMap(\.records)
    }
    var order: [[UInt8]] = []
    while queues.contains(where: { !$0.isEmpty }) {
      let thread = Int(random.next() % 8)
      if !queues[thread].isEmpty { order.append(queues[thread].removeFirst()) }
    }
    let decoder = RecordDecoder()
    expect(decoder.decode(all: order), are: sequences, "seed \(seed)")
    decoder.finishWaiting()
    #expect(decoder.drain().events.isEmpty)
  }

  @Test func `An exec with missing parts is reported at the end, as cut`() {
    let sequence = Sequence(thread: 1, time: 5), other = Sequence(thread: 2, time: 4)
    let decoder = RecordDecoder()
    #expect(decoder.decode(all: other.records.dropLast(3) + sequence.records.dropLast()).isEmpty)
    decoder.finishWaiting()
    let images = decoder.drain().events.compactMap(\.image)
    #expect(images.map(\.file.text) == [other.file, sequence.file], "the older one first")
    #expect(images.allSatisfy { $0.marks == .argvCut && $0.argvIsCut })
    #expect(images[1].argv.texts.first == sequence.argv[0])
    #expect(images[0].argvIsUnknown, "and not empty")
  }

  @Test func `A second exec of a thread at the same time does not hide the first`() {
    let sequence = Sequence(thread: 1, time: 5)
    let decoder = RecordDecoder()
    let images = decoder.decode(all: sequence.records.dropLast() + sequence.records).compactMap(\.image)
    #expect(images.map(\.marks) == [.argvCut, []])
    #expect(images[1].argv.texts == sequence.argv)
  }

  @Test func `A part without a record is counted`() {
    let decoder = RecordDecoder()
    let records = Sequence(thread: 1, time: 5).records
    #expect(decoder.decode(all: Array(records.dropFirst())).isEmpty)
    #expect(decoder.drainUnreadable() == UInt64(records.count - 1))
    #expect(decoder.drainUnreadable() == 0)
  }

  @Test func `The number of waiting execs is bounded, and those over it are reported as cut`() {
    let decoder = RecordDecoder()
    let count = RecordDecoder.waitingLimit + 1
    let events = decoder.decode(all: (0..<count).map { Sequence(thread: Int32($0), time: 1).records[0] })
    #expect(events.count == RecordDecoder.waitingLimit)
    decoder.finishWaiting()
    let rest = decoder.drain().events
    #expect(rest.count == 1)
    #expect((events + rest).allSatisfy { $0.image?.marks == .argvCut })
  }

  @Test func `A gap between parts does not become empty strings`() {
    var exec = Wire.exec()
    exec.argv_size = 30
    exec.argv_length = 30
    exec.parts = 2
    let records = [
      Wire.bytes(exec, file: "/f"), Wire.part(of: exec, offset: 0, Wire.block(["one"])),
      Wire.part(of: exec, offset: 20, Wire.block(["four"])),
    ]
    let images = RecordDecoder().decode(all: records).compactMap(\.image)
    #expect(images.map(\.argv.texts) == [["one"]])
    #expect(images.map(\.marks) == [.argvCut])
  }

  @Test func `An unreadable part and all parts after it are unknown`() {
    var exec = Wire.exec(EST_EXEC)
    (exec.argv_size, exec.argv_length, exec.env_size, exec.env_length) = (12, 12, 10, 10)
    exec.parts = 3
    exec.record.marks = EST_ARGV_UNREADABLE.rawValue | EST_ENV_UNREADABLE.rawValue
    let records = [
      Wire.bytes(exec, file: "/f"), Wire.part(of: exec, offset: 0, Wire.block(["one"])),
      Wire.part(of: exec, offset: 4, []), Wire.part(of: exec, offset: 12, Wire.block(["NAME=text"])),
    ]
    let images = RecordDecoder().decode(all: records).compactMap(\.image)
    #expect(images.map(\.argv.texts) == [["one"]])
    #expect(images.map(\.marks) == [[.argvUnreadable, .envUnreadable]])
    #expect(images.map(\.env) == [nil])
  }
}
