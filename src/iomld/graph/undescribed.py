"""Links into nothing: IRIs of the dataset's own that stand as objects, and of which nothing is said."""

from __future__ import annotations

from dataclasses import dataclass

from iomld.graph.quads import Quads
from iomld.location import SourceLocation

__all__ = ["Undescribed", "undescribed"]


@dataclass(frozen=True)
class Undescribed:
    """What one rule links to and nothing describes.

    :param rule: triples map and predicate; empty where no mapping made the links
    :param place: of the rule in its mapping
    :param things: number of IRIs
    :param example: the first of them in the order of the tables, relative to the base
    :param cell: that it comes from
    """

    rule: str
    place: SourceLocation | None
    things: int
    example: str
    cell: SourceLocation | None

    def __str__(self) -> str:
        made = f", made from {self.cell}" if self.cell else ""
        what = f"{self.things:,} things" if self.things != 1 else "1 thing"
        place = f" ({self.place})" if self.place else ""
        return f"{self.rule or 'no rule'}{place}: {what} of which nothing is said, such as {self.example}{made}"


def undescribed(quads: Quads, base: str, *, ontology: Quads | None = None) -> list[Undescribed]:
    """The IRIs below a base that are objects and never subjects, counted by rule, in the order of the rules.

    :param base: start of the IRIs of the dataset's own
    :param ontology: what it describes is described
    """
    known: list[str] = []
    if ontology is not None:
        known = [row[0] for row in ontology.connection.execute("SELECT DISTINCT subject FROM quad").fetchall()]
    rows = quads.connection.execute(
        """
        SELECT rule, count(DISTINCT object), min(struct_pack(source := source, "row" := "row", object := object))
        FROM quad ANTI JOIN (SELECT subject FROM quad UNION ALL SELECT unnest($known)) AS said ON said.subject = object
        WHERE starts_with(object, $base) GROUP BY rule ORDER BY rule
        """,
        {"base": f"<{base}", "known": known},
    ).fetchall()
    found: list[Undescribed] = []
    for number, things, first in rows:
        origin = quads.origin(number, first["source"], first["row"])
        rule = origin.rule
        example = first["object"][1:-1].removeprefix(base)
        name, place = (rule.name, rule.location) if rule else ("", None)
        found.append(Undescribed(name, place, things, example, origin.location))
    return found
