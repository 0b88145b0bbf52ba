"""Countries on a map, in the outlines of ``world.json``."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from iomld.serve.dataset import Dataset, term
from iomld.serve.drawing import drawing, figure, legend, whole
from iomld.serve.markup import Content, Html, tag
from iomld.serve.shown import Shown
from iomld.terms import parse_term

__all__ = ["Mark", "country_map", "outlines_of"]


class Box(NamedTuple):
    """A rectangle of the drawing."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether two rectangles have something in common."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def around(self, other: Box) -> Box:
        """The smallest rectangle that holds both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


class Outline(NamedTuple):
    """The form of a country: path data, the rectangle of all of it, and that of its largest part with the middle."""

    path: str
    all: Box
    main: Box
    middle: tuple[float, float]


class Mark(NamedTuple):
    """A state or territory to be marked.

    :param kind: class of its colour
    :param note: what is said of it beside its name
    """

    thing: str
    kind: str
    note: str = ""


@cache
def world() -> tuple[dict[str, Outline], list[Outline]]:
    """Outlines by ISO 3166 alpha-3, and those of places without a code."""
    document = json.loads((Path(__file__).parent / "world.json").read_text(encoding="utf-8"))
    return {code: _outline(path) for code, path in document["outlines"].items()}, list(
        map(_outline, document["others"])
    )


def _outline(path: str) -> Outline:
    rings = []
    for part in re.findall(r"M[^M]+", path):
        numbers = list(map(int, re.findall(r"-?\d+", part)))
        x, y = numbers[0], numbers[1]
        ring = [(x, y)]
        for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
            x, y = x + dx, y + dy
            ring.append((x, y))
        xs, ys = [x for x, _ in ring], [y for _, y in ring]
        rings.append((Box(min(xs), min(ys), max(xs), max(ys)), ring))
    every = rings[0][0]
    for box, _ in rings:
        every = every.around(box)
    main, ring = max(rings, key=lambda one: (one[0].right - one[0].left) * (one[0].bottom - one[0].top))
    return Outline(path, every, main, _middle(ring) or ((main.left + main.right) / 2, (main.top + main.bottom) / 2))


def _middle(ring: Sequence[tuple[float, float]]) -> tuple[float, float] | None:
    """The centre of gravity of a form; None for one without extent."""
    double = across = down = 0.0
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        cross = x1 * y2 - x2 * y1
        double, across, down = double + cross, across + (x1 + x2) * cross, down + (y1 + y2) * cross
    return (across / (3 * double), down / (3 * double)) if double else None


def outlines_of(dataset: Dataset, thing: str) -> list[str]:
    """The codes of the outlines that make up a state: its own, or those of the states that followed it."""
    codes = [code for code in _codes(dataset, thing) if code in world()[0]]
    if codes:
        return codes
    before, after = term("org:originalOrganization"), "org:resultingOrganization"
    changes = [s for p, s in dataset.pointing.get(thing, ()) if p == before]
    return [code for change in changes for one in dataset.values(change, after) for code in outlines_of(dataset, one)]


def _codes(dataset: Dataset, thing: str) -> list[str]:
    return [parse_term(one).value for one in dataset.values(thing, "dcterms:identifier")]


def country_map(
    shown: Shown,
    marks: Sequence[Mark],
    *,
    name: str,
    title: str,
    key: Sequence[tuple[str, Content]] = (),
    whole_world: bool = False,
) -> Html | None:
    """A map of the part of the world in which the marked countries lie; None where none of them has an outline.

    :param name: unique on the page
    :param key: class of a colour, and what it says
    """
    outlines, others = world()
    drawn = {mark.thing: outlines_of(shown.dataset, mark.thing) for mark in marks}
    placed = [mark for mark in marks if drawn[mark.thing]]
    if not placed:
        return None
    window = _window([outlines[code].main for mark in placed for code in drawn[mark.thing]], whole_world)
    marked = {code for mark in placed for code in drawn[mark.thing]}
    land = [
        outline.path
        for code, outline in [*outlines.items(), *(("", one) for one in others)]
        if code not in marked and outline.all.meets(window)
    ]
    width, height = window.right - window.left, window.bottom - window.top
    forms = [_country(shown, mark, [outlines[code] for code in drawn[mark.thing]], width) for mark in placed]
    names = ", ".join(sorted(shown.label(mark.thing) for mark in placed))
    picture = drawing(
        name,
        title,
        shown.say("Marked on the map: {names}.", names=names),
        (window.left, window.top, width, height),
        tag("path", d="".join(land), class_="land", stroke_width=whole(width / 1000)),
        *forms,
        *(
            []
            if whole_world
            else _labels(
                shown, [(one.thing, _largest([outlines[code] for code in drawn[one.thing]])) for one in placed], width
            )
        ),
        class_="map",
    )
    said = [shown.say("Outlines of today: Natural Earth. They state no view on any boundary.")]
    if missing := [shown.label(mark.thing) for mark in marks if not drawn[mark.thing]]:
        said.append(shown.say("Not on the map: {names}.", names=", ".join(missing)))
    if former := [shown.label(mark.thing) for mark in placed if len(drawn[mark.thing]) > 1]:
        said.append(shown.say("Drawn as the states that followed: {names}.", names=", ".join(former)))
    return figure(picture, " ".join(said), legend(key) if key else None)


def _window(boxes: Sequence[Box], whole_world: bool) -> Box:
    """The part of the map to show: around the marks, neither too small nor too flat nor too tall."""
    everything = Box(-1985, -1030, 1985, 720)
    window = boxes[0]
    for box in boxes:
        window = window.around(box)
    width, height = window.right - window.left, window.bottom - window.top
    if whole_world or width > 2400:
        return everything
    wide = max(width * 1.2, height * 1.2 * 1.5, 380)
    tall = max(height * 1.2, wide / 2.3)
    middle, centre = (window.left + window.right) / 2, (window.top + window.bottom) / 2
    return Box(middle - wide / 2, centre - tall / 2, middle + wide / 2, centre + tall / 2)


def _country(shown: Shown, mark: Mark, outlines: Sequence[Outline], width: float) -> Html:
    label = shown.label(mark.thing)
    said = f"{label}: {mark.note}" if mark.note else label
    path = tag("path", d="".join(one.path for one in outlines), stroke_width=whole(width / 1000))
    box, (x, y) = outlines[0].main, outlines[0].middle
    small = max(box.right - box.left, box.bottom - box.top) < width / 90
    ring = tag("circle", cx=whole(x), cy=whole(y), r=whole(width / 160)) if small else None
    inside = (tag("title", said), path, ring)
    href = shown.of(mark.thing)
    kind = f"mark {mark.kind}"
    return tag("a", *inside, href=href, aria_label=said, class_=kind) if href else tag("g", *inside, class_=kind)


def _largest(outlines: Sequence[Outline]) -> Outline:
    return max(outlines, key=lambda one: (one.main.right - one.main.left) * (one.main.bottom - one.main.top))


def _labels(shown: Shown, placed: Sequence[tuple[str, Outline]], width: float) -> list[Html]:
    """The names of countries, or else their codes, largest first, where they have room and meet no other name."""
    size = width / 68
    taken: list[Box] = []
    found = []
    by_size = sorted(placed, key=lambda one: (one[1].main.left - one[1].main.right, one[0]))
    for thing, outline in by_size:
        (x, y), room = outline.middle, (outline.main.right - outline.main.left) * 1.15
        for text in (shown.label(thing), *_codes(shown.dataset, thing)):
            half = len(text) * size * 0.29
            box = Box(x - half, y - size * 0.7, x + half, y + size * 0.7)
            tall = outline.main.bottom - outline.main.top
            if 2 * half < room and size * 1.3 < tall and not any(map(box.meets, taken)):
                taken.append(box)
                found.append(
                    tag("text", text, x=whole(x), y=whole(y + size / 3), font_size=whole(size), text_anchor="middle",
                        aria_hidden="true")
                )  # fmt: skip
                break
    return found
