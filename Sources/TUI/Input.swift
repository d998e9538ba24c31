/// What comes from the person at the terminal.
package enum Input: Hashable, Sendable {
  case key(Key)
  /// The terminal has another size now.
  case resize(Size)
  /// Bytes pasted in one go (bracketed paste); a very long paste comes in several pieces. They are untrusted.
  case paste([UInt8])
}

/// One key press.
package enum Key: Hashable, Sendable {
  /// A key that types: a letter, a digit, a space.
  case character(Character)
  /// Control with a letter (in lower case) or with one of `@ [ \ ] ^ _`. Tab, Enter, Escape and Backspace have their
  /// own cases, so `ctrl("i")`, `ctrl("m")`, `ctrl("j")` and `ctrl("h")` never come.
  case ctrl(Character)
  /// A function key, from 1.
  case f(Int)
  case up, down, left, right
  case home, end, pageUp, pageDown
  case insert, delete, backspace
  case tab, backTab, enter, escape
}
