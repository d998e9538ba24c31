@testable import Events
@testable import Tree

extension ProcessTree {
  /// A description of every process, parents before children.
  var drawn: [String] {
    var lines: [String] = []
    var slot = NodeArena.root
    while let next = arena.successor(of: slot, within: NodeArena.root) {
      slot = next
      let node = node(at: slot)
      lines.append(
        "\(node.id) below \(node.parent?.description ?? "-") now \(node.presentParent?.description ?? "-") "
          + "\(String(decoding: node.facts.comm.bytes, as: UTF8.self)) \(node.state) \(node.images.map(\.time)) "
          + "\(node.execCount) \(node.failedExecCount) \(node.subtree)")
    }
    return lines
  }
}
