import Glibc
import Testing

@testable import Terminal

@Suite struct FrameOutputTests {
  @Test func `The output of a frame is returned in one piece, and none of it is sent`() async {
    // In a process of its own: descriptors are shared with whatever else runs in this one.
    await #expect(processExitsWith: .success) {
      var ends: [CInt] = [0, 0]
      try #require(pipe(&ends) == 0)
      _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
      let (reader, drawn) = (ends[0], dup(ends[1]))
      let output = FrameOutput(of: drawn, terminal: ends[1])

      func send(_ text: String) { _ = text.withCString { write(drawn, $0, strlen($0)) } }
      func arrived() -> String {
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = max(read(reader, &bytes, bytes.count), 0)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
      }

      for round in 0..<3 {
        let frame = output.gather {
          send("first \(round), ")
          send("second")
          #expect(arrived() == "")
        }
        #expect(frame == Array("first \(round), second".utf8))
        #expect(arrived() == "")
      }
      #expect(output.gather {} == [])
      send("after")
      #expect(arrived() == "after")
      output.release()
    }
  }
}
