import Events
import Masking
import TestSupport
import Testing

/// How much is masked that is no secret, and how many secrets are not.
@Suite struct CorpusTests {
  @Test func `At most one in a hundred benign commands is masked`() {
    #expect(Corpus.benign.count >= 1000)
    #expect(Set(Corpus.benign).count == Corpus.benign.count)
    let masked = Corpus.benign.filter { Corpus.masked(Corpus.image($0)).marks.contains(.masked) }
    #expect(masked.count * 100 <= Corpus.benign.count, "\(masked.map { $0.joined(separator: " ") })")
  }

  /// Each place is filled several times; a case counts as masked when no part of it that a reader could use is left.
  @Test func `At least 99 of a hundred secrets are masked`() {
    #expect(Corpus.secrets.count >= 200)
    var leaked: [String] = []
    var cases = 0
    for seed in 0..<8 as Range<UInt64> {
      for (index, template) in Corpus.secrets.enumerated() {
        var maker = SecretMaker(generator: SeededGenerator(seed: seed &* 1000 &+ UInt64(index)))
        let texts = template.texts.map { maker.fill($0) }
        let image: ProcessImage =
          switch template.kind {
          case "env": Corpus.image(["app"], environment: texts)
          case "title": Corpus.image(title: texts[0])
          default: Corpus.image(texts)
          }
        let masked = Corpus.masked(image)
        #expect(!maker.made.isEmpty, "\(template)")
        let rest = String(decoding: masked.argv.bytes + [0] + (masked.env?.bytes ?? []), as: UTF8.self)
        cases += 1
        if maker.made.contains(where: { rest.contains($0) }) || !masked.marks.contains(.masked) {
          leaked.append(texts.joined(separator: " ") + "  =>  " + rest.replacing("\0", with: " "))
        }
      }
    }
    #expect(leaked.count * 100 <= cases, "\(leaked.count) of \(cases): \(leaked.prefix(40).joined(separator: "\n"))")
  }
}
