"""Terms that a query names and the data lacks, with the nearest that it has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from iomld.errors import nearest
from iomld.location import SourceLocation
from iomld.query.answers import Asker, text
from iomld.query.sparql import Named, named_iris
from iomld.query.syntax import at
from iomld.terms import PrefixMap

__all__ = ["Hint", "misspelt", "nearest_iri", "shortened", "unsaid", "values_of"]

_XSD = "http://www.w3.org/2001/XMLSchema#"


@dataclass(frozen=True)
class Hint:
    """Something about a query that the person who asks should know; no error."""

    message: str
    location: SourceLocation | None = None
    hint: str | None = None

    def __str__(self) -> str:
        place = f"{self.location}: " if self.location else ""
        return f"{place}{self.message}{f' ({self.hint})' if self.hint else ''}"


def values_of(name: str, terms: Iterable[str]) -> str:
    """A ``VALUES`` block of spelt terms for one variable."""
    return f"VALUES ?{name} {{ {' '.join(terms)} }}"


def shortened(iri: str, *, base: str, prefixes: Mapping[str, str]) -> str:
    """An IRI as people write it: a CURIE, else relative to the base, else in full."""
    curie = PrefixMap(prefixes).compress(iri)
    return curie or (iri[len(base) :] if base and iri.startswith(base) and iri != base else iri)


def misspelt(
    asker: Asker, query: str, *, name: str, base: str, prefixes: PrefixMap, vocabulary: Iterable[Path] = ()
) -> list[Hint]:
    """A hint for each IRI of the query that neither the data nor the vocabulary knows, where a near one is known.

    IRIs below the base are always told; those of other vocabularies only where one in the data is very like them.

    :param vocabulary: files of the ontology; they are read only where the data lacks a term
    """
    named: dict[str, Named] = {}
    for one in named_iris(query, base=base, prefixes=prefixes):
        if not one.iri.startswith(_XSD) and not re.search(r"[\x00-\x20<>\"{}|\\^`]", one.iri):
            named.setdefault(one.iri, one)
    unknown = _absent(asker, named)
    if any(iri.startswith(base) for iri in unknown):
        declared = _declared(vocabulary)
        unknown = [iri for iri in unknown if iri not in declared]
    else:
        declared = set()
    hints = []
    for iri in unknown:
        own = iri.startswith(base)
        hint = nearest_iri(asker, iri, declared, base=base, prefixes=prefixes, sure=not own)
        if own or hint:
            kind = "term of the vocabulary" if "#" in iri else "thing of the data"
            hints.append(Hint(f"{named[iri].written} is no {kind}", at(query, name, named[iri].start), hint))
    return hints


def unsaid(asker: Asker, values: Mapping[str, str | tuple[str, ...]], *, base: str, prefixes: PrefixMap) -> list[Hint]:
    """A hint for each parameter whose value is an IRI that the data lacks.

    :param values: spelt terms by the name of the parameter, or several that may be meant
    """
    terms = [(name, term) for name, given in values.items() for term in ([given] if isinstance(given, str) else given)]
    iris = {term[1:-1]: name for name, term in terms if term.startswith("<")}
    hints = []
    for iri in _absent(asker, iris):
        near = (
            nearest_iri(asker, iri, base=base, prefixes=prefixes)
            or _namesake(asker, iri, iris[iri], base=base, prefixes=prefixes)
            or _beside(asker, iri, base=base, prefixes=prefixes)
        )
        short = shortened(iri, base=base, prefixes=prefixes)
        hints.append(Hint(f"nothing is said of {short}" + (f"; {near}" if near else "")))
    return hints


def _namesake(asker: Asker, iri: str, kind: str, *, base: str, prefixes: PrefixMap) -> str | None:
    """A hint with the things whose last part is that of an IRI; those in a folder named like the parameter first."""
    local = re.split(r"[/#]", iri)[-1]
    if not local:
        return None
    found = asker.ask(
        f'SELECT DISTINCT ?t {{ ?t ?p ?o FILTER(isIRI(?t) && STRSTARTS(STR(?t), "{base}") '
        f'&& STRENDS(LCASE(STR(?t)), "/{local.lower()}")) }}'
    )
    known = sorted(text(row[0]) for row in found.solutions.rows if row[0]) if found.solutions else []
    known.sort(key=lambda one: f"/{kind}/" not in one)
    names = [shortened(one, base=base, prefixes=prefixes) for one in known[:3]]
    return f"did you mean {' or '.join(names)}?" if names else None


def _beside(asker: Asker, iri: str, *, base: str, prefixes: PrefixMap) -> str | None:
    """A hint with a few things of the folder of an IRI, where none of them is like it."""
    folder = re.sub(r"[^/#]*$", "", iri)
    if folder == base:
        return None
    found = asker.ask(
        f'SELECT DISTINCT ?t {{ ?t ?p ?o FILTER(isIRI(?t) && STRSTARTS(STR(?t), "{folder}")) }} ORDER BY ?t LIMIT 4'
    )
    known = [text(row[0]) for row in found.solutions.rows if row[0]] if found.solutions else []
    names = [shortened(one, base=base, prefixes=prefixes) for one in known]
    return f"there are {', '.join(names[:3])}{', …' if names[3:] else ''}" if names else None


def _absent(asker: Asker, iris: Iterable[str]) -> list[str]:
    terms = [f"<{iri}>" for iri in iris]
    if not terms:
        return []
    found = asker.ask(
        f"SELECT ?t {{ {values_of('t', terms)} FILTER(EXISTS {{ ?t ?p1 ?o1 }} || EXISTS {{ ?s2 ?t ?o2 }} "
        "|| EXISTS { ?s3 ?p3 ?t } || EXISTS { GRAPH ?t { ?s4 ?p4 ?o4 } }) }"
    )
    present = {row[0] for row in found.solutions.rows} if found.solutions else set()
    return [term[1:-1] for term in terms if term not in present]


def _declared(files: Iterable[Path]) -> set[str]:
    import pyoxigraph

    return {
        quad.subject.value
        for path in files
        for quad in pyoxigraph.parse(path=str(path))
        if isinstance(quad.subject, pyoxigraph.NamedNode)
    }


def nearest_iri(
    asker: Asker, iri: str, declared: Iterable[str] = (), *, base: str, prefixes: PrefixMap, sure: bool = False
) -> str | None:
    """A hint with the IRIs most like one: of the same namespace or folder, in the data or declared.

    :param sure: only where hardly a letter differs
    """
    folder = re.sub(r"[^/#]*$", "", iri)
    found = asker.ask(
        "SELECT DISTINCT ?t { { ?t ?p ?o } UNION { ?s ?t ?o } UNION { ?s ?p ?t } "
        f'FILTER(isIRI(?t) && STRSTARTS(STR(?t), "{folder}")) }}'
    )
    known = {text(row[0]) for row in found.solutions.rows if row[0]} if found.solutions else set()
    known |= {one for one in declared if one.startswith(folder)}
    locals_ = {one[len(folder) :]: one for one in known if "/" not in one[len(folder) :]}
    local = iri[len(folder) :]
    hint = nearest(local, locals_)
    if hint is None or (sure and not _very_like(local, locals_)):
        return None
    for one in sorted(locals_, key=len, reverse=True):
        short = shortened(locals_[one], base=base, prefixes=prefixes)
        hint = re.sub(rf"(?<![\w/:\-.]){re.escape(one)}(?![\w/:\-])", short, hint)
    return hint


def _very_like(name: str, known: Iterable[str]) -> bool:
    import difflib

    folded = [one.casefold() for one in known]
    return bool(difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.86))
