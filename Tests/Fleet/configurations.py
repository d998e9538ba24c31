"""Checks the configurations of share/fleet against what the documentation of each program lists.

The validators of Fluent Bit, Vector and the OpenTelemetry Collector are in no package that CI has. So the components and
keys that the files use are written down here, as documented, and so are those that must be there. systemd has a validator.
"""

import os
import re
import shutil
import subprocess
import tempfile
import urllib.parse

import yaml

from engine import FOLDER

INPUTS = ("journald", "file", "stdin", "kubernetes")

VECTOR = {
    ("sources", "journald"): ({"include_units", "exclude_units", "current_boot_only", "batch_size", "data_dir",
                               "include_matches", "exclude_matches", "since_now", "journal_directory", "extra_args"}, set()),
    ("sources", "file"): ({"include", "exclude", "read_from", "max_line_bytes", "fingerprint", "data_dir", "ignore_older_secs",
                           "line_delimiter", "file_key", "host_key", "oldest_first", "max_read_bytes", "glob_minimum_cooldown_ms"},
                          {"include"}),
    ("sources", "stdin"): ({"max_length", "host_key", "decoding", "framing"}, set()),
    ("sources", "kubernetes_logs"): ({"extra_label_selector", "extra_field_selector", "auto_partial_merge", "max_line_bytes",
                                      "self_node_name", "data_dir", "read_from", "max_merged_line_bytes"}, set()),
    ("transforms", "remap"): ({"inputs", "source", "file", "drop_on_error", "drop_on_abort", "reroute_dropped", "timezone"},
                              {"inputs", "source"}),
    ("sinks", "clickhouse"): ({"inputs", "endpoint", "auth", "database", "table", "format", "skip_unknown_fields",
                               "date_time_best_effort", "compression", "batch", "buffer", "acknowledgements", "encoding",
                               "request", "tls", "healthcheck", "insert_random_shard", "query_settings"},
                              {"inputs", "endpoint", "table"}),
}
VECTOR_NESTED = {
    "auth": {"strategy", "user", "password", "token"}, "batch": {"max_bytes", "max_events", "timeout_secs"},
    "buffer": {"type", "max_size", "max_events", "when_full"}, "acknowledgements": {"enabled"},
    "fingerprint": {"strategy", "lines", "ignored_header_bytes"},
}

FLUENT_BIT = {
    ("SERVICE", None): ({"flush", "parsers_file", "storage.path", "storage.backlog.mem_limit", "log_level", "daemon",
                         "storage.sync", "storage.checksum"}, set()),
    ("PARSER", None): ({"name", "format", "regex", "time_key", "time_format", "time_keep"}, {"name", "format"}),
    ("INPUT", "systemd"): ({"name", "tag", "path", "max_fields", "max_entries", "systemd_filter", "systemd_filter_type",
                            "read_from_tail", "db", "db.sync", "lowercase", "strip_underscores", "storage.type"},
                           {"tag", "systemd_filter"}),
    ("INPUT", "tail"): ({"name", "tag", "path", "exclude_path", "parser", "multiline.parser", "read_from_head", "db", "db.sync",
                         "buffer_chunk_size", "buffer_max_size", "skip_long_lines", "mem_buf_limit", "refresh_interval",
                         "rotate_wait", "key", "storage.type"}, {"tag", "path"}),
    ("INPUT", "stdin"): ({"name", "tag", "parser", "buffer_size"}, {"tag", "parser"}),
    ("FILTER", "parser"): ({"name", "match", "key_name", "parser", "preserve_key", "reserve_data"}, {"key_name", "parser"}),
    ("FILTER", "grep"): ({"name", "match", "regex", "exclude", "logical_op"}, {"match"}),
    ("OUTPUT", "http"): ({"name", "match", "host", "port", "http_user", "http_passwd", "uri", "format", "json_date_key",
                          "json_date_format", "compress", "retry_limit", "storage.total_limit_size", "header", "tls",
                          "tls.verify", "workers", "allow_duplicated_headers", "log_response_payload"}, {"host", "uri"}),
}

OTELCOL = {
    ("receivers", "journald"): ({"directory", "files", "start_at", "units", "identifiers", "matches", "priority", "grep", "dmesg",
                                 "storage", "all", "retry_on_failure", "operators"}, set()),
    ("receivers", "filelog"): ({"include", "exclude", "start_at", "include_file_name", "include_file_path", "max_log_size",
                                "storage", "operators", "poll_interval", "encoding", "multiline", "fingerprint_size",
                                "retry_on_failure", "exclude_older_than", "max_concurrent_files"}, {"include"}),
    ("receivers", "namedpipe"): ({"path", "mode", "operators", "encoding", "multiline", "max_log_size"}, {"path"}),
    ("processors", "memory_limiter"): ({"check_interval", "limit_mib", "spike_limit_mib", "limit_percentage",
                                        "spike_limit_percentage"}, {"check_interval"}),
    ("processors", "batch"): ({"send_batch_size", "send_batch_max_size", "timeout"}, set()),
    ("exporters", "clickhouse"): ({"endpoint", "username", "password", "database", "logs_table_name", "create_schema",
                                   "async_insert", "timeout", "sending_queue", "retry_on_failure", "ttl", "compress",
                                   "connection_params", "table_engine", "cluster_name", "tls"}, {"endpoint"}),
    ("extensions", "file_storage"): ({"directory", "timeout", "compaction", "create_directory", "fsync"}, set()),
}


def read_yaml(*parts):
    with open(os.path.join(FOLDER, *parts)) as file:
        return list(yaml.safe_load_all(file))


def compare_keys(where, kind, keys, documented, faults):
    if kind not in documented:
        faults.append(f"{where}: {kind} is not documented")
        return
    allowed, needed = documented[kind]
    faults += [f"{where}: {kind} has no key {key}" for key in keys if key not in allowed]
    faults += [f"{where}: {kind} needs {key}" for key in needed if key not in keys]


def merged(*documents):
    """Several configurations as one, as Vector and the collector read them."""
    result = {}
    for document in documents:
        for key, value in document.items():
            result[key] = merged(result[key], value) if isinstance(value, dict) and isinstance(result.get(key), dict) else value
    return result


def check_vector(faults):
    (base,) = read_yaml("vector", "clickhouse.yaml")
    for name in INPUTS:
        (own,) = read_yaml("vector", f"{name}.yaml")
        whole = merged(base, own)
        ids = {id for part in ("sources", "transforms") for id in whole[part]}
        faults += [f"vector/{name}: no part {key}" for key in whole if key not in
                   {"sources", "transforms", "sinks", "data_dir", "api"}]
        for part in ("sources", "transforms", "sinks"):
            for id, component in whole[part].items():
                where = f"vector/{name} {id}"
                keys = {key for key in component if key != "type"}
                compare_keys(where, (part, component.get("type")), keys, VECTOR, faults)
                for key in keys & VECTOR_NESTED.keys():
                    faults += [f"{where}: {key} has no {inner}" for inner in component[key].keys() - VECTOR_NESTED[key]]
                for wanted in component.get("inputs", []):
                    pattern = re.escape(wanted).replace(r"\*", ".*")
                    if not any(re.fullmatch(pattern, id) for id in ids):
                        faults.append(f"{where}: no input {wanted}")
    sink = base["sinks"]["execsnoop_clickhouse"]
    return f"{sink['database']}.{sink['table']}"


def fluent_bit_sections(name, faults):
    """The sections of a file and of those that it includes, each with its keys in lower case."""
    sections = []
    with open(os.path.join(FOLDER, "fluent-bit", name)) as file:
        for number, line in enumerate(file, 1):
            line = line.rstrip("\n")
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            if line.startswith("@INCLUDE "):
                sections += fluent_bit_sections(line.split()[1], faults)
            elif found := re.fullmatch(r"\[([A-Z]+)\]", line):
                sections.append((found[1], {}))
            elif (found := re.fullmatch(r"    (\S+)\s+(\S.*)", line)) and sections:
                sections[-1][1][found[1].lower()] = found[2]
            else:
                faults.append(f"fluent-bit/{name}, line {number}: neither a section nor a key with its value")
    return sections


def check_fluent_bit(faults):
    parsers = {keys["name"] for _, keys in fluent_bit_sections("parsers.conf", faults)} | {"cri"}
    queries = set()
    for name in INPUTS:
        sections = fluent_bit_sections(f"{name}.conf", faults)
        kinds = [section for section, _ in sections]
        faults += [f"fluent-bit/{name}: {kinds.count(kind)} sections {kind}"
                   for kind in ("SERVICE", "INPUT", "OUTPUT") if kinds.count(kind) != 1]
        tags = {keys.get("tag") for section, keys in sections if section == "INPUT"}
        for section, keys in sections:
            where = f"fluent-bit/{name} [{section}]"
            compare_keys(where, (section, keys.get("name") if section in ("INPUT", "FILTER", "OUTPUT") else None), keys,
                         FLUENT_BIT, faults)
            if keys.get("match", "execsnoop") not in tags:
                faults.append(f"{where}: no input has the tag {keys['match']}")
            for key in ("parser", "multiline.parser"):
                if key in keys and keys[key] not in parsers:
                    faults.append(f"{where}: no parser {keys[key]}")
            if section == "OUTPUT":
                queries.add(urllib.parse.parse_qs(urllib.parse.urlsplit(keys["uri"]).query)["query"][0])
        # Filters run in the order of the file: what is parsed must come before what looks at it.
        filters = [keys["name"] for section, keys in sections if section == "FILTER"]
        if filters != sorted(filters, reverse=True) or filters[-1:] != ["grep"]:
            faults.append(f"fluent-bit/{name}: filters run as {filters}")
        parses = "parser" in filters or any("parser" in keys for section, keys in sections if section == "INPUT")
        if not parses:
            faults.append(f"fluent-bit/{name}: nothing parses the lines")
    return queries


def check_collector(faults):
    (base,) = read_yaml("otelcol", "clickhouse.yaml")
    for name in INPUTS:
        (own,) = read_yaml("otelcol", f"{name}.yaml")
        whole = merged(base, own)
        faults += [f"otelcol/{name}: no part {part}" for part in whole
                   if part not in {"receivers", "processors", "exporters", "extensions", "service"}]
        for part in ("receivers", "processors", "exporters", "extensions"):
            for id, component in whole[part].items():
                compare_keys(f"otelcol/{name}", (part, id.split("/")[0]), component or {}, OTELCOL, faults)
                storage = (component or {}).get("storage") or (component or {}).get("sending_queue", {}).get("storage")
                if storage and storage not in whole["service"]["extensions"]:
                    faults.append(f"otelcol/{name} {id}: the extension {storage} is not started")
        for id, pipeline in whole["service"]["pipelines"].items():
            for part, ids in pipeline.items():
                faults += [f"otelcol/{name} {id}: no {part} {wanted}" for wanted in ids if wanted not in whole[part]]
    exporter = base["exporters"]["clickhouse"]
    return f"{exporter['database']}.{exporter['logs_table_name']}"


def check_daemonset(faults):
    documents = {document["kind"]: document for document in read_yaml("daemonset.yaml")}
    specification = documents["DaemonSet"]["spec"]
    pod = specification["template"]["spec"]
    (container,) = pod["containers"]
    security = container["securityContext"]
    for what, found, wanted in (
            ("labels", specification["template"]["metadata"]["labels"], specification["selector"]["matchLabels"]),
            ("hostPID", pod["hostPID"], True),
            ("the token of the account", pod["automountServiceAccountToken"], False),
            ("the account", pod["serviceAccountName"], documents["ServiceAccount"]["metadata"]["name"]),
            ("capabilities", security["capabilities"], {"drop": ["ALL"], "add": ["BPF", "PERFMON", "SYS_PTRACE"]}),
            ("privileged", (security["privileged"], security["allowPrivilegeEscalation"]), (False, False)),
            ("the root", security["readOnlyRootFilesystem"], True),
            ("mounts", [mount["name"] for mount in container["volumeMounts"] if mount["readOnly"]],
             [volume["name"] for volume in pod["volumes"]])):
        if found != wanted:
            faults.append(f"daemonset.yaml: {what}: {found}, not {wanted}")


def check_unit(faults):
    if not shutil.which("systemd-analyze"):
        faults.append("systemd-analyze is missing: install systemd")
        return
    with open(os.path.join(FOLDER, "execsnoop-top-log.service")) as file:
        text = file.read()
    # Neither the program nor its manual is installed where this runs.
    text = text.replace("/usr/local/bin/execsnoop-top", shutil.which("true") or "/bin/true")
    text = re.sub(r"(?m)^Documentation=.*\n", "", text)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "execsnoop-top-log.service")
        with open(path, "w") as file:
            file.write(text)
        result = subprocess.run(["systemd-analyze", "verify", path], capture_output=True, text=True, check=False)
        if result.returncode or result.stderr.strip():
            faults.append(f"execsnoop-top-log.service: {result.stderr.strip()}")
        result = subprocess.run(
            ["systemd-analyze", "security", "--offline=yes", "--threshold=30", "--no-pager", path], capture_output=True,
            text=True, check=False)
        if result.returncode:
            faults.append(f"execsnoop-top-log.service: {result.stdout.strip().splitlines()[-1]}")


def check(expect):
    """Checks all of them. Returns the tables and the query by which the collectors insert."""
    faults = []
    check_unit(faults)
    check_daemonset(faults)
    table = check_vector(faults)
    queries = check_fluent_bit(faults)
    collector_table = check_collector(faults)
    expect("configurations", faults, [])
    expect("where Vector, Fluent Bit and the collector insert", (table, queries, collector_table),
           ("execsnoop.lines", {"INSERT INTO execsnoop.lines FORMAT JSONEachRow"}, "execsnoop.otel_logs"))
