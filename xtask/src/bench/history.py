"""Makes a long history of a short one: history.py DATABASE ROWS copies its one row that often, with other ids and times."""

import json
import sqlite3
import sys

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def name(number):
    """An id for each number below 2^40, scattered as drawn ones are."""
    scattered = (number * 2654435761) % (1 << 40)
    return "".join(ALPHABET[scattered >> (5 * place) & 31] for place in range(8))


def main(path, rows):
    database = sqlite3.connect(path)
    (text,) = database.execute("SELECT execution FROM executions").fetchone()
    row = json.loads(text)
    now = row["created_at_ms"]

    def executions():
        for number in range(1, rows + 1):
            created = now - 10 * number
            state = "succeeded" if number % 10 else "failed"
            row.update(id=name(number), created_at_ms=created, ended_at_ms=created + 5, state=state)
            yield name(number), created, state, json.dumps(row), row["revision"]

    def tags():
        for number in range(1, rows + 1):
            yield "user:" + ("ann" if number % 1000 else "rare"), now - 10 * number, name(number)

    with database:
        database.executemany("INSERT OR IGNORE INTO executions VALUES (?, ?, ?, ?, ?)", executions())
        database.executemany("INSERT OR IGNORE INTO tags VALUES (?, ?, ?)", tags())


main(sys.argv[1], int(sys.argv[2]))
