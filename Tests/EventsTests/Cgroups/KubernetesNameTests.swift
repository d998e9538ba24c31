import Events
import Testing

private let id = "4f1c9d0a7be2356881f03ac2d4e5b6978a0b1c2d3e4f5061728394a5b6c7d8e9"
private let other = "00000000000000000000000000000000000000000000000000000000deadbeef"

/// Names of containers, from the links that the kubelet makes.
@Suite
struct KubernetesNameTests {
  private func read(_ link: String) -> [String]? {
    KubernetesName.read(link: link.utf8).map { found in
      [found.id, found.name.pod, found.name.namespace, found.name.container].map {
        String(decoding: $0.bytes, as: UTF8.self)
      }
    }
  }

  @Test(arguments: [
    ("web-6d4cf56db6-x7k2p_shop_nginx-\(id).log", ["web-6d4cf56db6-x7k2p", "shop", "nginx"]),
    ("kube-proxy-b2x9z_kube-system_kube-proxy-\(id).log", ["kube-proxy-b2x9z", "kube-system", "kube-proxy"]),
    // A pod of a node's own folder has the name of the node, with its dots.
    ("etcd-node1.example.com_kube-system_etcd-\(id).log", ["etcd-node1.example.com", "kube-system", "etcd"]),
    ("a_b_c-\(id).log", ["a", "b", "c"]),
    // A container that ends like an id.
    ("a_b_\(other)-\(id).log", ["a", "b", other]),
  ])
  func `A link has the names of a pod, a namespace and a container`(_ link: String, _ names: [String]) {
    #expect(read(link) == [id] + names)
  }

  @Test(arguments: [
    "", ".log", "\(id).log", "-\(id).log", "a_b_c-\(id)", "a_b_c-\(id).log.gz", "a_b_c\(id).log", "a_b-\(id).log",
    "a_b_c_d-\(id).log", "a__c-\(id).log", "_b_c-\(id).log", "a_b_-\(id).log", "a_b_c-\(id.dropLast()).log",
    "a_b_c-\(id.uppercased()).log", "A_b_c-\(id).log", "a_b_c\u{1b}-\(id).log", "a_b/_c-\(id).log", "a_é_c-\(id).log",
  ])
  func `Any other name is no link of a container`(_ link: String) {
    #expect(read(link) == nil)
  }

  @Test func `A container that is gone keeps its name, and a new link replaces one`() throws {
    var names = KubernetesNames()
    #expect(names[container: Array(id.utf8)[...]] == nil)
    names.update(links: ["old_ns_app-\(id).log", "notes.txt"].map(\.utf8))
    names.update(links: ["new_ns_app-\(other).log"].map(\.utf8))
    #expect(names[container: Array(id.utf8)[...]]?.pod == "old")
    #expect(names[container: Array(other.utf8)[...]]?.pod == "new")
    names.update(links: ["newer_ns_app-\(other).log"].map(\.utf8))
    #expect(names[container: Array(other.utf8)[...]]?.pod == "newer")
    #expect(names.count == 2)
  }

  @Test func `Names of containers are bounded`() {
    func link(_ number: Int) -> [UInt8] {
      let digits = String(number, radix: 16)
      return Array("p_n_c-\(String(repeating: "0", count: 64 - digits.count))\(digits).log".utf8)
    }
    func id(_ number: Int) -> ArraySlice<UInt8> { link(number).dropFirst(6).dropLast(4) }

    var names = KubernetesNames()
    names.update(links: (0..<KubernetesNames.limit).map(link))
    #expect(names.count == KubernetesNames.limit)
    #expect(names[container: id(0)] != nil)
    // One more than the limit: names whose links are gone are forgotten.
    names.update(links: [link(KubernetesNames.limit)])
    #expect(names.count == 1)
    #expect(names[container: id(0)] == nil)
    #expect(names[container: id(KubernetesNames.limit)] != nil)
    names.update(links: (0..<2 * KubernetesNames.limit).map(link))
    #expect(names.count == KubernetesNames.limit)
  }
}
