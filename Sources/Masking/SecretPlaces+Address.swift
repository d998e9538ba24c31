/// Secrets in the addresses of a text.
extension SecretPlaces {
  /// `scheme://user:password@host`, `https://TOKEN@host`, and addresses that are secrets.
  func url(from start: Int) -> Range<Int>? {
    var index = start
    var colon: Int?
    var at: Int?
    while index < range.upperBound, !Self.endsAuthority(text[index]) {
      if text[index] == UInt8(ascii: ":"), colon == nil { colon = index }
      if text[index] == UInt8(ascii: "@") { at = index }
      index &+= 1
    }
    guard let at else { return hook(start, index) }
    if let colon, colon < at {
      let value = (colon &+ 1)..<at
      // A user alone may be a token, with an empty password or a word of no meaning.
      let user = start..<colon
      if SecretValue.looksRandom(text, user), user.count >= 20 {
        return SecretToken.isMask(text, value) ? user : start..<at
      }
      return isHarmless(value, .password) ? nil : value
    }
    let user = start..<at
    return user.count >= 20 && SecretValue.looksRandom(text, user) ? user : nil
  }

  private static func endsAuthority(_ byte: UInt8) -> Bool {
    switch byte {
    case 0, 0x09, 0x0a, 0x0d, 0x20, UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "\""),
      UInt8(ascii: "'"), UInt8(ascii: "`"), UInt8(ascii: "<"), UInt8(ascii: ">"):
      true
    default: false
    }
  }

  /// An address whose path is the secret, as those that post into a chat.
  private func hook(_ start: Int, _ hostEnd: Int) -> Range<Int>? {
    let host = start..<hostEnd
    let end = range.upperBound
    let path: StaticString
    if SecretName.ends(text, host, "hooks.slack.com") {
      path = "/services/"
    } else if SecretName.ends(text, host, "discord.com") || SecretName.ends(text, host, "discordapp.com") {
      path = "/api/webhooks/"
    } else {
      return nil
    }
    let from = hostEnd &+ path.utf8CodeUnitCount
    guard from < end, SecretName.equals(text, hostEnd, path) else { return nil }
    var index = from
    while index < end, SecretName.isNamePart(text[index]) || text[index] == UInt8(ascii: "/") { index &+= 1 }
    return index &- from >= 16 ? from..<index : nil
  }

  /// `123456789:AA…`: the token of a bot.
  func bot(at place: Int) -> Range<Int>? {
    var start = place
    while start > range.lowerBound, place &- start < 12, SecretName.isDigit(text[start &- 1]) { start &-= 1 }
    guard place &- start >= 8, place &- start <= 11, range.upperBound &- place > 34,
      text[place &+ 1] == UInt8(ascii: "A"), text[place &+ 2] == UInt8(ascii: "A")
    else { return nil }
    var index = place &+ 1
    while index < range.upperBound, SecretName.isNamePart(text[index]), text[index] != UInt8(ascii: ".") { index &+= 1 }
    return index &- place > 30 ? (place &+ 1)..<index : nil
  }
}
