-- Which commands run since yesterday that nothing ran before?
--
--     clickhouse client --queries-file new-commands.sql
SELECT
    exe,
    comm,
    min(first) AS first_seen,
    max(last) AS last_seen,
    sum(execs) AS runs,
    uniqMerge(hosts) AS on_hosts
FROM execsnoop.commands
GROUP BY exe, comm
HAVING first_seen >= now() - INTERVAL 1 DAY
ORDER BY first_seen, exe, comm;
