import Testing

@testable import Events
@testable import Filtering
@testable import Tree

/// Comparison of filters, and evaluators.
@Suite
struct FilterNarrowingTests {
  @Test(arguments: [
    ("gcc", "gc"), ("gcc", ""), ("gCc", "gc"), ("gcc -O2", "gcc"), ("gcc", "gcc or make"), ("gc", "gc"),
    ("\"a bc\"", "\"a b\""), ("comm=make", "comm:ma"), ("comm=make", "make"), ("comm=make,mask", "comm:MA or ma"),
    ("comm:makef", "make"), ("arg=-O2", "-O"), ("exe:/usr/bin", "usr/"), ("comm=a", "comm=a,b"),
    ("comm!=a,b", "comm!=a"),
    ("pid=3", "pid<5"), ("dur>2s", "dur>1s"), ("dur>2s dur<3s", "dur>1s"), ("ev=exec", "ev=exec,fail"),
    ("!a", "!ab"), ("not (a or b)", "!a"), ("(a or b) c", "c"), ("a or ab", "a"), ("a b c", "c (a or x)"),
    ("under:3", "under:(pid=1,3)"), ("child:3", "under:3"), ("under:(a b)", "under:(b) or x"),
    ("/x+/ a", "/x+/"), ("comm!~ab", "comm!~ab"), ("mark=argv-cut", "mark:cut"), ("has:exe a", "has:exe"),
    ("user=root", "user:roo"),
  ])
  func `Is narrower`(_ a: String, _ b: String) throws {
    #expect(try Filter.parse(a).isNarrower(than: Filter.parse(b)))
  }

  @Test(arguments: [
    ("gc", "gcc"), ("", "gcc"), ("gc", "gC"), ("gcc or make", "gcc"), ("make", "comm=make"), ("comm=a,b", "comm=a"),
    ("comm:a", "exe:a"), ("pid<5", "pid=3"), ("!ab", "!a"), ("a", "!b"), ("!a", "b"), ("under:3", "child:3"),
    ("under:3", "parent:3"), ("env:make", "make"), ("comm~a", "comm:a"), ("comm=A", "comm:b"),
    ("user=1000", "user:100"),
  ])
  func `Is not known to be narrower`(_ a: String, _ b: String) throws {
    #expect(try !Filter.parse(a).isNarrower(than: Filter.parse(b)))
  }

  @Test func `Narrower expressions of the table match a subset`() throws {
    let machine = FilterMachine()
    let filters = try FilterTable.rows.map { (filter: try Filter.parse($0.text), pids: Set($0.pids)) }
    var found = 0
    for a in filters {
      for b in filters where a.filter.isNarrower(than: b.filter) {
        found += 1
        #expect(a.pids.isSubset(of: b.pids), "\(a.filter.text) | \(b.filter.text)")
      }
    }
    // Each expression is narrower than itself and than the empty one, except regular expressions parsed twice.
    #expect(found > 2 * filters.count)
    #expect(try machine.pids("").count == 14)
  }

  @Test func `A comparison of large expressions terminates`() throws {
    let a = try Filter.parse((0..<200).map { "(a\($0) or b\($0))" }.joined(separator: " "))
    let b = try Filter.parse((0..<200).map { "(c\($0) d\($0))" }.joined(separator: " or "))
    #expect(!a.isNarrower(than: b))
    #expect(!b.isNarrower(than: a))
  }

  @Test func `An evaluator agrees with the filter`() throws {
    let machine = FilterMachine()
    for row in try FilterTable.rows {
      let evaluator = FilterEvaluator(try Filter.parse(row.text), at: FilterMachine.now)
      #expect(evaluator.count(in: machine.tree) == row.pids.count, "\(row.text)")
      for id in machine.tree.allIDs {
        #expect(evaluator.matches(id, in: machine.tree) == row.pids.contains(id.pid), "\(row.text)")
      }
      evaluator.forget()
      #expect(evaluator.count(in: machine.tree) == row.pids.count, "\(row.text)")
    }
  }

  @Test(
    arguments: [
      ("", []), ("a comm=b !pid=1", .own), ("dur>1s", [.own, .time]), ("age<5m a", [.own, .time]), ("has:dur", .own),
      ("depth=1", .ancestors), ("kids>1 a", [.own, .children]), ("under:1", .ancestors), ("child:(a)", .parent),
      ("parent:1 or x", [.own, .children]), ("under:(age<5m)", [.ancestors, .time]),
      ("under:(child:1)", [.ancestors, .others]), ("child:(kids>1)", [.parent, .others]),
    ] as [(String, FilterDependencies)])
  func `Dependencies of expressions`(_ text: String, _ expected: FilterDependencies) throws {
    #expect(try Filter.parse(text).dependencies == expected)
  }

  /// The chain is too deep to evaluate all ancestors for each process.
  @Test func `An evaluator visits each process of a deep chain once`() throws {
    var tree = ProcessTree()
    for pid in Int32(1)...2000 {
      let facts = ProcessFacts(id: process(pid), parent: pid == 1 ? nil : process(pid - 1), comm: "x")
      _ = tree.apply(.fork(ForkEvent(time: UInt64(pid), process: facts)))
    }
    let counts = try ["under:(pid=1000)", "under:(comm=y)", "parent:(under:(pid=1000))", "child:(under:(comm=x))"]
      .map { FilterEvaluator(try Filter.parse($0)).count(in: tree) }
    #expect(counts == [1000, 0, 1000, 1998])
  }
}
