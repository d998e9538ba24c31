import Events
import Recording
import Testing

/// Lines with titles, of looks and of kernel threads.
@Suite
struct TitleLineTests {
  private let process = ProcessFacts(
    id: ProcessID(pid: 7, startTime: 5), parent: ProcessID(pid: 1, startTime: 1), comm: "nginx", uid: 0)

  private func line(_ event: ProcessEvent) -> String {
    var encoder = JSONLineEncoder(wallOffset: nil)
    encoder.append(event)
    return String(decoding: encoder.bytes, as: UTF8.self)
  }

  private func decoded(_ line: String) throws -> ProcessEvent? {
    try JSONLineDecoder().decode(Array(line.utf8)[...], number: 1)?.event
  }

  private func found(_ argv: [String], _ marks: Marks, isAgain: Bool = false) -> ProcessEvent {
    .existing(
      ExistingProcess(
        time: 9, process: process,
        image: ProcessImage(time: 9, comm: "nginx", argv: StringVector(argv), marks: marks), isAgain: isAgain))
  }

  @Test func `A title has a member of its own, and no argv`() throws {
    let event = found(["nginx: worker"], [.fromProc, .title])
    #expect(line(event).contains("\"title\":\"nginx: worker\",\"marks\":[\"proc\",\"title\"]"))
    #expect(!line(event).contains("argv"))
    #expect(try decoded(line(event)) == event)
  }

  @Test func `A title without its mark is a title, and an empty title has no text`() throws {
    let read = try decoded(#"{"ev":"exist","boot":9,"pid":7,"start":5,"comm":"nginx","uid":0,"title":"t"}"#)
    guard case .existing(let found) = read else { return #expect(Bool(false), "\(String(describing: read))") }
    #expect(found.image.title == "t" && found.image.marks == .title && !found.isAgain)
    let empty = self.found([], [.fromProc, .title])
    #expect(line(empty).contains("\"title\":\"\""))
    #expect(try decoded(line(empty)) == empty)
  }

  @Test func `A look and a kernel thread have their flags`() throws {
    let look = found(["nginx"], .fromProc, isAgain: true)
    #expect(line(look).contains("\"again\":true"))
    #expect(try decoded(line(look)) == look)
    var facts = process
    facts.isKernelThread = true
    let fork = ProcessEvent.fork(ForkEvent(time: 9, process: facts, isByParent: true))
    #expect(line(fork).contains("\"by_parent\":true,\"kthread\":true}"))
    #expect(try decoded(line(fork)) == fork)
  }
}
