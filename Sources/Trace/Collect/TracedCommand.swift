internal import CLinux
internal import Glibc

/// A command that the program starts and traces. A child waits until it is released and then forks the command, as a
/// child of this program. So none of the command's events is missed, its fork included, and its run time does not begin
/// before the trace.
public final class TracedCommand {
  /// The pid of the child that waits; after `release` that of the command.
  public var pid: Int32 { held.pid }
  /// The name of the command, as text.
  public let name: String
  /// The signal that ended the command; nil while it runs, and after an exit of its own.
  public private(set) var endSignal: Int32?
  private var held: lnx_held_command

  /// Forks a child that waits, and then forks the command, which runs as the invoking user. Call it while the process
  /// has one thread.
  /// - Parameters:
  ///   - argv: the command and its arguments as bytes; the command is looked up in PATH, as a shell does.
  ///   - input: the descriptor of its standard input, or nil to inherit it.
  ///   - output: the descriptor of its standard output, or nil to inherit it.
  ///   - error: the descriptor of its standard error, or nil for that of its standard output.
  /// - Throws: `TraceError` when the fork fails, or the user's groups are unknown.
  public init(
    holding argv: [[UInt8]], as user: InvokingUser, input: Int32? = nil, output: Int32? = nil, error: Int32? = nil
  ) throws(TraceError) {
    if user.groupsError != 0 { throw TraceError(.readGroups, errno: user.groupsError) }
    var command = lnx_command()
    command.change_user = user.isOther
    command.uid = user.uid
    command.gid = user.gid
    command.stdin_fd = input ?? -1
    command.stdout_fd = output ?? -1
    command.stderr_fd = error ?? output ?? -1
    var held = lnx_held_command()
    let result = withCStrings(argv) { argv in
      withCStrings(user.isOther ? user.environment.map { Array($0.utf8) } : []) { environment in
        user.groups.withUnsafeBufferPointer { groups in
          command.argv = argv
          command.env = environment
          command.groups = groups.baseAddress
          command.group_count = groups.count
          return lnx_hold_command(&command, &held)
        }
      }
    }
    name = String(decoding: argv[0], as: UTF8.self)
    if result != 0 { throw TraceError(.startCommand(name), errno: result) }
    self.held = held
  }

  /// Forks a child like `init(holding:as:input:output:error:)`, for arguments that are text.
  public convenience init(
    holding argv: [String], as user: InvokingUser, input: Int32? = nil, output: Int32? = nil, error: Int32? = nil
  ) throws(TraceError) {
    try self.init(holding: argv.map { Array($0.utf8) }, as: user, input: input, output: output, error: error)
  }

  /// Starts the command. - Complexity: returns after its exec.
  /// - Throws: `TraceError` with the errno of a failed exec, such as ENOENT for a command that does not exist.
  public func release() throws(TraceError) {
    let result = lnx_release(&held)
    if result != 0 {
      var status: Int32 = 0
      waitpid(pid, &status, 0)
      throw TraceError(.startCommand(name), errno: result)
    }
  }

  /// The signal that stopped the command, such as SIGTSTP, once for each stop; nil if it is not stopped (`waitid` with
  /// WSTOPPED).
  public var stopSignal: Int32? {
    let signal = lnx_stop_signal(pid)
    return signal == 0 ? nil : signal
  }

  /// Continues a stopped command (SIGCONT): its whole process group, unless this program is in the same one.
  public func resume() {
    let group = getpgid(pid)
    kill(group == getpgrp() || group <= 1 ? pid : 0 &- group, SIGCONT)
  }

  /// Sends the command a signal, and continues it. Do not call it after the command has exited.
  public func send(_ signal: Int32) {
    kill(pid, signal)
    resume()
  }

  /// The exit status as a shell shows it (128 + signal after a signal); nil while the command runs (`waitpid`).
  /// - Parameter waiting: whether to wait for the exit.
  public func status(waiting: Bool) -> Int32? {
    var status: Int32 = 0
    var result = waitpid(pid, &status, waiting ? 0 : WNOHANG)
    while result < 0 && errno == EINTR { result = waitpid(pid, &status, waiting ? 0 : WNOHANG) }
    guard result == pid else { return nil }
    let signal = status & 0x7f
    if signal == 0 { return (status >> 8) & 0xff }
    endSignal = signal
    return 128 &+ signal
  }
}

/// Lends the strings as a C array that ends with NULL.
private func withCStrings<Result>(
  _ strings: [[UInt8]], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
) -> Result {
  let copies = strings.map { string in
    let copy = UnsafeMutablePointer<CChar>.allocate(capacity: string.count &+ 1)
    for (index, byte) in string.enumerated() { copy[index] = CChar(bitPattern: byte) }
    copy[string.count] = 0
    return copy
  }
  defer { for copy in copies { copy.deallocate() } }
  let pointers: [UnsafePointer<CChar>?] = copies.map { UnsafePointer($0) } + [nil]
  return pointers.withUnsafeBufferPointer { buffer in
    guard let base = buffer.baseAddress else { preconditionFailure("the array has at least its NULL") }
    return body(base)
  }
}
