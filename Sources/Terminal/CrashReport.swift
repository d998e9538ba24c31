internal import CTerminal

/// One line for the user about a bug of the program.
package enum CrashReport {
  /// From now on a crash (SIGSEGV, SIGILL of a failed check, and others) is reported on standard error, after the
  /// terminal is restored. Call it once, at the start.
  ///
  /// - Parameter program: its name and version.
  package static func prepare(program: String) { terminal_report_crashes(program) }
}
