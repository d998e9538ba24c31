internal import Filtering

/// One line for the user, in place of the key bar.
package struct Message: Hashable, Sendable {
  var text: DisplayText
  package var isError = false
  /// Whether it is the answer to a key. Other messages wait for their turn, and stay until a frame has shown them.
  var isAnswer = true
  /// Its topic, if it can become outdated.
  var topic: Topic?

  enum Topic: Hashable, Sendable {
    case filterTrouble, searchTrouble
  }
}

/// The message on the screen and those that wait for room.
package struct Messages: Hashable, Sendable {
  /// The message in place of the key bar, until the next key, or until it was shown long enough to be read.
  package internal(set) var current: Message? {
    didSet {
      isShown = false
      if current != nil { count &+= 1 }
    }
  }
  /// The number of messages so far, to distinguish a repeated message from the same one.
  package private(set) var count = 0
  /// Whether a frame with the message was on the screen.
  package internal(set) var isShown = false
  /// Messages that are not the answer to a key, until there is room for them; oldest first.
  var waiting: [Message] = []
}

extension AppState {
  /// The message in place of the key bar.
  package var message: Message? {
    get { messages.current }
    set { messages.current = newValue }
  }

  /// Answers a key with a message.
  mutating func show(_ text: DisplayText) { message = Message(text: text) }

  /// Answers a key that has no effect: why, and what to do.
  mutating func showError(_ text: DisplayText) { message = Message(text: text, isError: true) }

  /// Shows a message that is not the answer to a key, as soon as the last line is free: not while a prompt or a menu
  /// is open there, nor over another message.
  ///
  /// - Parameter topic: a newer message with the same topic replaces this one.
  mutating func showLater(_ text: DisplayText, isError: Bool, topic: Message.Topic? = nil) {
    let new = Message(text: text, isError: isError, isAnswer: false, topic: topic)
    if let topic { withdraw(topic) }
    guard new != message, !messages.waiting.contains(new) else { return }
    messages.waiting.append(new)
    showNextMessage()
  }

  /// Takes back a message that no longer holds.
  mutating func withdraw(_ topic: Message.Topic) {
    messages.waiting.removeAll { $0.topic == topic }
    if message?.topic == topic { message = nil }
  }

  /// Shows the next message of the queue when there is room.
  mutating func showNextMessage() {
    guard message == nil, prompt == nil, copying.question == nil, !messages.waiting.isEmpty else { return }
    message = messages.waiting.removeFirst()
    generation += 1
  }

  /// Removes the message, as a key does. One that no frame has shown yet returns to the head of the queue.
  mutating func dismissMessage() {
    if let message, !message.isAnswer, !messages.isShown { messages.waiting.insert(message, at: 0) }
    message = nil
  }

  /// The shell has put a frame of this state on the screen.
  package mutating func frameWasShown() {
    if message != nil, prompt == nil, copying.question == nil { messages.isShown = true }
  }

  /// Reports the limits that regular expressions ran into: the user must know, because texts on which they gave up
  /// count as not matching.
  mutating func reportTrouble() {
    report(shown.filter?.trouble, of: .filterTrouble, as: "", last: \.typedFilter.reportedTrouble)
    report(typedSearch.filter?.trouble, of: .searchTrouble, as: "search, ", last: \.typedSearch.reportedTrouble)
  }

  private mutating func report(
    _ trouble: FilterTrouble?, of topic: Message.Topic, as what: DisplayText,
    last: WritableKeyPath<AppState, String?>
  ) {
    guard trouble?.description != self[keyPath: last] else { return }
    self[keyPath: last] = trouble?.description
    generation += 1
    if let trouble {
      showLater("\(what)\(DisplayText(typed: trouble.description))", isError: true, topic: topic)
    } else {
      withdraw(topic)
    }
  }
}
