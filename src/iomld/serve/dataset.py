"""The dataset held for looking up: what is said of each thing, what points to it, and what it is called."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from iomld.serve.likeness import write_keys
from iomld.serve.names import fold, letter, names_of
from iomld.serve.statements import Nodes, make, open_file, write
from iomld.terms import WELL_KNOWN, PrefixMap, parse_term

if TYPE_CHECKING:
    from iomld.graph import Quads

__all__ = ["DERIVED", "DETAILS", "FACTS", "LANGUAGES", "STATEMENTS", "TYPE", "Dataset", "term"]

#: name of the file beside the index of a project; the number grows when its form changes
STATEMENTS = "statements-4.sqlite"

#: languages of labels, in the order in which they are shown
LANGUAGES = ("en", "fr", "es")

_PREFIXES = PrefixMap(
    {
        **WELL_KNOWN,
        "mld": "https://w3id.org/iomld/ns#",
        "vann": "http://purl.org/vocab/vann/",
        "vs": "http://www.w3.org/2003/06/sw-vocab-status/ns#",
    }
)


def term(curie: str) -> str:
    """The spelt IRI of a CURIE of a vocabulary that the pages know.

    >>> term("org:role")
    '<http://www.w3.org/ns/org#role>'
    """
    return f"<{_PREFIXES.expand(curie)}>"


TYPE = term("rdf:type")
#: Nodes that say something of a thing by pointing to it; their statements stand in its document.
FACTS = frozenset(
    map(
        term,
        (
            "mld:Participation", "mld:Involvement", "mld:ThematicScope", "mld:Figure", "mld:Beneficiary",
            "mld:Relation", "mld:RegionalListing", "mld:Response", "mld:Name", "mld:CodeAssignment", "sssom:Mapping",
            "org:ChangeEvent",
        ),
    )
)  # fmt: skip
#: Nodes that a fact needs to be understood: its time, and the place that it rests on.
DETAILS = frozenset(map(term, ("mld:Period", "mld:Citation")))
#: from a fact to the place that it rests on
DERIVED = term("prov:wasDerivedFrom")
_LABELS = tuple(
    map(term, ("skos:prefLabel", "dcterms:title", "skosxl:literalForm", "rdfs:label", "mld:pinpoint", "mld:edtf"))
)
Statements = Mapping[str, list[str]]


class Dataset:
    """Spelt triples, by subject and by object, in a file that is opened at once, however large.

    :param triples: terms spelt as in N-Quads; named graphs are taken as one
    :param ontology: triples that say what classes and properties are called; they have a page together
    :param base: absolute IRI of everything that the project mints; ends in ``/``
    """

    def __init__(
        self,
        triples: Iterable[tuple[str, str, str]],
        *,
        ontology: Iterable[tuple[str, str, str]] = (),
        base: str,
    ) -> None:
        stated = sorted(set(triples))
        pointing = sorted((o, s, p) for s, p, o in stated if o[0] == "<" and p != TYPE)
        self._hold(_written(None, stated, pointing, sorted(set(ontology)), base))

    _path: Path | None = None

    def _hold(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        known = dict(connection.execute("SELECT name, value FROM known"))
        self.base: str = known["base"]
        #: the number of triples
        self.count = int(known["count"])
        self.vocabulary: Mapping[str, Statements] = json.loads(known["vocabulary"])
        self.about: Mapping[str, Statements] = Nodes(connection, "about", lambda said: said)
        self.pointing: Mapping[str, list[tuple[str, str]]] = Nodes(
            connection, "pointing", lambda said: [(predicate, subject) for predicate, subject in said]
        )

    @classmethod
    def opened(cls, path: Path) -> Dataset:
        """The dataset of a file that :meth:`write` has made."""
        dataset = cls.__new__(cls)
        dataset._hold(open_file(path))
        dataset._path = path
        return dataset

    def reader(self) -> sqlite3.Connection:
        """A connection of its own to the file, for work that takes long; without a file, the one that there is."""
        return open_file(self._path) if self._path else self._connection

    @staticmethod
    def write(path: Path, quads: Quads, *, ontology: Quads | None = None, base: str) -> None:
        """Make the file of a relation of quads; it comes into being whole, by one rename."""
        query = "SELECT DISTINCT subject, predicate, object FROM quad"
        said = sorted(ontology.connection.execute(query).fetchall()) if ontology else []
        pointing = "SELECT DISTINCT object, subject, predicate FROM quad WHERE object[1] = '<'"
        pointing = f"{pointing} AND predicate != '{TYPE}' ORDER BY ALL"
        temporary = Path(tempfile.mkdtemp(prefix=".making-", dir=path.parent))
        try:
            made = temporary / path.name
            _written(made, _rows(quads, f"{query} ORDER BY ALL"), _rows(quads, pointing), said, base).close()
            made.replace(path)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)

    @cached_property
    def things(self) -> list[str]:
        """The IRIs below the base that the data speaks of, spelt, sorted."""
        return list(_things(self._connection, self.base))

    @cached_property
    def named(self) -> list[str]:
        """The things that people look for, sorted by label: all but facts, their details, and parts of documents."""
        return [iri for (iri,) in self._connection.execute("SELECT iri FROM thing WHERE named ORDER BY place")]

    @cached_property
    def sizes(self) -> dict[str, int]:
        """The classes of what people look for, spelt, sorted, with the number of these things."""
        query = "SELECT kind, count(*) FROM class JOIN thing USING (place) WHERE named GROUP BY kind ORDER BY kind"
        return dict(self._connection.execute(query))

    def of_class(self, spelt: str, *, most: int = -1) -> list[str]:
        """All things of a class, sorted by label."""
        query = "SELECT iri FROM class JOIN thing USING (place) WHERE kind = ? ORDER BY place LIMIT ?"
        return [iri for (iri,) in self._connection.execute(query, (spelt, most))]

    def has_more(self, spelt: str, than: int) -> bool:
        """Whether there are more things of a class than a number."""
        query = "SELECT 1 FROM class WHERE kind = ? LIMIT 1 OFFSET ?"
        return self._connection.execute(query, (spelt, than)).fetchone() is not None

    def listed(self, kinds: Sequence[str], *, start: int = 0, most: int = -1) -> list[str]:
        """Named things of any of some classes, sorted by label, each once.

        :param start: how many are left out at the beginning
        """
        query = f"SELECT iri FROM {_of_kinds(kinds)} ORDER BY place LIMIT ? OFFSET ?"
        return [iri for (iri,) in self._connection.execute(query, (*kinds, most, start))]

    def letters(self, kinds: Sequence[str]) -> dict[str, int]:
        """The letters under which the labels of these things stand, in order, with the number of things of each."""
        query = f"SELECT label FROM {_of_kinds(kinds)} JOIN name USING (place) ORDER BY place"
        found: dict[str, int] = {}
        for (label,) in self._connection.execute(query, kinds):
            first = letter(label)
            found[first] = found.get(first, 0) + 1
        return found

    def path(self, spelt: str) -> str | None:
        """The path of a thing below the base, or None where it is not one of ours."""
        if spelt in self.about and spelt.startswith(f"<{self.base}"):
            return spelt[len(self.base) + 1 : -1]
        return None

    def values(self, subject: str, *curies: str) -> list[str]:
        """The objects of a subject by the first of the properties that has any."""
        statements = self.about.get(subject) or self.vocabulary.get(subject) or {}
        return next((statements[term(curie)] for curie in curies if term(curie) in statements), [])

    def types(self, subject: str) -> list[str]:
        """The classes of a subject."""
        return self.about.get(subject, {}).get(TYPE, [])

    def labels(self, subject: str) -> dict[str, str]:
        """Labels by language, best language first; ``""`` stands for no language. The first of several is taken."""
        statements = self.about.get(subject) or self.vocabulary.get(subject) or {}
        found: dict[str, str] = {}
        for predicate in _LABELS:
            for object in statements.get(predicate, ()):
                if object[0] == '"':
                    literal = parse_term(object)
                    found.setdefault(literal.language or "", literal.value)
            if found:
                break
        order = {language: place for place, language in enumerate(LANGUAGES)}
        return dict(sorted(found.items(), key=lambda item: (order.get(item[0], 9), item[0])))

    def label(self, subject: str) -> str:
        """The best label; without one, the end of the IRI in words."""
        labels = self.labels(subject)
        if labels:
            return next(iter(labels.values()))
        ending = subject.strip("<>").rstrip("/#").rpartition("#")[2].rpartition("/")[2]
        return ending or subject.strip("<>")


def _of_kinds(kinds: Sequence[str]) -> str:
    some = ", ".join("?" for _ in kinds)
    return f"(SELECT DISTINCT place, iri FROM class JOIN thing USING (place) WHERE kind IN ({some}) AND named)"


def _things(connection: sqlite3.Connection, base: str) -> Iterator[str]:
    # As sorted texts: all that begin with the base.
    query = "SELECT iri FROM about WHERE iri >= ? AND iri < ? ORDER BY iri"
    return (iri for (iri,) in connection.execute(query, (f"<{base}", f"<{base}\U0010ffff")))


def _rows(quads: Quads, query: str) -> Iterator[tuple[str, str, str]]:
    cursor = quads.connection.cursor()
    cursor.execute(query)
    while rows := cursor.fetchmany(50_000):
        yield from rows


def _written(
    path: Path | None,
    statements: Iterable[tuple[str, str, str]],
    pointing: Iterable[tuple[str, str, str]],
    ontology: Sequence[tuple[str, str, str]],
    base: str,
) -> sqlite3.Connection:
    connection = make(path)
    count = write(connection, statements, pointing)
    vocabulary: dict[str, dict[str, list[str]]] = {}
    for subject, predicate, object in ontology:
        vocabulary.setdefault(subject, {}).setdefault(predicate, []).append(object)
    known = {"base": base, "count": str(count), "vocabulary": json.dumps(vocabulary)}
    connection.executemany("INSERT INTO known VALUES (?, ?)", known.items())
    connection.commit()
    dataset = Dataset.__new__(Dataset)
    dataset._hold(connection)
    others = FACTS | DETAILS | {term("mld:DocumentPart")}
    labelled = ((dataset.label(thing), thing) for thing in _things(connection, base))
    # by letter, so that those of a letter stand together
    found = sorted((letter(label), fold(label), thing, label) for label, thing in labelled)
    for place, (_, _, thing, label) in enumerate(found):
        kinds = dataset.types(thing)
        named = not others.intersection(kinds)
        connection.execute("INSERT INTO thing VALUES (?, ?, ?)", (place, thing, named))
        connection.executemany("INSERT INTO class VALUES (?, ?)", ((kind, place) for kind in kinds))
        if named:
            kind = dataset.label(kinds[0]) if kinds else ""
            connection.execute("INSERT INTO name VALUES (?, ?, ?, ?)", (place, label, kind, names_of(dataset, thing)))
    write_keys(connection)
    connection.commit()
    return connection
