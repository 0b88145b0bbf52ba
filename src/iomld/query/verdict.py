"""What ``iomld test`` found, and the forms in which it is shown."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from xml.sax.saxutils import escape, quoteattr

from iomld.query.competency import Outcome
from iomld.query.conflicts import Conflict
from iomld.query.vocabulary import VocabularyTerm

__all__ = ["FORMATS", "Verdict", "render"]


@dataclass(frozen=True)
class Verdict:
    """What the tests of a project found.

    :param outcomes: of the saved queries that expect something
    :param conflicts: what the documents say twice and differently; no failure
    :param terms: the vocabulary, each term with the saved queries that touch it
    :param idle_shapes: shapes that have targets and no focus node
    """

    outcomes: Sequence[Outcome]
    conflicts: Sequence[Conflict] = ()
    terms: Sequence[VocabularyTerm] = ()
    idle_shapes: Sequence[str] = ()

    @property
    def failed(self) -> list[Outcome]:
        """The outcomes that are not as expected."""
        return [outcome for outcome in self.outcomes if not outcome.passed]

    @property
    def untouched(self) -> list[VocabularyTerm]:
        """The terms that no saved query touches."""
        return [term for term in self.terms if not term.queries]


def _human(verdict: Verdict) -> str:
    lines = []
    for outcome in verdict.outcomes:
        lines.append(
            f"{'passed' if outcome.passed else 'FAILED'}  {outcome.query} ({outcome.engine})  {outcome.question}"
        )
        if not outcome.passed:
            lines += [f"        {outcome.file}", *(f"        {problem}" for problem in outcome.problems)]
    count = len(verdict.outcomes)
    lines.append(f"{count - len(verdict.failed):,} of {count:,} passed, {len(verdict.failed):,} failed")
    if verdict.conflicts:
        lines += ["", f"{len(verdict.conflicts):,} conflicts: what the documents say twice and differently"]
        for conflict in verdict.conflicts:
            lines.append(f"{conflict.kind:<8}{conflict.subject}")
            lines += [f"        {side.value}: {_some(side.pinpoints)}  ({_some(side.rows)})" for side in conflict.sides]
    if verdict.terms:
        lines += [
            "",
            f"{len(verdict.untouched):,} of {len(verdict.terms):,} vocabulary terms that no saved query touches",
        ]
        for kind, plural in (("class", "classes"), ("property", "properties")):
            names = [term.name for term in verdict.untouched if term.kind == kind]
            if names:
                lines.append(f"{plural:<12}{' '.join(names)}")
    for shape in verdict.idle_shapes:
        lines.append(f"{shape} has no focus node: it checks nothing")
    return "\n".join(lines) + "\n"


def _some(places: Sequence[str]) -> str:
    return ", ".join(places[:3]) + (f" … {len(places)} in all" if len(places) > 3 else "")


def _json(verdict: Verdict) -> str:
    document = {
        "passed": not verdict.failed,
        "outcomes": [{**asdict(outcome), "passed": outcome.passed} for outcome in verdict.outcomes],
        "conflicts": [
            {"kind": conflict.kind, "subject": conflict.subject, "sides": [side._asdict() for side in conflict.sides]}
            for conflict in verdict.conflicts
        ],
        "terms": [asdict(term) for term in verdict.terms],
        "idle_shapes": list(verdict.idle_shapes),
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _junit(verdict: Verdict) -> str:
    """A suite for each engine, a case for each query. Conflicts stand in the output of the suite: they fail nothing."""
    suites: dict[str, list[Outcome]] = {}
    for outcome in verdict.outcomes:
        suites.setdefault(outcome.engine, []).append(outcome)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites tests="{len(verdict.outcomes)}" failures="{len(verdict.failed)}" errors="0">',
    ]
    for engine, outcomes in suites.items():
        failures = sum(not outcome.passed for outcome in outcomes)
        name = quoteattr(f"saved queries on {engine}")
        lines.append(f'  <testsuite name={name} tests="{len(outcomes)}" failures="{failures}" errors="0" skipped="0">')
        for outcome in outcomes:
            case = f"    <testcase classname={quoteattr(engine)} name={quoteattr(outcome.query)}"
            if outcome.passed:
                lines.append(f"{case}/>")
                continue
            message = quoteattr(outcome.problems[0])
            text = escape("\n".join((outcome.file, *outcome.problems)))
            lines += [f"{case}>", f'      <failure type="answer" message={message}>{text}</failure>', "    </testcase>"]
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>"]) + "\n"


#: Forms of a verdict by name.
FORMATS: Mapping[str, Callable[[Verdict], str]] = {"human": _human, "json": _json, "junit": _junit}


def render(verdict: Verdict, format: str) -> str:
    """A verdict as text in one of :data:`FORMATS`."""
    return FORMATS[format](verdict)
