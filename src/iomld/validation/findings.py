"""What a run found, read back with its terms spelt by DuckDB, in the order of the report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from iomld.validation.plan import Plan
from iomld.validation.relation import Relation, values

__all__ = ["Finding", "Findings"]


class Finding(NamedTuple):
    """A row of ``finding`` with its terms spelt.

    :param path: predicate (spelt), where it is not the path of the shape
    :param other: a further term that the message names
    :param note: messages by language as JSON, where a query made them
    """

    check: int
    node: str
    value: str | None
    path: str | None
    other: str | None
    note: str | None
    times: int


class Findings:
    """The table ``finding`` of a run that is done."""

    def __init__(self, relation: Relation, plan: Plan) -> None:
        self._relation = relation
        self._engine = relation.engine
        self._plan = plan

    def counts(self) -> dict[int, int]:
        """Number of results by check."""
        rows = self._engine.rows(
            f"""
            SELECT chk, sum(times) FROM finding JOIN {self._checks()} USING (chk) JOIN focus f USING (grp, node)
            WHERE times > 0 GROUP BY chk
            """
        )
        return {chk: int(number) for chk, number in rows}

    def _checks(self) -> str:
        return values(
            "c", "chk, shape, grp", [(c.number, c.shape, c.group) for c in self._plan.checks] or [(-1, -1, -1)]
        )

    def sorted(self, keys: Mapping[int, tuple[str, str, str]], limit: int | None) -> list[Finding]:
        """The results, sorted by focus node, path, component, value and shape; then as the constraints stand.

        :param keys: by check, what to sort by: text of the path, component, shape
        :param limit: how many at most
        """
        if not self._plan.checks:
            return []
        numbers = sorted(keys)
        # What is reported is little: taken out first, with its terms, so that nothing large is joined or sorted.
        self._engine.make(
            "reported",
            f"""
            SELECT g.chk, g.node, g.value, g.path, g.other, g.note, f.times
            FROM finding g JOIN {self._checks()} ON c.chk = g.chk JOIN focus f ON f.grp = c.grp AND f.node = g.node
            WHERE f.times > 0
            """,
        )
        self._engine.give("reported")
        self._relation.run(
            """
            CREATE OR REPLACE TEMP TABLE told AS SELECT id, spelt FROM term SEMI JOIN (
              SELECT unnest([node, value, path, other]) AS id FROM reported
            ) USING (id)
            """
        )
        columns: list[list[str]] = [[keys[number][i] for number in numbers] for i in range(3)]
        rows = self._relation.run(
            f"""
            WITH k AS (SELECT unnest($1::INTEGER[]) AS chk, unnest($2::VARCHAR[]) AS path_text,
              unnest($3::VARCHAR[]) AS component, unnest($4::VARCHAR[]) AS shape_text)
            SELECT g.chk, n.spelt, v.spelt, p.spelt, o.spelt, g.note, g.times
            FROM reported g JOIN k USING (chk) JOIN told n ON n.id = g.node LEFT JOIN told v ON v.id = g.value
            LEFT JOIN told p ON p.id = g.path LEFT JOIN told o ON o.id = g.other
            ORDER BY n.spelt, coalesce(p.spelt, path_text), component, coalesce(v.spelt, ''), shape_text,
              coalesce(o.spelt, ''), coalesce(g.note, ''), g.chk
            {"" if limit is None else f"LIMIT {limit}"}
            """,
            [numbers, *columns],
        )
        return [Finding(*row) for row in rows]

    def _ask(self, column: str, asked: list[tuple[int, str]]) -> None:
        """Have numbers of shapes or checks with nodes (spelt) as the table ``asked``."""
        self._relation.run(
            f"""
            CREATE OR REPLACE TEMP TABLE asked AS SELECT {column}, id AS node
            FROM (SELECT unnest($1::INTEGER[]) AS {column}, unnest($2::VARCHAR[]) AS spelt) JOIN term USING (spelt)
            """,
            [[number for number, _ in asked], [node for _, node in asked]],
        )
        self._engine.adopt("asked")

    def below(self, asked: list[tuple[int, str]]) -> dict[tuple[int, str], list[Finding]]:
        """Findings of shapes on nodes (spelt), reported or not: the details of a result."""
        self._ask("shape", asked)
        self._engine.make(
            "beneath",
            f"""
            SELECT DISTINCT a.shape, g.chk, g.node, g.value, g.path, g.other, g.note
            FROM asked a JOIN {self._checks()} ON c.shape = a.shape
            JOIN finding g ON g.chk = c.chk AND g.node = a.node
            """,
        )
        self._engine.give("beneath")
        rows = self._relation.run(
            """
            SELECT g.shape, n.spelt AS node, g.chk, n.spelt AS focus, v.spelt AS value, p.spelt AS path,
              o.spelt AS other, g.note, 1
            FROM beneath g JOIN term n ON n.id = g.node LEFT JOIN term v ON v.id = g.value
            LEFT JOIN term p ON p.id = g.path LEFT JOIN term o ON o.id = g.other ORDER BY ALL
            """
        )
        found: dict[tuple[int, str], list[Finding]] = defaultdict(list)
        for shape, node, *rest in rows:
            found[shape, node].append(Finding(*rest))
        return found

    def counted(self, asked: list[tuple[int, str]]) -> dict[tuple[int, str], list[str]]:
        """The values (spelt) that are too many, by check of sh:qualifiedMaxCount and focus node (spelt)."""
        self._ask("chk", asked)
        self._engine.make("excess", "SELECT chk, node, value FROM counted SEMI JOIN asked USING (chk, node)")
        self._engine.give("excess")
        found: dict[tuple[int, str], list[str]] = defaultdict(list)
        for check, node, value in self._relation.run(
            """
            SELECT chk, n.spelt AS node, v.spelt AS value FROM excess
            JOIN term n ON n.id = excess.node JOIN term v ON v.id = excess.value ORDER BY ALL
            """
        ):
            found[check, node].append(value)
        return found
