internal import ProcessTree

/// A program's run as a shell can do it again, and what of it a shell cannot.
struct ShellCommand {
  /// One command line; newlines stand in it only inside quotes.
  var text: [UInt8]
  /// What is not carried over, for the person to know; empty when all is.
  var omissions: [DisplayText] = []
  /// A shell stands before it, which gives it another name than its file's.
  private var isNamed = false

  /// The command alone: the same file with the same arguments, in whatever directory and environment it is pasted to.
  ///
  /// Where the name a program is called by (argv[0]) is not that of its file, as of a login shell, `bash` gives it that
  /// name: `sh` has no way to.
  init?(_ image: ProcessImage) { self.init(image, bash: "bash -c") }

  private init?(_ image: ProcessImage, bash: String) {
    let arguments = image.title == nil ? Array(image.argv) : []
    guard let file = Self.file(of: image, called: arguments.first) else { return nil }
    text = []
    noteGaps(image)
    if image.marks.contains(.exeMemfd) { omissions.append("its program was in memory alone") }
    if image.marks.contains(.exeDeleted) { omissions.append("its program's file was deleted") }
    guard let name = arguments.first else {
      text = ShellQuoting.word(file)
      omissions.append(
        image.title == nil
          ? "it had not even a name as argument" : "its arguments are not known: it wrote a title over them")
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
    noteGaps(image)
  }

  /// The command in its own directory and with exactly its own environment.
  ///
  /// A shell that is needed in between is that of this machine, whatever PATH the process had, and runs no file that the
  /// environment names (`BASH_ENV`): bash is told so by `-p`.
  /// - Returns: nil where there is no command, or the environment was not read.
  static func inPlace(_ image: ProcessImage) -> ShellCommand? {
    guard let command = ShellCommand(image, bash: "/bin/bash -pc"), let environment = image.env else { return nil }
    var result = command
    let variables = result.variables(of: environment)
    if image.marks.contains(.envCut) || environment.isCut { result.omissions.append("the environment was cut") }

    var text: [UInt8] = []
    if image.cwd.isEmpty || image.marks.contains(.cwdUnreadable) || image.marks.contains(.cwdCut) {
      result.omissions.append("its directory is not known")
    } else {
      if image.marks.contains(.cwdDeleted) { result.omissions.append("its directory was deleted") }
      text += "cd -- ".utf8 + ShellQuoting.word(image.cwd.bytes) + " && ".utf8
    }
    text += "env -i ".utf8
    if variables.contains(where: { $0.first == UInt8(ascii: "-") }) { text += "-- ".utf8 }
    if !variables.isEmpty { text += ShellQuoting.line(variables) + " ".utf8 }
    // A program with `=` in its path would be one more variable to env(1).
    let isTaken = file(of: image, called: image.argv.first { _ in true })?.contains(UInt8(ascii: "=")) == true
    if isTaken, !command.isNamed { text += "/bin/bash -pc 'exec \"$0\" \"$@\"' ".utf8 }
    if isTaken || command.isNamed { result.omissions.append("the shell between may change PWD, SHLVL and _") }
    result.text = text + command.text
    return result
  }

  /// What env(1) can set of an environment: it takes an entry without a name for something else, and sets a name once.
  /// The others are noted.
  private mutating func variables(of environment: StringVector) -> [ArraySlice<UInt8>] {
    var variables: [ArraySlice<UInt8>] = []
    var names: Set<ArraySlice<UInt8>> = []
    var nameless = 0
    var repeated = 0
    for entry in environment {
      guard let equals = entry.firstIndex(of: UInt8(ascii: "=")), equals > entry.startIndex else {
        nameless += 1
        continue
      }
      // The first one is what a program finds, and so what the process went by.
      if names.insert(entry[..<equals]).inserted { variables.append(entry) } else { repeated += 1 }
    }
    if nameless > 0 { omissions.append("\(nameless) environment entries without a name") }
    if repeated > 0 { omissions.append("\(repeated) environment entries whose name is there before") }
    return variables
  }

  private mutating func noteGaps(_ image: ProcessImage) {
    if image.marks.contains(.argvCut) || image.argv.isCut { omissions.append("the arguments were cut") }
    if image.marks.contains(.argvUnreadable) { omissions.append("some arguments were unreadable") }
  }

  /// The path to run: the file that was asked for, as long as it means the same to a shell.
  private static func file(of image: ProcessImage, called name: ArraySlice<UInt8>?) -> [UInt8]? {
    // The kernel has put a script's interpreter in front of the arguments.
    if image.interpreter != nil, let name, name.contains(UInt8(ascii: "/")) { return path(Array(name)) }
    let asked = image.file.bytes
    let isWhole = !image.marks.contains(.fileCut) && !image.marks.contains(.fileUnreadable)
    if !asked.isEmpty, isWhole, !asked.starts(with: "/dev/fd/".utf8) {
      return path(asked)
    }
    // What a process calls itself is its own choice; which file it is, the kernel's word.
    if !image.exe.isEmpty, !image.marks.contains(.exeCut) { return image.exe.bytes }
    return name?.first == UInt8(ascii: "/") ? name.map(Array.init) : nil
  }

  /// A path that is nothing else to a shell. Without a slash it would be looked for in PATH, which the kernel did not; a
  /// dash at its start would make it an option, and an equals sign further on a variable.
  private static func path(_ asked: [UInt8]) -> [UInt8] {
    let isPlain =
      asked.first == UInt8(ascii: "/") || asked.first == UInt8(ascii: ".") && asked.contains(UInt8(ascii: "/"))
    return isPlain ? asked : Array("./".utf8) + asked
  }

  private static func baseName(_ path: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    path.lastIndex(of: UInt8(ascii: "/")).map { path[($0 + 1)...] } ?? path
  }
}
