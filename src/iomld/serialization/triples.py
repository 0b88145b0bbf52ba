"""Triples in the making: said in few words, by CURIE."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from iomld.graph import Quad
from iomld.terms import WELL_KNOWN, PrefixMap, iri, literal

__all__ = ["NAMES", "Triples", "named", "typed"]

#: prefixes by which predicates and classes are named
NAMES = PrefixMap(
    {
        **WELL_KNOWN,
        "spdx": "http://spdx.org/rdf/terms#",
        "filetype": "http://publications.europa.eu/resource/authority/file-type/",
        "eulanguage": "http://publications.europa.eu/resource/authority/language/",
        "formats": "http://www.w3.org/ns/formats/",
        "iana": "http://www.iana.org/assignments/media-types/",
    }
)


@dataclass
class Triples:
    """Triples in the making: subject and predicate as CURIE or IRI, objects as spelt terms."""

    quads: list[Quad] = field(default_factory=list)

    def say(self, subject: str, **statements: Any) -> None:
        """State ``prefix_name=object`` or a list of objects."""
        for key, objects in statements.items():
            prefix, _, name = key.partition("_")
            predicate = iri(NAMES[prefix] + name)
            for object in objects if isinstance(objects, list) else [objects]:
                self.quads.append((iri(subject), predicate, object, ""))

    def a(self, subject: str, *classes: str) -> None:
        self.say(subject, rdf_type=[named(one) for one in classes])


def named(curie: str) -> str:
    return iri(NAMES.expand(curie))


def typed(value: object, datatype: str) -> str:
    return literal(str(value), datatype=NAMES.expand(f"xsd:{datatype}"))
