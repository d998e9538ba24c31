-- Who ran this program anywhere in 30 days, and under which parents?
--
--     clickhouse client --queries-file who-ran.sql --param_exe=/usr/bin/curl
--
-- The parent is the one at the time of the exec, with the program that it ran then. `parent_exe` is empty for a parent
-- that was forked and ran no program of its own.
WITH
    runs AS
    (
        SELECT host, boot_id, ppid, pstart, boot, time, user, auid
        FROM execsnoop.events
        WHERE exe = {exe:String} AND ev = 'exec' AND time >= now() - INTERVAL 30 DAY
    ),
    parents AS
    (
        SELECT host, boot_id, pid AS ppid, start AS pstart, boot, comm, exe
        FROM execsnoop.events
        WHERE ev IN ('fork', 'exec', 'exist')
            AND (host, boot_id, start, pid) IN (SELECT host, boot_id, pstart, ppid FROM runs)
    )
SELECT
    parents.comm AS parent,
    parents.exe AS parent_exe,
    count() AS runs,
    uniqExact(runs.host) AS hosts,
    arraySort(groupUniqArray(10)(runs.user)) AS users,
    min(runs.time) AS first,
    max(runs.time) AS last
FROM runs
ASOF LEFT JOIN parents
    ON parents.host = runs.host AND parents.boot_id = runs.boot_id
    AND parents.ppid = runs.ppid AND parents.pstart = runs.pstart AND runs.boot >= parents.boot
GROUP BY parent, parent_exe
ORDER BY runs DESC, parent, parent_exe;
