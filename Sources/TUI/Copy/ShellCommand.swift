internal import Events

/// A shell command that runs a program again, and what such a command cannot reproduce.
struct ShellCommand {
  /// One command line; it has newlines only inside quotes.
  var text: [UInt8]
  /// What the command does not reproduce, to be shown to the user; empty if it reproduces everything.
  var omissions: [DisplayText] = []
  /// A shell runs the command, because argv[0] is not the name of its file.
  private var isNamed = false

  /// Only the command: the same file with the same arguments, in any directory and environment.
  ///
  /// If argv[0] is not the name of the file, as in a login shell, `bash` sets it: `sh` cannot.
  init?(_ image: ProcessImage) { self.init(image, bash: "bash -c") }

  private init?(_ image: ProcessImage, bash: String) {
    let arguments = image.title == nil ? Array(image.argv) : []
    guard let file = Self.file(of: image, called: arguments.first) else { return nil }
    text = []
    addOmissions(image)
    if image.marks.contains(.exeMemfd) { omissions.append("the program was only in memory (memfd)") }
    if image.marks.contains(.exeDeleted) { omissions.append("the program's file was deleted") }
    guard let name = arguments.first else {
      text = ShellQuoting.word(file)
      omissions.append(
        image.title == nil
          ? "the argument list was empty" : "the arguments are unknown: the process overwrote them with a title")
      return
    }
    if Self.baseName(name) == Self.baseName(file[...]) {
      text = ShellQuoting.line([file[...]] + arguments.dropFirst())
    } else {
      isNamed = true
      text = Array("\(bash) 'exec -a \"$0\" \"$@\"' ".utf8)
      text += ShellQuoting.line([name, file[...]] + arguments.dropFirst())
    }
  }

  /// The arguments as they are, one word each.
  init(arguments image: ProcessImage) {
    text = ShellQuoting.line(Array(image.argv))
    addOmissions(image)
  }

  /// The command in its own directory and with exactly its own environment.
  ///
  /// If an intermediate shell is needed, it is the one of this machine, whatever PATH the process had. With `-p`,
  /// bash does not run a file that the environment names (`BASH_ENV`).
  /// - Returns: nil if there is no command, or the environment was not captured.
  static func inPlace(_ image: ProcessImage) -> ShellCommand? {
    guard let command = ShellCommand(image, bash: "/bin/bash -pc"), let environment = image.env else { return nil }
    var result = command
    let variables = result.variables(of: environment)
    if image.marks.contains(.envCut) || environment.isCut { result.omissions.append("the environment was cut") }

    var text = result.directory(of: image)
    text += "env -i ".utf8
    if variables.contains(where: { $0.first == UInt8(ascii: "-") }) { text += "-- ".utf8 }
    if !variables.isEmpty { text += ShellQuoting.line(variables) + " ".utf8 }
    // A program with `=` in its path would be one more variable to env(1).
    let isTaken = file(of: image, called: image.argv.first { _ in true })?.contains(UInt8(ascii: "=")) == true
    if isTaken, !command.isNamed { text += "/bin/bash -pc 'exec \"$0\" \"$@\"' ".utf8 }
    if isTaken || command.isNamed { result.omissions.append("the intermediate shell may change PWD, SHLVL and _") }
    result.text = text + command.text
    return result
  }

  /// The command that changes to the directory of a program; empty where that is unknown.
  private mutating func directory(of image: ProcessImage) -> [UInt8] {
    if image.cwd.isEmpty || image.marks.contains(.cwdUnreadable) || image.marks.contains(.cwdCut) {
      omissions.append("the directory is unknown")
      return []
    }
    if image.marks.contains(.cwdDeleted) { omissions.append("the directory was deleted") }
    return "cd -- ".utf8 + ShellQuoting.word(image.cwd.bytes) + " && ".utf8
  }

  /// The command in its own directory, with only those variables that differ from another environment.
  ///
  /// `PWD`, `OLDPWD`, `SHLVL` and `_` do not count: each shell sets them.
  /// - Parameter other: the program whose environment the shell has.
  /// - Returns: nil if there is no command.
  static func brief(_ image: ProcessImage, beside other: ProcessImage?) -> ShellCommand? {
    guard let command = ShellCommand(image) else { return nil }
    var result = command
    var text = result.directory(of: image)
    if let differences = result.differences(of: image, from: other), !differences.isEmpty {
      text += "env ".utf8 + ShellQuoting.line(differences) + " ".utf8
      // A program with `=` in its path would be one more variable to env(1).
      if !command.isNamed, file(of: image, called: image.argv.first { _ in true })?.contains(UInt8(ascii: "=")) == true
      {
        text += "/bin/bash -pc 'exec \"$0\" \"$@\"' ".utf8
      }
    }
    result.text = text + command.text
    return result
  }

  /// The words that make env(1) set and remove what differs; nil where an environment is unknown.
  private mutating func differences(of image: ProcessImage, from other: ProcessImage?) -> [ArraySlice<UInt8>]? {
    guard let environment = image.env, let before = other?.env else {
      omissions.append("the environment was not captured")
      return nil
    }
    let own = variables(of: environment)
    if image.marks.contains(.envCut) || environment.isCut { omissions.append("the environment was cut") }
    let theirs = Self.parts(of: before).variables
    let known = Set(theirs)
    let names = Set(own.map(Self.name))
    var words: [ArraySlice<UInt8>] = []
    if !environment.isCut {
      for variable in theirs where !names.contains(Self.name(of: variable)) && !Self.isShells(variable) {
        words += [Array("-u".utf8)[...], Self.name(of: variable)]
      }
    }
    let changed = own.filter { !known.contains($0) && !Self.isShells($0) }
    if changed.contains(where: { $0.first == UInt8(ascii: "-") }) { words.append(Array("--".utf8)[...]) }
    return words + changed
  }

  private static func name(of variable: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    variable[..<(variable.firstIndex(of: UInt8(ascii: "=")) ?? variable.endIndex)]
  }

  /// Whether each shell sets the variable.
  private static func isShells(_ variable: ArraySlice<UInt8>) -> Bool {
    ["PWD", "OLDPWD", "SHLVL", "_"].contains { name(of: variable).elementsEqual($0.utf8) }
  }

  /// The part of an environment that env(1) can set: env(1) misreads an entry without a name, and sets each name
  /// once. The other entries are reported.
  private mutating func variables(of environment: StringVector) -> [ArraySlice<UInt8>] {
    let (variables, nameless, repeated) = Self.parts(of: environment)
    if nameless > 0 { omissions.append("\(nameless) environment entries without a name") }
    if repeated > 0 { omissions.append("\(repeated) environment entries with a repeated name") }
    return variables
  }

  /// The variables of an environment, and how many entries without a name, or with a repeated one, are left out.
  private static func parts(
    of environment: StringVector
  ) -> (variables: [ArraySlice<UInt8>], nameless: Int, repeated: Int) {
    var variables: [ArraySlice<UInt8>] = []
    var names: Set<ArraySlice<UInt8>> = []
    var nameless = 0
    var repeated = 0
    for entry in environment {
      guard let equals = entry.firstIndex(of: UInt8(ascii: "=")), equals > entry.startIndex else {
        nameless += 1
        continue
      }
      // A program finds the first entry of a name, so the process used that one.
      if names.insert(entry[..<equals]).inserted { variables.append(entry) } else { repeated += 1 }
    }
    return (variables, nameless, repeated)
  }

  private mutating func addOmissions(_ image: ProcessImage) {
    if image.marks.contains(.argvCut) || image.argv.isCut { omissions.append("the arguments were cut") }
    if image.marks.contains(.argvUnreadable) { omissions.append("some arguments were unreadable") }
  }

  /// The path to run: the path of the exec, if it means the same to a shell.
  private static func file(of image: ProcessImage, called name: ArraySlice<UInt8>?) -> [UInt8]? {
    // The kernel has put a script's interpreter in front of the arguments.
    if image.interpreter != nil, let name, name.contains(UInt8(ascii: "/")) { return path(Array(name)) }
    let asked = image.file.bytes
    let isWhole = !image.marks.contains(.fileCut) && !image.marks.contains(.fileUnreadable)
    if !asked.isEmpty, isWhole, !asked.starts(with: "/dev/fd/".utf8) {
      return path(asked)
    }
    // A process chooses its own name, but the kernel reports the file.
    if !image.exe.isEmpty, !image.marks.contains(.exeCut) { return image.exe.bytes }
    return name?.first == UInt8(ascii: "/") ? name.map(Array.init) : nil
  }

  /// Makes sure that a shell reads the word as a path. Without a slash a shell would search PATH, which the kernel
  /// did not. A leading dash would make it an option, and an equals sign a variable.
  private static func path(_ asked: [UInt8]) -> [UInt8] {
    let isPlain =
      asked.first == UInt8(ascii: "/") || asked.first == UInt8(ascii: ".") && asked.contains(UInt8(ascii: "/"))
    return isPlain ? asked : Array("./".utf8) + asked
  }

  private static func baseName(_ path: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    path.lastIndex(of: UInt8(ascii: "/")).map { path[($0 + 1)...] } ?? path
  }
}
