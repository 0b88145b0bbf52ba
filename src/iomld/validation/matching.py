"""``sh:pattern``: by the engine where it is certain to read the expression as RE2 does, else by RE2 itself in DuckDB.

Each distinct value is matched once. A blank node has no text and matches nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from iomld.engine import DUCKDB
from iomld.validation.model import Pattern
from iomld.validation.plan import Check, Plan
from iomld.validation.relation import BLANK, IRI, LITERAL, Relation, values

__all__ = ["TEXT", "TEXTS", "pattern_queries"]

#: the text of a value node ``v.value``, and the tables that it is found in
TEXT = f"CASE v.value & 3 WHEN {LITERAL} THEN l.text ELSE substr(m.spelt, 2, length(m.spelt) - 2) END"
TEXTS = f"LEFT JOIN lit l ON l.id = v.value LEFT JOIN term m ON m.id = v.value AND v.value & 3 = {IRI}"


def pattern_queries(plan: Plan, relation: Relation) -> Iterator[str]:
    """The rows of ``finding`` for all patterns."""
    engine = relation.engine
    elsewhere: list[Check] = []
    for check in plan.of(Pattern):
        found = engine.dialect.finds(TEXT, _regex(check))
        if found is None:
            elsewhere.append(check)
            continue
        yield f"""SELECT {check.number}, w.node, w.value, NULL, NULL, NULL FROM value w SEMI JOIN (
            SELECT v.value FROM (SELECT DISTINCT value FROM value WHERE shape = {check.shape}) v {TEXTS}
            WHERE NOT coalesce(v.value & 3 <> {BLANK} AND {found}, false)
          ) bad ON bad.value = w.value WHERE w.shape = {check.shape}"""
    if elsewhere:
        yield _by_duckdb(relation, elsewhere)


def _regex(check: Check) -> str:
    assert isinstance(check.constraint, Pattern)
    return check.constraint.regex


def _by_duckdb(relation: Relation, checks: list[Check]) -> str:
    """Have DuckDB look for what does not match, in texts that the engine hands over."""
    rows = values("c", "chk, shape", [(check.number, check.shape) for check in checks])
    relation.engine.make(
        "doubtful",
        f"""
        SELECT v.chk, v.value AS id, CASE WHEN v.value & 3 <> {BLANK} THEN {TEXT} END AS text
        FROM (SELECT DISTINCT c.chk, v.value FROM value v JOIN {rows} USING (shape)) v {TEXTS}
        """,
    )
    relation.engine.give("doubtful")
    parts = [
        f"SELECT chk, id FROM doubtful WHERE chk = {check.number} "
        f"AND NOT coalesce({DUCKDB.finds('text', _regex(check))}, false)"
        for check in checks
    ]
    relation.run(f"CREATE OR REPLACE TEMP TABLE mismatch AS {' UNION ALL '.join(parts)}")
    relation.engine.adopt("mismatch")
    return f"""SELECT c.chk, v.node, v.value, NULL, NULL, NULL FROM value v JOIN {rows} USING (shape)
      JOIN mismatch m ON m.chk = c.chk AND m.id = v.value"""
