-- Who started this process, and who started that one, up to the first? Each by its original parent.
--
--     clickhouse client --queries-file lineage.sql --param_host=web-3 --param_boot_id=UUID --param_pid=4711 --param_start=1234567890
--
-- All four are in each line, and identify a process in the fleet.
WITH RECURSIVE
    processes AS
    (
        SELECT
            pid, start,
            argMin(ppid, boot) AS parent,
            argMin(pstart, boot) AS parent_start,
            min(time) AS first,
            argMax(comm, boot) AS name,
            argMaxIf(exe, boot, ev IN ('exec', 'exist')) AS program,
            argMaxIf(argv, boot, ev IN ('exec', 'exist')) AS arguments,
            argMax(user, boot) AS as_user
        FROM execsnoop.events
        WHERE host = {host:String} AND boot_id = {boot_id:String} AND start <= {start:UInt64}
            AND ev IN ('fork', 'exec', 'exist', 'exit')
        GROUP BY start, pid
    ),
    lineage AS
    (
        SELECT 0 AS level, *
        FROM processes
        WHERE pid = {pid:Int32} AND start = {start:UInt64}
        UNION ALL
        SELECT lineage.level + 1, processes.*
        FROM processes
        INNER JOIN lineage ON processes.pid = lineage.parent AND processes.start = lineage.parent_start
        WHERE lineage.level < 200
    )
SELECT level, pid, start, first, name, program, arguments, as_user
FROM lineage
ORDER BY level;
