import ArgumentParser

/// How the interactive view behaves, whatever it shows.
struct ViewOptions: ParsableArguments {
  @Flag(name: .customLong("no-mouse"), help: "Leave the mouse to the terminal.")
  var leavesMouse = false

  var usesMouse: Bool { !leavesMouse }
}
