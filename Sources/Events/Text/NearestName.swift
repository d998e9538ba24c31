/// The name that is nearest to a misspelt one: within two edits, and one in three characters; nil if there is none.
public func nearestOfNames(to wrong: String, in names: [String]) -> String? {
  let wrong = Array(wrong.lowercased().prefix(40))
  let rated = names.map { (name: $0, distance: editDistance(wrong, Array($0.lowercased()))) }
  guard let best = rated.min(by: { $0.distance < $1.distance }), best.distance <= min(2, max(1, wrong.count / 3)) else {
    return nil
  }
  return best.name
}

/// The number of insertions, deletions, changes and swaps of neighbours that turn one text into the other: the
/// optimal string alignment distance. - Complexity: O(product of their lengths).
private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  var (older, row) = ([Int](), Array(0...b.count))
  for i in a.indices {
    var next = [i &+ 1]
    for j in b.indices {
      var best = min(row[j &+ 1] &+ 1, next[j] &+ 1, row[j] &+ (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j &- 1], a[i &- 1] == b[j] { best = min(best, older[j &- 1] &+ 1) }
      next.append(best)
    }
    (older, row) = (row, next)
  }
  return row[b.count]
}
