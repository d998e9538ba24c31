import Testing

@testable import Events
@testable import TUI
@testable import Tree

/// No key is silent.
@Suite
struct NoKeyIsSilentTests {
  static let sizes = [(80, 24), (120, 40), (70, 24), (40, 10), (20, 5)].map { Size(columns: $0.0, rows: $0.1) }
  static let wide = Size(columns: 120, rows: 40)

  /// What leads to where the keys are pressed; `~` selects a process in the middle of the tree.
  static let places = [
    "", "G", "~", "~-", "~b", "~=", "~m", "~F", "_", "e", "E", "f", "\\nobody\n", "/cc\n", "z",
    "2", "~2", "2G", "~2l", "2/a\n", "2z", "3", "3k", "3g", "3\\cc\n", "3z",
    "t", "tG", "tl", "t2", "t3", "t3k", "t\\nobody\n",
  ]

  /// The most different of them.
  static let somePlaces = ["", "~", "\\nobody\n", "2", "3k", "t", "t2", "t3"]

  /// At the ends of what there is these may do nothing.
  static let movement: Set<CommandID> = [
    .up, .down, .pageUp, .pageDown, .halfPageUp, .halfPageDown, .first, .last, .scrollLeft, .scrollRight,
    .scrollToStart, .scrollToEnd,
  ]
  /// Outside of the tree these are movement, too.
  static let arrows: Set<CommandID> = [.collapse, .expand]

  private func view(_ size: Size, mode: AppState.Mode, _ place: String, _ time: String) -> AppState {
    var state = AppState.showing(.build(), columns: size.columns, rows: size.rows, mode: mode)
    for key in place + time {
      if key == "~" { state.select(pid: 10_233) } else { state.press(key == "\n" ? .enter : .character(key)) }
    }
    // What that said is gone.
    state.message = nil
    return state
  }

  @Test(arguments: sizes)
  func `It changes the screen, asks for something or says why not`(size: Size) {
    let isUsual = size == Self.wide || size == Self.sizes[0]
    for (mode, time) in [(AppState.Mode.live, ""), (.live, " "), (.live, "{["), (.replay, ""), (.replay, "[")] {
      for place in isUsual && time.isEmpty ? Self.places : Self.somePlaces {
        let state = view(size, mode: mode, place, time)
        guard state.prompt == nil else {
          Issue.record("\(place) leads into a prompt")
          continue
        }
        let before = state.render()
        for command in Commands.all where !Self.movement.contains(command.id) {
          if Self.arrows.contains(command.id), state.focus != .tree { continue }
          guard let key = command.keys.first else { continue }
          var after = state
          let effects = after.press(key)
          #expect(
            !effects.isEmpty || after.render() != before || size.rows == 5 && isOther(after, than: state),
            "\(command.id) after \(place)\(time) at \(size.columns)x\(size.rows), \(mode)")
        }
      }
    }
  }

  /// Whether a larger screen would show that they differ: three rows cannot tell everything.
  private func isOther(_ after: AppState, than before: AppState) -> Bool {
    var views = [before, after]
    for index in views.indices { _ = views[index].reduce(.input(.resize(Self.wide))) }
    return views[0].render() != views[1].render()
  }

  @Test(
    arguments: [
      (Key.character("+"), "no children"),
      (.character("-"), "no children"), (.character("*"), "no children"),
      (.right, "no children"), (.character("l"), "no children"),
    ] as [(Key, DisplayText)])
  func `On a leaf`(key: Key, text: DisplayText) {
    var state = AppState.showing(.build())
    state.select(pid: 331)
    let tree = state.tree
    state.press(key)
    #expect(state.message == Message(text: text, isError: true) && state.tree == tree)
  }

  @Test(arguments: [Key.character("u"), .character("h"), .left])
  func `On a root`(key: Key) {
    var state = AppState.showing(.build())
    state.press(.character("-"), key)
    #expect(state.message?.text == "no parent" && state.tree.selection?.pid == 1)
  }

  @Test func `Below a filtered row is nothing shown`() {
    var state = AppState.showing(.build())
    state.select(pid: 10_234)
    state.press(.character("\\"))
    state.type("pid=10234")
    // The first one opens the chain.
    state.press(.enter, .character("+"), .character("+"))
    #expect(state.message?.text == "no descendant matches the filter")
  }

  @Test(arguments: [")", "]", "}"] as [Character])
  func `A live view stays live where there is no other moment`(key: Character) {
    var state = AppState.showing(.build(), columns: 120, rows: 40)
    let before = state.live.tree.pinnedMoment
    state.press(.character(key))
    #expect(!state.isFrozen && state.message?.text == "at the newest event")
    #expect(state.live.tree.pinnedMoment == before)
    state.press(.character(" "), .character(key))
    #expect(state.isFrozen && state.message?.text == "at the newest event")
  }

  @Test func `There is one pane anyway`() {
    var state = AppState.showing(.build(), columns: 20, rows: 5)
    state.press(.character("z"))
    #expect(!state.isZoomed && state.message?.isError == true)
    state = AppState.showing(.build())
    state.press(.character("z"))
    _ = state.reduce(.input(.resize(Size(columns: 20, rows: 5))))
    state.press(.character("z"))
    #expect(!state.isZoomed && state.message?.isError == false)
  }

  @Test func `The hidden tree is not acted on from the detail`() {
    var state = AppState.showing(.build(), columns: 160, rows: 40)
    state.press(.character("t"), .character("2"), .character("m"))
    #expect(state.tree.marked.isEmpty && state.message != nil)
    state.press(.character("b"))
    #expect(state.typedFilter.text.isEmpty && state.message != nil)
    let expected = state.top.selectedRow?.filterText
    state.press(.character("c"))
    #expect(state.typedFilter.text == expected)
  }
}
