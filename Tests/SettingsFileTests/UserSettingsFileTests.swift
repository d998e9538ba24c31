import Glibc
import TUI
import TestSupport
import Testing

@testable import SettingsFile

/// The settings file.
@Suite
struct UserSettingsFileTests {
  /// A new directory for one test.
  private final class Folder {
    private let scratch = Scratch(mode: 0o700)
    var path: String { scratch.path }

    func write(_ text: String, to name: String, mode: mode_t = 0o644) {
      scratch.write(name, text, mode: mode)
    }

    func text(_ name: String) -> String? { TestSupport.text(of: scratch[name]) }

    func facts(_ name: String) -> stat {
      var facts = stat()
      lstat("\(path)/\(name)", &facts)
      return facts
    }

    /// The names of all files in the directory, including hidden ones.
    var names: Set<String> { Set(TestSupport.names(in: path)) }
  }

  private let folder = Folder()
  private var mono: Settings {
    var settings = Settings()
    settings.theme = "mono"
    return settings
  }

  private func file(_ name: String) -> UserSettingsFile { UserSettingsFile(path: "\(folder.path)/\(name)") }

  @Test func `The path depends on the environment`() {
    #expect(UserSettingsFile(configHome: "/c", home: "/h")?.path == "/c/execsnoop-top/config.toml")
    #expect(UserSettingsFile(configHome: "c", home: "/h")?.path == "/h/.config/execsnoop-top/config.toml")
    #expect(UserSettingsFile(configHome: nil, home: "/h")?.path == "/h/.config/execsnoop-top/config.toml")
    #expect(UserSettingsFile(configHome: nil, home: "h") == nil)
    #expect(UserSettingsFile(configHome: nil, home: nil) == nil)
  }

  @Test func `Without a file the settings are standard`() {
    let (settings, faults) = file("a/b/config.toml").read()
    #expect(settings == Settings() && faults.isEmpty)
  }

  @Test func `Folders are made and the file is private`() throws {
    let before = umask(0)
    defer { umask(before) }
    try file("a/b/config.toml").write(mono)
    #expect(folder.text("a/b/config.toml") == "theme = \"mono\"\n")
    #expect(folder.facts("a/b/config.toml").st_mode & 0o7777 == 0o600)
    #expect(folder.facts("a").st_mode & 0o7777 == 0o700 && folder.facts("a/b").st_mode & 0o7777 == 0o700)
    #expect(file("a/b/config.toml").read().settings.theme == "mono")
  }

  @Test func `The file is replaced and no other file is left`() throws {
    folder.write("# mine\ntheme = \"dark\"\n", to: "config.toml", mode: 0o644)
    let old = folder.facts("config.toml")
    try file("config.toml").write(mono)
    #expect(folder.text("config.toml") == "# mine\ntheme = \"mono\"\n")
    let new = folder.facts("config.toml")
    #expect(new.st_ino != old.st_ino && new.st_mode & 0o7777 == 0o600 && new.st_uid == geteuid())
    #expect(folder.names == ["config.toml"])
    try file("config.toml").write(mono)
    #expect(folder.facts("config.toml").st_ino == new.st_ino, "what does not change is not written")
  }

  @Test func `A link is followed and stays a link`() throws {
    try #require(mkdir("\(folder.path)/dotfiles", 0o700) == 0)
    folder.write("mouse = false\n", to: "dotfiles/top.toml")
    try #require(symlink("dotfiles/top.toml", "\(folder.path)/config.toml") == 0)
    try file("config.toml").write(mono)
    #expect(folder.facts("config.toml").st_mode & S_IFMT == S_IFLNK)
    #expect(folder.text("dotfiles/top.toml")?.contains("mono") == true)
    #expect(folder.names == ["config.toml", "dotfiles"])
  }

  @Test func `A link to nothing is refused`() throws {
    try #require(symlink("gone", "\(folder.path)/config.toml") == 0)
    #expect(throws: SettingsFileError("is a dangling symbolic link")) { try file("config.toml").write(mono) }
    #expect(folder.names == ["config.toml"])
  }

  @Test func `A special file is reported`() throws {
    try #require(mkfifo("\(folder.path)/config.toml", 0o600) == 0)
    #expect(file("config.toml").read().faults == [SettingsFault(line: nil, "is not a regular file")])
    #expect(throws: SettingsFileError("is not a regular file")) { try file("config.toml").write(mono) }
    try #require(mkdir("\(folder.path)/folder", 0o700) == 0)
    #expect(file("folder").read().faults.count == 1)
  }

  @Test func `A huge file is not read`() throws {
    folder.write("", to: "config.toml")
    try #require(truncate("\(folder.path)/config.toml", 1 << 30) == 0)
    #expect(file("config.toml").read().faults == [SettingsFault(line: nil, "is longer than 128 KiB")])
  }

  @Test func `A file that is not TOML is not written`() throws {
    folder.write("theme = mono\n", to: "config.toml")
    #expect(throws: SettingsFileError("line 1 is not TOML: fix it, then save again")) {
      try file("config.toml").write(mono)
    }
    #expect(folder.text("config.toml") == "theme = mono\n")
  }

  @Test func `Nothing is written in a directory that everyone can write to`() throws {
    try #require(chmod(folder.path, 0o777) == 0)
    #expect(throws: SettingsFileError("is in a directory that everyone can write to")) {
      try file("config.toml").write(mono)
    }
    #expect(folder.names.isEmpty)
  }
}
