/// One row of the table.
struct Row {
  /// The target of the figure.
  enum Target {
    /// At most this part of the first peer's: 1/7.
    case partOfPeer(Double)
    /// At most this, in the row's unit.
    case atMost(Double)
    /// At most this, described in words.
    case limit(Double, String)
    /// Less than every peer.
    case belowPeers
  }

  var title: String
  var unit: Unit
  var ours: Double
  /// In the order of the section's peers; NaN where one has no such figure.
  var peers: [Double]
  var target: Target?

  init(title: String, unit: Unit, ours: Double, peers: [Double] = [.nan, .nan], target: Target? = nil) {
    self.title = title
    self.unit = unit
    self.ours = ours
    self.peers = peers
    self.target = target
  }

  init(
    title: String, unit: Unit, ours: Double, execsnoop: Double, bpftrace: Double = .nan, target: Target? = nil
  ) {
    self.init(title: title, unit: unit, ours: ours, peers: [execsnoop, bpftrace], target: target)
  }

  /// Compared with the first peer: `1/8.1`, or `×1.3` where ours is larger.
  private var ratio: String {
    let ratio = peers[0] / ours
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
    case .belowPeers: "below both"
    case nil: ""
    }
  }

  private var isMet: Bool? {
    switch target {
    case .partOfPeer(let part): ours <= peers[0] * part
    case .atMost(let value), .limit(let value, _): ours <= value
    case .belowPeers: peers.allSatisfy { ours < $0 }
    case nil: nil
    }
  }

  /// - Parameter isReliable: false where the measurement was disturbed too much to compare it with the target.
  func markdown(isReliable: Bool) -> String {
    let verdict = isMet.map { !isReliable ? "disturbed" : $0 ? "yes" : "**no**" } ?? ""
    let peers = peers.map { $0.isFinite ? unit.text($0) : "" }
    // A bar ends a cell, also within code.
    let cells = ([title, unit.text(ours)] + peers + [ratio, targetText, verdict]).map { $0.replacing("|", with: "\\|") }
    return "| " + cells.joined(separator: " | ") + " |"
  }
}

/// Some rows of the table, and their explanation.
struct Section {
  var title: String
  var rows: [Row]
  /// The peers in the columns beside ours.
  var peers = ["execsnoop", "execsnoop.bt"]
  /// False where its rows cannot be compared with targets.
  var isReliable = true
  /// Markdown: one sentence or more for each kind of figure.
  var meaning: [String]

  var markdown: String {
    var lines = ["## \(title)", ""]
    if !rows.isEmpty {
      lines += ["| | ours | \(peers.joined(separator: " | ")) | to \(peers[0]) | target | met |"]
      lines += ["|---|---:|---:|---:|---:|---|---|"]
      lines += rows.map { $0.markdown(isReliable: isReliable) } + [""]
    }
    return (lines + meaning).joined(separator: "\n") + "\n"
  }
}
