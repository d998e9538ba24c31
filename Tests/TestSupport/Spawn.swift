import Glibc

/// A program that could not be started.
package struct CannotStart: Error {
  /// The path or name of the program.
  package let program: String
  /// The error of `posix_spawn`.
  package let errno: Int32
}

/// Starts a program with no signal blocked and every signal at its default action, whatever other tests in this process
/// do with signals. The corresponding C function is `posix_spawn`.
/// - Parameters:
///   - argv: all arguments, starting with the name.
///   - environment: the whole environment, as `NAME=value`.
/// - Throws: `CannotStart`.
package func spawn(
  _ argv: [String], program: String, environment: [String] = [], input: Int32, output: Int32, errors: Int32
) throws(CannotStart) -> Int32 {
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  posix_spawn_file_actions_adddup2(&actions, input, 0)
  posix_spawn_file_actions_adddup2(&actions, output, 1)
  posix_spawn_file_actions_adddup2(&actions, errors, 2)

  var attributes = posix_spawnattr_t()
  posix_spawnattr_init(&attributes)
  defer { posix_spawnattr_destroy(&attributes) }
  var none = sigset_t(), all = sigset_t()
  sigemptyset(&none)
  sigfillset(&all)
  posix_spawnattr_setsigmask(&attributes, &none)
  posix_spawnattr_setsigdefault(&attributes, &all)
  posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

  let arguments: [UnsafeMutablePointer<CChar>?] = argv.map { strdup($0) } + [nil]
  let variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
  defer { for copy in arguments + variables { free(copy) } }
  var pid: pid_t = 0
  let error = posix_spawn(&pid, program, &actions, &attributes, arguments, variables)
  if error != 0 { throw CannotStart(program: program, errno: error) }
  return pid
}
