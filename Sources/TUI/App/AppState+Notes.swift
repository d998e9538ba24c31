internal import Filtering

// Messages that are not the answer to a key: they wait in a queue, so that none covers another, and stay until a
// frame has shown them.

extension AppState {
  /// Shows a message that is not the answer to a key, as soon as the last line is free: not while a prompt or a menu
  /// is open there, nor over another message.
  ///
  /// - Parameter topic: a newer message with the same topic replaces this one.
  mutating func note(_ text: DisplayText, isError: Bool, topic: Message.Topic? = nil) {
    let note = Message(text: text, isError: isError, isNote: true, topic: topic)
    if let topic { withdraw(topic) }
    guard note != message, !waitingNotes.contains(note) else { return }
    waitingNotes.append(note)
    showNextNote()
  }

  /// Takes back a message that no longer holds.
  mutating func withdraw(_ topic: Message.Topic) {
    waitingNotes.removeAll { $0.topic == topic }
    if message?.topic == topic { message = nil }
  }

  /// Shows the next message of the queue when there is room.
  mutating func showNextNote() {
    guard message == nil, prompt == nil, question == nil, !waitingNotes.isEmpty else { return }
    message = waitingNotes.removeFirst()
    generation += 1
  }

  /// Removes the message, as a key does. One that no frame has shown yet returns to the head of the queue.
  mutating func dismissMessage() {
    if let message, message.isNote, !messageIsShown { waitingNotes.insert(message, at: 0) }
    message = nil
  }

  /// The shell has put a frame of this state on the screen.
  package mutating func frameWasShown() {
    if message != nil, prompt == nil, question == nil { messageIsShown = true }
  }

  /// Reports the limits that regular expressions ran into: the user must know, because texts on which they gave up
  /// count as not matching.
  mutating func reportTrouble() {
    report(shown.filter?.trouble, of: .filterTrouble, as: "", last: \.reportedTrouble)
    report(search?.trouble, of: .searchTrouble, as: "search, ", last: \.reportedSearchTrouble)
  }

  private mutating func report(
    _ trouble: FilterTrouble?, of topic: Message.Topic, as what: DisplayText,
    last: WritableKeyPath<AppState, String?>
  ) {
    guard trouble?.description != self[keyPath: last] else { return }
    self[keyPath: last] = trouble?.description
    generation += 1
    if let trouble {
      note("\(what)\(DisplayText(typed: trouble.description))", isError: true, topic: topic)
    } else {
      withdraw(topic)
    }
  }
}
