"""SHACL property paths.

Source: SHACL, section 2.3.1; SPARQL 1.1, section 9.1 (the text form).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from iomld.validation.triples import ListError, Triples
from iomld.validation.vocabulary import rdf, sh

__all__ = [
    "Alternative",
    "Inverse",
    "Path",
    "PathError",
    "Predicate",
    "Repeat",
    "Sequence",
    "predicates",
    "read_path",
    "text",
]


class PathError(ValueError):
    """A node that is no well-formed path."""


@dataclass(frozen=True, slots=True)
class Predicate:
    """One step along a predicate (spelt)."""

    iri: str


@dataclass(frozen=True, slots=True)
class Inverse:
    """A path walked from its end to its start."""

    path: Path


@dataclass(frozen=True, slots=True)
class Sequence:
    """One path after the other."""

    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """Any of several paths."""

    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A path several times over: ``?`` (once or not at all), ``*``, ``+``."""

    path: Path
    modifier: str


Path = Predicate | Inverse | Sequence | Alternative | Repeat

_REPEATS = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}


def read_path(triples: Triples, node: str, above: frozenset[str] = frozenset()) -> Path:
    """The path that a node of the shapes graph stands for.

    :raises PathError: where it is none
    """
    if node.startswith("<") and node != rdf("nil"):
        return Predicate(node)
    if node in above:
        raise PathError("the path contains itself")
    above = above | {node}
    if not node.startswith("_:"):
        raise PathError("a path is an IRI or a blank node")
    forms = [name for name in ("inversePath", "alternativePath", *_REPEATS) if triples.objects(node, sh(name))]
    is_list = bool(triples.objects(node, rdf("first")))
    if is_list:
        # A list is a sequence, whatever else hangs on its first node (suite: path-strange-001 and -002).
        members = _members(triples, node, above)
        return Sequence(members)
    if len(forms) != 1 or len(triples.objects(node, sh(forms[0]))) != 1:
        raise PathError(
            "a path in blank node form says exactly one of sh:inversePath, sh:alternativePath and their like"
        )
    inner = triples.objects(node, sh(forms[0]))[0]
    if forms[0] == "alternativePath":
        return Alternative(_members(triples, inner, above))
    path = read_path(triples, inner, above)
    return Inverse(path) if forms[0] == "inversePath" else Repeat(path, _REPEATS[forms[0]])


def _members(triples: Triples, head: str, above: frozenset[str]) -> tuple[Path, ...]:
    try:
        members = triples.members(head)
    except ListError:
        raise PathError("the list of a path is not well-formed") from None
    if len(members) < 2:
        raise PathError("a sequence or an alternative has at least two members")
    return tuple(read_path(triples, member, above) for member in members)


def predicates(path: Path) -> frozenset[str]:
    """Every predicate (spelt) that a path walks along."""
    match path:
        case Predicate(iri):
            return frozenset({iri})
        case Inverse(inner) | Repeat(inner, _):
            return predicates(inner)
        case Sequence(paths) | Alternative(paths):
            return frozenset().union(*(predicates(member) for member in paths))


def text(path: Path, name: Callable[[str], str] = str) -> str:
    """A path as SPARQL writes it.

    :param name: how to write a predicate, from its spelt form

    >>> text(Sequence((Predicate("<urn:a>"), Inverse(Predicate("<urn:b>")))))
    '<urn:a>/^<urn:b>'
    >>> text(Repeat(Repeat(Predicate("<urn:a>"), "?"), "*"))
    '(<urn:a>?)*'
    """

    def within(member: Path, *bare: type[Path]) -> str:
        written = text(member, name)
        return written if isinstance(member, bare) else f"({written})"

    # One of ^ and one of ? * + at most stand at a path without brackets (SPARQL 1.1, productions 91 to 94).
    match path:
        case Predicate(iri):
            return name(iri)
        case Inverse(member):
            return "^" + within(member, Predicate, Repeat)
        case Repeat(member, modifier):
            return within(member, Predicate) + modifier
        case Sequence(paths):
            return "/".join(within(member, Predicate, Inverse, Repeat) for member in paths)
        case Alternative(paths):
            return "|".join(within(member, Predicate, Inverse, Repeat) for member in paths)
