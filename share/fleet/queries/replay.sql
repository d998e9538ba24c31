-- The lines of one host and time, for execsnoop-top:
--
--     clickhouse client --queries-file replay.sql --param_host=web-3 --param_from='2026-03-01 10:00:00' \
--         --param_to='2026-03-01 11:00:00' | execsnoop-top replay -
--
-- The processes that ran when this time begins come first: their lines from before, without those of failed execs. null is
-- the same as an absent member.
SELECT
    e.ev AS ev, e.seq AS seq, e.time AS ts, e.boot AS boot,
    nullIf(e.pid, 0) AS pid, e.start AS start, e.ppid AS ppid, if(e.ppid = 0, NULL, e.pstart) AS pstart,
    toValidUTF8(e.comm) AS comm, if(isValidUTF8(e.comm), NULL, base64Encode(e.comm)) AS comm_b64,
    nullIf(toValidUTF8(e.image_comm), '') AS image_comm, if(isValidUTF8(e.image_comm), NULL, base64Encode(e.image_comm)) AS image_comm_b64,
    nullIf(e.image_boot, 0) AS image_boot,
    e.uid AS uid, e.euid AS euid, e.gid AS gid, nullIf(e.auid, 4294967295) AS auid,
    e.sid AS sid, e.pgid AS pgid, nullIf(e.nspid, 0) AS nspid,
    nullIf(toValidUTF8(e.user), '') AS user, if(isValidUTF8(e.user), NULL, base64Encode(e.user)) AS user_b64,
    nullIf(toValidUTF8(e.tty), '') AS tty, if(isValidUTF8(e.tty), NULL, base64Encode(e.tty)) AS tty_b64,
    nullIf(toValidUTF8(e.cgroup), '') AS cgroup, if(isValidUTF8(e.cgroup), NULL, base64Encode(e.cgroup)) AS cgroup_b64,
    nullIf(toValidUTF8(e.container), '') AS container, if(isValidUTF8(e.container), NULL, base64Encode(e.container)) AS container_b64,
    nullIf(e.unit, '') AS unit, nullIf(e.pod, '') AS pod, nullIf(e.pod_namespace, '') AS pod_namespace,
    nullIf(e.container_name, '') AS container_name,
    nullIf(toValidUTF8(e.exe), '') AS exe, if(isValidUTF8(e.exe), NULL, base64Encode(e.exe)) AS exe_b64,
    nullIf(toValidUTF8(e.file), '') AS file, if(isValidUTF8(e.file), NULL, base64Encode(e.file)) AS file_b64,
    nullIf(toValidUTF8(e.interp), '') AS interp, if(isValidUTF8(e.interp), NULL, base64Encode(e.interp)) AS interp_b64,
    nullIf(toValidUTF8(e.cwd), '') AS cwd, if(isValidUTF8(e.cwd), NULL, base64Encode(e.cwd)) AS cwd_b64,
    nullIf(toValidUTF8(e.title), '') AS title, if(isValidUTF8(e.title), NULL, base64Encode(e.title)) AS title_b64,
    if(empty(e.argv), NULL, arrayMap(argument -> toValidUTF8(argument), e.argv))::Variant(Array(String)) AS argv,
    if(arrayAll(argument -> isValidUTF8(argument), e.argv), NULL, arrayMap(argument -> base64Encode(argument), e.argv))
        ::Variant(Array(String)) AS argv_b64,
    nullIf(e.argv_len, 0) AS argv_len, e.argv_open AS argv_open, e.marks AS marks,
    if(e.ev IN ('exec', 'fail'), e.ret, NULL) AS ret,
    e.exit AS exit, nullIf(e.sig, 0) AS sig, e.core AS core, e.wstatus AS wstatus,
    e.utime AS utime, e.stime AS stime, e.mem AS mem, e.minflt AS minflt, e.majflt AS majflt,
    e.rbytes AS rbytes, e.wbytes AS wbytes,
    nullIf(e.reaper, 0) AS reaper, if(e.reaper = 0, NULL, e.rstart) AS rstart,
    e.by_parent AS by_parent, e.again AS again, e.kthread AS kthread, e.killer AS killer,
    e.lost AS lost, nullIf(e.since, 0) AS since, e.unnamed AS unnamed, e.records AS records,
    e.alive AS alive, e.unsure AS unsure,
    e.host AS host, e.boot_id AS boot_id
FROM execsnoop.events AS e
WHERE e.host = {host:String} AND e.time < {to:DateTime64(9, 'UTC')}
    AND e.boot_id IN
    (
        SELECT boot_id
        FROM execsnoop.events
        WHERE host = {host:String} AND time >= {from:DateTime64(9, 'UTC')} AND time < {to:DateTime64(9, 'UTC')}
        UNION DISTINCT
        -- In a time without events the machine has run too.
        SELECT argMax(boot_id, time)
        FROM execsnoop.events
        WHERE host = {host:String} AND time < {to:DateTime64(9, 'UTC')}
    )
    AND
    (
        e.time >= {from:DateTime64(9, 'UTC')}
        OR e.ev IN ('fork', 'exec', 'exist') AND (e.boot_id, e.start, e.pid) NOT IN
        (
            SELECT boot_id, start, pid
            FROM execsnoop.events
            WHERE host = {host:String} AND ev = 'exit' AND time < {from:DateTime64(9, 'UTC')}
        )
    )
ORDER BY min(e.wall_offset) OVER (PARTITION BY e.boot_id), e.boot, e.seq
SETTINGS output_format_json_quote_64bit_integers = 0, date_time_output_format = 'iso'
FORMAT JSONEachRow;
