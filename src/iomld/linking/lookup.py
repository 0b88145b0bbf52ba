"""Functions that mappings call: names to identifiers, by the reference tables that come with iomld.

They are found by the entry points of the group ``iomld.functions``, as those of any other package are.
"""

from __future__ import annotations

from functools import cache

from iomld.linking.resolver import Resolution, Resolver
from iomld.mapping import Function, Parameter

__all__ = ["CODE", "RESOLVE"]

_IOMLDF = "https://w3id.org/iomld/function#"
_PARAMETERS = (
    Parameter(("name", "valueParam", "valueParameter")),
    Parameter(("kind",), required=False),
    Parameter(("at",), required=False),
)


@cache
def _resolver() -> Resolver:
    return Resolver.from_tables()


def _found(name: str, kind: str | None, at: str | None) -> Resolution:
    """What a name means; a name that means nothing certain is a mistake of the cell, never left out in silence."""
    resolution = _resolver().resolve(name, kind=kind, at=at)
    if error := resolution.error:
        raise error
    return resolution


def _iri(name: str, kind: str | None, at: str | None) -> str:
    return _found(name, kind, at).iri


def _code(name: str, kind: str | None, at: str | None) -> str | None:
    return _found(name, kind, at).code or None


#: the IRI of a state or organisation, by its name at a date
RESOLVE = Function(_IOMLDF + "resolve", _PARAMETERS, "string", _iri)
#: its code: ISO 3166 alpha-3 for a state
CODE = Function(_IOMLDF + "code", _PARAMETERS, "string", _code)
