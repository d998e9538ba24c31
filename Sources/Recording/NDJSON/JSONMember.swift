/// The members of lines that this version knows.
///
/// Of a line of 300 bytes the names are a third: they are found by their bytes, without a string.
enum JSONMember: String, CaseIterable {
  case ev, seq, ts, boot, pid, start, ppid, pstart, uid, euid, gid, auid, sid, pgid, nspid, argv,
    argvB64 = "argv_b64", argvLen = "argv_len", argvOpen = "argv_open", env, envB64 = "env_b64",
    envLen = "env_len", envOpen = "env_open", marks, byParent = "by_parent", again, kthread,
    imageBoot = "image_boot", ret, errno, comm, commB64 = "comm_b64", imageComm = "image_comm",
    imageCommB64 = "image_comm_b64", exe, exeB64 = "exe_b64", file, fileB64 = "file_b64", interp,
    interpB64 = "interp_b64", cwd, cwdB64 = "cwd_b64", title, titleB64 = "title_b64", user, userB64 = "user_b64",
    tty, ttyB64 = "tty_b64", cgroup, cgroupB64 = "cgroup_b64", exit, sig, core, wstatus, utime, stime, mem, minflt,
    majflt, rbytes, wbytes, reaper, rstart, killer, lost, since, unnamed, records, alive, unsure,
    stream, text, textB64 = "text_b64", leftOut = "left_out", host,
    hostB64 = "host_b64", bootID = "boot_id", bootIDB64 = "boot_id_b64"

  /// The member with a name; nil for one that this version does not know. - Complexity: O(1).
  init?(_ name: JSONName) {
    guard let member = Self.table.member(of: name) else { return nil }
    self = member
  }

  private static let table = Table()

  /// A hash table with open addressing, of twice as many places as there are members or more.
  private struct Table {
    private var places: [(name: JSONName, member: JSONMember)?] = Array(repeating: nil, count: 256)

    init() {
      for member in JSONMember.allCases {
        guard let name = JSONName(Array(member.rawValue.utf8)[...]) else { continue }
        var place = name.hash
        while places[place] != nil { place = (place &+ 1) & 255 }
        places[place] = (name, member)
      }
    }

    func member(of name: JSONName) -> JSONMember? {
      var place = name.hash
      while let found = places[place] {
        if found.name == name { return found.member }
        place = (place &+ 1) & 255
      }
      return nil
    }
  }
}

/// A name of up to 16 bytes as two words.
struct JSONName: Equatable {
  private var low: UInt64 = 0
  private var high: UInt64 = 0

  /// Nil for a longer name, and for one with a NUL, which would be equal to a shorter one.
  init?(_ bytes: ArraySlice<UInt8>) {
    guard bytes.count <= 16 else { return nil }
    var shift: UInt64 = 0
    for byte in bytes {
      if byte == 0 { return nil }
      if shift < 64 { low |= UInt64(byte) &<< shift } else { high |= UInt64(byte) &<< (shift &- 64) }
      shift &+= 8
    }
  }

  /// Below 256.
  fileprivate var hash: Int {
    let mixed = (low ^ (high &* 0x9e37_79b9_7f4a_7c15)) &* 0xff51_afd7_ed55_8ccd
    return Int(truncatingIfNeeded: mixed &>> 56)
  }
}

/// The value of `ev`.
enum JSONKind: String {
  case fork, exec, fail, exit, exist, lost, census, output
  /// A kind of another version; in a record of a loss, one of its own.
  case unknown
}
