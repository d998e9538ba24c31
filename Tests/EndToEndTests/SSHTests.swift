import Glibc
import TestSupport
import Testing

extension EndToEnd {
  /// `execsnoop-top ssh`, by OpenSSH's client and by servers that each have a host name of their own. All of them trace
  /// the one kernel, so each event comes from each.
  @Suite(Needs.kernel, Needs.tmux, Needs.sshServer) struct SSH {
    private let bench: Bench

    init() throws { bench = try Bench() }

    /// Functions of the shell: `serve NAME` starts a server on a free port, whose users find our program; `stop` ends all.
    private static let servers = #"""
      cd $WORK
      dropbearkey -t ed25519 -f hostkey >/dev/null 2>&1; ssh-keygen -q -t ed25519 -N '' -f key
      home=$(getent passwd root | cut -d : -f 6); mkdir $home/.ssh 2>/dev/null && touch made
      printf 'Host *\n HostName 127.0.0.1\n User root\n IdentityFile %s\n UserKnownHostsFile %s\n' $WORK/key $WORK/known >config
      printf ' StrictHostKeyChecking accept-new\nHost gone\n Port 1\n' >>config
      printf '#!/bin/sh\nexec ssh -F %s "$@"\n' $WORK/config >ssh; chmod +x ssh
      serve() {
        local port
        for port in $(shuf -i 20000-60000 -n 20); do
          unshare --mount --uts bash -c '
            hostname '$1'; mount -t tmpfs none /usr/local/bin; ln -s $PROGRAM /usr/local/bin/execsnoop-top
            mount -t tmpfs -o mode=700 none '$home'/.ssh; install -m 600 key.pub '$home'/.ssh/authorized_keys
            exec dropbear -F -E -s -p 127.0.0.1:'$port' -r hostkey -P pid-'$1 2>log-$1 </dev/null >/dev/null &
          for i in $(seq 100); do [ -s pid-$1 ] && break; kill -0 $! 2>/dev/null || break; sleep 0.05; done
          if [ -s pid-$1 ]; then printf 'Host %s\n Port %s\n' $1 $port >>config; return; fi
        done
        cat log-$1; return 1
      }

      """#

    @Test func `Two machines answer, one does not, and one is cut off`() async throws {
      let name = try await bench.tool("r")
      let outcome = try await bench.run(Self.servers + "serve alpha && serve beta && echo serving")
      #expect(outcome.lines == ["serving"], "\(outcome)")
      let window = try await Window(bench, columns: 160, rows: 40)
      try await window.enter(
        "EXECSNOOP_TOP_SSH=$WORK/ssh $PROGRAM ssh alpha beta gone --filter 'comm=\(name)'; echo ended-$?")
      try await window.waitFor("the answers") { rows in
        rows.contains { $0.contains("2 of 3 hosts answer; gone: ") && $0.contains("Connection refused") }
      }

      // The same event of both, below the row of each. Without the other panes, which show it too.
      try await window.press("z")
      _ = try await bench.run("$WORK/\(name) first")
      try await window.waitFor("both") { rows in
        rows[0].hasPrefix(" LIVE ") && rows.count { $0.contains("/\(name) first") } == 2
          && rows.contains { $0.contains("● ") && $0.hasSuffix(" alpha") }
          && rows.contains { $0.contains("● ") && $0.hasSuffix(" beta") }
      }
      try await window.type("\\ host:beta")
      try await window.press("Enter")
      try await window.waitFor("one") { rows in
        rows.count { $0.contains("/\(name) first") } == 1 && !rows.contains { $0.contains("alpha") }
      }
      try await window.type("\\")
      try await window.press("C-u")
      try await window.type("comm=\(name)")
      try await window.press("Enter")

      // The connection of one ends, and the other goes on.
      _ = try await bench.run("pkill -P $(cat $WORK/pid-beta); kill $(cat $WORK/pid-beta)")
      try await window.waitFor("the mark") { rows in rows.contains { $0.contains("beta (") } }
      _ = try await bench.run("$WORK/\(name) second")
      try await window.waitFor("the other machine") { rows in
        rows.count { $0.contains("/\(name) second") } == 1
      }
      try await window.press("q")
      try await window.waitForEnd(0)
      try await eventually("the end of the trace over there") {
        try await bench.run("pgrep -P $(cat $WORK/pid-alpha)").lines.isEmpty
      }
      _ = try await bench.run(
        "kill $(cat $WORK/pid-alpha); if [ -e $WORK/made ]; then rmdir $(getent passwd root | cut -d : -f 6)/.ssh; fi")
    }
  }
}

extension Needs {
  /// A server for ssh that needs no installation of a service, and sudo, both of which `make` installs.
  fileprivate static var sshServer: some SuiteTrait & TestTrait {
    let isThere = access("/usr/sbin/dropbear", X_OK) == 0 && access("/usr/bin/sudo", X_OK) == 0
    return ConditionTrait.enabled(
      if: Surroundings.requireKernel || isThere,
      "NOT TESTED: needs dropbear and sudo; EXECSNOOP_TOP_REQUIRE_KERNEL=1 makes this a failure")
  }
}
