"""One measurement of a project: its documents, tables, vocabulary, concepts and shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from iomld.graph import Quads, Undescribed
from iomld.query.coverage.columns import ColumnUse
from iomld.query.coverage.units import Unit, units
from iomld.query.saved import SavedQuery
from iomld.query.vocabulary import VocabularyTerm, vocabulary
from iomld.terms import PrefixMap, parse_term

__all__ = ["Coverage", "measure", "terms_and_shapes"]

_SKOS = "http://www.w3.org/2004/02/skos/core#"


@dataclass(frozen=True)
class Coverage:
    """What is used and what is not.

    :param units: every unit of the documents
    :param columns: every column of the tables
    :param terms: classes and properties, with the number of their uses
    :param idle_concepts: concepts that nothing refers to, relative to the base
    :param shapes: number of focus nodes of each shape with targets
    :param undescribed: links to things of the dataset's own of which nothing is said, by rule
    """

    units: Sequence[Unit]
    columns: Sequence[ColumnUse]
    terms: Sequence[VocabularyTerm]
    idle_concepts: Sequence[str]
    shapes: Mapping[str, int]
    undescribed: Sequence[Undescribed] = ()

    @property
    def unexplained(self) -> list[Unit]:
        """Units on which no fact rests and that no note explains."""
        return [unit for unit in self.units if not unit.explained]

    @property
    def empty_columns(self) -> list[ColumnUse]:
        """Columns of tables with rows that are filled nowhere."""
        return [column for column in self.columns if column.rows and not column.filled]

    @property
    def unread_columns(self) -> list[ColumnUse]:
        """Columns that no mapping reads."""
        return [column for column in self.columns if not column.readers]

    @property
    def idle_terms(self) -> list[VocabularyTerm]:
        """Classes and properties that the ontology declares and the data never uses."""
        return [term for term in self.terms if term.declared and not term.uses]

    @property
    def idle_shapes(self) -> list[str]:
        """Shapes that have targets and no focus node."""
        return [shape for shape, count in self.shapes.items() if not count]


def terms_and_shapes(
    quads: Quads,
    ontology: Sequence[Path],
    shapes: Sequence[Path],
    *,
    root: Path,
    base: str,
    prefixes: PrefixMap,
    queries: Sequence[SavedQuery] = (),
) -> tuple[list[VocabularyTerm], dict[str, int]]:
    """The vocabulary with its uses, and the shapes with the number of their focus nodes.

    :param ontology: files; terms of the namespace of the prefix that the project's own ontology declares are its own
    :param queries: saved queries, to tell which terms they touch
    """
    from iomld.validation import load_shapes
    from iomld.validation.focus import focus_counts
    from iomld.validation.reading import open_relation, read_files

    declared = read_files(ontology, open_relation(), root=root)
    subclasses = declared.connection.execute(
        "SELECT DISTINCT subject, object FROM quad WHERE predicate = '<http://www.w3.org/2000/01/rdf-schema#subClassOf>'"
    ).fetchall()
    terms = vocabulary(quads, declared, namespace=base, queries=queries, base=base, prefixes=prefixes)
    if not shapes:
        return terms, {}
    return terms, focus_counts(quads, load_shapes(shapes, root=root), subclasses=subclasses)


def measure(
    quads: Quads,
    columns: Sequence[ColumnUse],
    terms: Sequence[VocabularyTerm],
    shapes: Mapping[str, int],
    *,
    base: str,
    undescribed: Sequence[Undescribed] = (),
) -> Coverage:
    """Join the measurements into one value."""
    return Coverage(units(quads), columns, terms, _idle_concepts(quads, base), shapes, undescribed)


def _idle_concepts(quads: Quads, base: str) -> list[str]:
    """Concepts that are the object of nothing but the structure of their scheme."""
    rows = quads.connection.execute(
        f"""
        SELECT DISTINCT subject FROM quad
        WHERE predicate = '<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>' AND object = '<{_SKOS}Concept>'
          AND subject NOT IN (SELECT object FROM quad WHERE NOT starts_with(predicate, '<{_SKOS}'))
        ORDER BY 1
        """
    ).fetchall()
    return [parse_term(row[0]).value.removeprefix(base) for row in rows]
