package import Events

extension JSONLineEncoder {
  /// Appends `killer`: what sent the signal that ended the process.
  package mutating func killer(_ killer: Killer) {
    writer.key("killer")
    value(of: killer)
  }

  /// The object of a killer. `by` tells its kind.
  mutating func value(of killer: Killer) {
    switch killer {
    case .process(let sender):
      writer.raw("{\"by\":\"process\"")
      if let id = sender.id {
        field("pid", id.pid)
        field("start", id.startTime)
      }
      text("comm", "comm_b64", sender.comm.bytes)
      field("uid", sender.uid)
      if let user = sender.user { text("user", "user_b64", user.bytes) }
      if sender.isExiting { flag("exiting") }
    case .kernel(let code):
      writer.raw("{\"by\":\"kernel\"")
      field("code", code)
    case .terminal(let name):
      writer.raw("{\"by\":\"terminal\"")
      if let name { text("tty", "tty_b64", name.bytes) }
    case .outOfMemory(let memory):
      writer.raw("{\"by\":\"oom\"")
      field("anon", memory.anonymous)
      field("file", memory.file)
      field("shmem", memory.shared)
      if let limit = memory.limit { field("limit", limit) }
    case .lost: writer.raw("{\"by\":\"unknown\"")
    }
    writer.raw("}")
  }
}

extension JSONScanner {
  /// Reads the object of a killer; nil for a kind that this version does not know.
  mutating func killer() throws(JSONFault) -> Killer? {
    let place = position
    var kind = ""
    var sender = Killer.Sender(id: nil, comm: Comm([]), uid: 0)
    var pid: Int32?
    var start: UInt64?
    var (code, memory): (Int32, Killer.Memory) = (0, Killer.Memory())
    var (comm, user, tty) = (JSONLineFields.Text(), JSONLineFields.Text(), JSONLineFields.Text())
    try object { (name, scanner) throws(JSONFault) in
      if scanner.accept(word: "null") { return }
      switch name {
      case "by": kind = String(decoding: try scanner.string(), as: UTF8.self)
      case "pid": pid = try scanner.integer(in: 1...Int32.max)
      case "start": start = try scanner.amount()
      case "comm": comm.plain = try scanner.string()
      case "comm_b64": comm.exact = try scanner.base64()
      case "uid": sender.uid = try scanner.integer()
      case "user": user.plain = try scanner.string()
      case "user_b64": user.exact = try scanner.base64()
      case "exiting": sender.isExiting = try scanner.boolean()
      case "code": code = try scanner.integer()
      case "tty": tty.plain = try scanner.string()
      case "tty_b64": tty.exact = try scanner.base64()
      case "anon": memory.anonymous = try scanner.amount()
      case "file": memory.file = try scanner.amount()
      case "shmem": memory.shared = try scanner.amount()
      case "limit": memory.limit = try scanner.amount()
      default: try scanner.skipValue()
      }
    }
    switch kind {
    case "process":
      let bytes = comm.bytes ?? []
      guard bytes.count <= 15, !bytes.contains(0) else {
        throw fault("expected a comm of at most 15 bytes without NUL", at: place)
      }
      if let pid {
        guard let start else { throw fault("expected a member \"start\" in the killer", at: place) }
        sender.id = ProcessID(pid: pid, startTime: start)
      }
      sender.comm = Comm(bytes)
      sender.user = user.bytes.map { RawBytes($0) }
      return .process(sender)
    case "kernel": return .kernel(code: code)
    case "terminal": return .terminal(tty.bytes.map { RawBytes($0) })
    case "oom": return .outOfMemory(memory)
    case "unknown": return .lost
    default: return nil
    }
  }
}
