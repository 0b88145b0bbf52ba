"""Blank nodes of two states that stand the same in both, under one label.

Canonical labels (RDFC-1.0) are stable only for a dataset that did not change: one node more may give others new ones.
So nodes are told by what stands around them, refined by what stands around their neighbours, as far as that tells more
of them apart. Nodes that are still alike are interchangeable, but for odd patterns: of these a comparison may tell more
changes than there are, never fewer.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from itertools import count

import duckdb

__all__ = ["align"]

_ROUNDS = 10


def align(connection: duckdb.DuckDBPyConnection, before: str, after: str) -> None:
    """Give the blank nodes of a table of quads the labels that they have in another, where they stand there.

    Others get labels that the other table does not have.

    :param after: the table that is changed
    """
    old, new = (_alike(connection, table) for table in (before, after))
    taken = {label for labels in old.values() for label in labels}
    names: dict[str, str] = {}
    for colour, labels in new.items():
        names.update(zip(labels, old.get(colour, ()), strict=False))
    fresh = (label for number in count() if (label := f"_:n{number}") not in taken)
    for labels in new.values():
        names.update({label: next(fresh) for label in labels if label not in names})
    changed = [(label, name) for label, name in names.items() if label != name]
    if not changed:
        return
    columns = ("subject", "object", "graph")
    connection.execute(
        f"CREATE OR REPLACE TABLE {after} AS "
        "WITH name AS (SELECT unnest($1::TEXT[]) AS label, unnest($2::TEXT[]) AS name) "
        f"SELECT q.* REPLACE ({', '.join(f'coalesce({each[0]}.name, q.{each}) AS {each}' for each in columns)}) "
        f"FROM {after} q " + " ".join(f"LEFT JOIN name {each[0]} ON {each[0]}.label = q.{each}" for each in columns),
        [list(column) for column in zip(*changed, strict=True)],
    )


def _alike(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, list[str]]:
    """The blank nodes of a table, sorted, by what stands around them."""
    blank = " OR ".join(f"starts_with({each}, '_:')" for each in ("subject", "object", "graph"))
    edges: dict[str, list[tuple[str, str, str, str]]] = defaultdict(list)
    for subject, predicate, object_, graph in connection.execute(
        f"SELECT subject, predicate, object, graph FROM {table} WHERE {blank}"
    ).fetchall():
        for node in {term for term in (subject, object_, graph) if term.startswith("_:")}:
            edges[node].append((subject, predicate, object_, graph))
    colours = dict.fromkeys(edges, "")
    told_apart = 1
    for _ in range(_ROUNDS):
        colours = {node: _colour(node, edges[node], colours) for node in edges}
        if len(set(colours.values())) == told_apart:
            break
        told_apart = len(set(colours.values()))
    found: dict[str, list[str]] = defaultdict(list)
    for node in sorted(edges):
        found[colours[node]].append(node)
    return found


def _colour(node: str, edges: list[tuple[str, str, str, str]], colours: dict[str, str]) -> str:
    spelt = sorted("\n".join("_:" if term == node else colours.get(term, term) for term in edge) for edge in edges)
    return "_:" + hashlib.sha256("\n\n".join(spelt).encode()).hexdigest()
