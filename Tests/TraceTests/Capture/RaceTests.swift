import CLinux
import Events
import Glibc
import TestSupport
import Testing
import Trace
import Tree

extension KernelTests {
  /// Many execs of the kind that other tracers get wrong.
  @Suite struct RaceTests {
    let scratch = Scratch()

    @Test func `Ten thousand execs while a thread rewrites their arguments: each shows what its program got`() throws {
      let count = 10_000
      let machine = try Machine()
      var round = 0
      // Without such an argument the execs show nothing, so there are more of them until it happens.
      try wait(for: "an argument that changed while the kernel read it") {
        round += 1
        let file = scratch["told-\(round)"]
        let scene = try machine.run("race", "\(count)", file)
        #expect(scene.status == 0, "\(scene.lines)")
        let told = Self.told(file)
        try #require(told.count == count)
        let execs = scene.execs.dropFirst()
        try #require(execs.count == count)
        // They run one after the other.
        let different = zip(execs, told).filter { exec, told in exec.image.argv.bytes != told }.count
        #expect(different == 0)
        #expect(execs.allSatisfy { $0.image.marks == [] && !$0.image.argv.isCut })
        return told.contains(where: Self.isTorn)
      }
    }

    @Test func `All of it on one busy CPU: nothing is lost`() throws {
      let count = Kernel.crowd(10_000)
      // The collector's thread and the fixture have the CPU of the thread that makes them.
      let scene = try onOneCPU { try Machine().run("race", "\(count)", scratch["told"]) }
      #expect(scene.status == 0, "\(scene.lines)")
      #expect(scene.execs.count == count + 1)
    }

    /// The output of the programs, in order: four bytes of length, and the arguments.
    private static func told(_ path: String) -> [[UInt8]] {
      let bytes = contents(of: path)
      var result: [[UInt8]] = []
      var position = 0
      while position + 4 <= bytes.count {
        let length = bytes[position..<position + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
        position += 4
        result.append(Array(bytes[position..<min(position + length, bytes.count)]))
        position += length
      }
      return result
    }

    /// An argument of more than one letter, or not eight of them with the last where it was.
    private static func isTorn(_ told: [UInt8]) -> Bool {
      let arguments = Array(StringVector(bytes: told))
      guard arguments.count == 8, arguments[7].elementsEqual("last".utf8) else { return true }
      return arguments[4...6].contains { argument in argument.contains { $0 != argument.first } }
    }

    @Test func `A thousand execs by threads: one node each, and no exited process still runs`() throws {
      let count = Kernel.crowd(1000)
      let machine = try Machine.shared()
      let scene = try machine.run("thread-execs", "\(count)")
      let children = scene.tree.children(of: try scene.root.id).compactMap { scene.tree[$0] }
      #expect(children.count == count)
      #expect(children.map(\.id.pid) == scene.numbers("child").map { Int32($0[0]) })
      for (number, child) in children.enumerated() {
        #expect(child.execCount == 1 && !child.isRunning)
        #expect(child.image?.argv.texts == ["storm-child", "serial", "\(number)"])
        #expect(child.end?.status == ExitStatus(code: 0))
      }
      #expect(scene.execs.count == count + 1 && scene.exits.count == count + 1)
      // Whoever runs in the tree has to run on the machine; others may come and go meanwhile.
      var ghosts: Set<ProcessID> = []
      let end = lnx_boot_time() + 30_000_000_000
      repeat {
        machine.receiveEvents()
        let gone = Set(Self.running(in: machine.tree).filter { !Self.exists($0) })
        // One that ends in between is no ghost: its end is on its way.
        ghosts = ghosts.isEmpty ? gone : ghosts.intersection(gone)
      } while !ghosts.isEmpty && lnx_boot_time() < end
      #expect(
        ghosts.isEmpty, "\(ghosts.map { "\($0) \(machine.tree[$0].map { "\($0.facts.comm) \($0.marks)" } ?? "")" })")
    }

    private static func running(in tree: ProcessTree) -> [ProcessID] {
      var result: [ProcessID] = []
      var rest = tree.topLevelProcesses
      while let id = rest.popLast() {
        if tree[id]?.isRunning == true { result.append(id) }
        rest += tree.children(of: id)
      }
      return result
    }

    /// Whether /proc has the process: this one, not another of the same pid.
    private static func exists(_ id: ProcessID) -> Bool {
      let text = String(decoding: contents(of: "/proc/\(id.pid)/stat"), as: UTF8.self)
      guard let close = text.lastIndex(of: ")") else { return false }
      let fields = text[close...].split(separator: " ")
      return fields.count > 20 && UInt64(fields[20]) == id.startTime / 10_000_000
    }

    @Test func `Ten thousand execs of one process are one node, and its history counts the dropped ones`() throws {
      let count = Kernel.crowd(10_000)
      let machine = try Machine()
      let scene = try machine.run("again", "0\(count - 1)")
      let node = try scene.root
      #expect(scene.family.members.count == 1)
      #expect(scene.execs.count == count + 1 && node.execCount == count + 1)
      #expect(node.images.count == machine.tree.limits.execHistory)
      #expect(node.droppedImages + node.images.count == node.execCount)
      #expect(node.images.map(\.time) == node.images.map(\.time).sorted())
      #expect(node.images.last?.argv.texts == ["storm-child", "again", "00000"])
      #expect(node.images.first?.argv.texts == ["storm-child", "again", "00999"])
      #expect(!node.isRunning && node.end?.status == ExitStatus(code: 0))
    }
  }
}
