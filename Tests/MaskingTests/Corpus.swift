import Events
import Masking
import TestSupport

/// The corpora in the folder Corpus: command lines with a tab between arguments.
enum Corpus {
  private static let folder = "\(Surroundings.repository)/Tests/MaskingTests/Corpus/"

  /// Commands without a secret, most of them recorded on real machines.
  static let benign: [[String]] = lines("benign.txt").map { line in
    line.split(separator: "\t", omittingEmptySubsequences: false).map(unescaped)
  }

  /// A command line, an environment or a title with places for secrets.
  struct Template {
    var kind: Substring
    var texts: [String]
  }

  static let secrets: [Template] = lines("secrets.txt").map { line in
    let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
    return Template(kind: fields[0], texts: fields.dropFirst().map(unescaped))
  }

  private static func lines(_ name: String) -> [Substring] {
    (text(of: folder + name) ?? "").split(separator: "\n")
  }

  private static func unescaped(_ text: Substring) -> String {
    var result = ""
    var isEscaped = false
    for character in text {
      if isEscaped {
        result.append(character == "n" ? "\n" : character == "t" ? "\t" : character == "\\" ? "\\" : "\\\(character)")
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else {
        result.append(character)
      }
    }
    return isEscaped ? result + "\\" : result
  }

  static func image(
    _ arguments: [String] = [], environment: [String]? = nil, title: String? = nil
  ) -> ProcessImage {
    ProcessImage(
      time: 1, comm: "x", argv: title.map { StringVector([$0]) } ?? StringVector(arguments),
      env: environment.map { StringVector($0) }, marks: title == nil ? [] : [.title, .fromProc])
  }

  static func exec(_ image: ProcessImage) -> ProcessEvent {
    .exec(
      ExecEvent(process: ProcessFacts(id: ProcessID(pid: 1, startTime: 1), parent: nil, comm: "x"), image: image))
  }

  /// The image of an exec without its secrets.
  static func masked(_ image: ProcessImage) -> ProcessImage {
    var mask = SecretMask()
    guard case .exec(let exec) = mask.masked(exec(image)) else { return image }
    return exec.image
  }
}

/// Secrets of many looks.
struct SecretMaker {
  var generator: SeededGenerator
  /// What was made since it was emptied.
  var made: [String] = []

  private static let alphanumeric = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
  private static let upper = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
  private static let hexadecimal = Array("0123456789abcdef")
  private static let words = ["hunter", "correct", "horse", "battery", "staple", "dragon", "monkey", "sunshine"]

  /// The text with a secret in each of its places.
  mutating func fill(_ text: String) -> String {
    var result = ""
    var rest = text[...]
    while let open = rest.firstIndex(of: "{") {
      result += rest[..<open]
      guard let close = rest[open...].firstIndex(of: "}"),
        let secret = secret(rest[rest.index(after: open)..<close])
      else {
        result.append("{")
        rest = rest[rest.index(after: open)...]
        continue
      }
      made.append(secret)
      result += secret
      rest = rest[rest.index(after: close)...]
    }
    return result + rest
  }

  private mutating func secret(_ form: Substring) -> String? {
    func count(_ prefix: String) -> Int? { form.hasPrefix(prefix) ? Int(form.dropFirst(prefix.count)) : nil }
    switch form {
    case "word": return word() + number(100...99_999)
    case "pw": return word() + (generator.once(in: 2) ? number(10...9999) : symbols("!#%^*_+=.,:;@$&/ ")) + "z" + word()
    case "opt": return word() + symbols("!#%^*_+=.@") + number(10...999)
    case "json": return word() + symbols("!#%^*_+=.,:;@$&/ ") + word()
    case "url": return word() + symbols("!*_+=.;$-") + number(10...999)
    case "b64": return random(Self.alphanumeric, 38) + "+" + random(Self.alphanumeric, 4) + "="
    default: break
    }
    if let count = count("al") { return random(Self.alphanumeric, count - 2) + "a7" }
    if let count = count("up") { return random(Self.upper, count) }
    if let count = count("hex") { return random(Self.hexadecimal, count - 2) + "a7" }
    return nil
  }

  private mutating func word() -> String { Self.words.randomElement(using: &generator) ?? "" }
  private mutating func number(_ range: ClosedRange<Int>) -> String { String(Int.random(in: range, using: &generator)) }
  private mutating func symbols(_ from: String) -> String {
    String((0..<2).compactMap { _ in from.randomElement(using: &generator) })
  }
  private mutating func random(_ from: [Character], _ count: Int) -> String {
    String((0..<count).compactMap { _ in from.randomElement(using: &generator) })
  }
}
