import CLinux

/// The CPU share of the view without keys, compared with other monitors that people leave running.
struct ViewShare {
  var rounds: Int
  var seconds: Int

  private static let sizes: [(columns: UInt16, rows: UInt16)] = [(80, 24), (200, 50)]

  /// The load.
  private struct Scene: Hashable {
    /// Execs a second.
    var rate: Int
    /// Processes that sleep.
    var crowd: Int
  }

  private static let scenes = [
    Scene(rate: 1, crowd: 0), Scene(rate: 1, crowd: 1000), Scene(rate: 100, crowd: 0), Scene(rate: 10_000, crowd: 0),
  ]

  private struct Figure: Hashable {
    var scene: Scene
    var kind: MonitorKind
    var size: Int
  }

  func measure(in scratch: Scratch) throws -> Section {
    var shares: [Figure: Samples] = [:]
    var rates: [Scene: Samples] = [:]
    var quiet = Quiet()
    for scene in Self.scenes {
      let crowd = scene.crowd > 0 ? try Crowd(count: scene.crowd, in: scratch) : nil
      // All at once, so that each has the same to show.
      let monitors = try Self.sizes.indices.flatMap { size in
        try MonitorKind.allCases.map { kind in
          (
            kind: kind, size: size,
            monitor: try Monitor(kind, columns: Self.sizes[size].columns, rows: Self.sizes[size].rows, in: scratch)
          )
        }
      }
      let all = monitors.map(\.monitor)
      // After the start, and after the view's first messages.
      Monitor.rest(all, until: lnx_boot_time() + 5_000_000_000)
      for round in 0..<rounds {
        progress("share of a CPU, \(scene.rate) a second, \(scene.crowd) asleep, round \(round + 1) of \(rounds)")
        let (times, started, time) = try quiet.measure(
          starting: scene.rate * seconds, resting: { Monitor.rest(all, until: lnx_boot_time() + 200_000_000) }
        ) {
          let before = all.map(\.cpuTime), start = lnx_boot_time()
          let started = try Pulse(rate: scene.rate).run(seconds: seconds, in: scratch) { Monitor.rest(all, until: $0) }
          return (zip(all, before).map { $0.cpuTime - $1 }, started, lnx_boot_time() - start)
        }
        rates[scene, default: Samples()].add(Double(started) / Double(time) * 1e9)
        for (entry, cpu) in zip(monitors, times) {
          shares[Figure(scene: scene, kind: entry.kind, size: entry.size), default: Samples()]
            .add(Double(cpu) / Double(time))
        }
      }
      for monitor in all { monitor.stop() }
      withExtendedLifetime(crowd) {}
    }
    return section(shares, rates, quiet)
  }

  private func section(_ shares: [Figure: Samples], _ rates: [Scene: Samples], _ quiet: Quiet) -> Section {
    var rows: [Row] = []
    for scene in Self.scenes {
      for (index, size) in Self.sizes.enumerated() {
        func median(_ kind: MonitorKind) -> Double {
          shares[Figure(scene: scene, kind: kind, size: index)]?.median ?? .nan
        }
        let asleep = scene.crowd > 0 ? ", \(grouped(scene.crowd)) more processes" : ""
        rows.append(
          Row(
            title: "\(grouped(scene.rate)) execs a second\(asleep), \(size.columns) × \(size.rows)",
            unit: .smallPercent, ours: median(.view), peers: [median(.htop), median(.btop)],
            target: scene.rate == 1 ? .belowPeers : nil))
      }
    }
    let fastest = Self.scenes.last.flatMap { rates[$0] }?.median ?? .nan
    return Section(
      title: "CPU share of the view", rows: rows, peers: ["htop", "btop"], isReliable: quiet.isReliable,
      meaning: [
        """
        CPU time divided by elapsed time, as a share of one core; medians of \(rounds) times \(seconds) seconds without a \
        key. htop and btop refresh once a second; ours draws when something changes, at most 30 times a second. All run \
        at the same time, each in terminals of both sizes, so all show the same processes. Of the 10,000 execs a second \
        the machine made \(fixed(fastest, digits: 0)); these used all of its remaining CPU time.\(quiet.remark)
        """
      ])
  }
}
