internal import Filtering
package import Tree

/// The form in which `w` saves processes, by the ending of the file's name.
package enum SaveForm: String, Hashable, Sendable, CaseIterable {
  /// A recording, as `record` writes it.
  case database = "db"
  /// Events, as `log --json` prints them.
  case lines = "ndjson"
  /// Processes, as `tree --json` prints them.
  case objects = "json"
  /// A row for each process, for a spreadsheet.
  case table = "csv"
  /// A page for a browser.
  case page = "html"

  /// Nil for any other ending: then the rows of the pane are written, as text.
  package init?(path: String) {
    guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return nil }
    self.init(rawValue: path[path.index(after: dot)...].lowercased())
  }

  /// What the file is.
  var name: DisplayText {
    switch self {
    case .database: "a recording"
    case .lines: "events, as log --json prints them"
    case .objects: "objects, as tree --json prints them"
    case .table: "a table for spreadsheets"
    case .page: "a page for a browser"
    }
  }
}

/// What is saved of the processes: those that the filter shows, with their ancestors, at the moment that is shown. Folds
/// and collapsed rows hide nothing from a file.
package struct SavedProcesses: Sendable {
  /// The tree that is shown: live, frozen, or of a moment.
  package var tree: ProcessTree
  /// The text of the filter; empty for none.
  package var filter: String
  /// The moment that is shown, in nanoseconds since boot.
  package var time: UInt64
}

extension AppState {
  /// What `Effect.saveProcesses` saves. - Complexity: O(1): the copy shares its storage.
  package var processesToSave: SavedProcesses {
    SavedProcesses(tree: shown.tree, filter: shown.filter == nil ? "" : typedFilter.text, time: shownTime)
  }

  /// The live tree, of which a recording gets the running processes.
  package var treeToRecord: ProcessTree { live.tree }

  /// What the prompt says: what will be written, and how much.
  func saveNote(_ prompt: PathPrompt, columns: Int) -> DisplayText? {
    let text: DisplayText
    switch prompt.purpose {
    case .text: return nil
    case .output:
      text = "text: the output of \(output.command?.name ?? "the command") as it was printed, with its colours"
    case .recording:
      text =
        "a recording (SQLite): \(number: live.tree.totals.running, grouped: true) running processes, and all events from now on"
    case .shown:
      if let form = SaveForm(path: prompt.editor.text) {
        text = "\(form.name): \(shownProcessCount)"
      } else {
        text = "text: \(paneRowCount) (.db .ndjson .json .csv .html: \(shownProcessCount))"
      }
    }
    return text.fitted(to: columns, mark: glyphs.ellipsis)
  }

  private var shownProcessCount: DisplayText {
    let count = shown.tree.totals.processes
    guard shown.filter != nil else {
      return "\(number: count, grouped: true) \(count == 1 ? "process" : "processes")"
    }
    let matches = shown.outline.matchCount
    return
      "\(number: matches, grouped: true) of \(number: count, grouped: true) processes, with ancestors"
  }

  private var paneRowCount: DisplayText {
    switch focus {
    case .tree where top.isOpen: "\(number: top.rows.count, grouped: true) rows of the top table"
    case .tree: "\(number: shown.rowCount, grouped: true) rows of the tree"
    case .log where output.isOpen: "\(number: shownOutput.rowCount, grouped: true) lines of the output"
    case .log: "\(number: shown.logCount, grouped: true) lines of the log"
    case .detail: "\(number: detailLines.count, grouped: true) lines of the detail"
    }
  }
}
