"""Names to identifiers, at a date: matched, ambiguous or none, with the reason.

What decides is a name of the reference tables, compared by its keys (:mod:`iomld.linking.names`). A name that is only
alike is a candidate, told in the reason, and never a match. An acronym alone decides nothing, a name that several
bear is refused, and a name that fits no state of the date is refused with those that came before or after.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from iomld.errors import UsageError
from iomld.linking.dating import Days, Hit, assumed, days_of, in_own_life, label_at
from iomld.linking.names import acronym_beside, is_acronym, keys, readings
from iomld.linking.reference import Entity, Reference, read_reference
from iomld.linking.resolution import Candidate, Resolution
from iomld.linking.similarity import Similar
from iomld.terms import bounds

__all__ = ["BASE", "Candidate", "Resolution", "Resolver"]

BASE = "https://w3id.org/iomld/"
KINDS = ("state", "organisation")

#: How sure each way of comparing is: as written, folded, broken words joined, words in another order.
_CONFIDENCE = (1.0, 0.99, 0.98, 0.97)
_UNDER_ANOTHER_NAME = 0.9  # the state existed, the name was not (or no longer) in use
_OUTLIVED = 0.8  # an organisation named outside the years on record


class Resolver:
    """Resolves names against reference tables; no network, a dictionary look-up for each name that is known.

    :param reference: see :func:`iomld.linking.read_reference`
    :param base: base IRI of the identifiers given back
    """

    def __init__(self, reference: Reference, *, base: str = BASE) -> None:
        self.reference = reference
        self.base = base
        self._index: tuple[dict[str, list[Hit]], ...] = tuple(defaultdict(list) for _ in _CONFIDENCE)
        self._entities = sorted(reference.entities.values(), key=lambda entity: (entity.group, entity.row))
        numbers: dict[str, list[tuple[str, int]]] = {group: [] for group in KINDS}
        for number, entity in enumerate(self._entities):
            for name in entity.names:
                if name.use == "no":
                    continue
                if name.use == "name" and name.kind != "written" and is_acronym(name.text):
                    name = replace(name, use="acronym")
                # A spelling that a person allowed stands as written: "U.S.A." must not let "USA" in.
                allowed = name.kind == "written" and name.use == "name" and is_acronym(name.text)
                for text, _ in readings(name.text):
                    for level, key in enumerate((text, *keys(text))):
                        if level == 0 or not allowed:
                            self._index[level][key].append(Hit(entity, name, level))
                if name.use == "name":
                    numbers[entity.group].append((keys(name.text).joined, number))
        self._similar = {group: Similar(names) for group, names in numbers.items()}
        self._cached = lru_cache(maxsize=100_000)(self._resolve)

    @classmethod
    def from_tables(cls, folder: Path | None = None, *, base: str = BASE) -> Resolver:
        """A resolver over the tables of a folder; default: those that come with iomld.

        :raises LinkError: all mistakes of the tables
        """
        return cls(read_reference(folder), base=base)

    def resolve(self, name: str, *, kind: str | None = None, at: str | None = None) -> Resolution:
        """What a name means.

        :param kind: ``state`` (territories too) or ``organisation`` (processes too); default: both
        :param at: EDTF date or period; a state must have existed then. Without it the present is assumed, or, for a
            name that only the past knows, the period of that name; the reason says which.
        :raises UsageError: ``link-kind``
        :raises TermError: ``date-malformed``, ``date-backwards``

        >>> resolver = Resolver.from_tables()
        >>> resolver.resolve("Serbia and Montenegro", kind="state", at="2003-11-10").code
        'SCG'
        >>> resolver.resolve("Serbia and Montenegro", kind="state", at="2010").status
        'none'
        """
        if kind is not None and kind not in KINDS:
            raise UsageError("link-kind", f"“{kind}” is no kind of name", hint=f"use {' or '.join(KINDS)}")
        return self._cached(name, kind, at or None)

    def resolve_all(self, names: Iterable[str], *, kind: str | None = None, at: str | None = None) -> list[Resolution]:
        """:meth:`resolve` for many names, in their order."""
        return [self.resolve(name, kind=kind, at=at) for name in names]

    def _resolve(self, name: str, kind: str | None, at: str | None) -> Resolution:
        days = days_of(at) if at else None
        found = next(((hits, note) for reading, note in readings(name) if (hits := self._hits(reading, kind))), None)
        if found is None:
            return self._unknown(name, kind)
        hits, left_out = found
        if clash := self._acronym_clash(name, hits):
            return clash
        deciding = [hit for hit in hits if hit.name.use == "name" and not _shouted(name, hit)]
        others = {hit.entity.path for hit in hits if hit.name.use == "contested"}
        if not deciding or others - {hit.entity.path for hit in deciding}:
            return self._refused(name, hits)
        return self._dated(name, deciding, days, at, left_out)

    def _acronym_clash(self, name: str, hits: list[Hit]) -> Resolution | None:
        """A refusal where the acronym beside a name is another body's, or no code of the state: "Georgia (USA)"."""
        acronym = acronym_beside(name)
        if not acronym or any(name == hit.name.text for hit in hits):
            return None
        known = self._index[1].get(keys(acronym).plain, ())
        for hit in hits:
            own = {code.casefold() for code, _ in hit.entity.codes.values()}
            fits = acronym.casefold() in own or any(other.entity.path == hit.entity.path for other in known)
            if not fits and (hit.entity.group == "state" or known):
                return self._refused(name, hits, f"the acronym {acronym} beside the name is not its own")
        return None

    def _hits(self, reading: str, kind: str | None) -> list[Hit]:
        for level, key in enumerate((reading, *keys(reading))):
            found = [hit for hit in self._index[level].get(key, ()) if key and kind in (None, hit.entity.group)]
            if found:
                return found
        return []

    def _dated(self, name: str, hits: list[Hit], days: Days | None, at: str | None, left_out: str) -> Resolution:
        living = [hit for hit in hits if in_own_life(hit)] or hits
        if days is None:
            chosen = [hit for hit in living if hit.entity.status != "former"] or living
        else:
            chosen = [hit for hit in living if hit.entity.group != "state" or hit.entity.period.overlaps(*days)]
            if not chosen:
                return self._out_of_time(name, living, days, at or "")
            former = [hit for hit in chosen if hit.entity.status == "former"]
            if former and self._is_renaming(chosen):
                chosen = former  # of the follower no source tells when its life began
        if len({hit.entity.path for hit in chosen}) > 1:
            return self._refused(name, chosen, "several bear this name")
        # A name in use at the date, or, with no date, one that is still in use, tells more than a former one.
        in_use = (hit for hit in chosen if (hit.name.period.overlaps(*days) if days else not hit.name.period.end))
        hit = next(in_use, chosen[0])
        reasons = [f"{'matches' if hit.level < 3 else 'matches, words in another order,'} “{hit.name.text}”"]
        confidence = _CONFIDENCE[hit.level]
        if left_out:
            reasons.append(left_out)
            confidence = min(confidence, 0.95)
        if days is None:
            reasons.append(f"no date given: {assumed(hit)}")
        elif not hit.name.period.overlaps(*days):
            reasons.append(f"this name was in use {hit.name.period}")
            confidence = min(confidence, _UNDER_ANOTHER_NAME)
        elif not hit.entity.period.overlaps(*days):
            reasons.append(f"the years on record are {hit.entity.period}")
            confidence = min(confidence, _OUTLIVED)
        label = label_at(hit, days)
        iri = self.base + "id/" + hit.entity.path
        return Resolution(
            name, "matched", iri, label, hit.entity.code, confidence, "; ".join(reasons),
            (Candidate(iri, label, hit.entity.code, confidence),),
        )  # fmt: skip

    def _is_renaming(self, hits: list[Hit]) -> bool:
        """Whether the hits are one entry and the only one that followed it, whose own life is not dated."""
        found = {hit.entity.key: hit.entity for hit in hits}
        return len(found) == 2 and any(
            self.reference.successors.get(key) == (other,) and not found[other].period.start
            for key, other in (tuple(found), tuple(found)[::-1])
        )

    def _candidate(self, entity: Entity, score: float) -> Candidate:
        return Candidate(self.base + "id/" + entity.path, entity.label, entity.code, round(score, 3))

    def _refused(self, name: str, hits: list[Hit], why: str = "") -> Resolution:
        entities = list({hit.entity.path: hit.entity for hit in hits}.values())
        candidates = tuple(self._candidate(entity, _CONFIDENCE[hits[0].level]) for entity in entities)
        uses = {hit.name.use for hit in hits}
        if not why:
            notes = dict.fromkeys(hit.name.note for hit in hits if hit.name.note)
            acronym = uses == {"acronym"} or any(_shouted(name, hit) for hit in hits)
            why = "an acronym alone decides nothing" if acronym else "; ".join(notes) or "not decisive"
        reason = f"{why}; could be {', '.join(map(str, candidates))}"
        return Resolution(name, "ambiguous", reason=reason, candidates=candidates, cause="name-ambiguous")

    def _unknown(self, name: str, kind: str | None) -> Resolution:
        if not name.strip():
            return Resolution(name, "none", reason="the name is empty", cause="name-unknown")
        if is_acronym(name):
            return Resolution(
                name, "none", reason="not known as a name; an acronym alone decides nothing", cause="name-unknown"
            )
        joined = keys(name).joined
        found = sorted(
            (pair for group in KINDS if kind in (None, group) for pair in self._similar[group].nearest(joined)),
            key=lambda pair: (-pair[0], pair[1]),
        )[:3]
        candidates = tuple(self._candidate(self._entities[number], score) for score, number in found)
        reason = "no such name"
        if candidates:
            reason += "; alike: " + ", ".join(f"{candidate} {candidate.score:.2f}" for candidate in candidates)
        return Resolution(name, "none", reason=reason, candidates=candidates, cause="name-unknown")

    def _out_of_time(self, name: str, hits: list[Hit], days: Days, at: str) -> Resolution:
        parts: list[str] = []
        candidates: dict[str, Candidate] = {}
        for entity in {hit.entity.path: hit.entity for hit in hits}.values():
            end = entity.period.end
            gone = bool(end) and (bounds(end).latest_end or days[0]) < days[0]
            found = self._relatives(
                entity.key, days, self.reference.successors if gone else self.reference.predecessors
            )
            for relative in found:
                candidates.setdefault(relative.path, self._candidate(relative, 0.0))
            text = f"{self._candidate(entity, 0)} is on record {entity.period}, not at {at}"
            if found:
                names = " and ".join(str(self._candidate(relative, 0)) for relative in found)
                text += f"; {'succeeded' if gone else 'preceded'} by {names}"
            elif note := next((hit.name.note for hit in hits if hit.entity is entity and hit.name.note), ""):
                text += f"; {note}"
            parts.append(text)
        return Resolution(
            name, "none", reason="; ".join(parts), candidates=tuple(candidates.values()), cause="name-not-at-date"
        )

    def _relatives(self, key: str, days: Days, related: Mapping[str, tuple[str, ...]]) -> list[Entity]:
        """The nearest successors (or predecessors) that existed at the date."""
        found: dict[str, Entity] = {}
        waiting, seen = list(related.get(key, ())), {key}
        while waiting:
            other = waiting.pop(0)
            if other in seen:
                continue
            seen.add(other)
            entity = self.reference.entities.get(("state", other))
            if entity and entity.period.overlaps(*days):
                found[other] = entity
            else:
                waiting += related.get(other, ())
        return list(found.values())


def _shouted(name: str, hit: Hit) -> bool:
    """Whether a body's name of one word stands in capitals: BAOBAB may be Baobab, or the acronym of another body."""
    return hit.level > 0 and hit.entity.group == "organisation" and is_acronym(name)
