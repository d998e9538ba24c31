internal import Events
internal import Tree

/// The places of all parts of the screen. Made once for a state; both the keys and the drawing read it.
struct Geometry: Hashable, Sendable {
  /// The inputs. Equal inputs give an equal geometry.
  struct Inputs: Hashable, Sendable {
    var size: Size
    var focus: Pane
    var panes: PaneChoice
    /// Whether a timeline is wanted; the layout shows it if the screen has room.
    var hasTimeline: Bool
    /// The sort column of the top table, while the table is shown instead of the tree.
    var topOrder: TopColumn?
    /// Whether a row of the top table recurs.
    var topHasPeriods = false
    var hasRunTimes: Bool
    /// Whether the ancestors of a root have a line above the tree.
    var hasCrumbs = false
    /// Whether the output is shown instead of the log.
    var hasOutput = false
    /// The columns that a person chose for the tree.
    var columns: ColumnChoice
    /// The digits of the longest pid so far.
    var pidDigits: Int
    /// The standard columns that have something to show.
    var needs = ColumnNeeds()

    /// The places of the panes, without their columns.
    var layout: Layout {
      var layout = Layout(
        size: size, focus: focus, isZoomed: panes.zoom != nil, hasTimeline: hasTimeline, panes: panes,
        columnsForDetail: topOrder == nil ? Layout.columnsForDetail : Layout.columnsForDetailOfTop,
        hasCrumbs: hasCrumbs, logHasHeader: !hasOutput)
      if hasRunTimes, topOrder == nil { layout.addConcurrency() }
      return layout
    }
  }

  let inputs: Inputs
  /// The panes and the lines around them.
  let layout: Layout
  /// The columns of the tree pane; nil while it is not on the screen.
  let tree: TreeColumns?
  /// The place of the run times in the tree pane; nil while they are hidden.
  let runTimes: GanttPlace?
  /// The columns of the top table; nil while it is not on the screen.
  let top: TopColumns?
  /// The help and the settings, which take the place of all panes.
  let page: Page

  /// A screenful of lines: the help or the settings.
  struct Page: Hashable, Sendable {
    /// Its title line; nil if there is no room for one.
    let title: Int?
    /// The first row of the content, and how many there are.
    let first: Int
    let rows: Int

    init(size: Size) {
      let box = Layout(size: size, focus: .tree, isZoomed: true)[.tree]
      title = box?.title
      first = title.map { $0 + 1 } ?? box?.top ?? 0
      rows = box.map { max($0.rows + ($0.header == nil ? 0 : 1), 1) } ?? 1
    }
  }

  init(_ inputs: Inputs) {
    self.inputs = inputs
    layout = inputs.layout
    page = Page(size: inputs.size)
    guard let box = layout[.tree] else {
      (tree, runTimes, top) = (nil, nil, nil)
      return
    }
    let gantt = inputs.hasRunTimes ? GanttPlace(paneWidth: box.columns) : nil
    runTimes = gantt
    tree = TreeColumns(
      width: box.columns - (gantt?.columns ?? 0), pidDigits: inputs.pidDigits, choice: inputs.columns,
      needs: inputs.needs)
    top = inputs.topOrder.map { TopColumns(width: box.columns, sorted: $0, hasPeriods: inputs.topHasPeriods) }
  }

  /// The columns of the log pane; nil while it is not on the screen.
  ///
  /// - Parameter dates: what its times of day have before them.
  func log(dates: WallClock.Dates) -> LogColumns? {
    layout[.log].map { LogColumns(width: $0.columns, pidDigits: inputs.pidDigits, dates: dates.width) }
  }

  /// The pane with its title, header or rows at a point.
  func pane(at point: Point) -> (pane: Pane, box: Layout.Box)? {
    for (pane, box) in layout.boxes {
      let first = box.title ?? box.header ?? box.crumbs ?? box.top
      let isInside =
        (first..<max(box.top + box.rows, first)).contains(point.row)
        && (box.column..<box.column + box.columns).contains(point.column)
      if isInside { return (pane, box) }
    }
    return nil
  }

  /// The border at a point; nil if there is none that could move.
  func border(at point: Point) -> Border? {
    guard layout.boxes.count > 1, (0..<inputs.size.columns).contains(point.column) else { return nil }
    if let title = layout[.log]?.title, title == point.row { return .log }
    guard let divider = layout.divider, divider == point.column, let box = layout[.tree] else { return nil }
    return ((box.title ?? box.top)..<box.top + box.rows).contains(point.row) ? .divider : nil
  }
}

/// A border between panes that the mouse can drag.
enum Border: Hashable, Sendable {
  /// The line between the tree and the detail.
  case divider
  /// The title line of the log.
  case log
}

extension AppState {
  /// The geometry of the present state. - Complexity: O(1); it is computed again only if one of its inputs has changed.
  var geometry: Geometry {
    let inputs = geometryInputs
    return lastGeometry.inputs == inputs ? lastGeometry : Geometry(inputs)
  }

  /// The parts of the state that decide the geometry.
  var geometryInputs: Geometry.Inputs {
    var panes = settings.panes
    if detail.full != nil { panes.zoom = .detail }
    return Geometry.Inputs(
      size: size, focus: focus, panes: panes, hasTimeline: hasTimeline,
      topOrder: top.isOpen ? top.order.column : nil, topHasPeriods: top.isOpen && top.hasPeriods,
      hasRunTimes: tree.runTimes != nil, hasCrumbs: !top.isOpen && rootHasParent, hasOutput: output.isOpen,
      columns: settings.columns, pidDigits: shown.pidDigits, needs: shown.needs)
  }

  var layout: Layout { geometry.layout }

  /// The layout with other proportions, or with another focused pane.
  func layout(_ panes: PaneChoice, focus: Pane) -> Layout {
    var inputs = geometryInputs
    (inputs.panes, inputs.focus) = (panes, focus)
    return inputs.layout
  }
}
