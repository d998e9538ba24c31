/// The three panes, in the order of Tab and of their number keys.
package enum Pane: Int, Hashable, Sendable, CaseIterable {
  case tree, detail, log

  var next: Pane { Pane(rawValue: (rawValue + 1) % 3)! }
  var previous: Pane { Pane(rawValue: (rawValue + 2) % 3)! }

  var title: StaticString {
    switch self {
    case .tree: "Tree"
    case .detail: "Detail"
    case .log: "Log"
    }
  }

  /// The key that leads to it.
  var number: Int { rawValue + 1 }
}
