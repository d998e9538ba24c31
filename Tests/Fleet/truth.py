"""Answers the questions of share/fleet/queries from what the generator simulated, without the engine."""

import collections

CRASHES = {4, 5, 6, 7, 8, 11, 31}
Image = collections.namedtuple("Image", "boot comm exe")
Run = collections.namedtuple("Run", "host process parent boot wall comm exe user")
Row = collections.namedtuple("Row", "host boot_id ev wall boot pid sid uid euid exit sig comm")


class Truth:
    def __init__(self, path):
        self.kinds = collections.Counter()
        self.minutes = collections.defaultdict(lambda: [0, 0, 0, 0, 0])
        self.images = collections.defaultdict(list)
        self.parents, self.forked, self.signals, self.names = {}, {}, {}, {}
        self.runs, self.by_login, self.leaders = [], collections.defaultdict(list), collections.defaultdict(set)
        self.commands = {}
        with open(path, encoding="utf-8", errors="surrogateescape", newline="\n") as file:
            self.columns = next(file).rstrip("\n").split("\t")
            for line in file:
                self.add(*line.rstrip("\n").split("\t"))

    def add(self, host, boot_id, ev, wall, boot, pid, start, ppid, pstart, comm, exe, uid, euid, user, auid, sid, exit, sig):
        self.kinds[ev] += 1
        if not pid:
            return
        wall, boot, process = int(wall), int(boot), (host, boot_id, int(pid), int(start))
        parent = (host, boot_id, int(ppid), int(pstart))
        self.names[process] = comm
        self.parents.setdefault(process, parent)
        if ev in ("fork", "exec", "exist"):
            self.images[process].append(Image(boot, comm, exe))
        if ev == "fork":
            self.forked[process] = boot
        elif ev == "exit":
            self.signals[process] = int(sig)
        elif ev == "exec":
            self.runs.append(Run(host, process, parent, boot, wall, comm, exe, user))
        if ev in ("exec", "exist") and exe:
            first, last, runs, hosts = self.commands.get((exe, comm), (wall, wall, 0, set()))
            hosts.add(host)
            self.commands[exe, comm] = (min(first, wall), max(last, wall), runs + (ev == "exec"), hosts)
        if ev in ("fork", "exec", "fail", "exit"):
            counts = self.minutes[comm, host, wall // 60_000_000_000 * 60]
            counts[("fork", "exec", "fail", "exit").index(ev)] += 1
            counts[4] += ev == "exit" and int(sig) in CRASHES
        if auid:
            row = Row(host, boot_id, ev, wall, boot, int(pid), int(sid), int(uid), int(euid), exit, sig, comm)
            self.by_login[int(auid)].append(row)
            if pid == sid:
                self.leaders[host, boot_id, int(sid)].add(int(start))

    def image(self, process, boot):
        """What a process ran at a time."""
        return max((image for image in self.images.get(process, ()) if image.boot <= boot), default=None)

    def who_ran(self, exe):
        found = {}
        for run in self.runs:
            if run.exe == exe:
                image = self.image(run.parent, run.boot) or Image(0, "", "")
                found.setdefault((image.comm, image.exe), []).append(run)
        return {
            parent: (len(runs), len({run.host for run in runs}), sorted({run.user for run in runs}),
                     min(run.wall for run in runs), max(run.wall for run in runs))
            for parent, runs in found.items()}

    def new_commands(self, since):
        return {command: (first, last, runs, len(hosts))
                for command, (first, last, runs, hosts) in self.commands.items() if first >= since}

    def crash_rates(self):
        ended, crashes, hosts = collections.Counter(), collections.Counter(), collections.defaultdict(set)
        for process, signal in self.signals.items():
            own = [image for image in self.images.get(process, ()) if image.exe]
            if own:
                exe = max(own).exe
            else:
                above = [image for image in self.images.get(self.parents[process], ())
                         if image.exe and image.boot <= self.forked.get(process, 0)]
                exe = max(above).exe if above else f"({self.names[process]})"
            ended[exe] += 1
            if signal in CRASHES:
                crashes[exe] += 1
                hosts[exe].add(process[0])
        return {exe: (ended[exe], count, len(hosts[exe])) for exe, count in crashes.items()}

    def sessions(self, auid):
        found = {}
        for row in self.by_login[auid]:
            starts = [start for start in self.leaders[row.host, row.boot_id, row.sid] if start <= row.boot]
            found.setdefault((row.host, row.boot_id, row.sid, max(starts, default=0)), []).append(row)
        return {
            session: (min(row.wall for row in rows), max(row.wall for row in rows),
                      sum(row.ev == "exec" for row in rows),
                      sum(row.ev == "exec" and 0 in (row.uid, row.euid) for row in rows),
                      sum(row.ev == "exit" and (row.exit or "0") + row.sig != "00" for row in rows))
            for session, rows in found.items()}

    def lineage(self, process):
        found = []
        while process in self.parents:
            images = [image for image in self.images.get(process, ()) if image.exe]
            found.append((process[2], process[3], self.names[process], max(images).exe if images else ""))
            process = self.parents[process]
        return found
