/// What comes from the person at the terminal.
package enum Input: Hashable, Sendable {
  case key(Key)
  /// The terminal has another size now.
  case resize(Size)
  /// Bytes pasted in one go (bracketed paste); a very long paste comes in several pieces. They are untrusted.
  case paste([UInt8])
  /// The mouse did something in a cell. The point may lie outside of the screen.
  case mouse(MouseEvent)

  /// Whether it is a movement or a release of the mouse. Movements come as fast as the hand is, so they ask for no frame
  /// at once, as other input does.
  package var isOfHeldButton: Bool {
    guard case .mouse(let event) = self else { return false }
    return event.kind == .drag || event.kind == .release
  }
}

/// What the mouse did with its left button or its wheel. Nothing else is asked for.
package struct MouseEvent: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case press
    /// It came to another cell while the button was held.
    case drag
    case release
    /// A notch of the wheel.
    case wheelUp, wheelDown
  }

  package var kind: Kind
  package var point: Point

  package init(_ kind: Kind, at point: Point) {
    self.kind = kind
    self.point = point
  }
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
