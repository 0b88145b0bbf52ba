"""Names to things of the dataset, as the reconciliation API draws it: candidates, and a match where one is sure.

A state or body is what the resolver of the linking room takes a name for, at a date where one is given; all other
things are found by names that are alike. An identifier is the path of an IRI below the base.

Source: Reconciliation Service API 0.2 (W3C Entity Reconciliation Community Group), sections 3 to 6.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from iomld.errors import IomldError
from iomld.linking import Resolver
from iomld.linking.names import keys, repaired
from iomld.serve.likeness import Likeness
from iomld.serve.problems import Refused
from iomld.serve.words import LANGUAGES
from iomld.terms import parse_term

if TYPE_CHECKING:
    from iomld.serve.documents import Documents

__all__ = ["MOST_QUERIES", "Reconciler", "shown_value"]

MOST_QUERIES = 100
_LONGEST = 500  # characters of a name
_LIKE = 0.75  # of names
_UNSURE = 90.0  # most that a state or body scores which the resolver does not take a name for
_MISS = 0.7  # what is left of a score where a property has another value
#: property by which a query tells the date at which a name was used
AT = "at"
#: what the resolver knows
_RESOLVED = ("id/state/", "id/organisation/")


class Reconciler:
    """What a dataset has for a name."""

    def __init__(self, documents: Documents) -> None:
        self.documents, self.dataset = documents, documents.dataset
        self.space = f"{self.dataset.base}ns#"

    @cached_property
    def _likeness(self) -> Likeness:
        return Likeness(self.dataset)

    @cached_property
    def _resolver(self) -> Resolver | None:
        folder = self.documents.reference
        return Resolver.from_tables(folder, base=self.dataset.base) if folder else None

    @cached_property
    def _listed(self) -> frozenset[str]:
        """The paths of what the resolver knows."""
        entities = self._resolver.reference.entities.values() if self._resolver else ()
        return frozenset(f"id/{entity.path}" for entity in entities)

    def manifest(self, here: str, site: str) -> dict[str, Any]:
        """What the service offers.

        :param here: absolute address of the service; ``site`` that of the site, with ``/`` at its end
        """
        return {
            "versions": ["0.2"],
            "name": next(iter(self.documents.titles.values()), self.documents.site),
            "identifierSpace": self.dataset.base,
            "schemaSpace": self.space,
            "documentation": f"{site}api/index.html",
            "defaultTypes": self.types(),
            "view": {"url": f"{site}{{{{id}}}}"},
            "preview": {"url": f"{here}/preview?id={{{{id}}}}", "width": 430, "height": 200},
            "suggest": {
                kind: {"service_url": here, "service_path": f"/suggest/{kind}"}
                for kind in ("entity", "type", "property")
            },
            "extend": {"propose_properties": {"service_url": here, "service_path": "/properties"}},
        }

    def short(self, spelt: str) -> str:
        """The identifier of a class or property: its name in our vocabulary, else its IRI."""
        return spelt[1:-1].removeprefix(self.space)

    def spelt(self, identifier: str) -> str:
        """The class or property of an identifier."""
        return f"<{identifier}>" if ":" in identifier else f"<{self.space}{identifier}>"

    def named(self, spelt: str) -> dict[str, str]:
        """A class or property with its name."""
        return {"id": self.short(spelt), "name": self.dataset.label(spelt)}

    def types(self) -> list[dict[str, str]]:
        """The classes of what people look for."""
        return [self.named(kind) for kind in self.dataset.sizes]

    def answer(self, query: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The candidates of a query, best first.

        :param query: a member of a batch
        :raises Refused: 400 where it is none
        """
        text, limit, kinds, properties, strict = _checked(query)
        wanted = {self.spelt(kind) for kind in kinds}
        at = next((value for pid, value in properties if pid == AT), None)
        others = [(pid, value) for pid, value in properties if pid != AT]
        scored = self._scored(text, at)
        found = []
        for path, (score, sure) in scored.items():
            types = self.dataset.types(f"<{self.dataset.base}{path}>")
            held = wanted.intersection(types)
            if wanted and not (len(held) == len(wanted) if strict == "all" else held) and strict != "should":
                continue
            if wanted and not held:
                score *= _MISS
            missed = [one for one in others if not self._has(path, *one)]
            score *= _MISS ** len(missed)
            found.append((round(score, 2), sure and not missed, path, types))
        found.sort(key=lambda one: (-one[0], not one[1], one[2]))
        single = sum(sure for _, sure, _, _ in found) == 1
        return [self._candidate(*one, single=single) for one in found[:limit]]

    def _candidate(self, score: float, sure: bool, path: str, types: Sequence[str], *, single: bool) -> dict[str, Any]:
        return {
            "id": path,
            "name": self.dataset.label(f"<{self.dataset.base}{path}>"),
            "score": score,
            "match": sure and single,
            "type": [self.named(one) for one in types],
            "features": [],
        }

    def _scored(self, text: str, at: str | None) -> dict[str, tuple[float, bool]]:
        """Score, 0 to 100, and whether it is sure, by path."""
        joined = keys(text).joined
        resolved = {path: (score, sure) for path, score, sure in self._resolved(text, at)}
        matched = any(sure for _, sure in resolved.values())
        found: dict[str, tuple[float, bool]] = {}
        for path in self._likeness.same(joined):
            # The resolver knows which states and bodies bear a name when, but nothing of field offices and their like.
            refused = path.startswith(_RESOLVED) and (matched or path in self._listed)
            found[path] = (_UNSURE, False) if refused else (100.0, True)
        for likeness, path in self._likeness.nearest(joined, count=10, least=_LIKE):
            found.setdefault(path, (100 * likeness, False))
        return found | resolved

    def _resolved(self, text: str, at: str | None) -> Iterator[tuple[str, float, bool]]:
        if self._resolver is None:
            return
        try:
            resolution = self._resolver.resolve(text, at=at)
        except IomldError as error:
            raise Refused(400, "parameter-malformed", error.message) from error
        base = self.dataset.base
        if resolution.status == "matched" and self.dataset.path(f"<{resolution.iri}>"):
            yield resolution.iri.removeprefix(base), 100 * resolution.confidence, True
        for candidate in resolution.candidates:
            if candidate.iri != resolution.iri and self.dataset.path(f"<{candidate.iri}>"):
                yield candidate.iri.removeprefix(base), min(100 * candidate.score, _UNSURE), False

    def _has(self, path: str, pid: str, value: str) -> bool:
        """Whether a thing has a value, by its name, its identifier or its text."""
        wanted = {keys(value).joined, value}
        for object in self.dataset.about[f"<{self.dataset.base}{path}>"].get(self.spelt(pid), ()):
            shown = shown_value(self, object)
            texts = {shown.get("id", ""), shown.get("name", ""), str(next(iter(shown.values())))}
            if wanted & {*texts, *(keys(text).joined for text in texts)}:
                return True
        return False

    def suggest(self, kind: str, prefix: str, language: str = LANGUAGES[0]) -> list[dict[str, Any]]:
        """What begins or holds a text: things, classes or properties.

        :param kind: ``entity``, ``type`` or ``property``
        :param language: of the names of things
        """
        if kind == "entity":
            index = self.documents.index
            found = (index.said(entry, language) for entry in index.find(prefix[:_LONGEST], most=20))
            return [
                {"id": entry.path, "name": entry.label, "notable": [entry.kind] if entry.kind else []}
                for entry in found
            ]
        offered = self.types() if kind == "type" else self.properties()
        wanted = prefix.casefold()
        return [one for one in offered if wanted in one["name"].casefold() or wanted in one["id"].casefold()][:20]

    def properties(self, kind: str | None = None) -> list[dict[str, str]]:
        """The properties that things of a class, or of any, have; those of a hundred of each class are looked at."""
        kinds = [self.spelt(kind)] if kind else list(self.dataset.sizes)
        found: set[str] = set()
        for one in kinds:
            for thing in self.dataset.of_class(one, most=100):
                found.update(self.dataset.about[thing])
        return sorted((self.named(one) for one in found), key=lambda one: (one["name"].casefold(), one["id"]))


def shown_value(reconciler: Reconciler, object: str) -> dict[str, Any]:
    """A value as data extension shows it: a thing of ours, a number, a day, or text."""
    dataset = reconciler.dataset
    if (path := dataset.path(object)) is not None:
        return {"id": path, "name": dataset.label(object)}
    term = parse_term(object)
    kind = (term.datatype or "").rpartition("#")[2]
    if kind in ("integer", "int", "nonNegativeInteger", "gYear") and re.fullmatch(r"-?\d+", term.value):
        return {"int": int(term.value)}
    if kind in ("decimal", "double", "float") and re.fullmatch(r"-?\d+(\.\d+)?", term.value):
        return {"float": float(term.value)}
    if kind == "date" and re.fullmatch(r"\d{4}-\d\d-\d\d", term.value):
        return {"date": f"{term.value}T00:00:00Z"}
    return {"str": term.value}


def _checked(query: Mapping[str, Any]) -> tuple[str, int, list[str], list[tuple[str, str]], str]:
    """Text, limit, types, properties and how strictly types are meant.

    :raises Refused: 400
    """
    try:
        text = repaired(str(query.get("query", "")))[:_LONGEST]
        limit = int(query.get("limit", 10))
        kinds = query.get("type") or []
        kinds = [kinds] if isinstance(kinds, str) else [str(kind) for kind in kinds]
        properties = []
        for each in query.get("properties") or ():
            values = each["v"] if isinstance(each["v"], list) else [each["v"]]
            properties += [(str(each["pid"]), str(v.get("id") if isinstance(v, dict) else v)) for v in values]
    except (TypeError, ValueError, OverflowError, KeyError, AttributeError) as error:
        raise Refused(400, "query-malformed", f"this is no reconciliation query: {error}") from error
    strict = str(query.get("type_strict", "any"))
    if limit < 1 or strict not in ("any", "all", "should") or not (text or properties):
        raise Refused(400, "query-malformed", "a query has a text, a limit of at least 1, and a known type_strict")
    return text, min(limit, 50), kinds, properties[:20], strict
