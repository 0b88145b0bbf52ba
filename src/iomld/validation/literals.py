"""The literals that checks look into: text, language or datatype, lexical legality, order.

All that SQL cannot do by the letter is done here in Python, once for each distinct literal at hand.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from iomld.engine import lexical
from iomld.terms import parse_term
from iomld.validation.lexical import Key, key
from iomld.validation.relation import LITERAL, Relation
from iomld.validation.vocabulary import RDF, XSD

__all__ = ["Literals", "less"]

_FOURTEEN_HOURS = Decimal(14 * 3600)


def less(a: str, b: str, *, or_equal: bool = False) -> str:
    """SQL for a < b over rows of ``ranked``; NULL (an error) where they cannot be compared.

    A date without a zone is certain to be before one with a zone only when it is so in every zone.
    """
    sign = "<=" if or_equal else "<"
    return (
        f"({a}.family = {b}.family AND CASE WHEN {a}.zoned = {b}.zoned THEN {a}.rank {sign} {b}.rank "
        f"ELSE {a}.high < {b}.low END)"
    )


class Literals:
    """Table ``lit(id, tag, text)``; on demand ``illformed(id)``, ``ranked(id, family, zoned, rank, low, high)``.

    A tag is ``@en`` or the datatype's IRI (``xsd:string`` for a plain literal); ``tags`` has them by number.

    :param among: SQL that selects the ids of the terms to look at; those that are no literals are passed over
    """

    def __init__(self, relation: Relation, among: str) -> None:
        self._relation = relation
        run = relation.run
        run(
            f"""
            CREATE TEMP TABLE spelling AS SELECT id, spelt, split_part(spelt, '"', -1) AS tail
            FROM term WHERE id & 3 = {LITERAL} AND id IN ({among})
            """
        )
        self.tags: list[str] = []
        tails = run("SELECT DISTINCT tail FROM spelling ORDER BY tail")
        for (tail,) in tails:
            self.tags.append(tail if tail.startswith("@") else tail[3:-1] or f"{XSD}string")
        run(
            "CREATE TEMP TABLE tail AS SELECT unnest($1::VARCHAR[]) AS tail, unnest($2::INTEGER[]) AS tag",
            [[tail for (tail,) in tails], list(range(len(tails)))],
        )
        run(
            """
            CREATE TEMP TABLE lit AS SELECT id, tag, substr(spelt, 2, length(spelt) - length(tail) - 2) AS text
            FROM spelling JOIN tail USING (tail)
            """
        )
        self._unescape()
        run("DROP TABLE spelling")

    def _unescape(self) -> None:
        rows = self._relation.run("SELECT id, spelt FROM spelling WHERE contains(spelt, '\\')")
        if rows:
            self._relation.run(
                """
                UPDATE lit SET text = u.text FROM (SELECT unnest($1::INTEGER[]) AS id, unnest($2::VARCHAR[]) AS text) u
                WHERE u.id = lit.id
                """,
                [[id for id, _ in rows], [parse_term(spelt).value for _, spelt in rows]],
            )

    def tags_where(self, test: Callable[[str], bool]) -> list[int]:
        """Numbers of the tags that pass a test."""
        return [number for number, tag in enumerate(self.tags) if test(tag)]

    def of_datatype(self, datatype: str) -> list[int]:
        """Tags of the literals of a datatype (IRI)."""
        return self.tags_where(lambda tag: datatype == f"{RDF}langString" if tag.startswith("@") else tag == datatype)

    def languages(self) -> dict[int, str]:
        """Language in lower case by number of the tag."""
        return {number: tag[1:].lower() for number, tag in enumerate(self.tags) if tag.startswith("@")}

    def _read(self, tags: Iterable[int], among: str = "SELECT id FROM lit") -> list[tuple[int, int, str]]:
        chosen = ", ".join(map(str, tags))
        if not chosen:
            return []
        return self._relation.run(f"SELECT id, tag, text FROM lit WHERE tag IN ({chosen}) AND id IN ({among})")

    def check_forms(self, datatypes: Iterable[str]) -> None:
        """Make ``illformed``: literals of these datatypes whose lexical form is not legal."""
        self._relation.run("CREATE TEMP TABLE illformed (id INTEGER)")
        for datatype in sorted(datatypes):
            legal, tags = lexical(datatype, "text"), self.of_datatype(datatype)
            if legal is not None and tags:
                chosen = ", ".join(map(str, tags))
                self._relation.run(
                    f"INSERT INTO illformed SELECT id FROM lit WHERE tag IN ({chosen}) AND NOT coalesce({legal}, false)"
                )

    def rank(self, among: str) -> None:
        """Make ``ranked``: the order of the literals that have one.

        :param among: SQL that selects the ids of those that are compared
        """
        keys: dict[int, Key] = {}
        by_family: dict[str, set[Any]] = defaultdict(set)
        for id, tag, text in self._read(self.tags_where(lambda tag: tag.startswith(XSD)), among):
            found = key(text, self.tags[tag])
            if found is None:
                continue
            keys[id] = found
            of_family = by_family[found.family]
            of_family.add(found.value)
            if found.zoned is False:
                of_family.update((found.value - _FOURTEEN_HOURS, found.value + _FOURTEEN_HOURS))
        families = {family: (number, sorted(points)) for number, (family, points) in enumerate(by_family.items())}
        rows = []
        for id, found in keys.items():
            number, points = families[found.family]
            rank = bisect_left(points, found.value)
            low = high = rank
            if found.zoned is False:
                low = bisect_left(points, found.value - _FOURTEEN_HOURS)
                high = bisect_left(points, found.value + _FOURTEEN_HOURS)
            rows.append((id, number, int(found.zoned is not False), rank, low, high))
        self._relation.table("ranked", "id, family, zoned, rank, low, high", rows)
