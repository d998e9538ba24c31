extension ProcessRecord {
  /// The newest program that is known.
  var image: ProcessImage? { newestImage ?? inheritedImage }

  /// All that it keeps in memory, but for what it shares with its parent.
  var heldImages: [ProcessImage] {
    guard hasRareFacts else { return newestImage.map { [$0] } ?? [] }
    return olderImages + [newestImage, lastFailure?.image].compactMap { $0 } + looks
  }

  /// It has execed since what `image` shows.
  var hasUnseenExec: Bool { lostExecTime > newestImage?.time ?? 0 }

  /// The program it ran when it forked, as far as is known.
  /// - Parameter comm: the comm it had then.
  func image(at time: UInt64, comm: Comm) -> ProcessImage? {
    if lostExecTime <= time, hasUnseenExec { return nil }
    guard let newest = newestImage ?? inheritedImage else { return nil }
    if newest.time <= time { return newest }
    if newest.marks.contains(.fromProc) {
      // /proc was read a little later. An exec in between, which is still to be told of, will have changed the comm.
      return newest.comm == comm ? newest : nil
    }
    if newestImage == nil { return newest }
    return olderImages.last { $0.time <= time } ?? inheritedImage ?? olderImages.first ?? newest
  }

  /// Adds a program where its time puts it, and drops the oldest beyond `limit`.
  /// - Returns: the one that went for it.
  mutating func add(_ image: ProcessImage, limit: Int) -> ProcessImage? {
    guard let newest = newestImage else {
      newestImage = image
      return nil
    }
    // What /proc showed was this program, unless another exec came between the two.
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

  /// Takes back the programs that came after a moment.
  ///
  /// - Returns: how many of them came by an exec that was seen: what /proc showed was never counted as one.
  mutating func dropImages(after time: UInt64) -> Int {
    var dropped = 0
    // What /proc showed was run before /proc was read: nobody knows since when.
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
