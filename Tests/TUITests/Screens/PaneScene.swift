@testable import TUI

/// A pane, or what stands in its place, as it looks on the story of a build.
enum PaneScene: String, CaseIterable {
  case tree, detail, log, top, help, settings, filter, search, goto, copy, write

  /// Whether it takes a line or two of the screen, and leaves the rest as it is.
  var isPrompt: Bool {
    switch self {
    case .search, .goto, .copy, .write: true
    default: false
    }
  }

  /// Opens it in a view that stands at its start.
  func open(in state: inout AppState) {
    switch self {
    case .tree:
      state.select(pid: 10_233)
      state.press(.character("="))
    case .detail:
      state.select(pid: 10_262)
      state.press(.character("2"), .character("z"), .down)
    case .log: state.press(.character("3"), .up, .up, .character("z"))
    case .top: state.press(.character("t"), .down)
    case .help: state.press(.character("?"))
    case .settings: state.press(.character("S"), .down, .down)
    case .filter:
      state.press(.character("\\"))
      state.type("comm=cc1,sh !has:tty or")
    case .search:
      state.press(.character("/"))
      state.type("conf")
    case .goto:
      state.press(.character(":"))
      state.type("1023")
    case .copy: state.press(.character("y"))
    case .write: state.press(.character("w"))
    }
  }
}
