"""What one document says: all of a thing, the facts about it, and what those rest on.

Every syntax of a document holds these statements and no others.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping

from iomld.serialization import FORMATS
from iomld.serialization.formats import Options
from iomld.serialization.selection import Selection
from iomld.serialization.subjects import Gathered, Subject
from iomld.serve.dataset import DERIVED, DETAILS, FACTS, TYPE, Dataset, term
from iomld.terms import PrefixMap

__all__ = ["Excerpt", "cited_in", "excerpt", "facts_about", "serialize"]

_SOURCE = term("oa:hasSource")
_NAMES = (term("skos:prefLabel"), term("dcterms:title"))


class Excerpt(Selection):
    """Some subjects of a dataset, in the form that the writers read."""

    def __init__(self, statements: Mapping[str, Mapping[str, list[str]]]) -> None:
        self.statements = statements
        self.blanks = []

    def graphs(self, relation: str | None = None) -> list[str]:
        """None: the statements are triples."""
        return []

    def schemes(self, prefixes: Collection[str]) -> frozenset[str]:
        """Those of some prefixes that are schemes of IRIs with no ``//`` behind."""
        terms = (
            text
            for subject, said in self.statements.items()
            for predicate, objects in said.items()
            for text in (subject, predicate, *objects)
        )
        return frozenset(prefixes).intersection(
            match[1] for text in terms if (match := re.match(r"<([^:/?#]+):(?!//)", text))
        )

    def subjects(self, *, key: Callable[[str], object]) -> Iterator[Subject]:
        """The subjects in order, each with its statements."""
        for subject in sorted(self.statements, key=lambda subject: (subject[:-1], subject)):
            said = self.statements[subject]
            yield Subject("", subject, [(one, sorted(said[one])) for one in sorted(said, key=key)])  # type: ignore[arg-type]

    def gathered(self) -> Iterator[Gathered]:
        """The same in no order of the statements."""
        for graph, subject, statements in self.subjects(key=str):
            yield Gathered(graph, subject, {f"{one} {object}" for one, objects in statements for object in objects})

    def triples(self) -> list[str]:
        """Lines of N-Triples, sorted."""
        return sorted(
            f"{subject} {predicate} {object} ."
            for subject, said in self.statements.items()
            for predicate, objects in said.items()
            for object in objects
        )


def facts_about(dataset: Dataset, thing: str) -> list[str]:
    """The facts that point to a thing, or that it points to, sorted."""
    near = [subject for _, subject in dataset.pointing.get(thing, ())]
    near += [object for objects in dataset.about.get(thing, {}).values() for object in objects]
    return sorted({node for node in near if FACTS.intersection(dataset.types(node))})


def cited_in(dataset: Dataset, part: str) -> dict[str, list[str]]:
    """What rests on a part of a document by each citation of the part."""
    citations = [subject for predicate, subject in dataset.pointing.get(part, ()) if predicate == _SOURCE]
    return {
        citation: [subject for predicate, subject in dataset.pointing.get(citation, ()) if predicate == DERIVED]
        for citation in citations
    }


def excerpt(dataset: Dataset, thing: str) -> Excerpt:
    """The statements of the document of a thing."""
    found: dict[str, Mapping[str, list[str]]] = {thing: dataset.about[thing]}
    for fact in facts_about(dataset, thing):
        found[fact] = dataset.about[fact]
    mentioned: set[str] = set()
    for said in list(found.values()):
        for predicate, objects in said.items():
            if predicate != TYPE:
                mentioned.update(object for object in objects if object[0] == "<" and object not in found)
    for citation, resting in cited_in(dataset, thing).items():
        found[citation] = dataset.about[citation]
        for subject in resting:
            found.setdefault(subject, {**_name(dataset, subject), DERIVED: [citation]})
    for predicate, subject in dataset.pointing.get(thing, ()):
        if subject not in found:  # that it points here, and what it is called
            found[subject] = {**_name(dataset, subject), predicate: [thing]}
    for node in sorted(mentioned - found.keys()):
        if DETAILS.intersection(dataset.types(node)):
            found[node] = dataset.about[node]
        elif node in dataset.about and (name := _name(dataset, node)):
            found[node] = name
    return Excerpt(found)


def _name(dataset: Dataset, node: str) -> dict[str, list[str]]:
    said = dataset.about[node]
    return {predicate: said[predicate] for predicate in _NAMES if predicate in said}


def serialize(
    selected: Excerpt, format: str, *, prefixes: PrefixMap, context: Mapping[str, object] | None, base: str
) -> bytes:
    """The statements as ``turtle``, ``jsonld`` or ``ntriples``; JSON-LD carries what it needs of the context."""
    if format == "ntriples":
        return "".join(f"{line}\n" for line in selected.triples()).encode()
    out = io.BytesIO()
    needed = _needed(selected, context, prefixes) if context is not None and format == "jsonld" else None
    FORMATS[format].writer(selected, out, Options(prefixes, needed, base))
    return out.getvalue()


def _needed(selected: Excerpt, context: Mapping[str, object], prefixes: PrefixMap) -> dict[str, object]:
    """The part of a context that the statements need: their terms, and the prefixes of these."""
    used = {predicate[1:-1] for said in selected.statements.values() for predicate in said}
    used |= {one[1:-1] for said in selected.statements.values() for one in said.get(TYPE, ())}
    inner = context.get("@context", context)
    assert isinstance(inner, dict)
    namespaces = {name: str(value) for name, value in inner.items() if isinstance(value, str) and _is_prefix(value)}
    known = PrefixMap({**prefixes, **namespaces})
    kept: dict[str, object] = {}
    for name, value in inner.items():
        iri = value.get("@id") if isinstance(value, dict) else value
        if name.startswith("@"):
            kept[name] = value
        elif isinstance(iri, str) and name not in namespaces:
            prefix, colon, local = iri.partition(":")
            if (known[prefix] + local if colon and prefix in known else iri) in used:
                kept[name] = value
    text = json.dumps(kept)
    return {**{name: iri for name, iri in namespaces.items() if f'"{name}:' in text}, **kept}


def _is_prefix(value: str) -> bool:
    return re.match(r"[a-z][a-z0-9+.-]*://", value) is not None and value[-1] in "#/"
