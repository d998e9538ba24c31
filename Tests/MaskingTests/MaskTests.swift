import Events
import Masking
import TestSupport
import Testing

/// What the mask does to an event, whatever is in it.
@Suite struct MaskTests {
  private func line(_ words: [String]) -> [String] {
    Corpus.masked(Corpus.image(words)).argv.map { String(decoding: $0, as: UTF8.self) }
  }

  @Test(arguments: [
    (["mysql", "-uroot", "-phunter2", "db"], ["mysql", "-uroot", "-p***", "db"]),
    (["sshpass", "-p", "hunter2", "ssh", "-p", "22", "h"], ["sshpass", "-p", "***", "ssh", "-p", "22", "h"]),
    (["curl", "-u", "alice:hunter2", "https://x"], ["curl", "-u", "alice:***", "https://x"]),
    (["git", "clone", "https://alice:hunter2@x/y"], ["git", "clone", "https://alice:***@x/y"]),
    (["app", "--password", "a b", "--port", "80"], ["app", "--password", "***", "--port", "80"]),
    (["app", "--password="], ["app", "--password="]),
    (["app", "--password", "--verbose"], ["app", "--password", "--verbose"]),
    (["curl", "-H", "Authorization: Bearer abc"], ["curl", "-H", "Authorization: Bearer ***"]),
    (["sh", "-c", "TOKEN=abcd1 run; x=1"], ["sh", "-c", "TOKEN=*** run; x=1"]),
    (["env", "TOKEN=abcd1 run; x=1"], ["env", "TOKEN=***"]),
    (["env", "PWD=/tmp", "KEYMAP=de"], ["env", "PWD=/tmp", "KEYMAP=de"]),
    (["mkdir", "-p", "hunter2"], ["mkdir", "-p", "hunter2"]),
    (["ssh", "-p", "2222", "h"], ["ssh", "-p", "2222", "h"]),
    (["cp", "-pr", "a", "b"], ["cp", "-pr", "a", "b"]), (["app", "--token", "$TOKEN"], ["app", "--token", "***"]),
    (["sh", "-c", "app --token $TOKEN"], ["sh", "-c", "app --token $TOKEN"]),
    (["usermod", "-p", "$6$salt$hash", "u"], ["usermod", "-p", "***", "u"]),
    (["sh", "-c", #"PASSWORD=a\ b cmd"#], ["sh", "-c", "PASSWORD=*** cmd"]),
    (["sh", "-c", #"PASSWORD='a'\''b' cmd"#], ["sh", "-c", "PASSWORD=*** cmd"]),
    (["sh", "-c", #"PASSWORD="a"b cmd"#], ["sh", "-c", "PASSWORD=*** cmd"]),
    (["sh", "-c", #"mysql -pa\ b db"#], ["sh", "-c", "mysql -p*** db"]),
    (["sh", "-c", "PASSWORD='ab' cmd"], ["sh", "-c", "PASSWORD='***' cmd"]),
    (["python3", "-c", #"f(passwd=b"abcd", x=1)"#], ["python3", "-c", #"f(passwd=***, x=1)"#]),
    (["curl", "-fsSLu", "a:b1", "https://x"], ["curl", "-fsSLu", "a:***", "https://x"]),
    (["az", "login", "-p=abc1"], ["az", "login", "-p=***"]),
    (["sed", "-i", "s/password=old/password=hunter22/", "f"], ["sed", "-i", "s/password=old/password=***/", "f"]),
    (["curl", "-d", #"{"password": "a\"b", "x": 1}"#], ["curl", "-d", #"{"password": "***", "x": 1}"#]),
    (["app", "--key", "/etc/ssl/server.key"], ["app", "--key", "/etc/ssl/server.key"]),
  ])
  func `Only the secret is replaced`(words: [String], expected: [String]) {
    #expect(line(words) == expected)
    #expect(line(expected) == expected)
  }

  @Test func `A masked event has the mark, and everything else as it was`() throws {
    let before = ProcessImage(
      time: 7, comm: "app", file: "./app", exe: "/srv/app", interpreter: "x", cwd: "/srv",
      argv: StringVector(["app", "--password", "hunter2"]), env: StringVector(["HOME=/", "DB_PASS=hunter3", "N=1"]),
      marks: [.privilegeChanged])
    let facts = ProcessFacts(id: ProcessID(pid: 1, startTime: 1), parent: nil, comm: "app")
    let expected = ProcessImage(
      time: 7, comm: "app", file: "./app", exe: "/srv/app", interpreter: "x", cwd: "/srv",
      argv: StringVector(["app", "--password", "***"]), env: StringVector(["HOME=/", "DB_PASS=***", "N=1"]),
      marks: [.privilegeChanged, .masked])
    var mask = SecretMask()
    #expect(
      mask.masked(.exec(ExecEvent(process: facts, image: before)))
        == .exec(ExecEvent(process: facts, image: expected)))
    #expect(mask.count == 2)
    #expect(
      mask.masked(.failedExec(FailedExecEvent(process: facts, errno: 2, image: before)))
        == .failedExec(FailedExecEvent(process: facts, errno: 2, image: expected)))
    #expect(
      mask.masked(.existing(ExistingProcess(time: 9, process: facts, image: before, isAgain: true)))
        == .existing(ExistingProcess(time: 9, process: facts, image: expected, isAgain: true)))
    #expect(mask.count == 6)
    #expect(
      mask.masked([Array("app".utf8), Array("--token=abcdefgh1".utf8)]) == [
        Array("app".utf8), Array("--token=***".utf8),
      ])
  }

  @Test func `A cut secret is masked, and the vector stays cut`() {
    let image = ProcessImage(
      time: 1, comm: "x", argv: StringVector(bytes: Array("app\u{0}ghp_AbC".utf8), trueLength: 900), marks: .argvCut)
    let masked = Corpus.masked(image)
    #expect(masked.argv.bytes == Array("app\u{0}ghp_***".utf8))
    #expect(masked.argv.trueLength == 900 && masked.argvIsCut)
    #expect(masked.marks == [.argvCut, .masked])
    // What is left out may be short.
    let short = ProcessImage(
      time: 1, comm: "x", argv: StringVector(bytes: Array("a\u{0}TOKEN=x1234".utf8), trueLength: 14))
    #expect(Corpus.masked(short).argvIsCut)
  }

  /// Pieces of secrets and of what is around them, so that random texts have many of the forms.
  private static let pieces: [[UInt8]] =
    [
      "--password", "--token=", "TOKEN=", "key=", "mysql", "-p", "sshpass", "curl", "-u", "a:b", "://", "@", "Bearer ",
      "Authorization: ", "-H", "\"password\":", "\"", "'", " ", "=", ":", ";", "ghp_abcdefghijklmnopqrstuvwxyz0123",
      "eyJ",
      "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0.abcdefgh", "-----BEGIN PRIVATE KEY-----", "-----END", "***", "$X",
      "hunter2",
      "\u{0}", "\u{0}", "\u{0}", "/etc/x.key", "sk-", "AKIA", "é", "-c", "sh", "docker", "login", "htpasswd", "-b",
      "\\", "\n",
      "x/y@z", "sqlplus", "pass:", "-passin", "config", "set", "npm",
    ].map { Array($0.utf8) } + [[0xff, 0xfe], [0xc3]]

  private func block(_ generator: inout SeededGenerator) -> [UInt8] {
    (0..<Int.random(in: 0...24, using: &generator)).flatMap { _ in
      generator.once(in: 6)
        ? [UInt8.random(in: 0...255, using: &generator)] : Self.pieces.randomElement(using: &generator) ?? []
    }
  }

  @Test func `Whatever the bytes: the number of arguments stays, and masking again changes nothing`() {
    for seed in Seeds.first(60_000) {
      var generator = SeededGenerator(seed: seed)
      let bytes = block(&generator)
      let length = generator.once(in: 3) ? bytes.count + Int.random(in: 1...50, using: &generator) : bytes.count
      let isTitle = generator.once(in: 4)
      let environment = generator.once(in: 3) ? StringVector(bytes: block(&generator)) : nil
      let image = ProcessImage(
        time: 1, comm: "x", argv: StringVector(bytes: bytes, trueLength: length), env: environment,
        marks: isTitle ? [.title] : [])
      let once = Corpus.masked(image)
      #expect(Array(once.argv).count == Array(image.argv).count, "\(seed)")
      #expect(once.argvIsCut == image.argvIsCut)
      #expect(once.env.map { Array($0).count } == environment.map { Array($0).count })
      #expect(once.marks.subtracting(.masked) == image.marks)
      if !once.marks.contains(.masked) { #expect(once == image) }
      let twice = Corpus.masked(once)
      #expect(twice == once, "\(seed): \(String(decoding: bytes, as: UTF8.self))")
      // What is left of the original is in its order, with marks between.
      if !bytes.contains(UInt8(ascii: "*")) { #expect(Self.isMasked(once.argv.bytes, of: bytes), "\(seed)") }
    }
  }

  /// Whether a block is another one of which parts are `***`: each piece between marks is found in order.
  private static func isMasked(_ masked: [UInt8], of original: [UInt8]) -> Bool {
    var place = 0
    var piece: [UInt8] = []
    var index = 0
    func advance() -> Bool {
      defer { piece = [] }
      guard !piece.isEmpty else { return true }
      while place + piece.count <= original.count {
        if original[place..<place + piece.count].elementsEqual(piece) {
          place += piece.count
          return true
        }
        place += 1
      }
      return false
    }
    while index < masked.count {
      if masked[index...].starts(with: [42, 42, 42]) {
        if !advance() { return false }
        index += 3
      } else {
        piece.append(masked[index])
        index += 1
      }
    }
    return advance()
  }

  /// Four times the bytes take about four times the time. A quadratic way would need minutes for these.
  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      "=", ":", "a=", "token=/a/", "token=$a", "password\":", "authorization:$a ", "'authorization: $a", "://",
      "x://a:b", "sk-", "eyJ-", "-----BEGIN PRIVATE KEY-----", "-----BEGIN ", "bearer ", "xoxb-", "' ", "--password ",
      "\"token\":\"$a", "123456789:AA", "&sig=", ";pwd=", "token=\"/a ", "\\",
      "token=/a\\ ", "password : [", "\"token\":[", "'token=/a", "a 'b `$(", "token = \"/a", "\"password\" ",
    ])
  func `Long arguments take linear time`(unit: String) {
    let text = String(repeating: unit, count: (2 << 20) / unit.utf8.count)
    _ = Corpus.masked(Corpus.image(["sh", "-c", text]))
    _ = Corpus.masked(Corpus.image(["app", text]))
    _ = Corpus.masked(Corpus.image(title: text))
  }
}
