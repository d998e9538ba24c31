-- How often does each program crash? Of the processes that exited in the last days, by the program that they ran.
--
--     clickhouse client --queries-file crash-rate.sql --param_days=1
--
-- A process that was forked and ran no program of its own counts for the program that its parent ran then. Where neither
-- exec is within these days, the program is unknown, and the name of the process stands for it, in parentheses.
-- execsnoop.by_minute has the same by name, for 400 days.
WITH
    images AS
    (
        SELECT host, boot_id, start, pid, boot, exe
        FROM execsnoop.events
        WHERE ev IN ('exec', 'exist') AND exe != '' AND time >= now() - toIntervalDay({days:UInt32})
    ),
    ended AS
    (
        SELECT
            host, boot_id, start, pid,
            argMaxIf(exe, boot, ev IN ('exec', 'exist')) AS own,
            argMax(comm, boot) AS name,
            anyIf(ppid, ev = 'fork') AS parent,
            anyIf(pstart, ev = 'fork') AS parent_start,
            minIf(boot, ev = 'fork') AS forked,
            max(sig) AS signal,
            countIf(ev = 'exit') AS exits
        FROM execsnoop.events
        WHERE ev IN ('fork', 'exec', 'exist', 'exit') AND time >= now() - toIntervalDay({days:UInt32})
        GROUP BY host, boot_id, start, pid
        HAVING exits > 0
    )
SELECT
    multiIf(own != '', own, images.exe != '', images.exe, concat('(', name, ')')) AS image,
    count() AS ended_processes,
    countIf(signal IN (4, 5, 6, 7, 8, 11, 31)) AS crashes,
    crashes / ended_processes AS rate,
    uniqExactIf(ended.host, signal IN (4, 5, 6, 7, 8, 11, 31)) AS hosts_with_crashes
FROM ended
ASOF LEFT JOIN images
    ON images.host = ended.host AND images.boot_id = ended.boot_id AND images.pid = ended.parent
    AND images.start = ended.parent_start AND ended.forked >= images.boot
GROUP BY image
HAVING crashes > 0
ORDER BY rate DESC, image;
