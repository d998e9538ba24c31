/// Pairs the children of two processes that are the same process in two recordings.
///
/// Equal subtrees in equal order come first, then equal subtrees in any order, then equal commands, then commands of the
/// same program with the most words in common.
struct SiblingMatch {
  private let a: ComparedRun
  private let b: ComparedRun
  private(set) var pairs: [(a: Int32, b: Int32)] = []
  private var restA: [Int32] = []
  private var restB: [Int32] = []

  /// The most differences of two sequences for which their order is compared. Beyond it only equality counts.
  private static let mostEdits = 256

  init(_ a: ComparedRun, _ b: ComparedRun, _ parentA: Int32, _ parentB: Int32) {
    self.a = a
    self.b = b
    match(a.entries[Int(parentA)].children, b.entries[Int(parentB)].children)
    if parentA == 0, parentB == 0, restA.count == 1, restB.count == 1,
      a.entries[Int(restA[0])].name == b.entries[Int(restB[0])].name
    {
      // The job itself, with whatever arguments.
      pairs.append((restA[0], restB[0]))
    }
  }

  private mutating func match(_ first: Range<Int32>, _ second: Range<Int32>) {
    var (first, second) = (first, second)
    func isEqual(_ x: Int32, _ y: Int32) -> Bool { a.entries[Int(x)].shape == b.entries[Int(y)].shape }
    while let x = first.first, let y = second.first, isEqual(x, y) {
      pairs.append((x, y))
      (first, second) = (first.dropFirst(), second.dropFirst())
    }
    var tail: [(a: Int32, b: Int32)] = []
    while let x = first.last, let y = second.last, isEqual(x, y) {
      tail.append((x, y))
      (first, second) = (first.dropLast(), second.dropLast())
    }
    restA = Array(first)
    restB = Array(second)
    if !restA.isEmpty, !restB.isEmpty {
      matchInOrder()
      matchEqual()
      matchBest(within: \.key, least: 0)
      matchBest(within: \.name, least: 0.5)
    }
    pairs += tail.reversed()
  }

  // MARK: - Equal subtrees

  /// The longest common subsequence (Myers, 1986), unless it is too different.
  private mutating func matchInOrder() {
    let x = restA.map { a.entries[Int($0)].shape }
    let y = restB.map { b.entries[Int($0)].shape }
    let found = Self.commonSubsequence(x, y, mostEdits: Self.mostEdits)
    guard !found.isEmpty else { return }
    for (i, j) in found { pairs.append((restA[i], restB[j])) }
    remove(Set(found.map(\.0)), Set(found.map(\.1)))
  }

  private mutating func remove(_ fromA: Set<Int>, _ fromB: Set<Int>) {
    restA = restA.indices.filter { !fromA.contains($0) }.map { restA[$0] }
    restB = restB.indices.filter { !fromB.contains($0) }.map { restB[$0] }
  }

  /// The index pairs of a longest common subsequence, in order; none where it takes more than `mostEdits` insertions and
  /// removals. - Complexity: O((n + m) × mostEdits).
  static func commonSubsequence(_ x: [Int], _ y: [Int], mostEdits: Int) -> [(Int, Int)] {
    let limit = min(mostEdits, x.count &+ y.count)
    let offset = limit &+ 1
    var furthest = Array(repeating: 0, count: 2 &* limit &+ 3)
    var history: [[Int]] = []
    for edits in 0...limit {
      history.append(Array(furthest[(offset &- edits)...(offset &+ edits)]))
      var diagonal = 0 &- edits
      while diagonal <= edits {
        let goesDown =
          diagonal == 0 &- edits
          || diagonal != edits && furthest[offset &+ diagonal &- 1] < furthest[offset &+ diagonal &+ 1]
        var i = goesDown ? furthest[offset &+ diagonal &+ 1] : furthest[offset &+ diagonal &- 1] &+ 1
        var j = i &- diagonal
        while i < x.count, j < y.count, j >= 0, x[i] == y[j] {
          i &+= 1
          j &+= 1
        }
        furthest[offset &+ diagonal] = i
        if i >= x.count, j >= y.count { return path(x, y, edits, history) }
        diagonal &+= 2
      }
    }
    return []
  }

  /// Goes back from the end of both sequences. `history[n]` has the furthest places before the n-th edit, from diagonal
  /// -n to n.
  private static func path(_ x: [Int], _ y: [Int], _ edits: Int, _ history: [[Int]]) -> [(Int, Int)] {
    var result: [(Int, Int)] = []
    var i = x.count, j = y.count
    var edit = edits
    while edit > 0 {
      let before = history[edit]
      func at(_ diagonal: Int) -> Int {
        let index = diagonal &+ edit
        return before.indices.contains(index) ? before[index] : 0
      }
      let diagonal = i &- j
      let cameDown = diagonal == 0 &- edit || diagonal != edit && at(diagonal &- 1) < at(diagonal &+ 1)
      let previous = cameDown ? diagonal &+ 1 : diagonal &- 1
      let previousI = at(previous)
      let previousJ = previousI &- previous
      let startI = cameDown ? previousI : previousI &+ 1
      while i > startI {
        i &-= 1
        j &-= 1
        result.append((i, j))
      }
      (i, j) = (previousI, previousJ)
      edit &-= 1
    }
    while i > 0, j > 0 {
      i &-= 1
      j &-= 1
      result.append((i, j))
    }
    return result.reversed()
  }

  /// Pairs what is equal, in order, wherever it is.
  private mutating func matchEqual() {
    var places: [Int: [Int]] = [:]
    for (index, entry) in restB.enumerated() { places[b.entries[Int(entry)].shape, default: []].append(index) }
    for key in places.keys { places[key]?.reverse() }
    var fromA: Set<Int> = [], fromB: Set<Int> = []
    for (index, entry) in restA.enumerated() {
      guard let place = places[a.entries[Int(entry)].shape]?.popLast() else { continue }
      pairs.append((entry, restB[place]))
      fromA.insert(index)
      fromB.insert(place)
    }
    if !fromA.isEmpty { remove(fromA, fromB) }
  }

  // MARK: - Similar commands

  /// Pairs the most similar ones within groups.
  /// - Parameter least: how similar two have to be, from 0 to 1.
  private mutating func matchBest(within group: KeyPath<ComparedRun.Entry, Int>, least: Double) {
    guard !restA.isEmpty, !restB.isEmpty else { return }
    var groups: [Int: (a: [Int], b: [Int])] = [:]
    for (index, entry) in restA.enumerated() {
      groups[a.entries[Int(entry)][keyPath: group], default: ([], [])].a.append(index)
    }
    for (index, entry) in restB.enumerated() {
      groups[b.entries[Int(entry)][keyPath: group]]?.b.append(index)
    }
    var fromA: Set<Int> = [], fromB: Set<Int> = []
    for members in groups.values where !members.b.isEmpty {
      for (i, j) in best(members.a, members.b, by: group, least: least) {
        pairs.append((restA[i], restB[j]))
        fromA.insert(i)
        fromB.insert(j)
      }
    }
    if !fromA.isEmpty { remove(fromA, fromB) }
  }

  private struct Candidate {
    let score: Double
    let distance: Int
    let a: Int
    let b: Int
  }

  /// Words that more than this many commands have do not tell them apart.
  private static let commonest = 8
  private static let neighbours = 2

  private func best(
    _ first: [Int], _ second: [Int], by group: KeyPath<ComparedRun.Entry, Int>, least: Double
  ) -> [(Int, Int)] {
    if first.count == 1, second.count == 1, least == 0 { return [(first[0], second[0])] }
    let wordsA = first.map { a.words(of: restA[$0], children: group) }
    let wordsB = second.map { b.words(of: restB[$0], children: group) }
    var places: [Int: [Int]] = [:]
    for (index, words) in wordsB.enumerated() {
      for word in Set(words) where places[word]?.count ?? 0 <= Self.commonest {
        places[word, default: []].append(index)
      }
    }
    var candidates: [Candidate] = []
    for (index, words) in wordsA.enumerated() {
      var others: Set<Int> = []
      for word in words {
        if let known = places[word], known.count <= Self.commonest, others.count < 64 { others.formUnion(known) }
      }
      let rank = index &* second.count / max(first.count, 1)
      for near in rank &- Self.neighbours...rank &+ Self.neighbours where wordsB.indices.contains(near) {
        others.insert(near)
      }
      if second.count <= 16 { others.formUnion(wordsB.indices) }
      for other in others {
        let score = Self.similarity(words, wordsB[other])
        if score >= least {
          candidates.append(Candidate(score: score, distance: abs(rank &- other), a: index, b: other))
        }
      }
    }
    candidates.sort { ($1.score, $0.distance, $0.a, $0.b) < ($0.score, $1.distance, $1.a, $1.b) }
    var takenA: Set<Int> = [], takenB: Set<Int> = []
    var result: [(Int, Int)] = []
    for candidate in candidates where !takenA.contains(candidate.a) && !takenB.contains(candidate.b) {
      takenA.insert(candidate.a)
      takenB.insert(candidate.b)
      result.append((first[candidate.a], second[candidate.b]))
    }
    guard least == 0 else { return result }
    // Equal commands that nothing tells apart.
    let leftA = first.indices.filter { !takenA.contains($0) }
    let leftB = second.indices.filter { !takenB.contains($0) }
    for (i, j) in zip(leftA, leftB) { result.append((first[i], second[j])) }
    return result
  }

  /// The share of words that both have; both are sorted.
  private static func similarity(_ x: [Int], _ y: [Int]) -> Double {
    if x.isEmpty && y.isEmpty { return 1 }
    var common = 0
    var i = 0, j = 0
    while i < x.count, j < y.count {
      if x[i] == y[j] {
        common &+= 1
        i &+= 1
        j &+= 1
      } else if x[i] < y[j] {
        i &+= 1
      } else {
        j &+= 1
      }
    }
    return Double(2 &* common) / Double(x.count &+ y.count)
  }
}

extension ComparedRun {
  /// The most words of a command that are compared.
  private static let mostWords = 4096

  /// The hashes of a command's words without its program, and those of its children; sorted.
  fileprivate func words(of index: Int32, children hash: KeyPath<Entry, Int>) -> [Int] {
    let entry = entries[Int(index)]
    var words: [Int] = []
    if let image = entry.image {
      var buffer: [UInt8] = []
      var isFirst = true
      normaliser.forEachArgument(of: image) { argument, isPort in
        defer { isFirst = false }
        if isFirst || words.count > Self.mostWords { return }
        buffer.removeAll(keepingCapacity: true)
        normaliser.append(argument, isPort: isPort, to: &buffer)
        // A script has many words.
        for word in buffer.split(whereSeparator: { $0 == 0x20 || $0 == 0x0a || $0 == 0x09 }) {
          var hasher = Hasher()
          word.withUnsafeBytes { hasher.combine(bytes: $0) }
          words.append(hasher.finalize())
        }
      }
    }
    for child in entry.children.prefix(64) { words.append(entries[Int(child)][keyPath: hash]) }
    words.sort()
    return words
  }
}
