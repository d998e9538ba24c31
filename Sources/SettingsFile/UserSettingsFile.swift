import Files
import Glibc
package import TUI

/// The settings file of the user that this process runs as. Use it only after privileges are dropped: it follows the
/// environment and the links of the user.
package struct UserSettingsFile: Sendable {
  /// An absolute path.
  package let path: String

  /// Longer files are not read.
  static let sizeLimit = 1 << 17

  /// A file with this absolute path.
  package init(path: String) { self.path = path }

  /// `execsnoop-top/config.toml` in `XDG_CONFIG_HOME` if that is an absolute path, else in `.config` of the home
  /// directory; nil if there is neither.
  package init?(configHome: String?, home: String?) {
    if let configHome, configHome.hasPrefix("/") {
      path = "\(configHome)/execsnoop-top/config.toml"
    } else if let home, home.hasPrefix("/") {
      path = "\(home)/.config/execsnoop-top/config.toml"
    } else {
      return nil
    }
  }

  /// The path, safe to show.
  package var name: DisplayText { DisplayText(untrusted: path.utf8) }

  /// Reads the file. If there is none, the settings have their standard values.
  package func read() -> (settings: Settings, faults: [SettingsFault]) { readIfThere() ?? (Settings(), []) }

  /// Reads the file; nil if there is none.
  package func readIfThere() -> (settings: Settings, faults: [SettingsFault])? {
    do {
      guard let bytes = try contents() else { return nil }
      let reader = SettingsReader(bytes)
      return (reader.settings, reader.faults)
    } catch {
      return (Settings(), [SettingsFault(line: nil, error.reason)])
    }
  }

  /// Writes the changed settings into the file, which is replaced atomically: a reader finds the old or the new one.
  /// Its mode becomes 0600. A link to a file is followed, and its target replaced. Missing directories are made with
  /// mode 0700.
  ///
  /// - Throws: `SettingsFileError`; then the file did not change. It is an error if the directory or the file belongs
  /// to
  ///   another user.
  package func write(_ settings: Settings) throws(SettingsFileError) {
    let before = try contents() ?? []
    let text: [UInt8]
    do {
      text = try SettingsWriter.text(settings, into: before)
    } catch {
      switch error {
      case .notTOML(let error): throw SettingsFileError("line \(error.line) is not TOML: fix it, then save again")
      case .wouldNotHold: throw SettingsFileError("cannot be updated automatically: edit it by hand")
      }
    }
    if text != before { try replace(with: text) }
  }

  /// The bytes of the file; nil if there is no file.
  private func contents() throws(SettingsFileError) -> [UInt8]? {
    let file: FileDescriptor
    do {
      // Opening a special file, such as a FIFO, must not block.
      file = try FileDescriptor.open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
    } catch {
      if error.number == ENOENT || error.number == ENOTDIR { return nil }
      throw SettingsFileError("cannot be read", errno: error.number)
    }
    defer { try? file.close() }
    var facts = stat()
    guard fstat(file.number, &facts) == 0 else { throw SettingsFileError("cannot be read", errno: errno) }
    guard facts.st_mode & S_IFMT == S_IFREG else { throw SettingsFileError("is not a regular file") }
    let bytes: [UInt8]
    do {
      bytes = try file.contents(limit: Self.sizeLimit + 1)
    } catch {
      throw SettingsFileError("cannot be read", errno: error.number)
    }
    if bytes.count > Self.sizeLimit { throw SettingsFileError("is longer than \(Self.sizeLimit >> 10) KiB") }
    return bytes
  }
}

/// Why the file cannot be read or written.
package struct SettingsFileError: Error, Hashable {
  /// The reason, as the rest of a sentence that starts with the file's name.
  package let reason: String

  init(_ reason: String) { self.reason = reason }

  init(_ reason: String, errno number: Int32) {
    var buffer = [CChar](repeating: 0, count: 256)
    let hasName = strerror_r(number, &buffer, buffer.count) == 0
    let name = hasName ? String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
    self.reason = "\(reason): \(name ?? "error \(number)")"
  }
}
