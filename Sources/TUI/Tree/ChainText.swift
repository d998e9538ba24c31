internal import Events
internal import Tree

// What stands before the command of a row: the processes that share the row, and the programs that the process ran
// before.

extension CommandText {
  /// The earlier programs of a process by name, oldest first, each with an arrow behind it: `entrypoint.sh → env → `.
  /// Where not all fit, the oldest are left out. Empty where it ran only one, or where none fits.
  ///
  /// Programs that a search through PATH tried in vain are no programs that it ran. A program that started itself again
  /// is named once.
  ///
  /// - Parameter room: the columns that it may take.
  static func history(of node: ProcessNode, in room: Int, glyphs: Glyphs) -> StyledText {
    let earlier = node.earlierImages(upTo: longestHistory + 1)
    guard !earlier.isEmpty, let present = node.image else { return StyledText() }
    var names: [DisplayText] = []
    var width = 0
    var isCut = node.droppedImages > 0
    var after = present.comm
    for image in earlier.reversed() where image.comm != after {
      after = image.comm
      let name: DisplayText = "\(.argument(image.comm.bytes)) \(glyphs.became) "
      guard names.count < longestHistory, width + name.width <= room else {
        isCut = true
        break
      }
      width += name.width
      names.append(name)
    }
    guard !names.isEmpty else { return StyledText() }
    let mark: DisplayText = "\(glyphs.ellipsis) \(glyphs.became) "
    if isCut {
      // The mark takes the place of the oldest, if there is no room beside it.
      if width + mark.width > room, names.count > 1 { width -= names.removeLast().width }
      guard width + mark.width <= room else { return StyledText() }
      names.append(mark)
    }
    return StyledText(names.reversed().joined(), Style(.dim))
  }

  /// The most earlier programs of a row.
  private static let longestHistory = 8
  /// The columns of a history that a listing prints.
  static let historyOfListing = 60

  /// The name of a process that shares the row of a later one, with the signs of its program.
  static func name(ofLink node: ProcessNode, glyphs: Glyphs) -> DisplayText {
    var name = DisplayText()
    if !node.gaps.isEmpty { name += "\(glyphs.incomplete) " }
    if let image = node.image {
      if image.marks.contains(.privilegeChanged) { name += "\(glyphs.setuid) " }
      if !image.marks.isDisjoint(with: [.exeMemfd, .exeDeleted]) { name += "\(glyphs.deleted) " }
    }
    return name + DisplayText.argument(node.facts.comm.bytes)
  }
}

extension CommandColumn {
  /// The processes that share the row, outermost first, each with a sign behind it: `sudo › bash › `. Where not all fit,
  /// the outermost are left out.
  ///
  /// - Parameter room: the columns that they may take.
  func chain(_ row: OutlineRow, in room: Int) -> StyledText {
    guard row.chainCount > 0 else { return StyledText() }
    let sign: DisplayText = " \(glyphs.chain) "
    let mark: DisplayText = "\(glyphs.ellipsis)\(sign)"
    var links: [(text: DisplayText, style: Style)] = []
    var width = 0
    for (index, id) in row.chain.enumerated().reversed() {
      guard let node = data.tree[id] else { break }
      let name = CommandText.name(ofLink: node, glyphs: glyphs)
      let hasMore = index > 0 || row.chainCount > row.chain.count
      guard width + name.width + sign.width + (hasMore ? mark.width : 0) <= room else { break }
      width += name.width + sign.width
      links.append((name, style(ofLink: node)))
    }
    var line = StyledText()
    if links.count < row.chainCount, width + mark.width <= room { line.append(mark, Style(.dim)) }
    for link in links.reversed() {
      line.append(link.text, link.style)
      line.append(sign, Style(.dim))
    }
    return line
  }

  private func style(ofLink node: ProcessNode) -> Style {
    let role: Role
    if let search, search.matches(node, in: data.tree) {
      role = .match
    } else if marked.contains(node.id) {
      role = .marked
    } else {
      role = data.filter == nil ? Fade(of: node, now: now)?.name ?? .commandArguments : .dim
    }
    // The selected one of several stands out on the selected row, too.
    return node.id == selection ? Style(role, [.underline, .bold]) : Style(role)
  }
}
