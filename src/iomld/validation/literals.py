"""The literals that checks look into: text, language or datatype, lexical legality, order.

The order of values is found here in Python, by the letter, once for each distinct literal that is compared.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from iomld.engine import lexical, unescaped
from iomld.engine.forms import Key, key
from iomld.validation.relation import LITERAL, Relation, tail_of
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
        self._engine = engine = relation.engine
        relation.spell()
        engine.make(
            "spelling",
            f"SELECT id, spelt, {tail_of('spelt')} AS tail FROM term WHERE id & 3 = {LITERAL} AND id IN ({among})",
        )
        self.tags: list[str] = []
        tails = [tail for (tail,) in engine.rows("SELECT DISTINCT tail FROM spelling ORDER BY tail")]
        for tail in tails:
            self.tags.append(tail if tail.startswith("@") else tail[3:-1] or f"{XSD}string")
        rows = ", ".join(f"({engine.dialect.text(tail)}, {tag})" for tag, tail in enumerate(tails)) or "('', 0)"
        raw = "substr(spelt, 2, length(spelt) - length(tail) - 2)"
        engine.make(
            "lit",
            f"""
            SELECT id, tag, {unescaped(engine.dialect, "raw")} AS text FROM (
              SELECT id, tag, {raw} AS raw FROM spelling JOIN (VALUES {rows}) AS g(tail, tag) USING (tail)
            )
            """,
        )
        engine.drop("spelling")

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
        return self._engine.rows(f"SELECT id, tag, text FROM lit WHERE tag IN ({chosen}) AND id IN ({among})")

    def check_forms(self, datatypes: Iterable[str]) -> None:
        """Make ``illformed``: literals of these datatypes whose lexical form is not legal."""
        self._engine.begin("illformed", "id INTEGER")
        queries = []
        for datatype in sorted(datatypes):
            legal, tags = lexical(datatype, "text", self._engine.dialect), self.of_datatype(datatype)
            if legal is not None and tags:
                chosen = ", ".join(map(str, tags))
                queries.append(f"SELECT id FROM lit WHERE tag IN ({chosen}) AND NOT coalesce({legal}, false)")
        self._engine.add("illformed", *queries)

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
