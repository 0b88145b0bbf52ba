"""The report: whether the data conforms, and every result with its place in the source.

Source: SHACL, section 3.6 (validation report).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from iomld.errors import ShapesError
from iomld.graph import Rule
from iomld.location import SourceLocation
from iomld.validation.paths import Path
from iomld.validation.vocabulary import SH

__all__ = ["SEVERITIES", "Judged", "Report", "Result", "rank"]

#: gravest first; a severity of one's own ranks with a violation
SEVERITIES = ("violation", "warning", "info")
_RANKS = {f"{SH}Violation": 0, f"{SH}Warning": 1, f"{SH}Info": 2}


def rank(severity: str) -> int:
    """0 for a violation or a severity of one's own, 1 for a warning, 2 for info."""
    return _RANKS.get(severity, 0)


@dataclass(frozen=True, slots=True)
class Result:
    """One validation result.

    :param focus: focus node, spelt as in N-Quads
    :param path: result path, or None for a result about the focus node itself
    :param value: value node, spelt; None where a value is missing or no single one is at fault
    :param component: IRI of the constraint component
    :param shape: node of the source shape, spelt; a blank node for a shape without a name
    :param named: IRI (not spelt) of the source shape, or of the nearest shape with a name that holds it
    :param severity: IRI of the severity
    :param messages: text by language tag; the empty tag for text without one. Never empty
    :param constraint: node of the sh:sparql constraint, spelt, where there is one
    :param further: terms (spelt) at fault beside the value: the other value of a comparison, one of the values in a
        language that stands twice, the values that conform to a shape and are too many
    :param times: how often the shape was reached with this focus node and found this
    :param details: the results below a sh:node
    :param location: the cell or line to mend
    :param rule: the mapping rule that made the value, or that should have
    :param others: the further rows or lines of a clash
    :param pinpoint: the place in the document that the fact cites
    """

    focus: str
    path: Path | None
    value: str | None
    component: str
    shape: str
    named: str
    severity: str
    messages: Mapping[str, str]
    constraint: str | None = None
    further: tuple[str, ...] = ()
    times: int = 1
    details: tuple[Result, ...] = ()
    location: SourceLocation | None = None
    rule: Rule | None = None
    others: tuple[SourceLocation, ...] = ()
    pinpoint: str | None = None

    def message(self, language: str = "en") -> str:
        """The message in a language, else without a language, else the first by tag."""
        for tag in (language, "", "en"):
            if tag in self.messages:
                return self.messages[tag]
        return self.messages[min(self.messages)]

    @property
    def component_name(self) -> str:
        """The component in short: ``MinCount``."""
        return self.component.rpartition("#")[2].removesuffix("ConstraintComponent")

    @property
    def severity_name(self) -> str:
        """The severity in short: ``Violation``, ``Warning``, ``Info``, or the last part of another IRI."""
        return self.severity.replace("#", "/").rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Judged:
    """Which engine judged a shape with targets: ``compiled`` or ``pyshacl``, and why not the former."""

    shape: str
    engine: str
    reason: str | None = None


@dataclass(frozen=True)
class Report:
    """What validation found.

    :param conforms: no result of whatever severity (section 3.6.1.1), also beyond ``results``
    :param results: results sorted by focus node, path, component, value; cut at the limit that was asked for
    :param engines: which engine judged which shape
    :param counts: number of results by severity IRI, all of them counted
    :param warnings: about the shapes
    :param prefixes: for showing terms in short
    """

    conforms: bool
    results: tuple[Result, ...]
    engines: tuple[Judged, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[ShapesError, ...] = ()
    prefixes: Mapping[str, str] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Number of results, those beyond the limit too."""
        return sum(self.counts.values())

    @property
    def left_out(self) -> int:
        """Number of results beyond the limit."""
        return self.total - len(self.results)

    def fails(self, on: str = "violation") -> bool:
        """Whether there is a result of the given severity or a graver one.

        :param on: ``violation``, ``warning``, ``info`` or ``none`` (never)
        """
        if on == "none":
            return False
        return any(rank(severity) <= SEVERITIES.index(on) for severity, count in self.counts.items() if count)

    def only(self, severity: str) -> Report:
        """The results as grave as ``severity``, one of :data:`SEVERITIES`, or graver."""
        limit = SEVERITIES.index(severity)
        return replace(
            self,
            results=tuple(result for result in self.results if rank(result.severity) <= limit),
            counts={found: count for found, count in self.counts.items() if rank(found) <= limit},
        )

    def by_severity(self) -> Counter[str]:
        """Number of results by the severities of :data:`SEVERITIES`."""
        found: Counter[str] = Counter()
        for severity, count in self.counts.items():
            found[SEVERITIES[rank(severity)]] += count
        return found
