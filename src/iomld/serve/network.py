"""The network of processes and states as a picture: processes on a ring, states between those in which they sit.

The layout is found by rule and relaxation, without chance: the same data gives the same picture.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from iomld.serve.compare import compared
from iomld.serve.drawing import drawing, figure, legend, shortened, whole
from iomld.serve.frame import page
from iomld.serve.markup import Content, Html, join, tag
from iomld.serve.shown import Shown, by_label
from iomld.terms import parse_term

__all__ = ["network_page"]

_WIDTH, _HEIGHT, _DOT, _MOST = 1100.0, 860.0, 9.0, 400
Place = tuple[float, float]


def network_page(shown: Shown) -> str:
    """The picture, and the states with the processes of each, those with most first."""
    states = compared(shown)
    of: dict[str, list[str]] = {}
    for process in states:
        for state in states[process]:
            of.setdefault(state, []).append(process)
    title = shown.say("Network of processes and states")
    ordered = sorted(of, key=lambda one: (-len(of[one]), by_label(shown)(one)))
    rows: list[list[Content]] = [
        [shown.link(state), str(len(of[state])), join(map(shown.link, sorted(of[state], key=by_label(shown))), "; ")]
        for state in ordered
    ]
    headings = [shown.say(one) for one in ("Name", "Processes", "In which")]
    note = shown.say(
        "A line for each state or territory that takes part in a process. Those with several stand between them."
    )
    heading = shown.say("States and territories by the number of their processes")
    return page(
        shown,
        title,
        tag("h1", title),
        _picture(shown, states, of, title, note) if 0 < len(of) <= _MOST else None,
        shown.section(heading, shown.table(heading, headings, rows), count=len(rows), id="states"),
    )


def _picture(
    shown: Shown, states: Mapping[str, set[str]], of: Mapping[str, Sequence[str]], title: str, note: str
) -> Html:
    ring = _ring(states)
    anchors = {process: _on_ring(2 * math.pi * n / len(ring) - math.pi / 2, 0.74) for n, process in enumerate(ring)}
    dots = _places(anchors, of, {process: _wide(shown, process) for process in ring})
    lines = [
        tag("path", d=f"M{whole(x1)} {whole(y1)}L{whole(x2)} {whole(y2)}", class_="several" if len(of[one]) > 1 else "")
        for one, (x1, y1) in dots.items()
        for x2, y2 in (anchors[process] for process in of[one])
    ]
    nodes = [_state(shown, one, dots[one], len(of[one])) for one in sorted(of, key=by_label(shown))]
    hubs = [_process(shown, one, anchors[one], len(states[one])) for one in ring]
    picture = drawing(
        "network", title, note, (0, 0, _WIDTH, _HEIGHT), tag("g", *lines, class_="lines", aria_hidden="true"),
        *nodes, *hubs, class_="network",
    )  # fmt: skip
    key = legend([("here", shown.say("process")), ("two", shown.say("state or territory in several")),
                  ("one", shown.say("state or territory in one"))])  # fmt: skip
    return figure(picture, note, key, wide=title)


def _ring(states: Mapping[str, set[str]]) -> list[str]:
    """Processes in an order in which those that share many states are neighbours."""
    left = list(states)
    found = [left.pop(0)]
    while left:
        last = states[found[-1]]
        nearest = max(range(len(left)), key=lambda n: len(last & states[left[n]]) / len(last | states[left[n]]))
        found.append(left.pop(nearest))
    return found


def _on_ring(angle: float, part: float) -> Place:
    return (
        _WIDTH / 2 + math.cos(angle) * part * (_WIDTH / 2 - 30),
        _HEIGHT / 2 + math.sin(angle) * part * (_HEIGHT / 2 - 30),
    )


def _places(
    anchors: Mapping[str, Place], of: Mapping[str, Sequence[str]], wide: Mapping[str, float]
) -> dict[str, Place]:
    """States in the middle of their processes, those in one alone outside of it, moved apart until none overlap."""
    wanted: dict[str, Place] = {}
    single: dict[str, list[str]] = {}
    for state in sorted(of):
        if len(of[state]) == 1:
            single.setdefault(of[state][0], []).append(state)
            continue
        near = [anchors[process] for process in of[state]]
        wanted[state] = (sum(x for x, _ in near) / len(near), sum(y for _, y in near) / len(near))
    for process, own in single.items():
        x, y = anchors[process]
        out = math.atan2(y - _HEIGHT / 2, x - _WIDTH / 2)
        for n, state in enumerate(own):
            row, column = divmod(n, 7)
            angle = out + (column - (min(len(own), 7) - 1) / 2) * 0.42
            reach = 26 * row
            wanted[state] = (
                x + math.cos(angle) * (reach + max(62, wide[process] / 2 + 24)),
                y + math.sin(angle) * (reach + 62),
            )
    # A process is as wide as its name: states keep away from the whole of it.
    fixed = [
        (x + side * max(wide[process] / 2 - 14, 0) / 2, y)
        for process, (x, y) in anchors.items()
        for side in (-2, -1, 0, 1, 2)
    ]
    return _apart(wanted, fixed)


def _apart(wanted: Mapping[str, Place], fixed: Sequence[Place]) -> dict[str, Place]:
    """Places near the wanted ones of which none is nearer to another than it may be."""
    names = list(wanted)
    spots = [list(wanted[one]) for one in names]
    for turn in range(120):
        moved = False
        for i, one in enumerate(spots):
            for other, apart in [*((spot, 2.5 * _DOT) for spot in spots[:i]), *((spot, 29.0) for spot in fixed)]:
                dx, dy = one[0] - other[0], one[1] - other[1]
                far = math.hypot(dx, dy)
                if far >= apart:
                    continue
                moved = True
                if far < 0.01:  # one upon the other: by its number, so that it is the same each time
                    dx, dy, far = math.cos(i + turn), math.sin(i + turn), 1.0
                    push = apart / 2
                else:
                    push = (apart - far) / 2
                one[0] += dx / far * push
                one[1] += dy / far * push
                if isinstance(other, list):  # two states give way; a process stays
                    other[0] -= dx / far * push
                    other[1] -= dy / far * push
            one[0] = min(max(one[0], 14), _WIDTH - 14)
            one[1] = min(max(one[1], 14), _HEIGHT - 14)
        if not moved:
            break
    return {name: (x, y) for name, (x, y) in zip(names, spots, strict=True)}


def _state(shown: Shown, state: str, place: Place, count: int) -> Html:
    label, href = shown.label(state), shown.of(state)
    said = shown.say("{name}: processes: {count}", name=label, count=count)
    code = next((parse_term(one).value for one in shown.dataset.values(state, "dcterms:identifier")), label)
    x, y = map(whole, place)
    inside = (
        tag("title", said),
        tag("circle", cx=x, cy=y, r=whole(_DOT + 2 * (count > 1))),
        tag("text", shortened(code, 24), x=x, y=whole(place[1] + 3), class_="code", text_anchor="middle"),
    )
    kind = f"mark {'two' if count > 1 else 'one'}"
    return tag("a", *inside, href=href, aria_label=said, class_=kind) if href else tag("g", *inside, class_=kind)


def _wide(shown: Shown, process: str) -> float:
    """The width of the name of a process, in units of the drawing."""
    return max(len(shown.short(process)) * 7.2 + 18, 44)


def _process(shown: Shown, process: str, place: Place, count: int) -> Html:
    label, href = shown.label(process), shown.of(process)
    said = shown.say("{name}: states and territories: {count}", name=label, count=count)
    words, wide = shown.short(process), _wide(shown, process)
    x, y = place
    inside = (
        tag("title", said),
        tag("rect", x=whole(x - wide / 2), y=whole(y - 14), width=whole(wide), height="28", rx="14"),
        tag("text", words, x=whole(x), y=whole(y + 4.5), text_anchor="middle", class_="hub"),
    )
    kind = "mark here"
    return tag("a", *inside, href=href, aria_label=said, class_=kind) if href else tag("g", *inside, class_=kind)
