internal import Events

/// Names as the settings file writes them: words in lower case with hyphens between them, `half-page-up`.
extension String {
  /// The name for a Swift identifier such as `halfPageUp`.
  var hyphenated: String {
    var result = ""
    for character in self {
      if character.isUppercase { result += "-" }
      result += character.lowercased()
    }
    return result
  }
}

extension CommandID {
  /// Its name under `[keys]` in the settings file.
  package var settingName: String { rawValue.hyphenated }

  /// - Parameter settingName: the name, or the former name of a command.
  package init?(settingName: String) {
    let name = settingName == "toggle-fold" ? "open" : settingName
    guard let id = Self.allCases.first(where: { $0.settingName == name }) else { return nil }
    self = id
  }
}

extension Pane {
  /// Its name under `[layout]` in the settings file.
  package var settingName: String { "\(self)" }

  package init?(settingName: String) {
    guard let pane = Self.allCases.first(where: { $0.settingName == settingName }) else { return nil }
    self = pane
  }
}

extension Role {
  /// Its name in a theme of the settings file.
  package var settingName: String { "\(self)".hyphenated }

  package init?(settingName: String) {
    guard let role = Self.allCases.first(where: { $0.settingName == settingName }) else { return nil }
    self = role
  }
}

/// `nearestOfNames`, for the modules that do not import Events.
package func nearestName(to wrong: String, in names: [String]) -> String? { nearestOfNames(to: wrong, in: names) }
