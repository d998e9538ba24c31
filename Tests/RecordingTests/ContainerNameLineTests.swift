import Events
import Recording
import Testing

private let id = "4f1c9d0a7be2356881f03ac2d4e5b6978a0b1c2d3e4f5061728394a5b6c7d8e9"

/// The names that Kubernetes has for the container of a line.
@Suite
struct ContainerNameLineTests {
  private func fork(in cgroup: String) -> ProcessEvent {
    .fork(
      ForkEvent(
        time: 1,
        process: ProcessFacts(
          id: ProcessID(pid: 7, startTime: 1), parent: nil, comm: "app", cgroup: RawBytes(utf8: cgroup))))
  }

  private func lines(_ encoder: JSONLineEncoder) -> [String] {
    String(decoding: encoder.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  @Test func `A container has the names of its pod once they are known`() {
    let inside = fork(in: "/kubepods.slice/kubepods-pod1.slice/cri-containerd-\(id).scope")
    var encoder = JSONLineEncoder(wallOffset: nil)
    encoder.append(inside)
    #expect(encoder.hasUnnamedContainer)
    encoder.containerNames.update(links: ["web-6d4cf_shop_nginx-\(id).log".utf8])
    #expect(!encoder.hasUnnamedContainer)
    // The same cgroup again, although it was written before without names.
    encoder.append(inside)
    #expect(!encoder.hasUnnamedContainer)
    let names = #","container":"\#(id)","pod":"web-6d4cf","pod_namespace":"shop","container_name":"nginx","unit":"#
    #expect(lines(encoder).map { $0.contains(names) } == [false, true])
    #expect(!lines(encoder)[0].contains("pod_namespace"))
  }

  @Test func `A line with names is read like one without`() throws {
    let inside = fork(in: "/kubepods/\(id)")
    var encoder = JSONLineEncoder(wallOffset: nil)
    encoder.containerNames.update(links: ["a_b_c-\(id).log".utf8])
    encoder.append(inside)
    #expect(try JSONLineDecoder().decode(encoder.bytes[...], number: 1)?.event == inside)
  }

  @Test func `A process outside of containers asks for no names`() {
    var encoder = JSONLineEncoder(wallOffset: nil)
    encoder.append(fork(in: "/system.slice/ssh.service"))
    #expect(!encoder.hasUnnamedContainer)
  }
}
