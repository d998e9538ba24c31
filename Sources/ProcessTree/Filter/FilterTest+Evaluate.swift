extension FilterTest {
  /// Whether it is true of an item of a source: the general way. Most conditions become steps of a `FilterProgram` that
  /// say the same with fewer detours.
  func isTrue<Source: FilterSource>(of item: Source.Item, in source: Source, now: UInt64?) -> Bool {
    holds(item, source, now) != isNegated
  }

  private func holds<Source: FilterSource>(_ item: Source.Item, _ source: Source, _ now: UInt64?) -> Bool {
    guard let field else {
      return matches(.comm, item, source) || matches(.exe, item, source) || matches(words: .argv, item, source)
    }
    switch field {
    case .comm: return matches(.comm, item, source)
    case .exe: return matches(.exe, item, source)
    case .file: return matches(.file, item, source)
    case .interp: return matches(.interpreter, item, source)
    case .cwd: return matches(.cwd, item, source)
    case .tty: return matches(.tty, item, source)
    case .cgroup: return matches(.cgroup, item, source)
    case .user: return matches(.user, item, source) || hasNumber(source.number(.uid, of: item, now: now))
    case .argv: return matches(words: .argv, item, source)
    case .arg: return matches(anyOf: .argv, item, source)
    case .env: return matches(anyOf: .env, item, source)
    case .container: return matches(ownerOf: item, source) { $0.container }
    case .unit: return matches(ownerOf: item, source) { $0.unit }
    case .pid: return matches(source.number(.pid, of: item, now: now))
    case .ppid:
      return matches(source.number(.presentParentPID, of: item, now: now))
        || matches(source.number(.originalParentPID, of: item, now: now))
    case .uid: return matches(source.number(.uid, of: item, now: now))
    case .euid: return matches(source.number(.euid, of: item, now: now))
    case .gid: return matches(source.number(.gid, of: item, now: now))
    case .auid: return matches(source.number(.auditUID, of: item, now: now))
    case .sid: return matches(source.number(.session, of: item, now: now))
    case .exit: return matches(source.number(.exitCode, of: item, now: now))
    case .sig: return matches(source.number(.signal, of: item, now: now))
    case .errno: return matches(source.number(.errno, of: item, now: now))
    case .ret:
      return matches(source.number(.success, of: item, now: now))
        || matches(source.number(.errno, of: item, now: now).map { 0 &- $0 })
    case .dur: return matches(source.number(.duration, of: item, now: now))
    case .age: return matches(source.number(.age, of: item, now: now))
    case .start: return matches(source.number(.start, of: item, now: now))
    case .cpu: return matches(source.number(.cpuTime, of: item, now: now))
    case .mem: return matches(source.number(.peakMemory, of: item, now: now))
    case .depth: return matches(source.number(.depth, of: item, now: now))
    case .kids: return matches(count: source.number(.children, of: item, now: now))
    case .execs: return matches(count: source.number(.execs, of: item, now: now))
    case .ev: return matches(bits: source.number(.events, of: item, now: now))
    case .state: return matches(bits: source.number(.state, of: item, now: now))
    case .mark: return matches(bits: source.number(.marks, of: item, now: now))
    }
  }
}

// MARK: - Numbers

extension FilterTest {
  private func matches(_ number: Int64?) -> Bool {
    guard let number else { return false }
    return switch condition {
    case .number(let ranges): ranges.contains { $0.contains(number) }
    case .known: true
    case .contains, .equals, .regex, .choice: false
    }
  }

  /// Of a count, to have it is to have one at least.
  private func matches(count: Int64?) -> Bool {
    if case .known = condition { count ?? 0 > 0 } else { matches(count) }
  }

  private func matches(bits: Int64?) -> Bool {
    guard let bits else { return false }
    return switch condition {
    case .choice(let wanted): bits & Int64(wanted) != 0
    case .known: bits != 0
    case .contains, .equals, .regex, .number: false
    }
  }

  /// A user that was asked for by number.
  private func hasNumber(_ number: Int64?) -> Bool {
    guard let number, case .equals(_, let numbers) = condition else { return false }
    return numbers.contains(number)
  }
}

// MARK: - Bytes

extension FilterTest {
  @inline(__always) private func matches<Source: FilterSource>(
    _ text: FilterBytes, _ item: Source.Item, _ source: Source
  ) -> Bool {
    source.withBytes(text, of: item, matches) ?? false
  }

  /// One string.
  private func matches(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    switch condition {
    case .contains(let search): search.isFound(in: bytes)
    case .equals(let wanted, _): wanted.contains { bytes.elementsEqual($0) }
    case .regex(let regex): regex.isFound(in: bytes)
    case .known: !bytes.isEmpty
    case .number, .choice: false
    }
  }

  /// Strings as one text, with a space between them.
  @inline(__always) private func matches<Source: FilterSource>(
    words: FilterBytes, _ item: Source.Item, _ source: Source
  ) -> Bool {
    source.withBytes(words, of: item) { block in
      let bytes = UnsafeBufferPointer(rebasing: block.dropLast(block.last == 0 ? 1 : 0))
      switch condition {
      case .contains(let search): return search.isFound(in: bytes, words: true)
      case .equals(let wanted, _):
        return wanted.contains { bytes.lazy.map { $0 == 0 ? 0x20 : $0 }.elementsEqual($0) }
      case .regex(let regex): return regex.isFound(in: bytes, words: true)
      case .known: return !block.isEmpty
      case .number, .choice: return false
      }
    } ?? false
  }

  /// Any of the strings.
  @inline(__always) private func matches<Source: FilterSource>(
    anyOf strings: FilterBytes, _ item: Source.Item, _ source: Source
  ) -> Bool {
    source.withBytes(strings, of: item) { block in
      var start = 0
      while start < block.count {
        let end = block[start...].firstIndex(of: 0) ?? block.count
        if case .known = condition { return true }
        if matches(UnsafeBufferPointer(rebasing: block[start..<end])) { return true }
        start = end &+ 1
      }
      return false
    } ?? false
  }

  /// What the cgroup's path tells.
  private func matches<Source: FilterSource>(
    ownerOf item: Source.Item, _ source: Source, _ part: (CgroupOwner) -> ArraySlice<UInt8>?
  ) -> Bool {
    source.withBytes(.cgroup, of: item) { path in
      part(CgroupOwner(of: RawBytes(path)))?.withUnsafeBufferPointer { matches($0) } ?? false
    } ?? false
  }
}
