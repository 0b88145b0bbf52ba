"""What the page of a thing shows as a picture: a process, a country, an activity, a theme."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from iomld.serve.dataset import term
from iomld.serve.markup import Content, Html, join, link, tag
from iomld.serve.membership import participating, places, processes, seats, seats_in, seats_of, states_in
from iomld.serve.shown import Shown, by_label, capital
from iomld.serve.timeline import moments_of, timeline
from iomld.serve.worldmap import Mark, country_map

__all__ = ["names", "pair", "portrait", "states_by_processes"]


def portrait(shown: Shown, thing: str) -> list[Html]:
    """The pictures of a thing, by what it is."""
    types = set(shown.dataset.types(thing))
    if term("mld:Dialogue") in types:
        return _process(shown, thing)
    if types & {term("mld:State"), term("mld:Territory")}:
        return _country(shown, thing)
    if term("skos:Concept") in types:
        return _theme(shown, thing)
    if types & {term("mld:Activity"), term("mld:Event")}:
        return _undertaking(shown, thing)
    return []


def _pointing(shown: Shown, thing: str, *curies: str) -> list[str]:
    wanted = set(map(term, curies))
    return [s for p, s in shown.dataset.pointing.get(thing, ()) if p in wanted]


def _sections(shown: Shown, *pictures: tuple[str, Html | None]) -> list[Html]:
    return [
        shown.section(shown.say(heading), picture, id="picture-" + heading.lower().replace(" ", "-"))
        for heading, picture in pictures
        if picture is not None
    ]


def _process(shown: Shown, process: str) -> list[Html]:
    """Members on a map, meetings in time, and what to compare it with."""
    dataset = shown.dataset
    roles: dict[str, list[str]] = {}
    for seat in seats_in(dataset, process):
        roles.setdefault(seat.member, []).append(seat.role)
    members = sorted(places(dataset, roles), key=by_label(shown))
    full = f"<{dataset.base}code/role/participant>"
    marks = [
        Mark(
            one,
            "member" if full in roles[one] or full not in dataset.about else "other",
            ", ".join(sorted({shown.label(role) for role in roles[one] if role})),
        )
        for one in members
    ]
    key: list[tuple[str, Content]] = []
    if full in dataset.about:
        key = [("member", shown.name(full)), ("other", shown.say("in another role"))]
        key = [entry for entry in key if any(mark.kind == entry[0] for mark in marks)]
    label = shown.label(process)
    drawn = country_map(
        shown, marks, name="members", title=shown.say("States in {process} on a map", process=label), key=key
    )
    events = _pointing(shown, process, "mld:process") + _pointing(shown, process, "dcterms:isPartOf")
    line = timeline(
        shown, moments_of(shown, events), name="meetings", title=shown.say("Meetings of {process}", process=label)
    )
    return _sections(
        shown, ("Members on the map", drawn), ("Meetings in time", line), ("Compare with", _others(shown, process))
    )


def _others(shown: Shown, process: str) -> Html | None:
    """The other processes, each with the number of states that sit in both."""
    mine = set(states_in(shown.dataset, process))
    if not mine or not processes(shown.dataset):
        return None
    rows = []
    for other in processes(shown.dataset):
        theirs = set(states_in(shown.dataset, other))
        if other != process and mine & theirs:
            rows.append((-len(mine & theirs), *by_label(shown)(other)))
    items = [
        tag("li", link(shown.name(other), shown.page(pair(shown, process, other))), shown.count(-shared))
        for shared, _, other in sorted(rows)
    ]
    note = tag("p", shown.say("With the number of states and territories that sit in both."), class_="quiet")
    every = tag("p", link(shown.say("Processes compared"), shown.page("compare/index")))
    return join([note, tag("ul", *items, class_="columns"), every]) if rows else every


def pair(shown: Shown, one: str, other: str) -> str:
    """The path of the page that compares two processes, the same for both orders."""
    first, second = sorted((shown.dataset.path(each) or "").rpartition("/")[2] for each in (one, other))
    return f"compare/{first}/{second}"


def _country(shown: Shown, state: str) -> list[Html]:
    """With whom it sits, and what happened when."""
    dataset = shown.dataset
    own = [seat.process for seat in participating(dataset, seats_of(dataset, state))]
    beside: Counter[str] = Counter()
    for process in dict.fromkeys(own):
        beside.update(set(states_in(dataset, process)) - {state})
    marks = [Mark(state, "here", "")]
    for one in sorted(beside, key=by_label(shown)):
        said = shown.say("processes in common: {count}", count=beside[one])
        marks.append(Mark(one, "two" if beside[one] > 1 else "one", said))
    key: list[tuple[str, Content]] = [("here", shown.name(state))]
    if beside:
        key.append(("one", shown.say("sits in one process with it")))
    if any(count > 1 for count in beside.values()):
        key.append(("two", shown.say("sits in several with it")))
    label = shown.label(state)
    title = shown.say("{country} and the states that it sits with", country=label) if beside else label
    drawn = country_map(shown, marks, name="neighbours", title=title, key=key)
    involved = _pointing(shown, state, "prov:agent")
    undertakings = [one for fact in involved for one in _pointing(shown, fact, "mld:involvement")]
    undertakings += _pointing(shown, state, "mld:country")
    line = timeline(
        shown,
        moments_of(shown, undertakings),
        name="times",
        title=shown.say("Events and activities of {country}", country=label),
    )
    return _sections(shown, ("On the map", drawn), ("In time", line))


def _theme(shown: Shown, concept: str) -> list[Html]:
    """Where there are activities and events on a theme, and when."""
    things = _pointing(shown, concept, "dcterms:subject")
    where: Counter[str] = Counter(country for one in things for country in shown.dataset.values(one, "mld:country"))
    marks = [
        Mark(one, "two" if where[one] > 1 else "one", shown.say("events and activities: {count}", count=where[one]))
        for one in sorted(places(shown.dataset, where), key=by_label(shown))
    ]
    key = (("one", shown.say("one event or activity")), ("two", shown.say("several")))
    label = capital(shown.label(concept))
    title = shown.say("Where there are events and activities on: {theme}", theme=label)
    drawn = country_map(shown, marks, name="where", title=title, key=key)
    line = timeline(shown, moments_of(shown, things), name="times", title=label)
    return _sections(shown, ("On the map", drawn), ("In time", line))


def _undertaking(shown: Shown, thing: str) -> list[Html]:
    """The countries and the parts of an activity or event."""
    countries = places(shown.dataset, shown.dataset.values(thing, "mld:country"))
    marks = [Mark(one, "here") for one in sorted(countries, key=by_label(shown))]
    title = shown.say("Countries of: {name}", name=shown.label(thing))
    drawn = country_map(shown, marks, name="where", title=title) if marks else None
    parts = moments_of(shown, _pointing(shown, thing, "dcterms:isPartOf", "schema:superEvent"))
    line = timeline(shown, parts, name="times", title=shown.label(thing)) if len(parts) > 1 else None
    return _sections(shown, ("On the map", drawn), ("In time", line))


def states_by_processes(shown: Shown) -> Counter[str]:
    """In how many processes each state or territory takes part."""
    sitting = {(seat.process, seat.member) for seat in participating(shown.dataset, seats(shown.dataset))}
    count: Counter[str] = Counter(member for _, member in sitting)
    return Counter({one: count[one] for one in places(shown.dataset, count)})


def names(shown: Shown, things: Iterable[str]) -> Html:
    """Things as links, in columns."""
    return tag("ul", *(tag("li", shown.link(one)) for one in things), class_="columns")
