import Events
import Glibc
import TestSupport
import Testing
import Trace
import Tree

extension KernelTests {
  @Suite struct ExecTests {
    let machine: Machine
    let scratch = Scratch()

    init() throws { machine = try Machine.shared() }

    @Test func `An exec shows file, program, arguments, directory and exit`() throws {
      let scene = try machine.run("chdir", scratch.path, "exec", "/usr/bin/../bin/true", "name", "one", "two words")
      let node = try scene.root
      #expect(node.parent == machine.tree.runningProcess(pid: getpid()))
      #expect(node.execCount == 2)
      let image = try #require(node.image)
      #expect(image.file.text == "/usr/bin/../bin/true")
      #expect(image.exe.text == "/usr/bin/true")
      #expect(image.interpreter == nil)
      #expect(image.cwd.text == scratch.path)
      #expect(image.argv.texts == ["name", "one", "two words"])
      #expect(!image.argv.isCut)
      #expect(image.env?.texts == ["PATH=/usr/bin:/bin"])
      #expect(image.comm == "true")
      #expect(node.facts.comm == "true")
      #expect(image.marks == [])
      #expect(node.marks == [])
      #expect(node.end?.status == ExitStatus(waitStatus: scene.status))
      #expect(scene.status == 0)
    }

    @Test func `One process that execs three times is one node with three programs`() throws {
      let me = Fixture.path
      let scene = try machine.run("exec", me, "second", "exec", me, "third", "exit", "9")
      let node = try scene.root
      #expect(scene.family.members.count == 1)
      #expect(scene.execs.map { $0.image.argv.texts.first } == ["fixture", "second", "third"])
      #expect(node.images.map { $0.argv.texts.first } == ["fixture", "second", "third"])
      #expect(node.images.map(\.time) == node.images.map(\.time).sorted())
      #expect(node.execCount == 3)
      #expect(node.end?.status == ExitStatus(code: 9))
    }

    @Test func `A script shows itself, its interpreter and the program that runs`() throws {
      scratch.write("script", "#! /bin/sh -e\nexit 6\n", mode: 0o755)
      let path = scratch["script"]
      let scene = try machine.run("exec", path, "as-called", "argument")
      let image = try #require(try scene.root.image)
      #expect(image.file.text == path)
      #expect(image.interpreter?.text == "/bin/sh")
      #expect(image.exe.text == "/usr/bin/dash")
      #expect(image.argv.texts == ["/bin/sh", "-e", path, "argument"])
      #expect(image.comm == "script")
      #expect(try scene.root.end?.status == ExitStatus(code: 6))
    }

    @Test func `A script whose interpreter is a script shows the last interpreter`() throws {
      scratch.write("inner", "#!/bin/sh\nexit 6\n", mode: 0o755)
      scratch.write("outer", "#! \(scratch["inner"]) one argument\n", mode: 0o755)
      let scene = try machine.run("exec", scratch["outer"], "as-called", "argument")
      let image = try #require(try scene.root.image)
      #expect(image.file.text == scratch["outer"])
      #expect(image.interpreter?.text == "/bin/sh")
      #expect(image.exe.text == "/usr/bin/dash")
      #expect(image.argv.texts == ["/bin/sh", scratch["inner"], "one argument", scratch["outer"], "argument"])
      #expect(image.comm == "outer" && scene.execs.count == 2)
      #expect(try scene.root.end?.status == ExitStatus(code: 6))
    }

    @Test func `A file of binfmt_misc shows its interpreter`() throws {
      let name = "est\(getpid())"
      scratch.write("odd.\(name)", "exit 6\n", mode: 0o755)
      try #require(mkdir(scratch["binfmt"], 0o755) == 0)
      let scene = try machine.run(
        "binfmt", scratch["binfmt"], name, "/bin/sh", "exec", scratch["odd.\(name)"], "as-called", "argument")
      let image = try #require(scene.execs.last?.image, "\(scene.lines)")
      #expect(image.file.text == scratch["odd.\(name)"])
      #expect(image.interpreter?.text == "/bin/sh")
      #expect(image.exe.text == "/usr/bin/dash")
      #expect(image.argv.texts == ["/bin/sh", scratch["odd.\(name)"], "argument"])
      #expect(try scene.onlyChild(of: scene.root).end?.status == ExitStatus(code: 6))
    }

    @Test func `An execveat has the name that the kernel makes of its directory`() throws {
      let scene = try machine.run("exec-at", "/usr", "bin/true", "name", "argument")
      let directory = try #require(scene.numbers("directory").first?.first)
      let image = try #require(try scene.root.image)
      #expect(image.file.text == "/dev/fd/\(directory)/bin/true")
      #expect(image.exe.text == "/usr/bin/true" && image.interpreter == nil)
      #expect(image.argv.texts == ["name", "argument"])
      #expect(image.marks == [])
    }

    @Test func `An execveat of an open file has the name of its descriptor`() throws {
      let scene = try machine.run("exec-at", Fixture.path, "", "name", "report", "exit", "5")
      let directory = try #require(scene.numbers("directory").first?.first)
      let image = try #require(try scene.root.image)
      #expect(image.file.text == "/dev/fd/\(directory)")
      #expect(image.file.bytes == Report.all(in: scene.lines).first?.bytes("file"))
      #expect(image.exe.text == Fixture.path)
      #expect(image.argv.texts == ["name", "report", "exit", "5"])
      #expect(image.marks == [])
    }

    @Test func `A memfd is marked, and its name is its path`() throws {
      let scene = try machine.run("memfd", "hidden name", "ghost", "exit", "8")
      let image = try #require(try scene.root.image)
      #expect(image.marks == [.exeMemfd, .exeDeleted])
      #expect(image.exe.text == "/memfd:hidden name")
      #expect(image.argv.texts == ["ghost", "exit", "8"])
      #expect(try scene.root.end?.status == ExitStatus(code: 8))
    }

    @Test func `A program that was deleted before the exec is marked`() throws {
      let path = scratch["gone"]
      let scene = try machine.run("deleted", path, "ghost")
      let image = try #require(try scene.root.image)
      #expect(image.marks == .exeDeleted)
      #expect(image.exe.text == path)
      #expect(image.argv.texts == ["ghost"])
    }

    @Test func `A program whose name was deleted is marked, even if the file has another name`() throws {
      let path = scratch["gone"]
      let scene = try machine.run("copy", path, "755", "linked", path, scratch["stays"], "exec-unlinked", path, "ghost")
      let image = try #require(try scene.root.image)
      #expect(image.marks == .exeDeleted)
      #expect(image.exe.text == path)
      #expect(access(scratch["stays"], X_OK) == 0)
    }

    @Test func `Empty arguments stay in place`() throws {
      let scene = try machine.run("exec", "/bin/true", "", "", "middle", "", "")
      #expect(try scene.root.image?.argv.texts == ["", "", "middle", "", ""])
    }

    @Test func `An exec without arguments gets one empty argument from the kernel`() throws {
      let scene = try machine.run("exec", Fixture.path)
      #expect(try scene.root.image?.argv.bytes == [0])
      #expect(try scene.root.image?.file.text == Fixture.path)
    }

    @Test func `A vfork with its exec is a child with its own program, however short it lives`() throws {
      let scene = try machine.run("vfork", "200", Fixture.path, "brief", "serial")
      let children = scene.numbers("child")
      #expect(children.count == 200)
      var shortest = UInt64.max
      for child in scene.tree.children(of: try scene.root.id) {
        let node = try #require(scene.tree[child])
        #expect(node.image?.argv.texts == ["brief", "serial"])
        #expect(node.end?.status == ExitStatus(code: 0))
        #expect(node.execCount == 1)
        shortest = min(shortest, node.runTime(now: 0))
      }
      #expect(scene.tree.children(of: try scene.root.id).count == 200)
      #expect(shortest < 1_000_000, "one of them at least lives less than a millisecond")
    }

    @Test func `A fork without an exec has the program of its parent`() throws {
      let scene = try machine.run("fork", "exit", "3")
      let child = try scene.onlyChild(of: scene.root)
      #expect(child.imageIsInherited)
      #expect(child.image?.argv.texts == ["fixture", "fork", "exit", "3"])
      #expect(child.execCount == 0)
      #expect(child.end?.status == ExitStatus(code: 3))
    }
  }
}
