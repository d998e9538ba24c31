internal import Tree

/// The menu of orders, in place of the key bar and the rows above it. The tree or the top table has the chosen order
/// already while the menu is open.
struct SortMenu: Hashable, Sendable {
  /// An order of the menu.
  enum Order: Hashable, Sendable {
    case siblings(SiblingOrder.Key)
    case column(TopColumn)
  }

  struct Item: Hashable, Sendable {
    var order: Order
    /// The letter that chooses it.
    var letter: Character
    var label: DisplayText
  }

  let items: [Item]
  /// The chosen item.
  var index: Int
  /// What Esc restores.
  let before: Before

  enum Before: Hashable, Sendable {
    case siblings(SiblingOrder)
    case top(TopOrder)
  }

  /// The orders with their letters: of each label the first letter that no other has.
  ///
  /// - Parameters:
  ///   - orders: each with its label, and the letter that it should have rather than one of its label.
  ///   - reserved: letters that have another meaning in the menu.
  ///   - index: the present order.
  init(
    _ orders: [(order: Order, label: DisplayText, letter: Character?)], reserved: Set<Character>, index: Int,
    before: Before
  ) {
    var taken = reserved
    items = orders.compactMap { order, label, wanted in
      let letters =
        (wanted.map { String($0) } ?? "") + label.string.lowercased() + "abcdefghijklmnopqrstuvwxyz0123456789"
      guard let letter = letters.first(where: { ($0.isLetter || $0.isNumber) && !taken.contains($0) }) else {
        return nil
      }
      taken.insert(letter)
      return Item(order: order, letter: letter, label: label)
    }
    self.index = index
    self.before = before
  }

  /// The letters, for an error.
  var letters: DisplayText { DisplayText(typed: items.map { String($0.letter) }.joined(separator: " ")) }

  mutating func step(_ offset: Int) { index = (index + offset + items.count) % max(items.count, 1) }
}

extension SortMenu {
  /// The most rows that the menu takes.
  private static let mostRows = 4

  /// Draws the items in as many rows as they need, the last of them on `row`; where the rows do not suffice, those
  /// around the chosen one.
  func draw(row: Int, into frame: inout Frame) {
    let lines = self.lines(columns: frame.size.columns)
    let count = min(lines.count, Self.mostRows, max(row - 1, 1))
    let chosen = lines.firstIndex { $0.items.contains(index) } ?? 0
    let first = min(max(chosen - count / 2, 0), lines.count - count)
    for (offset, line) in lines[first..<first + count].enumerated() {
      let place = row - count + 1 + offset
      frame.fill(row: place, column: 0, width: frame.size.columns)
      frame.put(line.text, row: place, column: 0, width: frame.size.columns)
    }
  }

  private func lines(columns: Int) -> [(text: StyledText, items: Range<Int>)] {
    var lines: [(text: StyledText, items: Range<Int>)] = []
    var line = StyledText("Sort:", Style(.label, .bold))
    var start = 0
    for (index, item) in items.enumerated() {
      let letter = DisplayText(typed: String(item.letter))
      if line.width + letter.width + item.label.width + 3 > columns, line.width > 0 {
        lines.append((line, start..<index))
        (line, start) = (StyledText(), index)
      }
      if line.width > 0 { line.append("  ") }
      line.append(letter, Style(.keyBarKey))
      line.append(" ")
      line.append(item.label, index == self.index ? Style(.selection) : Style(.keyBarLabel))
    }
    lines.append((line, start..<items.count))
    return lines
  }
}

extension AppState {
  mutating func openSortMenu() {
    let reserved = Set(
      [CommandID.topSort, .topReverse].flatMap { settings.keys.keys(of: $0) }.compactMap { key in
        if case .character(let letter) = key { letter } else { nil }
      })
    let menu: SortMenu
    if top.isOpen {
      let columns = TopColumns.order
      menu = SortMenu(
        columns.map { (.column($0), DisplayText(typed: $0.rawValue), nil) }, reserved: reserved,
        index: columns.firstIndex(of: top.order.column) ?? 0, before: .top(top.order))
    } else {
      let (keys, order) = (SiblingOrder.Key.allCases, shown.outline.order)
      menu = SortMenu(
        keys.map { (.siblings($0), Self.menuName(of: $0), $0 == .runTime ? "t" : nil) }, reserved: reserved,
        index: keys.firstIndex(of: order.key) ?? 0, before: .siblings(order))
    }
    copying.question = .sort(menu)
  }

  private static func menuName(of key: SiblingOrder.Key) -> DisplayText {
    switch key {
    case .start: "oldest first"
    case .runTime: "run time"
    case .cpu: "CPU"
    case .memory: "memory"
    case .processes: "descendants"
    case .name: "name"
    }
  }

  /// Handles a key of the menu: the same key moves on, a letter chooses, Enter keeps. Esc is handled as for each
  /// question.
  mutating func typeInSortMenu(_ key: Key, _ menu: SortMenu) {
    var menu = menu
    if isAgain(key, of: .topReverse) { return reverseOrder() }
    switch isAgain(key, of: .topSort) ? .tab : key {
    case .enter:
      copying.question = nil
      return showOrder()
    case .tab, .right, .down: menu.step(1)
    case .backTab, .left, .up: menu.step(-1)
    case .character(let letter):
      guard let index = menu.items.firstIndex(where: { $0.letter == letter }) else {
        copying.question = nil
        return showError("\(key.name(arrows: glyphs.showsArrows)) is not in the sort menu (\(menu.letters))")
      }
      copying.question = nil
      return sort(by: menu.items[index].order)
    default:
      copying.question = nil
      return showOrder()
    }
    copying.question = .sort(menu)
    sort(by: menu.items[menu.index].order)
    message = nil
  }

  mutating func restoreOrder(of menu: SortMenu) {
    switch menu.before {
    case .siblings(let order): sortTree(order)
    case .top(let order): sortTop(order)
    }
    message = nil
  }

  private mutating func sort(by order: SortMenu.Order) {
    switch order {
    case .siblings(let key): sortTree(SiblingOrder(key))
    case .column(let column): sortTop(TopOrder(column))
    }
  }

  mutating func reverseOrder() {
    if top.isOpen { return sortTop(top.order.reversed) }
    var order = shown.outline.order
    order.isReversed.toggle()
    sortTree(order)
  }

  private mutating func showOrder() {
    guard !top.isOpen else { return }
    let name = Self.orderName(shown.outline.order) ?? "oldest first"
    show("sorted \(name)")
  }
}
