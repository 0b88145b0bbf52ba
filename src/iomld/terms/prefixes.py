"""Prefix maps: CURIEs to IRIs and back.

Source: SPARQL 1.1 / Turtle 1.1, production PrefixedName; CURIE Syntax 1.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from iomld.errors import TermError, nearest

__all__ = ["WELL_KNOWN", "PrefixMap"]

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

    def expand(self, curie: str) -> str:
        """The IRI of a CURIE.

        :raises TermError: ``unknown-prefix`` with the nearest known ones
        """
        prefix, colon, local = curie.partition(":")
        if not colon or prefix not in self._namespaces:
            raise TermError(
                "unknown-prefix",
                f"unknown prefix “{prefix}:” in “{curie}”",
                hint=nearest(prefix, self._namespaces) or "declare the prefix",
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
