import CLinux
import Events
import Filtering
import Tree

/// The cost of evaluating a filter for each process of a large tree, on one core.
struct FilterCost {
  var rounds: Int
  var processes: Int

  /// The expressions, with what each is an example of.
  private static let filters: [(text: String, what: String)] = [
    ("linker", "a word that few processes contain"), ("gcc", "a word that all processes contain"),
    ("q", "a single letter"),
    ("comm=make", "a comm"), ("dur<50ms exit!=0", "numbers"), ("arg=-O3", "an argument"),
    ("argv~-o \\S+77\\.o", "a regular expression"), ("/(gcc|ld) .*77\\.c$/", "a regular expression everywhere"),
    ("under:(comm=make)", "a relation, answers about ancestors kept"),
  ]

  func measure() throws -> Section {
    let tree = makeTree()
    var rows: [Row] = []
    for (text, what) in Self.filters {
      progress("filter \(text)")
      guard let filter = try? Filter.parse(text) else { throw BenchError("\(text) is no filter") }
      var cost = Samples()
      for _ in 0..<rounds {
        let start = lnx_boot_time()
        _ = FilterEvaluator(filter).count(in: tree)
        cost.add(Double(lnx_boot_time() - start))
      }
      rows.append(Row(title: "`\(text)`: \(what)", unit: .milliseconds, ours: cost.median, target: .atMost(100e6)))
    }
    return Section(
      title: "A filter on \(grouped(processes)) processes", rows: rows,
      meaning: [
        """
        - **A filter** is evaluated for every process of a tree in memory, in the tree's order, on one core. The \
        processes have a path of 20 bytes and about 60 bytes of arguments, in two levels below one parent.
        """
      ])
  }

  /// A build: each make has a hundred compilers.
  private func makeTree() -> ProcessTree {
    var tree = ProcessTree(limits: Limits(processes: processes, logLines: 16))
    let root = ProcessID(pid: 1, startTime: 1)
    var make = root
    for number in 2..<processes + 2 {
      let id = ProcessID(pid: Int32(number), startTime: UInt64(number) * 1_000_000)
      let isMake = number % 100 == 2
      let arguments =
        isMake
        ? ["make", "-C", "directory/gcc-\(number)"]
        : ["gcc", "-O2", "-Wall", "-Iinclude", "-o", "build/object-\(number).o", "-c", "source/file-\(number).c"]
      let comm: Comm = isMake ? "make" : "gcc"
      let facts = ProcessFacts(id: id, parent: isMake ? root : make, comm: comm, uid: 1000)
      let image = ProcessImage(
        time: id.startTime + 1, comm: comm, file: "gcc", exe: isMake ? "/usr/local/bin/make" : "/usr/bin/x86_64-gcc",
        cwd: "/src", argv: StringVector(arguments))
      _ = tree.apply(.exec(ExecEvent(process: facts, image: image)))
      if isMake {
        make = id
      } else {
        _ = tree.apply(
          .exit(ExitEvent(time: id.startTime + 20_000_000, process: facts, status: ExitStatus(code: 0))))
      }
    }
    return tree
  }
}
