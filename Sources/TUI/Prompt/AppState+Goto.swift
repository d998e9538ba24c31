internal import Tree

extension AppState {
  /// Each key selects the process with the typed pid, or the original one if there is none.
  mutating func gotoTyped(_ prompt: Prompt) {
    putFoldsBack(to: prompt)
    tree = prompt.before.tree
    stand(log: prompt.before.log)
    self.prompt?.fault = nil
    let text = prompt.editor.text.drop { $0 == " " }
    guard !text.isEmpty else { return }
    guard let pid = Int32(text), pid > 0 else {
      self.prompt?.fault = Prompt.Fault(column: 1, message: "expected a pid")
      return
    }
    guard let id = shown.tree.process(pid: pid) else {
      return complain("no process \(pid): unknown or forgotten")
    }
    message = nil
    reveal(id)
    if shown.row(of: id) == nil { return complain("the filter hides process \(pid)") }
    choose(id)
    if !(shown.tree[id]?.isRunning ?? false) { say("process \(pid) has exited") }
  }
}
