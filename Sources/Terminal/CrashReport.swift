internal import CTerminal

/// One line for the person where the program itself is at fault.
package enum CrashReport {
  /// From now on a fault (SIGSEGV, SIGILL of a failed check, and others) is told on standard error, after the terminal is
  /// given back, with a request to report it. To be called once, at the start.
  ///
  /// - Parameter program: its name and version.
  package static func prepare(program: String) { terminal_report_crashes(program) }
}
