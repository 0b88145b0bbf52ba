"""Keeping a relation of quads, with the origin of each, in a file between runs."""

from __future__ import annotations

import json
from pathlib import Path

from iomld.graph.quads import Quads, Rule

__all__ = ["keep", "reopen"]


def keep(quads: Quads, path: Path) -> None:
    """Write a relation to a DuckDB database file (the file must not exist yet)."""
    connection = quads.connection
    connection.execute(f"ATTACH '{str(path).replace(chr(39), chr(39) * 2)}' AS kept")
    try:
        connection.execute("CREATE TABLE kept.quad AS FROM quad ORDER BY ALL")
        connection.execute("CREATE TABLE kept.known (rules VARCHAR, sources VARCHAR)")
        rules = [rule.to_json() for rule in quads.rules]
        connection.execute("INSERT INTO kept.known VALUES (?, ?)", [json.dumps(rules), json.dumps(quads.sources)])
    finally:
        connection.execute("DETACH kept")


def reopen(path: Path) -> Quads:
    """Open a kept relation, read-only."""
    import duckdb

    connection = duckdb.connect(str(path), read_only=True)
    row = connection.execute("SELECT rules, sources FROM known").fetchone()
    assert row is not None
    rules = [Rule.from_json(value) for value in json.loads(row[0])]
    return Quads(connection, rules=rules, sources=json.loads(row[1]), kept=True)
