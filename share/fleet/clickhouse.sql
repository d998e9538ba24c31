-- The tables of a fleet, for ClickHouse 24.8 or newer:
--
--     clickhouse client --queries-file clickhouse.sql
--
-- Collectors insert the lines of `execsnoop-top log --json` into execsnoop.lines as they are (FORMAT JSONEachRow, unknown
-- members skipped). That table stores nothing: views turn each line into a row of execsnoop.events, and count it in
-- execsnoop.by_minute and execsnoop.commands. docs/FLEET.md says how much room and time this takes.
--
-- Not stored: environments (`log --env`) and what processes print (`log --output`). Both may hold secrets.

CREATE DATABASE IF NOT EXISTS execsnoop;

-- A line, member by member (docs/FIELDS.md). Text that is not UTF-8 has its exact bytes in the member with _b64.
CREATE TABLE IF NOT EXISTS execsnoop.lines
(
    host String, boot_id String,
    ev String, seq UInt64, ts String, boot UInt64,
    pid Int32, start UInt64, ppid Int32, pstart UInt64,
    comm String, comm_b64 String, image_comm String, image_comm_b64 String, image_boot UInt64,
    uid UInt32, euid Nullable(UInt32), gid UInt32, auid Nullable(UInt32), user String, user_b64 String,
    sid Int32, pgid Int32, nspid Int32, tty String, tty_b64 String,
    cgroup String, cgroup_b64 String, container String, container_b64 String, unit String,
    pod String, pod_namespace String, container_name String,
    exe String, exe_b64 String, file String, file_b64 String, interp String, interp_b64 String,
    cwd String, cwd_b64 String, title String, title_b64 String,
    argv Array(String), argv_b64 Array(String), argv_len UInt64, argv_open Bool, marks Array(String),
    ret Int32, exit Nullable(UInt8), sig UInt8, core Bool, wstatus Nullable(Int32),
    utime UInt64, stime UInt64, mem UInt64, minflt UInt64, majflt UInt64, rbytes UInt64, wbytes UInt64,
    reaper Int32, rstart UInt64, by_parent Bool, again Bool, kthread Bool,
    killer Tuple(
        by String, pid Nullable(Int32), start Nullable(UInt64), comm Nullable(String), comm_b64 Nullable(String),
        uid Nullable(UInt32), user Nullable(String), user_b64 Nullable(String), exiting Nullable(Bool),
        code Nullable(Int32), tty Nullable(String), tty_b64 Nullable(String), anon Nullable(UInt64),
        file Nullable(UInt64), shmem Nullable(UInt64), limit Nullable(UInt64)),
    lost Tuple(
        fork UInt64, exec UInt64, fail UInt64, exit UInt64, missed UInt64, proc UInt64, budget UInt64, output UInt64),
    since UInt64, unnamed UInt64,
    records Array(Tuple(
        ev String, boot UInt64, pid Int32, start UInt64, ppid Int32, pstart Nullable(UInt64), comm String,
        comm_b64 Nullable(String), uid UInt32)),
    alive Array(Array(UInt64)), unsure Array(Int32)
)
ENGINE = Null;

-- One row for each event. A process is (host, boot_id, start, pid): its rows stand together, in the order of its life,
-- so they compress well, and a process, its parent or an hour of a host is found without reading the rest. A line that
-- a collector delivers twice has the same key, and becomes one row when parts are merged.
CREATE TABLE IF NOT EXISTS execsnoop.events
(
    host LowCardinality(String),
    boot_id LowCardinality(String),
    ev LowCardinality(String),
    seq UInt64 CODEC(Delta, ZSTD(3)),
    -- The wall clock's time of the event; the time of arrival for a line without `ts`.
    time DateTime64(9, 'UTC') CODEC(Delta, ZSTD(3)),
    -- The wall clock minus the time since boot, in nanoseconds: nearly always the same for a host.
    wall_offset Int64 CODEC(Delta, ZSTD(3)),
    boot UInt64 ALIAS toUInt64(toUnixTimestamp64Nano(time) - wall_offset),
    pid Int32 CODEC(Delta, ZSTD(3)),
    start UInt64 CODEC(Delta, ZSTD(3)),
    ppid Int32 CODEC(ZSTD(3)),
    pstart UInt64 CODEC(ZSTD(3)),
    comm LowCardinality(String),
    image_comm LowCardinality(String),
    image_boot UInt64 CODEC(ZSTD(3)),
    uid UInt32 CODEC(ZSTD(3)),
    euid UInt32 CODEC(ZSTD(3)),
    gid UInt32 CODEC(ZSTD(3)),
    -- The user who logged in; 4294967295 is none, as in the kernel.
    auid UInt32 CODEC(ZSTD(3)),
    user LowCardinality(String),
    sid Int32 CODEC(ZSTD(3)),
    pgid Int32 CODEC(ZSTD(3)),
    -- The pid in its own PID namespace; 0 is the same as `pid`.
    nspid Int32 CODEC(ZSTD(3)),
    tty LowCardinality(String),
    cgroup LowCardinality(String),
    container LowCardinality(String),
    unit LowCardinality(String),
    pod LowCardinality(String),
    pod_namespace LowCardinality(String),
    container_name LowCardinality(String),
    exe LowCardinality(String),
    file LowCardinality(String),
    interp LowCardinality(String),
    cwd LowCardinality(String),
    -- Empty where there are no arguments, and where they are unknown: then `marks` or `title` says so.
    argv Array(String) CODEC(ZSTD(3)),
    argv_len UInt64 CODEC(ZSTD(3)),
    argv_open Bool CODEC(ZSTD(3)),
    title String CODEC(ZSTD(3)),
    marks Array(LowCardinality(String)),
    ret Int32 CODEC(ZSTD(3)),
    exit Nullable(UInt8) CODEC(ZSTD(3)),
    sig UInt8 CODEC(ZSTD(3)),
    core Bool CODEC(ZSTD(3)),
    wstatus Nullable(Int32) CODEC(ZSTD(3)),
    dur UInt64 ALIAS if(ev = 'exit', toUInt64(toUnixTimestamp64Nano(time) - wall_offset) - start, 0),
    cpu UInt64 ALIAS utime + stime,
    utime UInt64 CODEC(ZSTD(3)),
    stime UInt64 CODEC(ZSTD(3)),
    mem UInt64 CODEC(ZSTD(3)),
    minflt UInt64 CODEC(ZSTD(3)),
    majflt UInt64 CODEC(ZSTD(3)),
    rbytes UInt64 CODEC(ZSTD(3)),
    wbytes UInt64 CODEC(ZSTD(3)),
    reaper Int32 CODEC(ZSTD(3)),
    rstart UInt64 CODEC(ZSTD(3)),
    by_parent Bool CODEC(ZSTD(3)),
    again Bool CODEC(ZSTD(3)),
    kthread Bool CODEC(ZSTD(3)),
    killer Tuple(
        by String, pid Nullable(Int32), start Nullable(UInt64), comm Nullable(String), comm_b64 Nullable(String),
        uid Nullable(UInt32), user Nullable(String), user_b64 Nullable(String), exiting Nullable(Bool),
        code Nullable(Int32), tty Nullable(String), tty_b64 Nullable(String), anon Nullable(UInt64),
        file Nullable(UInt64), shmem Nullable(UInt64), limit Nullable(UInt64)) CODEC(ZSTD(3)),
    lost Tuple(
        fork UInt64, exec UInt64, fail UInt64, exit UInt64, missed UInt64, proc UInt64, budget UInt64, output UInt64)
        CODEC(ZSTD(3)),
    since UInt64 CODEC(ZSTD(3)),
    unnamed UInt64 CODEC(ZSTD(3)),
    records Array(Tuple(
        ev String, boot UInt64, pid Int32, start UInt64, ppid Int32, pstart Nullable(UInt64), comm String,
        comm_b64 Nullable(String), uid UInt32)) CODEC(ZSTD(3)),
    alive Array(Array(UInt64)) CODEC(ZSTD(3)),
    unsure Array(Int32) CODEC(ZSTD(3)),
    INDEX of_time time TYPE minmax GRANULARITY 1,
    INDEX of_exe exe TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX of_comm comm TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX of_auid auid TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toDate(time)
ORDER BY (host, boot_id, start, pid, time, seq, ev)
TTL toDateTime(time) + INTERVAL 30 DAY
SETTINGS ttl_only_drop_parts = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS execsnoop.lines_to_events TO execsnoop.events AS
WITH
    ifNull(parseDateTime64BestEffortOrNull(lines.ts, 9, 'UTC'), now64(9, 'UTC')) AS wall,
    (plain, exact) -> if(exact = '', plain, tryBase64Decode(exact)) AS bytes
SELECT
    host, boot_id, ev, seq,
    wall AS time,
    toUnixTimestamp64Nano(wall) - toInt64(lines.boot) AS wall_offset,
    pid, start, ppid, pstart,
    bytes(lines.comm, comm_b64) AS comm,
    bytes(lines.image_comm, image_comm_b64) AS image_comm,
    image_boot, uid,
    ifNull(lines.euid, uid) AS euid,
    gid,
    ifNull(lines.auid, 4294967295) AS auid,
    bytes(lines.user, user_b64) AS user,
    sid, pgid, nspid,
    bytes(lines.tty, tty_b64) AS tty,
    bytes(lines.cgroup, cgroup_b64) AS cgroup,
    bytes(lines.container, container_b64) AS container,
    unit, pod, pod_namespace, container_name,
    bytes(lines.exe, exe_b64) AS exe,
    bytes(lines.file, file_b64) AS file,
    bytes(lines.interp, interp_b64) AS interp,
    bytes(lines.cwd, cwd_b64) AS cwd,
    if(empty(argv_b64), lines.argv, arrayMap(argument -> tryBase64Decode(argument), argv_b64)) AS argv,
    argv_len, argv_open,
    bytes(lines.title, title_b64) AS title,
    marks, ret, exit, sig, core, wstatus, utime, stime, mem, minflt, majflt, rbytes, wbytes, reaper, rstart,
    by_parent, again, kthread, killer, lost, since, unnamed, records, alive, unsure
FROM execsnoop.lines
WHERE ev != 'output';

-- What each command did on each host in each minute. A crash is an exit by ILL, TRAP, ABRT, BUS, FPE, SEGV or SYS.
CREATE TABLE IF NOT EXISTS execsnoop.by_minute
(
    comm LowCardinality(String),
    host LowCardinality(String),
    minute DateTime('UTC') CODEC(Delta, ZSTD(3)),
    forks SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(3)),
    execs SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(3)),
    failed_execs SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(3)),
    exits SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(3)),
    nonzero SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(3)),
    signals SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(3)),
    crashes SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(3)),
    out_of_memory SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(3)),
    run_time SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(3)),
    longest SimpleAggregateFunction(max, UInt64) CODEC(ZSTD(3)),
    cpu_time SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(3)),
    peak_memory SimpleAggregateFunction(max, UInt64) CODEC(ZSTD(3)),
    read_bytes SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(3)),
    written_bytes SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(3))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(minute)
ORDER BY (comm, host, minute)
TTL minute + INTERVAL 400 DAY
SETTINGS ttl_only_drop_parts = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS execsnoop.events_to_minutes TO execsnoop.by_minute AS
SELECT
    comm, host,
    toStartOfMinute(toDateTime(time, 'UTC')) AS minute,
    countIf(ev = 'fork') AS forks,
    countIf(ev = 'exec') AS execs,
    countIf(ev = 'fail') AS failed_execs,
    countIf(ev = 'exit') AS exits,
    countIf(ifNull(exit, 0) != 0) AS nonzero,
    countIf(sig != 0) AS signals,
    countIf(sig IN (4, 5, 6, 7, 8, 11, 31)) AS crashes,
    countIf(killer.by = 'oom') AS out_of_memory,
    sumIf(toUInt64(toUnixTimestamp64Nano(time) - wall_offset) - start, ev = 'exit') AS run_time,
    maxIf(toUInt64(toUnixTimestamp64Nano(time) - wall_offset) - start, ev = 'exit') AS longest,
    sum(utime + stime) AS cpu_time,
    max(mem) AS peak_memory,
    sum(rbytes) AS read_bytes,
    sum(wbytes) AS written_bytes
FROM execsnoop.events
WHERE ev IN ('fork', 'exec', 'fail', 'exit')
GROUP BY comm, host, minute;

-- Each command that ran anywhere, and when that was first known. A command is an executable and the name that the exec
-- gave the process: for a script the executable is its interpreter.
CREATE TABLE IF NOT EXISTS execsnoop.commands
(
    exe String CODEC(ZSTD(3)),
    comm String CODEC(ZSTD(3)),
    first SimpleAggregateFunction(min, DateTime64(9, 'UTC')) CODEC(ZSTD(3)),
    last SimpleAggregateFunction(max, DateTime64(9, 'UTC')) CODEC(ZSTD(3)),
    execs SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(3)),
    hosts AggregateFunction(uniq, String) CODEC(ZSTD(3))
)
ENGINE = AggregatingMergeTree
ORDER BY (exe, comm)
TTL toDateTime(last) + INTERVAL 400 DAY;

CREATE MATERIALIZED VIEW IF NOT EXISTS execsnoop.events_to_commands TO execsnoop.commands AS
SELECT
    exe, comm,
    min(time) AS first,
    max(time) AS last,
    countIf(ev = 'exec') AS execs,
    uniqState(toString(host)) AS hosts
FROM execsnoop.events
WHERE ev IN ('exec', 'exist') AND exe != ''
GROUP BY exe, comm;
