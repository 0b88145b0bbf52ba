"""How good the resolver is, against a table of names with the right answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from iomld.errors import IomldError, LinkError, TermError, raise_all
from iomld.linking.resolver import Resolution, Resolver
from iomld.linking.tables import read_table
from iomld.location import SourceLocation
from iomld.terms import bounds

__all__ = ["Case", "Evaluation", "Point", "evaluate", "picture", "read_gold"]


@dataclass(frozen=True, slots=True)
class Case:
    """A name, what kind of thing it names and when, and the path that is right (``state/SWZ``), empty for none."""

    name: str
    kind: str | None
    at: str | None
    expected: str
    row: int


@dataclass(frozen=True, slots=True)
class Point:
    """Precision and recall where candidates count from a threshold on."""

    threshold: float
    precision: float
    recall: float


@dataclass(frozen=True)
class Evaluation:
    """What came out.

    :param wrong: matched, and not what is right
    :param missed: right answers that were not found
    :param curve: what precision and recall would be, were candidates taken from a threshold on
    """

    cases: int
    matched: int
    right: int
    expected: int
    wrong: tuple[tuple[Case, Resolution], ...]
    missed: tuple[tuple[Case, Resolution], ...]
    curve: tuple[Point, ...]

    @property
    def precision(self) -> float:
        """Right answers among those given; 1 where none was given."""
        return self.right / self.matched if self.matched else 1.0

    @property
    def recall(self) -> float:
        """Right answers among those that exist; 1 where none exists."""
        return self.right / self.expected if self.expected else 1.0


def read_gold(path: Path) -> list[Case]:
    """Read reference answers: a CSV table with the columns name, kind, at, expected.

    :raises LinkError: ``gold-cell`` for an unknown kind or a malformed date, and those of the table
    """
    cases, errors = [], list[IomldError]()
    for number, cells in read_table(path, ["name", "kind", "at", "expected"]):
        if cells["kind"] not in ("", "state", "organisation"):
            place = SourceLocation(str(path), row=number, field="kind")
            errors.append(
                LinkError("gold-cell", f"“{cells['kind']}” is neither state nor organisation", location=place)
            )
        if cells["at"]:
            try:
                bounds(cells["at"])
            except TermError as error:
                place = SourceLocation(str(path), row=number, field="at")
                errors.append(LinkError("gold-cell", error.message, location=place, hint=error.hint))
        expected = cells["expected"].partition("/id/")[2] or cells["expected"]
        cases.append(Case(cells["name"], cells["kind"] or None, cells["at"] or None, expected, number))
    raise_all(errors)
    return cases


def evaluate(resolver: Resolver, cases: Iterable[Case]) -> Evaluation:
    """Resolve every name and compare."""
    found = [(case, resolver.resolve(case.name, kind=case.kind, at=case.at)) for case in cases]
    base = f"{resolver.base}id/"
    matched = [(case, answer) for case, answer in found if answer.status == "matched"]
    right = sum(answer.iri == base + case.expected for case, answer in matched)
    return Evaluation(
        cases=len(found),
        matched=len(matched),
        right=right,
        expected=sum(bool(case.expected) for case, _ in found),
        wrong=tuple((case, answer) for case, answer in matched if answer.iri != base + case.expected),
        missed=tuple((case, answer) for case, answer in found if case.expected and answer.iri != base + case.expected),
        curve=tuple(_point(found, base, step / 100) for step in range(75, 101)),
    )


def _point(found: Sequence[tuple[Case, Resolution]], base: str, threshold: float) -> Point:
    given = right = 0
    for case, answer in found:
        best = answer.candidates[0] if answer.candidates else None
        # A refused name stays refused: only what is merely alike would pass with a lower threshold.
        if best is None or answer.status == "ambiguous" or best.score < threshold:
            continue
        given += 1
        right += best.iri == base + case.expected
    expected = sum(bool(case.expected) for case, _ in found)
    return Point(threshold, right / given if given else 1.0, right / expected if expected else 1.0)


def picture(curve: Sequence[Point]) -> str:
    """The curve as an SVG picture: precision and recall over the threshold."""
    width, height, margin = 560, 320, 48

    def place(threshold: float, value: float) -> str:
        low = curve[0].threshold
        x = margin + (threshold - low) / (1 - low) * (width - 2 * margin)
        return f"{x:.1f},{height - margin - value * (height - 2 * margin):.1f}"

    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'font-family="sans-serif" font-size="12">',
        "<title>Precision and recall over the threshold</title>",
        f'<rect width="{width}" height="{height}" fill="white"/>',
    ]
    for tenth in range(0, 11, 2):
        y = height - margin - tenth / 10 * (height - 2 * margin)
        lines.append(f'<path d="M{margin} {y:.1f}H{width - margin}" stroke="#ddd"/>')
        lines.append(f'<text x="{margin - 8}" y="{y + 4:.1f}" text-anchor="end">{tenth / 10:.1f}</text>')
    for point in curve[::5]:
        x = place(point.threshold, 0).partition(",")[0]
        lines.append(f'<text x="{x}" y="{height - margin + 18}" text-anchor="middle">{point.threshold:.2f}</text>')
    for label, colour, values, y in (
        ("precision", "#1b5e9b", [place(point.threshold, point.precision) for point in curve], 20),
        ("recall", "#c2571a", [place(point.threshold, point.recall) for point in curve], 36),
    ):
        lines.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{" ".join(values)}"/>')
        lines.append(f'<text x="{width - margin}" y="{y}" text-anchor="end" fill="{colour}">{label}</text>')
    lines.append(f'<text x="{width / 2:.0f}" y="{height - 8}" text-anchor="middle">threshold</text>')
    return "\n".join([*lines, "</svg>"]) + "\n"
