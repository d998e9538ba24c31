"""The shipped SQL in a ClickHouse engine within this process (chdb)."""

import json
import os
import re
import tempfile
import time

from chdb import session

FOLDER = os.path.join(os.path.dirname(__file__), "..", "..", "share", "fleet")


def statements(name):
    """The statements of a shipped file, without comments."""
    with open(os.path.join(FOLDER, name)) as file:
        text = re.sub(r"(?m)^\s*--.*$", "", file.read())
    return [part for part in (part.strip() for part in re.split(r";\s*\n", text + "\n")) if part]


class Engine:
    def __init__(self, folder):
        self.session = session.Session(folder)
        self.times = {}
        for name in ("clickhouse.sql", "clickhouse-otel.sql"):
            for statement in statements(name):
                self.session.query(statement)

    def insert_file(self, path, table="lines"):
        """Inserts the lines of a file as a collector does. Returns how many seconds that took."""
        began = time.monotonic()
        self.session.query(
            f"INSERT INTO execsnoop.{table} FROM INFILE '{path}' SETTINGS input_format_skip_unknown_fields = 1 "
            "FORMAT JSONEachRow")
        return time.monotonic() - began

    def insert(self, lines, table="lines"):
        with tempfile.NamedTemporaryFile("w", suffix=".ndjson", errors="surrogateescape") as file:
            file.writelines(lines)
            file.flush()
            self.insert_file(file.name, table)

    def insert_as_logs(self, lines):
        """Inserts lines as the OpenTelemetry Collector does: each is the body of a log record. Notes are among them."""
        bodies = [line.rstrip("\n") for line in lines] + ["execsnoop-top: a note", "{\"not\": \"ours\"}"]
        self.insert([json.dumps({"Timestamp": "2026-03-01 00:00:00", "Body": body}) + "\n" for body in bodies], "otel_logs")

    def text(self, sql, output_format="TSVRaw", **parameters):
        result = self.session.query(sql, output_format, params={name: str(value) for name, value in parameters.items()})
        return result.bytes().decode("utf-8", "surrogateescape")

    def rows(self, sql, **parameters):
        """The rows of a query, as lists of text."""
        return [line.split("\t") for line in self.text(sql, **parameters).split("\n") if line]

    def number(self, sql):
        return int(self.rows(sql)[0][0])

    def shipped(self, name, output_format="TSVRaw", **parameters):
        """Runs a file of share/fleet/queries, and keeps its longest time."""
        (statement,) = statements(f"queries/{name}.sql")
        began = time.monotonic()
        result = self.text(statement, output_format, **parameters)
        self.times[name] = max(self.times.get(name, 0), time.monotonic() - began)
        return result

    def shipped_rows(self, name, **parameters):
        return [line.split("\t") for line in self.shipped(name, **parameters).split("\n") if line]
