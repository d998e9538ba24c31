import Events
import Filtering
import TUI
import Tree

/// The constant filter of a command that passes on events one by one. It keeps a tree: the condition may ask about the
/// process of an event, and about related ones.
struct EventFilter {
  private let filter: Filter
  private var tree: ProcessTree
  private var follower: FilterFollower
  private var hasReportedShortClimb = false
  private var hasReportedForgotten = false
  /// The last report about the filter's regular expressions: false if one gave up on a text, true if it gave up for
  /// good, nil for none.
  private var reportedTrouble: Bool?

  init(_ filter: Filter, limits: Limits) {
    self.filter = filter
    follower = FilterFollower(filter)
    tree = ProcessTree(limits: limits)
  }

  /// Whether an event matches. Losses and censuses always do. It has to be asked about every event, in order.
  mutating func passes(_ event: ProcessEvent) -> Bool {
    if case .existing(let found) = event, found.isAgain, !tree.hasNews(found) { return false }
    let logged = tree.log.nextSequence
    let change = tree.apply(event)
    follower.apply(change, in: tree)
    switch event {
    case .lost, .census: return true
    case .host: return false
    case .output(let output): return follower.matches(output.process, in: tree)
    default: break
    }
    if tree.log.nextSequence != logged, let entry = tree.log[tree.log.nextSequence - 1] {
      return follower.matches(entry, in: tree)
    }
    if case .existing(let found) = event { return follower.matches(found.process.id, in: tree) }
    return false
  }

  /// New messages about the filter, each returned once: an expression gave up on a text, or for good, or the filter
  /// cannot see forgotten processes.
  mutating func news() -> [DisplayText] {
    var news: [DisplayText] = []
    if filter.asksAboutOthers, tree.totals.forgotten > 0, !hasReportedForgotten {
      hasReportedForgotten = true
      news.append("the filter cannot see forgotten processes: raise --keep or --memory to remember more")
    }
    if follower.shortClimbs > 0, !hasReportedShortClimb {
      hasReportedShortClimb = true
      let limit = FilterFollower.climbLimit
      news.append("under: stopped after \(number: limit, grouped: true) ancestors of a process")
    }
    if let trouble = filter.trouble, reportedTrouble != trouble.isGivenUp {
      reportedTrouble = trouble.isGivenUp
      news.append(Output.text(of: trouble))
    }
    return news
  }
}
