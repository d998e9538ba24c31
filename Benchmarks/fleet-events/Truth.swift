import Events

/// What a line says, as a row of text with tabs, from the values of the simulation and not from the line: a reader of the
/// lines is compared with it.
enum Truth {
  /// The names of the columns, in their order.
  static let header =
    "host\tboot_id\tev\twall\tboot\tpid\tstart\tppid\tpstart\tcomm\texe\tuid\teuid\tuser\tauid\tsid\texit\tsig\n"

  /// Appends the row of an event.
  static func append(_ event: ProcessEvent, of host: FleetHost, to bytes: inout [UInt8]) {
    let tab = UInt8(ascii: "\t")
    func text(_ text: String) { bytes.append(contentsOf: text.utf8) }
    func number(_ value: some FixedWidthInteger) {
      bytes.append(tab)
      text(String(value))
    }
    func nothing() { bytes.append(tab) }

    text(host.name)
    bytes.append(tab)
    text(host.bootID)
    bytes.append(tab)
    let (kind, facts, image, status) = parts(of: event)
    text(kind)
    number(Int64(truncatingIfNeeded: event.time) &+ host.wallOffset)
    number(event.time)
    if let facts {
      number(facts.id.pid)
      number(facts.id.startTime)
      number(facts.parent?.pid ?? 0)
      number(facts.parent?.startTime ?? 0)
      bytes.append(tab)
      bytes.append(contentsOf: facts.comm.bytes)
      bytes.append(tab)
      bytes.append(contentsOf: image?.exe.bytes ?? [])
      number(facts.uid)
      number(facts.euid)
      bytes.append(tab)
      bytes.append(contentsOf: facts.user?.bytes ?? [])
      if let login = facts.auditUID { number(login) } else { nothing() }
      number(facts.session)
    } else {
      bytes.append(contentsOf: Array(repeating: tab, count: 11))
    }
    if let status {
      if status.signal == 0 { number(status.code) } else { nothing() }
      number(status.signal)
    } else {
      bytes.append(contentsOf: [tab, tab])
    }
    bytes.append(UInt8(ascii: "\n"))
  }

  private static func parts(of event: ProcessEvent) -> (String, ProcessFacts?, ProcessImage?, ExitStatus?) {
    switch event {
    case .fork(let event): ("fork", event.process, nil, nil)
    case .exec(let event): ("exec", event.process, event.image, nil)
    case .failedExec(let event): ("fail", event.process, nil, nil)
    case .exit(let event): ("exit", event.process, nil, event.status)
    case .existing(let event): ("exist", event.process, event.image, nil)
    case .lost: ("lost", nil, nil, nil)
    case .census: ("census", nil, nil, nil)
    case .output: ("output", nil, nil, nil)
    case .host: ("host", nil, nil, nil)
    }
  }
}
