"""Loads a fleet's lines into ClickHouse by the files of share/fleet, and compares what the queries find with the truth.

Usage: check GENERATOR EXECSNOOP-TOP EVENTS [REPORT]
Prints what does not agree, and exits with 1 if anything does not; and the figures of docs/FLEET.md, also to REPORT.
"""

import calendar
import datetime
import json
import os
import re
import subprocess
import sys
import tempfile
import time

import configurations
from engine import Engine
from truth import Truth

HOUR = 3600
DAY = 24 * HOUR
faults = 0


def expect(what, found, wanted):
    global faults
    if found == wanted:
        print(f"ok    {what}")
        return
    faults += 1
    print(f"WRONG {what}")
    if isinstance(found, dict) and isinstance(wanted, dict):
        for key in list(dict.fromkeys([*found, *wanted])):
            if found.get(key) != wanted.get(key):
                print(f"      {key}\n        found  {found.get(key)}\n        wanted {wanted.get(key)}")
                break
        return
    print(f"      found  {str(found)[:1000]}\n      wanted {str(wanted)[:1000]}")


def nanoseconds(text):
    """A time as ClickHouse prints it, in nanoseconds since 1970."""
    seconds, fraction = text.split(".")
    return calendar.timegm(time.strptime(seconds, "%Y-%m-%d %H:%M:%S")) * 10**9 + int(fraction)


def clock(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S")


def load(engine, lines, count, truth, figures):
    seconds = engine.insert_file(lines)
    figures["rows a second, inserted"] = f"{count / seconds:,.0f}"
    expect("each line is a row", engine.number("SELECT count() FROM execsnoop.events"), count)
    kinds = {ev: int(rows) for ev, rows in engine.rows("SELECT ev, count() FROM execsnoop.events GROUP BY ev")}
    expect("events of each kind", kinds, dict(truth.kinds))

    # Each insert has left its own rows for a command until a merge.
    new_commands(engine, truth, " before the merge")

    # Lines that come again, and lines whose time is over.
    with open(lines, errors="surrogateescape") as file:
        again = [line for _, line in zip(range(3000), file)]
    engine.insert(again)
    engine.insert([re.sub(r'"ts":"[^"]*"', '"ts":"2020-01-01T00:00:00.000000000Z"', line) for line in again])
    expect("rows before the merge", engine.number("SELECT count() FROM execsnoop.events") > count, True)
    for table in ("events", "by_minute", "commands"):
        engine.text(f"OPTIMIZE TABLE execsnoop.{table} FINAL")
    expect("a line that comes twice is one row, and old rows are gone",
           engine.number("SELECT count() FROM execsnoop.events"), count)
    for table, rows, data in engine.rows(
            "SELECT table, sum(rows), sum(data_compressed_bytes) FROM system.parts "
            "WHERE active AND database = 'execsnoop' GROUP BY table ORDER BY table"):
        figures[f"execsnoop.{table}"] = f"{int(rows):,} rows, {int(data) / int(rows):.1f} bytes a row"
    figures["bytes a line of JSON"] = f"{os.path.getsize(lines) / count:.1f}"


def minutes(engine, truth, repeated):
    found = {
        (comm, host, int(minute)): [int(number) for number in counts]
        for comm, host, minute, *counts in engine.rows(
            "SELECT comm, host, toUnixTimestamp(minute), sum(forks), sum(execs), sum(failed_execs), sum(exits), "
            "sum(crashes) FROM execsnoop.by_minute WHERE minute > '2020-01-02' GROUP BY comm, host, minute")}
    wanted = dict(truth.minutes)
    # A line that comes twice is counted twice.
    doubled = {key for key in wanted if key[2] <= repeated}
    expect("counts by command, host and minute", {key: value for key, value in found.items() if key not in doubled},
           {key: value for key, value in wanted.items() if key not in doubled})


def new_commands(engine, truth, when):
    while True:
        wanted = truth.new_commands((time.time() - DAY) * 10**9)
        rows = engine.shipped_rows("new-commands")
        # Else a command turned a day old meanwhile.
        if wanted == truth.new_commands((time.time() - DAY) * 10**9):
            break
    found = {(exe, comm): (nanoseconds(first), nanoseconds(last), int(runs), int(hosts))
             for exe, comm, first, last, runs, hosts in rows}
    expect(f"new commands{when}: {len(wanted)}", found, wanted)
    return wanted


def questions(engine, truth):
    for exe in ("/usr/bin/convert-im6.q16", "/usr/bin/systemctl", "/usr/bin/dash", "/usr/local/bin/hotfix-2231", "/no/such"):
        found = {
            (parent, parent_exe): (int(runs), int(hosts), json.loads(users.replace("'", '"')), nanoseconds(first),
                                   nanoseconds(last))
            for parent, parent_exe, runs, hosts, users, first, last in engine.shipped_rows("who-ran", exe=exe)}
        wanted = truth.who_ran(exe)
        found = {key: (*value[:2], len(value[2]) if len(value[2]) == 10 else value[2], *value[3:])
                 for key, value in found.items()}
        wanted = {key: (*value[:2], 10 if len(value[2]) >= 10 else value[2], *value[3:])
                  for key, value in wanted.items()}
        expect(f"who ran {exe}: {len(wanted)} parents", found, wanted)

    wanted = new_commands(engine, truth, "")
    expect("there are new commands", len(wanted) > 0, True)

    found = {exe: (int(ended), int(crashes), int(hosts))
             for exe, ended, crashes, rate, hosts in engine.shipped_rows("crash-rate", days=2)}
    expect(f"crash rates: {len(found)} programs", found, truth.crash_rates())

    for auid in (1003, 1011, 4711):
        found = {}
        for row in engine.shipped_rows("sessions", auid=auid):
            host, boot_id, session, start, _, began, last, execs, as_root, failures, _ = row
            found[host, boot_id, int(session), int(start)] = (
                nanoseconds(began), nanoseconds(last), int(execs), int(as_root), int(failures))
        expect(f"sessions of {auid}: {len(found)}", found, truth.sessions(auid))

    for exe in ("/usr/bin/systemctl", "/usr/lib/gcc/x86_64-linux-gnu/12/cc1"):
        process = next(run.process for run in reversed(truth.runs) if run.exe == exe)
        host, boot_id, pid, start = process
        found = [(int(row[1]), int(row[2]), row[4], row[5])
                 for row in engine.shipped_rows("lineage", host=host, boot_id=boot_id, pid=pid, start=start)]
        wanted = truth.lineage(process)
        expect(f"lineage of {exe}: {len(wanted)} levels", found, wanted)


def program(binary, *arguments, lines):
    result = subprocess.run(
        [binary, *arguments], input="".join(lines).encode("utf-8", "surrogateescape"), capture_output=True, check=False)
    return result.returncode, result.stdout.decode("utf-8", "surrogateescape"), result.stderr.decode()


def way_back(engine, binary, lines, start, truth):
    """The lines that the query makes are those that went in, for the real program."""
    host = next(run.host for run in truth.runs if run.host.startswith("web"))
    with open(lines, errors="surrogateescape") as file:
        ours = [line for line in file if f'"host":"{host}"' in line]
    everything = engine.shipped("replay", "JSONEachRow", host=host, **{"from": clock(start), "to": clock(start + 10 * DAY)})
    back = everything.splitlines(keepends=True)
    expect(f"lines of {host}", len(back), len(ours))
    for arguments in (("log", "--json", "-"), ("tree", "--json", "-"), ("tree", "-"), ("log", "-T", "--exits", "-")):
        expect(f"{' '.join(arguments)} of them", program(binary, *arguments, lines=back),
               program(binary, *arguments, lines=ours))
    expect("that was not empty", len(program(binary, "tree", "-", lines=back)[1].splitlines()) > 20, True)

    began, ended = start + 20 * HOUR, start + 21 * HOUR
    parsed = [(json.loads(line), line) for line in ours]
    over = {(event["pid"], event["start"]) for event, _ in parsed if event["ev"] == "exit" and event["ts"] < iso(began)}
    wanted = [
        line for event, line in parsed
        if event["ts"] < iso(ended) and (event["ts"] >= iso(began) or (
            event["ev"] in ("fork", "exec", "exist") and (event["pid"], event["start"]) not in over))]
    back = engine.shipped("replay", "JSONEachRow", host=host, **{"from": clock(began), "to": clock(ended)})
    back = back.splitlines(keepends=True)
    expect(f"an hour of {host}: {len(wanted)} lines", program(binary, "log", "--json", "-", lines=back),
           program(binary, "log", "--json", "-", lines=wanted))


def iso(seconds):
    return clock(seconds).replace(" ", "T") + ".000000000Z"


def odd_lines(engine, binary, now):
    """Lines with every member, and with bytes that are not UTF-8, by both ways into the tables."""
    with open(os.path.join(os.path.dirname(__file__), "odd.ndjson")) as file:
        lines = [
            re.sub(r'"ts":"@(\d+)"', lambda found: f'"ts":"{clock(now).replace(" ", "T")}.{int(found[1]):06}000Z"', line)
            for line in file]
    status, wanted, messages = program(binary, "log", "--json", "-", lines=lines)
    expect("odd lines are read", (status, len(wanted.splitlines())), (0, len(lines)))
    expect("they have losses", messages.startswith("execsnoop-top: lost: 1 fork, 2 execs"), True)
    for host, insert in (("odd", engine.insert), ("odd-otel", engine.insert_as_logs)):
        ending = f',"host":"{host}","boot_id":"11111111-2222-3333-4444-555555555555","newer":{{"member":[1]}}}}\n'
        sent = [line.rstrip("\n")[:-1] + ending for line in lines]
        insert(sent)
        back = engine.shipped("replay", "JSONEachRow", host=host, **{"from": clock(now - 1), "to": clock(now + 1)})
        expect(f"lines of {host} name their host", back.count(f'"host":"{host}","boot_id":"11111111'), len(lines))
        _, found, _ = program(binary, "log", "--json", "-", lines=[back])
        _, wanted, _ = program(binary, "log", "--json", "-", lines=sent)
        expect(f"lines of {host} come back", dict(enumerate(found.splitlines())), dict(enumerate(wanted.splitlines())))


def real_lines(engine, binary, now):
    """The lines of the bundled recording, as if they were written now: old rows could be dropped meanwhile."""
    with open(os.path.join(os.path.dirname(__file__), "..", "..", "share", "demo.ndjson")) as file:
        lines = file.readlines()
    first = nanoseconds(re.search(r'"ts":"([^"]*)Z"', lines[0])[1].replace("T", " "))

    def shifted(found):
        time = nanoseconds(found[1].replace("T", " ")) - first + now * 10**9
        return f'"ts":"{clock(time // 10**9).replace(" ", "T")}.{time % 10**9:09}Z"'

    lines = [re.sub(r'"ts":"([^"]*)Z"', shifted, line).rstrip("\n")[:-1] + ',"host":"real","boot_id":"1"}\n' for line in lines]
    engine.insert(lines)
    back = engine.shipped("replay", "JSONEachRow", host="real", **{"from": clock(now - 1), "to": clock(now + HOUR)})
    for arguments in (("log", "--json", "-"), ("tree", "--json", "-")):
        expect(f"{' '.join(arguments)} of {len(lines)} real lines", program(binary, *arguments, lines=[back]),
               program(binary, *arguments, lines=lines))


def main():
    generator, binary, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    figures = {}
    configurations.check(expect)
    with tempfile.TemporaryDirectory(prefix="execsnoop-top-fleet-") as folder:
        lines, rows = os.path.join(folder, "lines.ndjson"), os.path.join(folder, "truth.tsv")
        # 27 hours before now, on a full hour.
        start = int(time.time() - 27 * HOUR) // 60 * 60
        began = time.monotonic()
        with open(lines, "wb") as file:
            subprocess.run(
                [generator, "--events", str(count), "--hosts", "200", "--start", str(start), "--truth", rows],
                stdout=file, check=True)
        figures["lines a second, generated"] = f"{count / (time.monotonic() - began):,.0f}"
        truth = Truth(rows)
        expect("lines of the generator", truth.kinds.total(), count)
        engine = Engine(os.path.join(folder, "engine"))
        figures["ClickHouse"] = engine.rows("SELECT version()")[0][0]
        load(engine, lines, count, truth, figures)
        minutes(engine, truth, repeated=start + HOUR)
        questions(engine, truth)
        for name, seconds in engine.times.items():
            figures[f"seconds of {name}.sql"] = f"{seconds:.2f}"
        way_back(engine, binary, lines, start, truth)
        figures["seconds of replay.sql, an hour"] = f"{engine.times['replay']:.2f}"
        odd_lines(engine, binary, int(time.time()) - HOUR)
        real_lines(engine, binary, int(time.time()) - HOUR)
    print()
    report = "".join(f"{name}: {value}\n" for name, value in figures.items())
    print(report, end="")
    if len(sys.argv) > 4:
        with open(sys.argv[4], "w") as file:
            file.write(report)
    if faults:
        sys.exit(f"{faults} things do not agree")


main()
