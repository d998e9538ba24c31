internal import Events

/// The machines of one trace, by name. Most lines are of the machine of the line before.
struct TraceMachines<Machine: Sendable>: Sendable {
  /// The most machines.
  private static var limit: Int { 4096 }

  private var machines: [Machine] = []
  private var places: [[UInt8]: Int] = [:]
  private var last: (name: [UInt8], place: Int)?

  /// The place of a machine; nil where there are too many, and for a name that no machine has.
  /// - Parameter make: makes a machine of a name that is new.
  mutating func place(of name: some Collection<UInt8>, _ make: ([UInt8]) -> Machine) -> Int? {
    if let last, last.name.elementsEqual(name) { return last.place }
    guard name.count <= RecordedHost.nameLimit else { return nil }
    let name = Array(name)
    if places[name] == nil {
      guard machines.count < Self.limit else { return nil }
      places[name] = machines.count
      machines.append(make(name))
    }
    guard let place = places[name] else { return nil }
    last = (name, place)
    return place
  }

  /// Whether there is a machine at a place.
  func contains(_ place: Int) -> Bool { machines.indices.contains(place) }

  /// A machine by its place.
  subscript(_ place: Int) -> Machine {
    _read { yield machines[place] }
    _modify { yield &machines[place] }
  }
}
