import Testing

@testable import Filtering

/// The part of a filter that the kernel side can apply.
@Suite
struct FilterScopeTests {
  private func drawn(_ text: String, execs: Bool) throws -> String {
    guard let scope = try Filter.parse(text).kernelScope(ofExecsOnly: execs) else { return "-" }
    let parts =
      scope.pids.map { "pid \($0)" }
      + [scope.uid.map { "uid \($0)" }, scope.user.map { "user \($0)" }].compactMap { $0 }
    return parts.joined(separator: " ")
  }

  @Test(arguments: [
    // Expression, scope for execs only, scope for all events
    ("", "-", "-"),
    ("pid=7", "pid 7", "pid 7"),
    ("pid:7,8 make", "pid 7 pid 8", "pid 7 pid 8"),
    ("under:7", "pid 7", "pid 7"),
    ("under:(pid=7)", "pid 7", "pid 7"),
    ("under:7 gcc exit!=0", "pid 7", "pid 7"),
    ("uid=5", "uid 5", "-"),
    ("user=dev comm=make", "user dev", "-"),
    ("(uid=5) and dur>1s", "uid 5", "-"),
    ("pid=7 uid=5", "pid 7 uid 5", "pid 7"),
    // Ancestors may belong to other users.
    ("under:7 uid=5", "pid 7", "pid 7"),
    // Events other than execs depend on earlier events, perhaps of another user.
    ("uid=5 make", "uid 5", "-"),
    ("uid=5 (comm=a or !arg=b)", "uid 5", "-"),
    ("pid=7 uid=5 make", "pid 7 uid 5", "pid 7"),
    ("uid=5 kids>1", "-", "-"),
    ("uid=5 unit=x", "-", "-"),
    ("pid=7 unit=x", "pid 7", "pid 7"),
    ("pid=7 kids>1", "pid 7", "pid 7"),
    // Conditions on other processes.
    ("pid=7 depth>1", "-", "-"),
    ("pid=7 mark=inferred", "-", "-"),
    ("uid=5 child:7", "-", "-"),
    ("uid=5 (a or parent:7)", "-", "-"),
    ("under:7 under:8", "-", "-"),
    ("under:7 !under:8", "-", "-"),
    ("under:(comm=make) uid=5", "-", "-"),
    ("child:7", "-", "-"),
    // A scope would not contain all matches.
    ("pid=7 or comm=x", "-", "-"),
    ("!pid=7", "-", "-"),
    ("pid!=7", "-", "-"),
    ("pid>7", "-", "-"),
    ("pid=0", "-", "-"),
    ("pid=99999999999", "-", "-"),
    ("uid=5,6", "-", "-"),
    ("uid>=5", "-", "-"),
    ("user:dev", "-", "-"),
    ("user=dev,root", "-", "-"),
    ("user=1000", "-", "-"),
    ("user!=dev", "-", "-"),
    ("euid=0", "-", "-"),
    ("cgroup=/system.slice", "-", "-"),
  ])
  func `Leaves out only what does not change the result`(_ text: String, _ execs: String, _ all: String) throws {
    #expect(try drawn(text, execs: true) == execs)
    #expect(try drawn(text, execs: false) == all)
  }
}
