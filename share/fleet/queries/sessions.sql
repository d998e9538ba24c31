-- What did this user do, on all hosts? One row for each session of the login user in 30 days, also under sudo.
--
--     clickhouse client --queries-file sessions.sql --param_auid=1000
--
-- A session is known by its leader, since the number of a session is used again after a while. `leader_start` is 0 where
-- no event of the leader is there.
WITH
    rows AS
    (
        SELECT host, boot_id, sid, boot, time, ev, tty, comm, uid, euid, exit, sig
        FROM execsnoop.events
        WHERE auid = {auid:UInt32} AND time >= now() - INTERVAL 30 DAY
    ),
    leaders AS
    (
        SELECT DISTINCT host, boot_id, sid, start
        FROM execsnoop.events
        WHERE auid = {auid:UInt32} AND pid = sid
    )
SELECT
    rows.host AS host,
    rows.boot_id AS boot_id,
    rows.sid AS session,
    leaders.start AS leader_start,
    max(rows.tty) AS terminal,
    min(rows.time) AS began,
    max(rows.time) AS last,
    countIf(rows.ev = 'exec') AS execs,
    countIf(rows.ev = 'exec' AND (rows.uid = 0 OR rows.euid = 0)) AS execs_as_root,
    countIf(rows.ev = 'exit' AND (rows.sig != 0 OR ifNull(rows.exit, 0) != 0)) AS failures,
    topKIf(5)(rows.comm, rows.ev = 'exec') AS commands
FROM rows
ASOF LEFT JOIN leaders
    ON leaders.host = rows.host AND leaders.boot_id = rows.boot_id AND leaders.sid = rows.sid
    AND rows.boot >= leaders.start
GROUP BY host, boot_id, session, leader_start
ORDER BY began, host, session;
