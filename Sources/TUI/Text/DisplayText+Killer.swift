package import Events
package import Tree

extension DisplayText {
  /// What sent the signal that ended a process, as words that follow "killed": `by bash (4711, root)`. Nil where nothing
  /// is known of it, as of a process that exited by itself.
  package init?(killerOf node: ProcessNode) {
    guard let signal = node.end?.status?.signal else { return nil }
    let parents = [node.parent, node.presentParent].compactMap(\.self)
    self.init(node.killer, signal: signal, of: node.id, parents: parents)
  }

  /// The same of an exit.
  package init?(killerOf exit: ExitEvent) {
    self.init(
      exit.killer, signal: exit.status.signal, of: exit.process.id,
      parents: [exit.process.parent].compactMap(\.self))
  }

  private init?(_ killer: Killer?, signal: Int32, of id: ProcessID, parents: [ProcessID]) {
    guard let killer, signal != 0 else { return nil }
    switch killer {
    case .process(let sender): self = Self.words(for: sender, of: id, parents: parents)
    case .kernel: self = "by the kernel\(killer.cause(of: signal).map { " (\(DisplayText(own: $0)))" } ?? "")"
    case .terminal(let name): self = "by the terminal\(name.map { " \(DisplayText.argument($0.bytes))" } ?? "")"
    case .outOfMemory(let memory): self = "by the kernel: out of memory\(Self.words(for: memory))"
    case .lost: self = "by an unknown sender: not all senders were recorded"
    }
  }

  private static func words(for sender: Killer.Sender, of id: ProcessID, parents: [ProcessID]) -> DisplayText {
    if sender.id == id { return "by itself" }
    let isParent = sender.id.map(parents.contains) ?? false
    let pid = sender.id.map { DisplayText(number: $0.pid) } ?? "outside of the PID namespace"
    let user =
      sender.user.map { DisplayText.argument($0.bytes) } ?? ProcessFacts.known(sender.uid).map { "uid \($0)" }
      ?? "unknown user"
    let process: DisplayText =
      "\(isParent ? "its parent " : "")\(DisplayText.argument(sender.comm.bytes)) (\(pid), \(user))"
    return sender.isExiting ? "as \(process) exited" : "by \(process)"
  }

  /// Nothing where the memory was not measured.
  private static func words(for memory: Killer.Memory) -> DisplayText {
    guard memory.total > 0 else { return memory.limit.map { ", its cgroup's limit is \(.bytes($0))" } ?? "" }
    let limit = memory.limit.map { ", its cgroup's limit is \(.bytes($0))" as DisplayText } ?? ""
    return ", used \(.bytes(memory.total))\(limit)"
  }
}
