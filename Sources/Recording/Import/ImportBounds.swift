internal import Events

/// Bounds on what a trace may tell of one program, whatever its lines have.
enum ImportBounds {
  /// The most bytes of arguments, and of an environment: Linux allows 6 MiB for both (`bprm_stack_limits`).
  static let mostStrings = 8 << 20

  /// Cuts arguments and environments that are longer.
  static func apply(to events: inout [RecordedEvent], from start: Int) {
    for index in events.indices.dropFirst(start) {
      switch events[index].event {
      case .exec(var event):
        guard let image = event.image.cut(to: mostStrings) else { continue }
        event.image = image
        events[index].event = .exec(event)
      case .failedExec(var event):
        guard let image = event.image.cut(to: mostStrings) else { continue }
        event.image = image
        events[index].event = .failedExec(event)
      case .existing(var event):
        guard let image = event.image.cut(to: mostStrings) else { continue }
        event.image = image
        events[index].event = .existing(event)
      default: continue
      }
    }
  }
}

extension ProcessImage {
  /// The image with fewer arguments and variables; nil where it has no more than that.
  fileprivate func cut(to most: Int) -> ProcessImage? {
    let isLong = withArgv { $0.count > most }
    guard isLong || env.map({ $0.bytes.count > most }) ?? false else { return nil }
    var marks = marks
    var environment = env
    if isLong { marks.insert(.argvCut) }
    if let env, env.bytes.count > most {
      marks.insert(.envCut)
      environment = StringVector(bytes: Array(env.bytes.prefix(most)), trueLength: max(env.trueLength, env.bytes.count))
    }
    return withArgv { argv in
      let kept = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: argv.prefix(most)))
      return ProcessImage(
        time: time, comm: comm, names: names, argv: kept, argvLength: argv.count, env: environment, marks: marks)
    }
  }
}
