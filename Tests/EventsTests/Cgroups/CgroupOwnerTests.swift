import Events
import Testing

private let id = "4f1c9d0a7be2356881f03ac2d4e5b6978a0b1c2d3e4f5061728394a5b6c7d8e9"
private let other = "00000000000000000000000000000000000000000000000000000000deadbeef"
private let pod = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"

/// Owners of cgroups, with the paths of many kinds of systems.
@Suite
struct CgroupOwnerTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let path: String
    let container: String?
    let runtime: String?
    let unit: String?

    init(_ path: String, _ container: String? = nil, by runtime: String? = nil, unit: String? = nil) {
      self.path = path
      self.container = container
      self.runtime = runtime
      self.unit = unit
    }

    var testDescription: String { path }
  }

  private func check(_ expected: Case) {
    let owner = CgroupOwner(of: RawBytes(utf8: expected.path))
    #expect(owner.container.map { String(decoding: $0, as: UTF8.self) } == expected.container)
    #expect(owner.runtime.map { "\($0)" } == expected.runtime)
    #expect(owner.unit.map { String(decoding: $0, as: UTF8.self) } == expected.unit)
  }

  @Test(arguments: ["…/system.slice/ssh.service", "…/docker/\(id)", "/system.slice/ssh.service/…", "…", "/…"])
  func `A cut path has no owner`(_ path: String) { check(Case(path)) }

  @Test(arguments: [
    Case("/docker/\(id)", id, by: "docker"),
    Case("/docker/\(id)/init.scope", id, by: "docker", unit: "init.scope"),
    Case("/system.slice/docker-\(id).scope", id, by: "docker", unit: "docker-\(id).scope"),
    Case(
      "/user.slice/user-1000.slice/user@1000.service/user.slice/docker-\(id).scope", id, by: "docker",
      unit: "docker-\(id).scope"),
    Case("/ci-builds/\(id)", id),
    Case("/docker/\(other)/docker/\(id)", id, by: "docker"),
    Case("/system.slice:docker:\(id)", id, by: "docker"),
    Case("/kubepods/burstable/pod\(pod)/\(id)", id),
    Case("/kubepods/pod\(pod)/\(id)", id),
    Case(
      "/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod\(pod).slice/cri-containerd-\(id).scope",
      id, by: "containerd", unit: "cri-containerd-\(id).scope"),
    Case(
      "/kubepods.slice/kubepods-pod\(pod).slice/crio-\(id).scope", id, by: "CRI-O", unit: "crio-\(id).scope"),
    Case(
      "/kubepods.slice/kubepods-pod\(pod).slice/crio-\(id).scope/container", id, by: "CRI-O",
      unit: "crio-\(id).scope"),
    Case(
      "/system.slice/containerd.service/kubepods-burstable-pod\(pod).slice:cri-containerd:\(id)", id,
      by: "containerd", unit: "containerd.service"),
    Case(
      "/docker/\(other)/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod\(pod).slice/cri-containerd-\(id).scope",
      id, by: "containerd", unit: "cri-containerd-\(id).scope"),
    Case(
      "/user.slice/user-1000.slice/user@1000.service/user.slice/nerdctl-\(id).scope", id, by: "containerd",
      unit: "nerdctl-\(id).scope"),
    Case("/default/\(id)", id),
    Case("/machine.slice/libpod-\(id).scope", id, by: "podman", unit: "libpod-\(id).scope"),
    Case("/machine.slice/libpod-\(id).scope/container", id, by: "podman", unit: "libpod-\(id).scope"),
    Case("/libpod_parent/libpod-\(id)", id, by: "podman"),
    Case("/system.slice/web.service/libpod-payload-\(id)", id, by: "podman", unit: "web.service"),
    Case("/lxc.payload.web-1/system.slice/ssh.service", "web-1", by: "LXC", unit: "ssh.service"),
    Case("/lxc.payload/web-1", "web-1", by: "LXC"),
    Case("/lxc/web-1/init.scope", "web-1", by: "LXC", unit: "init.scope"),
    Case(
      "/machine.slice/machine-debian\\x2d12.scope/payload/system.slice/cron.service", "debian\\x2d12", by: "nspawn",
      unit: "cron.service"),
    Case(
      "/machine.slice/systemd-nspawn@build.service/payload", "build", by: "nspawn",
      unit: "systemd-nspawn@build.service"),
    Case("/docker/buildkit/x7k2m9q4w1z8p5r3t6y0n2b4c", "x7k2m9q4w1z8p5r3t6y0n2b4c", by: "BuildKit"),
    Case(
      "/ecs/my-cluster/0123456789abcdef0123456789abcdef/\(id)", id),
    Case(
      "/ecs/0123456789abcdef0123456789abcdef/0123456789abcdef0123456789abcdef-1234567890",
      "0123456789abcdef0123456789abcdef-1234567890", by: "ECS"),
    Case(
      "/ecstasks.slice/ecstasks-0123456789abcdef0123456789abcdef.slice/docker-\(id).scope", id, by: "docker",
      unit: "docker-\(id).scope"),
  ])
  func `Containers`(_ expected: Case) { check(expected) }

  @Test(arguments: [
    Case("/"),
    Case("/init.scope", unit: "init.scope"),
    Case("/system.slice/ssh.service", unit: "ssh.service"),
    Case("/system.slice/ssh.service/worker/3", unit: "ssh.service"),
    Case("/system.slice/system-getty.slice/getty@tty1.service", unit: "getty@tty1.service"),
    Case("/system.slice/system-systemd\\x2dfsck.slice", unit: "system-systemd\\x2dfsck.slice"),
    Case("/system.slice/dev-hugepages.mount", unit: "dev-hugepages.mount"),
    Case("/system.slice/dbus.socket", unit: "dbus.socket"),
    Case("/user.slice/user-1000.slice/session-2.scope", unit: "session-2.scope"),
    Case("/user.slice/user-1000.slice", unit: "user-1000.slice"),
    Case(
      "/user.slice/user-1000.slice/user@1000.service/app.slice/app-gnome-firefox\\x2desr-4711.scope",
      unit: "app-gnome-firefox\\x2desr-4711.scope"),
    Case("/user.slice/user-1000.slice/user@1000.service/app.slice", unit: "user@1000.service"),
    // The monitor of a container is not in it.
    Case("/system.slice/crio-conmon-\(id).scope", unit: "crio-conmon-\(id).scope"),
    Case("/machine.slice/libpod-conmon-\(id).scope", unit: "libpod-conmon-\(id).scope"),
    Case("/lxc.monitor.web-1"),
    Case("/machine.slice/machine-debian.scope/supervisor", unit: "machine-debian.scope"),
    // A virtual machine is a process of this system, not a container.
    Case(
      "/machine.slice/machine-qemu\\x2d1\\x2dvm.scope/libvirt/emulator", unit: "machine-qemu\\x2d1\\x2dvm.scope"),
  ])
  func `Units, and no container`(_ expected: Case) { check(expected) }

  @Test(arguments: [
    Case(""),
    Case("relative"),
    Case("////"),
    Case("/../../system.slice/ssh.service", unit: "ssh.service"),
    Case("/.service/.scope/.slice"),
    Case("/service"),
    Case("/docker"),
    Case("/docker/"),
    Case("/docker/\(id.dropLast())"),
    Case("/docker/\(id)0"),
    Case("/docker/\(id.uppercased())"),
    Case("/docker/\(id.dropLast())g"),
    Case("/docker-.scope", unit: "docker-.scope"),
    Case("/docker-\(id).scopes"),
    Case("/x-docker-\(id).scope", unit: "x-docker-\(id).scope"),
    Case("/:\(id)"),
    Case("/:docker:\(id.dropLast())z"),
    Case("/lxc.payload."),
    Case("/lxc/"),
    Case("/machine-.scope", unit: "machine-.scope"),
    Case("/docker/buildkit/x7k2m9q4w1z8p5r3t6y0n2b4"),
    Case("/0123456789abcdef0123456789abcdef-"),
    Case("/0123456789abcdef0123456789abcdef-12x"),
    // Units do not have such names, so a process cannot forge a unit with them.
    Case("/system.slice/a b.service", unit: "system.slice"),
    Case("/system.slice/\u{1b}[2J.service", unit: "system.slice"),
    Case("/system.slice/b\u{fc}.scope", unit: "system.slice"),
    // Below its own cgroup, a process can make cgroups with any name.
    Case("/case-user.slice/u1/u2/system.slice/ssh.service/x/x", unit: "case-user.slice"),
    Case("/case-user.slice/system.slice/ssh.service", unit: "case-user.slice"),
    Case("/system.slice/web.service/ssh.service", unit: "web.service"),
    Case("/system.slice/web.service/system.slice/ssh.service", unit: "web.service"),
    // A name alone does not leave a container.
    Case("/docker/\(id)/supervisor", id, by: "docker"),
    // A name may have any bytes. They are escaped when they are shown.
    Case("/lxc/\u{1b}]0;x\u{7}", "\u{1b}]0;x\u{7}", by: "LXC"),
  ])
  func `Forged names`(_ expected: Case) { check(expected) }

  @Test func `Bytes that are not text, and the longest path, are accepted`() {
    let raw = RawBytes(Array("/lxc/".utf8) + [0xff, 0xfe])
    #expect(CgroupOwner(of: raw).container.map(Array.init) == [0xff, 0xfe])
    let deep = RawBytes(utf8: "/y.service" + String(repeating: "/x", count: 100_000) + "/z.service")
    #expect(CgroupOwner(of: deep).unit.map { String(decoding: $0, as: UTF8.self) } == "y.service")
  }
}
