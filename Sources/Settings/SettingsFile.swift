import Glibc
package import TUI

/// The settings file of the user that this process runs as. To be used after privileges are given up: it goes where the
/// environment and the user's links lead, as that user.
package struct SettingsFile: Sendable {
  /// An absolute path.
  package let path: String

  /// Longer files are not read.
  static let sizeLimit = 1 << 17

  package init(path: String) { self.path = path }

  /// `execsnoop-top/config.toml` in `XDG_CONFIG_HOME` where that is an absolute path, else in `.config` of the home
  /// directory; nil where there is neither.
  package init?(configHome: String?, home: String?) {
    if let configHome, configHome.hasPrefix("/") {
      path = "\(configHome)/execsnoop-top/config.toml"
    } else if let home, home.hasPrefix("/") {
      path = "\(home)/.config/execsnoop-top/config.toml"
    } else {
      return nil
    }
  }

  /// The path as it is shown.
  package var name: DisplayText { DisplayText(untrusted: path.utf8) }

  /// Reads the file; without one the settings are the standard ones.
  package func read() -> (settings: Settings, faults: [SettingsFault]) { readIfThere() ?? (Settings(), []) }

  /// Reads the file; nil where there is none.
  package func readIfThere() -> (settings: Settings, faults: [SettingsFault])? {
    do {
      guard let bytes = try contents() else { return nil }
      let reader = SettingsReader(bytes)
      return (reader.settings, reader.faults)
    } catch {
      return (Settings(), [SettingsFault(line: nil, error.reason)])
    }
  }

  /// Writes what differs into the file, which is replaced in one step: whoever reads it finds the old one or the new
  /// one. Its mode is 0600 then. A link to a file is followed, and that file replaced. Directories that are missing are
  /// made, with mode 0700.
  ///
  /// - Throws: `SettingsFileError`; then the file is as it was. Nothing is written where the directory or the file is
  ///   another user's.
  package func write(_ settings: Settings) throws(SettingsFileError) {
    let before = try contents() ?? []
    let text: [UInt8]
    do {
      text = try SettingsWriter.text(settings, into: before)
    } catch {
      switch error {
      case .notTOML(let error): throw SettingsFileError("line \(error.line) is not TOML: mend it, then save again")
      case .wouldNotHold: throw SettingsFileError("they cannot be put into what it holds: change it by hand")
      }
    }
    if text != before { try replace(with: text) }
  }

  /// Nil where there is no file.
  private func contents() throws(SettingsFileError) -> [UInt8]? {
    // Whatever else it leads to, a FIFO for instance, must not be waited for.
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    if file < 0 {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw SettingsFileError("cannot be read", errno: errno)
    }
    defer { close(file) }
    var facts = stat()
    guard fstat(file, &facts) == 0 else { throw SettingsFileError("cannot be read", errno: errno) }
    guard facts.st_mode & S_IFMT == S_IFREG else { throw SettingsFileError("is not a regular file") }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = Glibc.read(file, &piece, piece.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw SettingsFileError("cannot be read", errno: errno)
      }
      if count == 0 { return bytes }
      bytes += piece[..<count]
      if bytes.count > Self.sizeLimit { throw SettingsFileError("is longer than \(Self.sizeLimit >> 10) KiB") }
    }
  }
}

/// Why the file cannot be read or written, in words that follow its name.
package struct SettingsFileError: Error, Hashable {
  package let reason: String

  init(_ reason: String) { self.reason = reason }

  init(_ reason: String, errno number: Int32) {
    var buffer = [CChar](repeating: 0, count: 256)
    let hasName = strerror_r(number, &buffer, buffer.count) == 0
    let name = hasName ? String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
    self.reason = "\(reason): \(name ?? "error \(number)")"
  }
}
