import Glibc
import TUI
import Testing

@testable import Settings

@Suite("The settings file")
struct SettingsFileTests {
  /// A folder of the test's own.
  private final class Folder {
    let path: String

    init() throws {
      var template = Array("/tmp/settings-XXXXXX".utf8CString)
      try #require(mkdtemp(&template) != nil)
      path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
      // Empty a folder, then try it again; none of these is deeper than three.
      for _ in 0..<4 { Self.empty(path) }
      rmdir(path)
    }

    private static func empty(_ path: String) {
      for name in names(in: path) where remove("\(path)/\(name)") != 0 { empty("\(path)/\(name)") }
    }

    func write(_ text: String, to name: String, mode: mode_t = 0o644) throws {
      let file = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
      try #require(file >= 0)
      defer { close(file) }
      let bytes = Array(text.utf8)
      try #require(Glibc.write(file, bytes, bytes.count) == bytes.count)
      fchmod(file, mode)
    }

    func text(_ name: String) -> String? {
      let file = open("\(path)/\(name)", O_RDONLY | O_CLOEXEC)
      guard file >= 0 else { return nil }
      defer { close(file) }
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      let count = read(file, &buffer, buffer.count)
      return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
    }

    func facts(_ name: String) -> stat {
      var facts = stat()
      lstat("\(path)/\(name)", &facts)
      return facts
    }

    /// Everything in the folder, hidden files too.
    var names: Set<String> { Self.names(in: path) }

    private static func names(in path: String) -> Set<String> {
      guard let directory = opendir(path) else { return [] }
      defer { closedir(directory) }
      var names: Set<String> = []
      while let entry = readdir(directory) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        if name != ".", name != ".." { names.insert(name) }
      }
      return names
    }
  }

  private let folder: Folder
  private var mono: Settings {
    var settings = Settings()
    settings.theme = "mono"
    return settings
  }

  init() throws { folder = try Folder() }

  private func file(_ name: String) -> SettingsFile { SettingsFile(path: "\(folder.path)/\(name)") }

  @Test func whereItIs() {
    #expect(SettingsFile(configHome: "/c", home: "/h")?.path == "/c/execsnoop-top/config.toml")
    #expect(SettingsFile(configHome: "c", home: "/h")?.path == "/h/.config/execsnoop-top/config.toml")
    #expect(SettingsFile(configHome: nil, home: "/h")?.path == "/h/.config/execsnoop-top/config.toml")
    #expect(SettingsFile(configHome: nil, home: "h") == nil)
    #expect(SettingsFile(configHome: nil, home: nil) == nil)
  }

  @Test func withoutAFileSettingsAreTheStandard() {
    let (settings, faults) = file("a/b/config.toml").read()
    #expect(settings == Settings() && faults.isEmpty)
  }

  @Test func foldersAreMadeAndTheFileIsPrivate() throws {
    let before = umask(0)
    defer { umask(before) }
    try file("a/b/config.toml").write(mono)
    #expect(folder.text("a/b/config.toml") == "theme = \"mono\"\n")
    #expect(folder.facts("a/b/config.toml").st_mode & 0o7777 == 0o600)
    #expect(folder.facts("a").st_mode & 0o7777 == 0o700 && folder.facts("a/b").st_mode & 0o7777 == 0o700)
    #expect(file("a/b/config.toml").read().settings.theme == "mono")
  }

  @Test func theFileIsReplacedAndNothingIsLeftBeside() throws {
    try folder.write("# mine\ntheme = \"dark\"\n", to: "config.toml", mode: 0o644)
    let old = folder.facts("config.toml")
    try file("config.toml").write(mono)
    #expect(folder.text("config.toml") == "# mine\ntheme = \"mono\"\n")
    let new = folder.facts("config.toml")
    #expect(new.st_ino != old.st_ino && new.st_mode & 0o7777 == 0o600 && new.st_uid == geteuid())
    #expect(folder.names == ["config.toml"])
    try file("config.toml").write(mono)
    #expect(folder.facts("config.toml").st_ino == new.st_ino, "what does not change is not written")
  }

  @Test func aLinkIsFollowedAndStaysOne() throws {
    try #require(mkdir("\(folder.path)/dotfiles", 0o700) == 0)
    try folder.write("mouse = false\n", to: "dotfiles/top.toml")
    try #require(symlink("dotfiles/top.toml", "\(folder.path)/config.toml") == 0)
    try file("config.toml").write(mono)
    #expect(folder.facts("config.toml").st_mode & S_IFMT == S_IFLNK)
    #expect(folder.text("dotfiles/top.toml")?.contains("mono") == true)
    #expect(folder.names == ["config.toml", "dotfiles"])
  }

  @Test func aLinkToNothingIsRefused() throws {
    try #require(symlink("gone", "\(folder.path)/config.toml") == 0)
    #expect(throws: SettingsFileError("is a link that leads nowhere")) { try file("config.toml").write(mono) }
    #expect(folder.names == ["config.toml"])
  }

  @Test func whatIsNoFileIsNamed() throws {
    try #require(mkfifo("\(folder.path)/config.toml", 0o600) == 0)
    #expect(file("config.toml").read().faults == [SettingsFault(line: nil, "is not a regular file")])
    #expect(throws: SettingsFileError("is not a regular file")) { try file("config.toml").write(mono) }
    try #require(mkdir("\(folder.path)/folder", 0o700) == 0)
    #expect(file("folder").read().faults.count == 1)
  }

  @Test func aHugeFileIsNotRead() throws {
    try folder.write("", to: "config.toml")
    try #require(truncate("\(folder.path)/config.toml", 1 << 30) == 0)
    #expect(file("config.toml").read().faults == [SettingsFault(line: nil, "is longer than 128 KiB")])
  }

  @Test func aFaultyFileIsNotWritten() throws {
    try folder.write("theme = mono\n", to: "config.toml")
    #expect(throws: SettingsFileError("line 1 is not TOML: mend it, then save again")) {
      try file("config.toml").write(mono)
    }
    #expect(folder.text("config.toml") == "theme = mono\n")
  }

  @Test func nothingIsWrittenWhereAllMayWrite() throws {
    try #require(chmod(folder.path, 0o777) == 0)
    #expect(throws: SettingsFileError("is in a directory that all may write: not written")) {
      try file("config.toml").write(mono)
    }
    #expect(folder.names.isEmpty)
  }
}
