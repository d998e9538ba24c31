@testable import ProcessTree

extension ProcessTree {
  /// Everything that is shown of every process, parents before children.
  var drawn: [String] {
    var lines: [String] = []
    var slot = NodeArena.machine
    while let next = arena.successor(of: slot, within: NodeArena.machine) {
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
