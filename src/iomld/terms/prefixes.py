"""Prefix maps: CURIEs to IRIs and back.

Source: SPARQL 1.1 / Turtle 1.1, production PrefixedName; CURIE Syntax 1.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from iomld.errors import TermError

__all__ = ["WELL_KNOWN", "PrefixMap", "undeclared"]

#: Prefixes known without being declared, where a project or a file does not say otherwise.
WELL_KNOWN: Mapping[str, str] = {
    "adms": "http://www.w3.org/ns/adms#",
    "c4o": "http://purl.org/spar/c4o/",
    "csvw": "http://www.w3.org/ns/csvw#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "doco": "http://purl.org/spar/doco/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "fabio": "http://purl.org/spar/fabio/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "m8g": "http://data.europa.eu/m8g/",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "semapv": "https://w3id.org/semapv/vocab/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "skosxl": "http://www.w3.org/2008/05/skos-xl#",
    "sssom": "https://w3id.org/sssom/",
    "time": "http://www.w3.org/2006/time#",
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

#: Prefixes of mappings in Turtle.
_MAPPINGS = {"rml": "http://w3id.org/rml/", "rr": "http://www.w3.org/ns/r2rml#"}

#: How a prefix is declared: in a project file, in a query, in Turtle (SHACL, RML), in YARRRML, in a link table.
DECLARATIONS: Mapping[str, str] = {
    "project": 'under [prefixes] of iomld.toml: {prefix} = "{iri}"',
    "sparql": "PREFIX {prefix}: <{iri}>, or for all queries under [prefixes] of iomld.toml",
    "turtle": "@prefix {prefix}: <{iri}> .",
    "yarrrml": "under prefixes: “{prefix}: {iri}”",
    "sssom": "under curie_map in the lines with #: “{prefix}: {iri}”",
}


def undeclared(prefix: str, known: Iterable[str], where: str) -> str:
    """What to do about a prefix that is not declared: the nearest ones, and how to declare it.

    :param known: prefixes that may be meant: those a slip of the pen away are offered, for “fish” not “sh”
    :param where: one of :data:`DECLARATIONS`

    >>> undeclared("skso", ["f", "skos"], "turtle")
    'did you mean skos? Else declare it: @prefix skso: <https://…> .'
    >>> undeclared("sh", ["f"], "turtle")
    'declare it: @prefix sh: <http://www.w3.org/ns/shacl#> .'
    """
    near = [each for each in known if _is_slip(prefix.casefold(), each.casefold())]
    how = DECLARATIONS[where].format(prefix=prefix, iri={**_MAPPINGS, **WELL_KNOWN}.get(prefix, "https://…"))
    return f"did you mean {' or '.join(near[:3])}? Else declare it: {how}" if near else f"declare it: {how}"


def _is_slip(one: str, two: str) -> bool:
    """Whether a letter was added, lost or changed, or two were swapped; of one or two letters any may be meant."""
    if one == two:
        return True
    if max(len(one), len(two)) < 3:
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    a, b = one[start:], two[start:]
    return a[1:] == b or b[1:] == a or a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])


# The plain part of PN_LOCAL: what every Turtle and SPARQL parser takes without an escape.
_SIMPLE_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.\-]*[A-Za-z0-9_\-])?")


class PrefixMap(Mapping[str, str]):
    """An immutable map of prefixes to namespace IRIs.

    :param namespaces: prefix (without colon) to namespace IRI

    >>> prefixes = PrefixMap({"ex": "https://example.org/"})
    >>> prefixes.expand("ex:a")
    'https://example.org/a'
    >>> prefixes.compress("https://example.org/a/b") is None
    True
    """

    def __init__(self, namespaces: Mapping[str, str]) -> None:
        self._namespaces = dict(namespaces)
        self._longest_first = sorted(self._namespaces.items(), key=lambda item: (-len(item[1]), item[0]))

    def __getitem__(self, prefix: str) -> str:
        return self._namespaces[prefix]

    def __iter__(self) -> Iterator[str]:
        return iter(self._namespaces)

    def __len__(self) -> int:
        return len(self._namespaces)

    def expand(self, curie: str, *, where: str = "project") -> str:
        """The IRI of a CURIE.

        :param where: where its prefix is to be declared, one of :data:`DECLARATIONS`
        :raises TermError: ``unknown-prefix`` with the nearest known ones
        """
        prefix, colon, local = curie.partition(":")
        if not colon or prefix not in self._namespaces:
            raise TermError(
                "unknown-prefix",
                f"unknown prefix “{prefix}:” in “{curie}”",
                hint=undeclared(prefix, self._namespaces, where),
            )
        return self._namespaces[prefix] + local

    def compress(self, iri: str) -> str | None:
        """The CURIE of an IRI where one can be written without escapes, else None."""
        for prefix, namespace in self._longest_first:
            if iri.startswith(namespace):
                local = iri[len(namespace) :]
                if not local or _SIMPLE_LOCAL.fullmatch(local):
                    return f"{prefix}:{local}"
        return None

    def merged(self, other: Mapping[str, str]) -> PrefixMap:
        """A new map in which ``other`` wins."""
        return PrefixMap({**self._namespaces, **other})
