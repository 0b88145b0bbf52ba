"""The units of the documents, and the facts that rest on each."""

from __future__ import annotations

from dataclasses import dataclass

from iomld.graph import Quads
from iomld.terms import parse_term

__all__ = ["Unit", "units"]

_MLD = "https://w3id.org/iomld/ns#"


@dataclass(frozen=True)
class Unit:
    """A paragraph, item, footnote or row of a document.

    :param kind: notation of its kind, such as ``paragraph``
    :param facts: number of things that cite it, dates left out
    :param note: why no fact rests on it; empty where some do
    """

    pinpoint: str
    kind: str
    facts: int
    note: str

    @property
    def document(self) -> str:
        """Slug of the document."""
        return self.pinpoint.partition("/")[0]

    @property
    def part(self) -> str:
        """The part of the document that it stands in, ``body`` or ``annex-1``; the document where it has no parts.

        Items of a paragraph stand in the part that the paragraph stands in.
        """
        steps = self.pinpoint.split("/")
        return f"{steps[0]}/{steps[1]}" if len(steps) > 2 else steps[0]

    @property
    def explained(self) -> bool:
        """Whether a fact rests on it, or a note says why none does."""
        return self.facts > 0 or bool(self.note)


def units(quads: Quads) -> list[Unit]:
    """All units of all documents, in the order of their table."""
    rows = quads.connection.execute(
        f"""
        WITH part AS (
          SELECT subject, min(source) AS source, min(row) AS row FROM quad
          WHERE predicate = '<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>' AND object = '<{_MLD}DocumentPart>'
          GROUP BY subject
        ), told AS (
          SELECT subject,
            min(object) FILTER (predicate = '<{_MLD}pinpoint>') AS pinpoint,
            min(object) FILTER (predicate = '<{_MLD}unitKind>') AS kind,
            min(object) FILTER (predicate = '<http://www.w3.org/2004/02/skos/core#note>') AS note
          FROM quad SEMI JOIN part USING (subject) GROUP BY subject
        ), fact AS (
          SELECT c.object AS part, count(DISTINCT d.subject) AS facts
          FROM quad c JOIN quad d ON d.object = c.subject
          WHERE c.predicate = '<http://www.w3.org/ns/oa#hasSource>'
            AND d.predicate = '<http://www.w3.org/ns/prov#wasDerivedFrom>'
            AND NOT EXISTS (
              FROM quad t WHERE t.subject = d.subject AND t.object = '<{_MLD}Period>'
                AND t.predicate = '<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>'
            )
          GROUP BY c.object
        )
        SELECT told.pinpoint, told.kind, coalesce(facts, 0), told.note FROM part JOIN told USING (subject)
        LEFT JOIN fact ON fact.part = part.subject WHERE told.pinpoint IS NOT NULL
        ORDER BY part.source, part.row, told.pinpoint
        """
    ).fetchall()
    return [
        Unit(
            parse_term(pinpoint).value,
            parse_term(kind).value.rpartition("/")[2] if kind else "",
            facts,
            parse_term(note).value if note else "",
        )
        for pinpoint, kind, facts, note in rows
    ]
