"""Processes side by side: how many states any two share, and what two of them have in common."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

from iomld.serve.dataset import term
from iomld.serve.frame import page
from iomld.serve.markup import Content, Html, join, link, tag
from iomld.serve.membership import processes, seats_in, states_in
from iomld.serve.portraits import names, pair
from iomld.serve.shown import Shown, by_label, capital, scrolling
from iomld.serve.timeline import moments_of, timeline
from iomld.serve.worldmap import Mark, country_map

__all__ = ["compared", "matrix_page", "pair_page", "pairs"]


def compared(shown: Shown) -> dict[str, set[str]]:
    """The processes in which states take part, each with these."""
    found = {}
    for process in processes(shown.dataset):
        if states := set(states_in(shown.dataset, process)):
            found[process] = states
    return found


def pairs(shown: Shown) -> Mapping[str, tuple[str, str]]:
    """The paths of all comparisons, each with its two processes in alphabetical order."""
    return {
        pair(shown, one, other): tuple(sorted((one, other), key=by_label(shown)))  # type: ignore[misc]
        for one, other in combinations(compared(shown), 2)
    }


def matrix_page(shown: Shown) -> str:
    """How many states any two processes share; each number leads to the comparison."""
    states = compared(shown)
    ordered = sorted(states, key=by_label(shown))
    head = [tag("td"), *(tag("th", shown.short(one), scope="col", title=shown.label(one)) for one in ordered)]
    most = max((len(one) for one in states.values()), default=1)
    rows = []
    for one in ordered:
        cells = []
        for other in ordered:
            shared = len(states[one] & states[other])
            if one == other:
                cells.append(tag("td", str(len(states[one])), class_="self"))
                continue
            said = shown.say(
                "{one} and {other}: {count} in common", one=shown.label(one), other=shown.label(other), count=shared
            )
            depth = "none" if not shared else f"depth-{1 + min(4 * shared // most, 3)}"
            cells.append(
                tag("td", link(str(shared), shown.page(pair(shown, one, other)), aria_label=said), class_=depth)
            )
        rows.append(
            tag("tr", tag("th", shown.link(one, shown.short(one), title=shown.label(one)), scope="row"), *cells)
        )
    title = shown.say("Processes compared")
    table = tag(
        "table", tag("caption", title, class_="unseen"), tag("thead", tag("tr", *head)), tag("tbody", *rows),
        class_="matrix",
    )  # fmt: skip
    note = shown.say(
        "How many states and territories sit in both. Follow a number to see which; on the diagonal stands how many a "
        "process has."
    )
    return page(shown, title, tag("h1", title), tag("p", note), _choice(shown, ordered), scrolling(title, table))


def _choice(shown: Shown, ordered: list[str]) -> Html | None:
    """Two lists to choose from, where a server takes the answer."""
    if not shown.site.endpoint or len(ordered) < 2:
        return None
    options = [
        tag("option", shown.label(one), value=(shown.dataset.path(one) or "").rpartition("/")[2]) for one in ordered
    ]
    return tag(
        "form",
        tag("label", shown.say("Compare"), " ", tag("select", *options, name="a")),
        " ",
        tag("label", shown.say("with"), " ", tag("select", *options[1:], options[0], name="b")),
        " ",
        tag("input", type="hidden", name="lang", value=shown.language),
        tag("button", shown.say("Show")),
        action=shown.to("compare"),
        class_="choice",
    )


def pair_page(shown: Shown, one: str, other: str) -> str:
    """What two processes have in common and what not: states, others, themes, meetings."""
    # What stands in brackets is another name, for which a heading of two has no room.
    first, second = (shown.label(each).partition(" (")[0] for each in (one, other))
    title = shown.say("{one} and {other}", one=first, other=second)
    short = shown.short(one), shown.short(other)
    members = [{seat.member for seat in seats_in(shown.dataset, process)} for process in (one, other)]
    states = [set(states_in(shown.dataset, process)) for process in (one, other)]
    marks = [
        Mark(each, kind, said)
        for each, kind, said in [
            *((each, "both", shown.say("both")) for each in states[0] & states[1]),
            *((each, "member", first) for each in states[0] - states[1]),
            *((each, "other", second) for each in states[1] - states[0]),
        ]
    ]
    ordered = by_label(shown)
    marks.sort(key=lambda mark: ordered(mark.thing))
    key: list[tuple[str, Content]] = [
        ("both", shown.say("both")), ("member", shown.name(one)), ("other", shown.name(other)),
    ]  # fmt: skip
    drawn = country_map(shown, marks, name="both", title=title, key=key)
    events = [s for each in (one, other) for p, s in shown.dataset.pointing.get(each, ()) if p == term("mld:process")]
    line = timeline(shown, moments_of(shown, events), name="times", title=title)
    themes = [set(shown.dataset.values(each, "dcterms:subject")) for each in (one, other)]
    headings: list[Content] = ["", shown.link(one), shown.link(other)]
    rows: list[list[Content]] = [
        [shown.say("Began"), *(shown.said(each, "mld:started") for each in (one, other))],
        [shown.say("States and territories"), *(str(len(each)) for each in states)],
        [shown.say("Others and other roles"), *(str(len(all - own)) for all, own in zip(members, states, strict=True))],
        [shown.say("Themes"), *(str(len(each)) for each in themes)],
    ]
    return page(
        shown,
        title,
        tag("p", link(shown.say("Processes compared"), shown.page("compare/index")), class_="kind"),
        tag("h1", title),
        _plain_table(title, headings, rows),
        *([shown.section(shown.say("On the map"), drawn, id="map")] if drawn else []),
        _parted(shown, shown.say("States and territories"), states, short, "states"),
        _parted(
            shown,
            shown.say("Others and other roles"),
            [all - own for all, own in zip(members, states, strict=True)],
            short,
            "others",
        ),
        _parted(shown, shown.say("Themes"), themes, short, "themes"),
        *([shown.section(shown.say("In time"), line, id="time")] if line else []),
    )


def _plain_table(caption: str, headings: list[Content], rows: list[list[Content]]) -> Html:
    head = tag("tr", *(tag("th", one, scope="col") if one else tag("td") for one in headings))
    body = [tag("tr", tag("th", row[0], scope="row"), *(tag("td", cell) for cell in row[1:])) for row in rows]
    table = tag("table", tag("caption", caption, class_="unseen"), tag("thead", head), tag("tbody", *body))
    return scrolling(caption, table)


def _parted(shown: Shown, heading: str, sets: list[set[str]], labels: tuple[str, str], id: str) -> Html:
    """Three lists: what both have, and what one of them only."""
    parts = []
    for title, found in (
        (shown.say("both"), sets[0] & sets[1]),
        (shown.say("only {name}", name=labels[0]), sets[0] - sets[1]),
        (shown.say("only {name}", name=labels[1]), sets[1] - sets[0]),
    ):
        listed = names(shown, sorted(found, key=by_label(shown))) if found else tag("p", "–")
        parts.append(join([tag("h3", capital(title), shown.count(len(found))), listed]))
    return shown.section(heading, join(parts), id=id)
