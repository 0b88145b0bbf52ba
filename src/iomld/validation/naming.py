"""The classes and properties that a shapes graph names."""

from __future__ import annotations

from collections.abc import Iterator

from iomld.validation.triples import Triples
from iomld.validation.vocabulary import rdf, sh

__all__ = ["named_terms"]

_NAMING = (
    "targetClass", "class", "targetSubjectsOf", "targetObjectsOf", "path", "equals", "disjoint", "lessThan",
    "lessThanOrEquals",
)  # fmt: skip
_STEPS = ("inversePath", "alternativePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath")


def named_terms(triples: Triples) -> Iterator[tuple[str, str]]:
    """The IRIs (bare) that stand as target, class, or property, or within a path, each with the node that names it."""
    for predicate in map(sh, _NAMING):
        for subject in triples.subjects(predicate):
            for object in triples.objects(subject, predicate):
                for term in _within(triples, object):
                    yield term[1:-1], subject


def _within(triples: Triples, node: str) -> Iterator[str]:
    """The IRIs of a path: the node itself, or those that its steps lead to."""
    seen: set[str] = set()
    front = [node]
    while front:
        node = front.pop(0)
        if node.startswith("<"):
            if node != rdf("nil"):
                yield node
        elif node not in seen:
            seen.add(node)
            for predicate in (*map(sh, _STEPS), rdf("first"), rdf("rest")):
                front += triples.objects(node, predicate)
