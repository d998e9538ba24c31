import Testing

@testable import TUI

/// A batch in parts.
@Suite
struct SomeEventsTests {
  /// What the loop makes of a large batch is what it would make of a small one.
  @Test(arguments: [1, 7, 40])
  func `Parts make the same screen as the whole`(length: Int) {
    for story in [Story.build(), Story.hostile()] {
      var whole = AppState(size: Size(columns: 120, rows: 40), clock: Story.clock)
      _ = whole.reduce(.events(story.events, now: story.now))
      var parts = AppState(size: Size(columns: 120, rows: 40), clock: Story.clock)
      var rest = story.events[...]
      while rest.count > length {
        #expect(parts.reduce(.someEvents(rest.prefix(length), now: story.now)).isEmpty)
        rest = rest.dropFirst(length)
      }
      _ = parts.reduce(.events(Array(rest), now: story.now))
      #expect(parts.render() == whole.render())
    }
  }
}
