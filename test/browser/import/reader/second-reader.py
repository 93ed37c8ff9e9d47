"""Reads the journal of each SQLite file whose path arrives on a line, and answers with a line of JSON.

A second reader beside the one of the importer: it shares no code and no build of SQLite with it.
"""

import json
import sqlite3
import sys


def tagged(value):
    if isinstance(value, int):
        return ["integer", str(value)]
    if isinstance(value, float):
        return ["real", repr(value)]
    if isinstance(value, Text):
        return ["text", value.hex()]
    if isinstance(value, bytes):
        return ["blob", value.hex()]
    return ["null", ""]


class Text(bytes):
    """The bytes of a text, which need not be UTF-8."""


def read(path):
    database = sqlite3.connect("file:" + path + "?mode=ro&immutable=1", uri=True)
    try:
        database.text_factory = Text
        # A damaged name is not that of a column which the importer reads.
        names = [bytes(row[1]) for row in database.execute("PRAGMA table_info(journal)")]
        columns = [name.decode() for name in names if name.isascii()]
        quoted = ", ".join('"' + column.replace('"', '""') + '"' for column in columns)
        rows = database.execute("SELECT " + quoted + " FROM journal")
        return {"columns": columns, "rows": [[tagged(value) for value in row] for row in rows]}
    finally:
        database.close()


for line in sys.stdin:
    try:
        answer = read(line.rstrip("\n"))
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
