import Testing

@testable import Events
@testable import Filtering
@testable import Tree

/// The filter language.
@Suite
struct FilterTests {
  /// One process with a value in every field.
  private func subject() throws -> (ProcessNode, ProcessTree) {
    var tree = ProcessTree()
    let image = ProcessImage(
      time: 50, comm: "cc1plus", file: "./bin/g++", exe: "/usr/lib/GCC/cc1plus", cwd: "/src/Project",
      argv: StringVector(["cc1plus", "-O2", "-o", "main.o", "Say \"hi\" (now)", "a,b"]),
      env: StringVector(["PATH=/bin", "LANG=C"]))
    let facts = ProcessFacts(
      id: process(1234), parent: process(77), comm: "cc1plus", uid: 1000,
      cgroup: RawBytes(utf8: "/user.slice/lxc.payload.box/system.slice/ci.service"), user: "builder")
    _ = tree.apply(.fork(ForkEvent(time: 10, process: facts)))
    var reparented = facts
    reparented.parent = process(1)
    _ = tree.apply(.exec(ExecEvent(process: reparented, image: image)))
    return (try #require(tree[process(1234)]), tree)
  }

  @Test(arguments: [
    "", "   ", "cc1plus", "cc1", "CC1 or cc1", "gcc", "GCC", "-o2", "-O2", "main.o", "\"-o main.o\"",
    "\"-o MAIN.o\" or c",
    "/usr/lib", "src or lib", "\"\"", "cc1 -O2", "cc1 and -O2", "nothing OR cc1", "nothing or cc1 or else",
    "!nothing", "not nothing", "!!cc1", "not !cc1", "!(nothing or else)", "(cc1)", "((cc1) (plus))",
    "(nothing) or (cc1)",
    "comm:c1p", "comm=cc1plus", "comm=x,cc1plus", "comm!=cc1", "comm!=a,b", "COMM:cc1",
    "pid:1234", "pid=1234", "pid=1,1234", "pid!=123", "ppid:77", "ppid:1", "uid:1000", "uid!=0",
    "user:build", "user=builder", "user=1000", "user!=root", "user:BUILDER or user:b",
    "exe:/GCC/", "exe:gcc", "exe=/usr/lib/GCC/cc1plus", "file:g++", "cwd:project", "cwd=/src/Project",
    "argv:\"-o main\"", "args:main.o", "argv:\"say \\\"hi\\\"\"", "arg=-O2", "arg:main", "arg=\"a,b\"", "arg=a,-o",
    "cgroup:payload.box", "container=box", "container:b", "unit=ci.service", "unit!=x", "unit=x,ci.service",
    "env:PATH=", "env=LANG=C", "env:lang", "arg:\"\\x2dO2\"", "16:9 or cc1", "--x=y or cc1", "a-b<c or cc1",
    "nothing else or comm:cc1 -O2",
  ])
  func `An expression matches`(_ text: String) throws {
    let (node, tree) = try subject()
    #expect(try Filter.parse(text).matches(node, in: tree))
  }

  @Test(arguments: [
    "nothing", "Cc1", "-o3", "\"-o  main.o\"", "\"O2-o\"", "!cc1", "cc1 nothing", "cc1 !-O2", "not cc1 or else",
    "comm:CC1", "comm=cc1", "comm=CC1PLUS", "comm!=cc1plus", "comm!=x,cc1plus", "pid:123", "pid!=1,1234", "ppid:7",
    "uid:0", "user:root", "user!=builder", "user=Builder", "exe=cc1plus", "arg:\"-o main.o\"", "arg=O2", "arg=a,b",
    "env:nothing", "env=LANG", "cgroup=/user.slice", "container=bo", "container!=box", "unit:user", "unit=system.slice",
    "cwd:elsewhere", "(cc1 nothing) or (else cc1)",
  ])
  func `An expression does not match`(_ text: String) throws {
    let (node, tree) = try subject()
    #expect(try !Filter.parse(text).matches(node, in: tree))
  }

  @Test func `Nesting is limited`() {
    let deep = String(repeating: "(", count: 100_000)
    let error = #expect(throws: FilterError.self) { try Filter.parse(deep) }
    #expect(error == FilterError(column: 101, message: "more than 100 ( inside each other"))
    #expect(throws: Never.self) { try Filter.parse(String(repeating: "!", count: 100_000) + "x") }
  }

  @Test func `A filter for one command accepts any comm and can be parsed again`() throws {
    for bytes in [Array("sh".utf8), Array("a \"b\\c".utf8), [0x1b, 0x5d, 0xff], [], Array("é,or (".utf8)] {
      let comm = Comm(bytes)
      let filter = Filter.command(comm)
      let again = try Filter.parse(filter.text)
      for other in [comm, "Sh", "other"] {
        var tree = ProcessTree()
        _ = tree.apply(.fork(ForkEvent(time: 1, process: ProcessFacts(id: process(1), parent: nil, comm: other))))
        let node = try #require(tree[process(1)])
        #expect(filter.matches(node, in: tree) == (comm == other))
        #expect(again.matches(node, in: tree) == (comm == other))
      }
    }
  }

  @Test func `A value in quotes may start with an operator`() throws {
    var tree = ProcessTree()
    let facts = ProcessFacts(id: process(5), parent: nil, comm: "=x")
    _ = tree.apply(.exec(ExecEvent(process: facts, image: ProcessImage(time: 2, comm: "=x"))))
    let node = try #require(tree[process(5)])
    for text in ["comm=\"=x\"", "comm:=x", "comm~=x", "comm=a,\"=x\""] {
      #expect(try Filter.parse(text).matches(node, in: tree), "\(text)")
    }
    #expect(try !Filter.parse("comm!=\"=x\"").matches(node, in: tree))
  }

  @Test func `A filter keeps its text and knows whether it is empty`() throws {
    #expect(try Filter.parse(" comm:x ").text == " comm:x ")
    #expect(try Filter.parse("  ").isEmpty)
    #expect(try !Filter.parse("x").isEmpty)
  }

  @Test func `Log entries match by their own data`() throws {
    var story = Story(limits: Limits(processes: 0))
    story.exec(2, ["git", "status"], at: 5, parent: 1, uid: 7, user: "dev")
    let entry = try #require(story.tree.log[0])
    for text in ["git", "status", "pid:2", "ppid:1", "user:dev", "uid:7", "exe=/bin/git"] {
      #expect(try Filter.parse(text).matches(entry, in: story.tree), "\(text)")
    }
    for text in ["sh", "pid:1", "user:root"] {
      #expect(try !Filter.parse(text).matches(entry, in: story.tree), "\(text)")
    }
  }

  @Test func `A placeholder matches only by its pid`() throws {
    var story = Story()
    story.fork(2, of: 9)
    let placeholder = try story.node(9)
    #expect(try Filter.parse("pid:9").matches(placeholder, in: story.tree))
    #expect(try !Filter.parse("uid:0").matches(placeholder, in: story.tree))
    #expect(try Filter.parse("user!=root").matches(placeholder, in: story.tree))
  }
}
