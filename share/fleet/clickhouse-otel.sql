-- For the OpenTelemetry Collector alone, after clickhouse.sql: the table that its ClickHouse exporter writes to. It stores
-- nothing; a view reads the lines in it. `Body` is a line of `execsnoop-top log --json`, and other text is left out.
CREATE TABLE IF NOT EXISTS execsnoop.otel_logs
(
    Timestamp DateTime64(9), TraceId String, SpanId String, TraceFlags UInt8, SeverityText String, SeverityNumber UInt8,
    ServiceName String, Body String, ResourceSchemaUrl String, ResourceAttributes Map(String, String),
    ScopeSchemaUrl String, ScopeName String, ScopeVersion String, ScopeAttributes Map(String, String),
    LogAttributes Map(String, String), EventName String
)
ENGINE = Null;

-- The members are those of execsnoop.lines.
CREATE MATERIALIZED VIEW IF NOT EXISTS execsnoop.otel_to_lines TO execsnoop.lines AS
WITH JSONExtract(Body, $$Tuple(
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
    alive Array(Array(UInt64)), unsure Array(Int32))$$) AS line
SELECT
    line.host AS host, line.boot_id AS boot_id, line.ev AS ev, line.seq AS seq, line.ts AS ts, line.boot AS boot,
    line.pid AS pid, line.start AS start, line.ppid AS ppid, line.pstart AS pstart, line.comm AS comm,
    line.comm_b64 AS comm_b64, line.image_comm AS image_comm, line.image_comm_b64 AS image_comm_b64,
    line.image_boot AS image_boot, line.uid AS uid, line.euid AS euid, line.gid AS gid, line.auid AS auid,
    line.user AS user, line.user_b64 AS user_b64, line.sid AS sid, line.pgid AS pgid, line.nspid AS nspid,
    line.tty AS tty, line.tty_b64 AS tty_b64, line.cgroup AS cgroup, line.cgroup_b64 AS cgroup_b64,
    line.container AS container, line.container_b64 AS container_b64, line.unit AS unit, line.pod AS pod,
    line.pod_namespace AS pod_namespace, line.container_name AS container_name, line.exe AS exe,
    line.exe_b64 AS exe_b64, line.file AS file, line.file_b64 AS file_b64, line.interp AS interp,
    line.interp_b64 AS interp_b64, line.cwd AS cwd, line.cwd_b64 AS cwd_b64, line.title AS title,
    line.title_b64 AS title_b64, line.argv AS argv, line.argv_b64 AS argv_b64, line.argv_len AS argv_len,
    line.argv_open AS argv_open, line.marks AS marks, line.ret AS ret, line.exit AS exit, line.sig AS sig,
    line.core AS core, line.wstatus AS wstatus, line.utime AS utime, line.stime AS stime, line.mem AS mem,
    line.minflt AS minflt, line.majflt AS majflt, line.rbytes AS rbytes, line.wbytes AS wbytes, line.reaper AS reaper,
    line.rstart AS rstart, line.by_parent AS by_parent, line.again AS again, line.kthread AS kthread,
    line.killer AS killer, line.lost AS lost, line.since AS since, line.unnamed AS unnamed, line.records AS records,
    line.alive AS alive, line.unsure AS unsure
FROM execsnoop.otel_logs
WHERE JSONHas(Body, 'ev');
