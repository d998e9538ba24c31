/// One line of the table.
struct Row {
  /// What the figure must be.
  enum Target {
    /// At most this part of execsnoop's: 1/7.
    case partOfPeer(Double)
    /// At most this, in the row's unit.
    case atMost(Double)
    /// At most this, stated in words.
    case limit(Double, String)
  }

  var title: String
  var unit: Unit
  var ours: Double
  var execsnoop = Double.nan
  var bpftrace = Double.nan
  var target: Target?

  /// Against execsnoop: `1/8.1`, or `×1.3` where ours is the larger.
  private var ratio: String {
    let ratio = execsnoop / ours
    if case .percent = unit { return "" }
    guard ratio.isFinite, ratio > 0 else { return "" }
    return ratio >= 1 ? "1/" + fixed(ratio, digits: 1) : "×" + fixed(1 / ratio, digits: 2)
  }

  private var targetText: String {
    switch target {
    case .partOfPeer(let part): "≤ 1/" + fixed(1 / part, digits: 0)
    case .atMost(0): "0"
    case .atMost(let value): "≤ " + unit.text(value)
    case .limit(_, let text): text
    case nil: ""
    }
  }

  private var isMet: Bool? {
    switch target {
    case .partOfPeer(let part): ours <= execsnoop * part
    case .atMost(let value), .limit(let value, _): ours <= value
    case nil: nil
    }
  }

  /// - Parameter isReliable: false where others disturbed the measurement too much to say whether the target is met.
  func markdown(isReliable: Bool) -> String {
    let verdict = isMet.map { !isReliable ? "disturbed" : $0 ? "yes" : "**no**" } ?? ""
    let peers = [execsnoop, bpftrace].map { $0.isFinite ? unit.text($0) : "" }
    let cells = [title, unit.text(ours)] + peers + [ratio, targetText, verdict]
    return "| " + cells.joined(separator: " | ") + " |"
  }
}

/// Some lines of the table, and what they mean.
struct Section {
  var title: String
  var rows: [Row]
  /// False where its rows cannot be judged.
  var isReliable = true
  /// Markdown: one sentence or more for each kind of figure.
  var meaning: [String]

  var markdown: String {
    var lines = ["## \(title)", ""]
    if !rows.isEmpty {
      lines += ["| | ours | execsnoop | execsnoop.bt | to execsnoop | target | met |"]
      lines += ["|---|---:|---:|---:|---:|---|---|"]
      lines += rows.map { $0.markdown(isReliable: isReliable) } + [""]
    }
    return (lines + meaning).joined(separator: "\n") + "\n"
  }
}
