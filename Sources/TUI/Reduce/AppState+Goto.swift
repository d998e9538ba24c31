internal import ProcessTree

extension AppState {
  /// Each key goes to the process with the number that stands there, or back where there is none.
  mutating func gotoTyped(_ prompt: Prompt) {
    putFoldsBack(to: prompt)
    tree = prompt.before.tree
    stand(log: prompt.before.log)
    self.prompt?.fault = nil
    let text = prompt.editor.text.drop { $0 == " " }
    guard !text.isEmpty else { return }
    guard let pid = Int32(text), pid > 0 else {
      self.prompt?.fault = Prompt.Fault(column: 1, message: "expected the number of a process")
      return
    }
    guard let id = shown.tree.process(pid: pid) else {
      return complain("no process \(pid) is remembered")
    }
    message = nil
    reveal(id)
    if shown.row(of: id) == nil { return complain("the filter hides process \(pid)") }
    choose(id)
    if !(shown.tree[id]?.isRunning ?? false) { say("process \(pid) has ended") }
  }
}
