import Events

extension Story {
  /// A shell and what it started, of which most was lost.
  static func losses() -> Story {
    var story = Story()
    let systemd = story.id(1, at: 1)
    story.existing(systemd, nil, ["/sbin/init"])
    let shell = story.id(980, at: 3001)
    story.existing(shell, systemd, ["-bash"], user: "ana", uid: 1000)
    story.passSeconds(20)
    let ended = story.fork(10_301, from: shell, comm: "bash")
    story.exec(ended, shell, story.image(["make", "all"]))
    let changed = story.fork(10_302, from: shell, comm: "bash")
    story.exec(changed, shell, story.image(["sh", "-c", "exec cc"]))
    let unchanged = story.fork(10_303, from: shell, comm: "bash")
    let since = story.now
    story.passSeconds(2)

    func lost(_ kind: LostRecord.Kind, _ id: ProcessID, _ comm: Comm) -> LostRecord {
      LostRecord(kind: kind, time: since + second, id: id, parent: shell, comm: comm, uid: 1000)
    }
    let unseen = ProcessID(pid: 10_304, startTime: since + second)
    story.append(
      .lost(
        LostEvent(
          time: story.now, since: since,
          counts: LossCounts(forks: 1, execs: 2, failedExecs: 41, exits: 1, procRaces: 1, overBudget: 40),
          records: [
            lost(.fork, unseen, "bash"), lost(.exit, ended, "make"), lost(.exec, changed, "cc"),
            lost(.exec, unchanged, "less"), lost(.failedExec, unchanged, "bash"),
          ],
          unnamed: 40)))
    story.append(
      .census(
        CensusEvent(
          time: story.now,
          alive: [systemd, shell, changed, unchanged, unseen].map {
            CensusEvent.Living(id: $0, parent: $0 == systemd ? nil : $0 == shell ? systemd : shell)
          })))
    let image = story.image(
      ["cc", "-c", "main.c"], exe: "/usr/bin/gcc-12", env: nil, marks: [.fromProc, .cwdUnreadable])
    story.append(
      .existing(
        ExistingProcess(time: story.now, process: story.facts(changed, shell, "cc"), image: image)))
    story.passSeconds(1)
    return story
  }
}
