"""What changed between two builds or files, told as events of the domain.

Statements are compared as sets. Then they are told by the thing they are about: a period or a citation is told by its
value where a fact points to it; a shortcut is told by the fact that it abbreviates; two facts that differ in a property
that is not essential to them are one that changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from iomld.errors import DataError, IomldError, TermError, raise_all
from iomld.graph import Quad, Quads, read_rdf
from iomld.location import SourceLocation
from iomld.serialization.alignment import align
from iomld.serialization.selection import Selection
from iomld.serialization.sentences import LABELS, PERIOD, PROVENANCE, TYPE, Side, View
from iomld.terms import bounds, parse_term

__all__ = ["Difference", "Event", "diff"]

KINDS = ("added", "removed", "changed", "source")
_BUILD = ("iomld.nq", "ontology.ttl")
_OWL = "http://www.w3.org/2002/07/owl#"
_VOCABULARY = {f"<{_OWL}{name}>" for name in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")}


@dataclass(frozen=True, order=True)
class Event:
    """One thing that changed.

    :param kind: one of :data:`KINDS`; ``source`` where only the citation changed
    :param thing: what sort of thing it is about, in words
    :param text: the sentence
    :param subject: IRI of the thing (of its new state, where there is one)
    :param pinpoints: the places in documents that it rests on
    """

    kind: str
    thing: str
    text: str
    subject: str
    pinpoints: tuple[str, ...] = ()


@dataclass(frozen=True)
class Difference:
    """All that changed.

    :param events: sorted by kind, sort of thing and sentence
    :param removed: quads that only the old state has, sorted; ``added`` likewise
    :param advice: ``major``, ``minor`` or ``patch``: what the changes of the vocabulary ask of its version; None
        where it did not change
    """

    events: list[Event]
    removed: list[Quad] = field(default_factory=list)
    added: list[Quad] = field(default_factory=list)
    advice: str | None = None

    def __bool__(self) -> bool:
        return bool(self.removed or self.added)


def diff(old: Path, new: Path) -> Difference:
    """Compare two builds (folders) or RDF files.

    :raises DataError: ``build-missing``; and those of :func:`~iomld.graph.read_rdf`; those of both sides together
    """
    connection = duckdb.connect()
    mistakes: list[IomldError] = []
    for table, path in (("before", old), ("after", new)):
        quads = Quads(connection)
        try:
            for file in _files(path):
                read_rdf(file, into=quads)
        except IomldError as error:
            mistakes.append(error)
            continue
        Selection(quads).keep(table)
        connection.execute("DELETE FROM quad")
    raise_all(mistakes)
    align(connection, "before", "after")
    removed, added = _only(connection, "before", "after"), _only(connection, "after", "before")
    before, after = Side(connection, "before"), Side(connection, "after")
    events = _Teller(connection, before, after, removed, added).events()
    return Difference(events, removed, added, _advice(before, after, removed, added))


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = [path / name for name in _BUILD if (path / name).is_file()]
    if not files or files[0].name != _BUILD[0]:
        raise DataError(
            "build-missing",
            f"there is no {_BUILD[0]} in the folder",
            location=SourceLocation(path.as_posix()),
            hint="name a folder that iomld build has written, or an RDF file",
        )
    return files


def _only(connection: duckdb.DuckDBPyConnection, table: str, other: str) -> list[Quad]:
    return connection.execute(
        f"SELECT * FROM (SELECT * FROM {table} EXCEPT SELECT * FROM {other}) ORDER BY ALL"
    ).fetchall()


class _Teller:
    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        before: Side,
        after: Side,
        removed: Iterable[Quad],
        added: Iterable[Quad],
    ) -> None:
        self._before, self._after = before, after
        touched = {quad[0] for quad in (*removed, *added)}
        for side in (before, after):
            # What sentences speak of: the things, their values, and the values of these.
            terms = touched
            for _ in range(3):
                side.load(terms)
                terms = {value for term in terms for values in side.says(term).values() for value in values}
        carriers = {term for term in touched if before.carried(term) or after.carried(term)}
        things = (touched - carriers) | self._pointing(connection, carriers)
        self._gone = {term for term in things if before.has(term) and not after.has(term)}
        self._come = {term for term in things if after.has(term) and not before.has(term)}
        self._stayed = things - self._gone - self._come
        self._pairs = self._paired()
        self._told_before = self._mentioned(before, self._gone)
        self._told_after = self._mentioned(after, self._come)

    @staticmethod
    def _pointing(connection: duckdb.DuckDBPyConnection, carriers: set[str]) -> set[str]:
        """What points to periods and citations that changed within."""
        found = connection.execute(
            """
            WITH carrier AS (SELECT unnest($1::TEXT[]) AS term)
            SELECT subject FROM before JOIN carrier ON object = term
            UNION SELECT subject FROM after JOIN carrier ON object = term
            """,
            [sorted(carriers)],
        ).fetchall()
        return {subject for (subject,) in found} - carriers

    @staticmethod
    def _mentioned(side: Side, facts: Iterable[str]) -> dict[str, set[str]]:
        """By value: the facts told that mention it."""
        found: dict[str, set[str]] = {}
        for fact in facts:
            if side.template(fact) is not None:
                for values in (*side.view(fact).values(), {fact}):
                    for value in values:
                        found.setdefault(value, set()).add(fact)
        return found

    def _paired(self) -> dict[str, str]:
        """Facts of which a new state was found, though the IRI differs: old IRI to new IRI."""
        by_essence: dict[tuple[object, ...], list[str]] = {}
        for term in sorted(self._come):
            by_essence.setdefault(self._essence(self._after, term), []).append(term)
        pairs: dict[str, str] = {}
        for term in sorted(self._gone):
            candidates = by_essence.get(self._essence(self._before, term), [])
            view = self._before.view(term)
            if candidates:
                nearest = min(candidates, key=lambda other: (len(_changed(view, self._after.view(other))), other))
                candidates.remove(nearest)
                pairs[term] = nearest
        return pairs

    @staticmethod
    def _essence(side: Side, term: str) -> tuple[object, ...]:
        view, template = side.view(term), side.template(term)
        if template is not None:
            return (view.get(TYPE), *(view.get(predicate) for predicate in template.essential))
        labels = [view.get(predicate) for predicate in LABELS]
        return (view.get(TYPE), *labels) if any(labels) else (term,)

    def events(self) -> list[Event]:
        found: list[Event] = []
        for term in self._come - set(self._pairs.values()):
            found.append(self._whole(self._after, term, "added"))
        for term in self._gone - self._pairs.keys():
            found.append(self._whole(self._before, term, "removed"))
        for old, new in [*((term, term) for term in self._stayed), *self._pairs.items()]:
            found.extend(self._compared(old, new))
        return sorted(set(found), key=lambda event: (KINDS.index(event.kind), event))

    def _whole(self, side: Side, term: str, kind: str) -> Event:
        template = side.template(term)
        if template is not None:
            statement = side.fill(template.statement, term)
            text = statement if kind == "added" else f"no longer stated: {statement}"
        else:
            text = f"{'new' if kind == 'added' else 'withdrawn'}: {side.kind(term)} {side.name(term)}"
        return Event(kind, side.kind(term), text, term, tuple(side.pinpoints(term)))

    def _compared(self, old: str, new: str) -> Iterable[Event]:
        before, after = self._before.view(old), self._after.view(new)
        kind, pinpoints = self._after.kind(new), tuple(self._after.pinpoints(new))
        # A thing is called by its old name, so that the sentence says what became of it.
        name = self._before.name(old)
        texts = []
        for predicate in _changed(before, after):
            gone = self._left(before, after, predicate, old, self._told_before)
            come = self._left(after, before, predicate, new, self._told_after)
            if gone or come:
                texts.append(self._sentence(predicate, name, gone, come))
        for text in texts:
            yield Event("changed", kind, text, new, pinpoints)
        if texts:
            return
        if any(before.get(predicate) != after.get(predicate) for predicate in PROVENANCE):
            places = f"{_listed(self._before.pinpoints(old))} to {_listed(list(pinpoints))}"
            yield Event("source", kind, f"source changed, fact unchanged: {name}, from {places}", new, pinpoints)
        elif old != new:
            yield Event("changed", kind, f"{name} has a new IRI, instead of {old}", new, pinpoints)

    def _left(self, here: View, there: View, predicate: str, term: str, told: dict[str, set[str]]) -> list[str]:
        """Values that only one side has, without those that the telling of a fact covers."""
        mentions = told.get(term, set())
        return sorted(
            value
            for value in here.get(predicate, frozenset()) - there.get(predicate, frozenset())
            if not (mentions - {term}) & told.get(value, set())
        )

    def _sentence(self, predicate: str, name: str, gone: list[str], come: list[str]) -> str:
        was = _listed([self._before.name(value) for value in gone])
        now = _listed([self._after.name(value) for value in come])
        if predicate == TYPE:
            return f"{name} is now {now or 'of no class'}, and was {was or 'of no class'}"
        if predicate in LABELS and gone and come:
            return f"{was} is now called {now}"
        label = self._after.name(predicate)
        if gone and come:
            return f"{label} of {name} {_movement(gone, come)} from {was} to {now}"
        return f"{label} of {name}: {now} added" if come else f"{label} of {name}: {was} removed"


def _changed(before: View, after: View) -> list[str]:
    return sorted(
        predicate
        for predicate in before.keys() | after.keys()
        if predicate not in PROVENANCE and predicate[0] != "^" and before.get(predicate) != after.get(predicate)
    )


def _listed(names: list[str]) -> str:
    return ", ".join(sorted(names))


def _movement(gone: list[str], come: list[str]) -> str:
    """Whether a date was narrowed, widened or otherwise changed."""
    terms = [parse_term(value) if value[0] == '"' else None for value in (gone[0], come[0])]
    if len(gone) == len(come) == 1 and all(term is not None and term.datatype == PERIOD for term in terms):
        try:
            old, new = (bounds(term.value) for term in terms if term is not None)
        except TermError:
            return "changed"
        limits = [old.earliest_start, old.latest_end, new.earliest_start, new.latest_end]
        if None not in limits:
            first, last, start, end = limits
            if first <= start and end <= last:  # type: ignore[operator]
                return "narrowed"
            if start <= first and last <= end:  # type: ignore[operator]
                return "widened"
    return "changed"


def _advice(before: Side, after: Side, removed: list[Quad], added: list[Quad]) -> str | None:
    """Semantic versioning of a vocabulary: a term that goes breaks, a term that comes adds, the rest explains."""
    terms = {quad[0] for quad in (*removed, *added)}
    advice = None
    for term in terms:
        was = _VOCABULARY.intersection(before.says(term).get(TYPE, ()))
        now = _VOCABULARY.intersection(after.says(term).get(TYPE, ()))
        if was - now:
            return "major"
        if now - was:
            advice = "minor"
        elif now:
            advice = advice or "patch"
    return advice
