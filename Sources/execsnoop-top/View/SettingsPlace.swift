import Glibc
import SettingsFile
import TUI

/// The settings file of this user, read and written as this user.
enum SettingsPlace {
  /// The file of the process's present user; nil without a home directory. Use it only after privileges are dropped.
  ///
  /// The home directory is HOME, except under sudo, which may leave root's home there.
  static var file: UserSettingsFile? {
    UserSettingsFile(configHome: variable("XDG_CONFIG_HOME"), home: home)
  }

  private static var home: String? {
    let user = getuid()
    let isSudoCaller = user != 0 && variable("SUDO_UID") == "\(user)"
    if !isSudoCaller, let home = variable("HOME") { return home }
    return getpwuid(user).map { String(cString: $0.pointee.pw_dir) }
  }

  private static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Reads the file. Without a home directory the settings are the defaults.
  static func read() -> (settings: Settings, faults: [SettingsFault]) { file?.read() ?? (Settings(), []) }

  /// Writes the file. Returns the message for the user.
  static func save(_ settings: Settings) -> (text: DisplayText, isError: Bool) {
    guard let file else { return ("settings not saved: no home directory", true) }
    do {
      try file.write(settings)
      return ("settings saved in \(file.name)", false)
    } catch {
      return ("settings not saved: \(file.name) \(DisplayText(typed: error.reason))", true)
    }
  }
}
