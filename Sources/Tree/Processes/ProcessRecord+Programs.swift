internal import Events

extension ProcessRecord {
  /// The newest known program.
  var image: ProcessImage? { newestImage ?? inheritedImage }

  /// Whether its run time is known: its times are measured, and its end is known or it runs.
  var isTimed: Bool { !hasNoTimes && !endIsUnknown }

  /// Whether its times are only an order.
  var hasNoTimes: Bool { image.map { $0.marks.contains(.untimed) } ?? isUntimed }

  /// Whether nothing would tell that it has ended.
  var endIsUnknown: Bool { isRunning && (isEndless || image?.marks.contains(.endless) == true) }

  /// All images that it keeps in memory, except the one that it shares with its parent.
  var heldImages: [ProcessImage] {
    guard hasRareFacts else { return newestImage.map { [$0] } ?? [] }
    return olderImages + [newestImage, lastFailure?.image].compactMap { $0 } + looks
  }

  /// Replaces each program.
  mutating func replaceImages(by replace: (ProcessImage) -> ProcessImage) {
    newestImage = newestImage.map(replace)
    inheritedImage = inheritedImage.map(replace)
    guard hasRareFacts else { return }
    withRare { rare in
      rare.olderImages = rare.olderImages.map(replace)
      rare.looks = rare.looks.map(replace)
      rare.lastFailure = rare.lastFailure.map { ExecFailure(errno: $0.errno, image: replace($0.image)) }
    }
  }

  /// Whether an exec after `image` was lost.
  var hasUnseenExec: Bool { lostExecTime > newestImage?.time ?? 0 }

  /// The program that it ran at a time, such as that of a fork; nil if unknown.
  /// - Parameter comm: its comm at the fork.
  func image(at time: UInt64, comm: Comm) -> ProcessImage? {
    if lostExecTime <= time, hasUnseenExec { return nil }
    guard let newest = newestImage ?? inheritedImage else { return nil }
    if newest.time <= time { return newest }
    if newest.marks.contains(.fromProc) {
      // /proc was read a little later. An exec in between, whose event is still to come, changed the comm.
      return newest.comm == comm ? newest : nil
    }
    if newestImage == nil { return newest }
    return olderImages.last { $0.time <= time } ?? inheritedImage ?? olderImages.first ?? newest
  }

  /// Adds a program in the order of time, and drops the oldest beyond `limit`.
  /// - Returns: the dropped program, if any.
  mutating func add(_ image: ProcessImage, limit: Int) -> ProcessImage? {
    guard let newest = newestImage else {
      newestImage = image
      return nil
    }
    // The program read from /proc was this one, unless another exec came between the two.
    if newest.marks.contains(.fromProc), image.time <= newest.time, image.time >= olderImages.last?.time ?? 0,
      image.time >= lostExecTime
    {
      newestImage = image
      return newest
    }
    var dropped: ProcessImage?
    let isNewest = image.time >= newest.time
    withRare { rare in
      if isNewest {
        rare.olderImages.append(newest)
      } else {
        rare.olderImages.insert(image, at: rare.olderImages.partitioningIndex { $0.time > image.time })
      }
      if rare.olderImages.count >= limit {
        dropped = rare.olderImages.removeFirst()
        rare.droppedImages &+= 1
      }
    }
    if isNewest { newestImage = image }
    return dropped
  }

  /// Removes the programs that were executed after a moment.
  ///
  /// - Returns: how many of them an exec event reported: programs from /proc were never counted.
  mutating func dropImages(after time: UInt64) -> Int {
    var dropped = 0
    // A program from /proc ran before /proc was read, from an unknown time on.
    while let newest = newestImage, newest.time > time, !(newest.marks.contains(.fromProc) && olderImages.isEmpty) {
      if !newest.marks.contains(.fromProc) { dropped &+= 1 }
      if olderImages.isEmpty {
        newestImage = nil
      } else {
        var last: ProcessImage?
        withRare { last = $0.olderImages.removeLast() }
        newestImage = last
      }
    }
    return dropped
  }
}
