"""The start page: what is in the dataset, and the ways in."""

from __future__ import annotations

from collections.abc import Mapping

from iomld.serve.dataset import term
from iomld.serve.frame import page
from iomld.serve.lists import Listed, class_name
from iomld.serve.markup import Content, Html, join, link, tag
from iomld.serve.membership import processes, states_in, themes
from iomld.serve.portraits import states_by_processes
from iomld.serve.shown import Shown, by_label
from iomld.serve.worldmap import Mark, country_map
from iomld.terms import parse_term

__all__ = ["start_page"]

_LEVELS = (1, 2, 3)


def start_page(shown: Shown, lists: Mapping[str, Listed]) -> str:
    """What is in the dataset, with ways in.

    :param lists: the things class by class
    """
    site = shown.site
    language = shown.language if shown.language in site.titles else next(iter(site.titles), "en")
    title = site.titles.get(language, site.name)
    lead = site.descriptions.get(shown.language) or next(iter(site.descriptions.values()), None)
    lead_language = None if shown.language in site.descriptions else next(iter(site.descriptions), None)
    also = [tag("li", tag("span", text, lang=one)) for one, text in site.titles.items() if one != language]
    count = shown.say(
        "{triples} triples, {things} things with an address of their own.",
        triples=f"{shown.dataset.count:,}",
        things=f"{len(shown.dataset.things):,}",
    )
    return page(
        shown,
        title,
        tag("h1", title, lang=language if language != shown.language else None),
        tag("ul", *also, class_="also") if also else None,
        tag("p", lead, lang=lead_language) if lead else None,
        _world(shown),
        _processes(shown),
        _ways(shown),
        _documents(shown, lists),
        _asked(shown),
        _contents(shown, lists),
        _downloads(shown),
        tag("p", count, class_="quiet"),
    )


def _world(shown: Shown) -> Html | None:
    """A map of the world: in how many processes each state takes part."""
    count = states_by_processes(shown)
    marks = [
        Mark(
            one,
            f"depth-{max(level for level in _LEVELS if level <= count[one])}",
            shown.say("processes: {count}", count=count[one]),
        )
        for one in sorted(count, key=by_label(shown))
    ]
    title = shown.say("States and territories by the number of processes in which they take part")
    key: list[tuple[str, Content]] = [
        ("depth-1", shown.say("one process")), ("depth-2", shown.say("two")), ("depth-3", shown.say("three or more")),
    ]  # fmt: skip
    drawn = country_map(shown, marks, name="world", title=title, key=key, whole_world=True) if marks else None
    return shown.section(title, drawn, id="world") if drawn else None


def _processes(shown: Shown) -> Html | None:
    """Each process with its beginning and the number of the states that take part, where there are any."""
    rows: list[list[Content]] = []
    for one in sorted(processes(shown.dataset), key=by_label(shown)):
        states = sum(term("mld:State") in shown.dataset.types(each) for each in states_in(shown.dataset, one))
        count = str(states) if states else None
        rows.append([shown.link(one), shown.said(one, "mld:acronym"), shown.said(one, "mld:started"), count])
    if not rows:
        return None
    title = shown.say("Processes")
    headings = [shown.say(one) for one in ("Name", "Acronym", "Began", "States")]
    more = tag(
        "p",
        link(shown.say("Compare any two of them"), shown.page("compare/index")),
        " · ",
        link(shown.say("See all as a network"), shown.page("network")),
    )
    return shown.section(title, join([shown.table(title, headings, rows), more]), count=len(rows), id="processes")


def _ways(shown: Shown) -> Html | None:
    """The other ways in, each with a word on what it answers."""
    offered = (
        ("mld:State", "browse/state", "Countries", "In which processes a country takes part, and what is done there"),
        ("mld:ThematicScope", "themes", "Themes", "Which processes, activities and events deal with what"),
        ("mld:Recommendation", "recommendations", "Recommendations", "What was asked, of whom, and what was answered"),
        ("mld:Activity", "browse/activity", "Activities", "Who does what, where, for whom and with whom"),
        ("mld:Mandate", "browse/mandate", "Mandates", "Who is empowered to do what, and by which text"),
    )
    cards = [
        tag("li", link(join([tag("strong", shown.say(name)), shown.say(what)]), shown.page(stem)))
        for kind, stem, name, what in offered
        if term(kind) in shown.site.kinds or (kind == "mld:ThematicScope" and themes(shown.dataset))
    ]
    return shown.section(shown.say("Ways in"), tag("ul", *cards, class_="cards"), id="ways") if cards else None


def _documents(shown: Shown, lists: Mapping[str, Listed]) -> Html | None:
    if "document" not in lists:
        return None
    items = [tag("li", shown.link(one), _identifier(shown, one)) for one in lists["document"].things()]
    note = tag("p", shown.say("Each with its paragraphs and the facts that rest on them."), class_="quiet")
    return shown.section(shown.say("Documents"), join([note, tag("ul", *items)]), count=len(items), id="documents")


def _identifier(shown: Shown, thing: str) -> Content:
    identifiers = ", ".join(parse_term(one).value for one in shown.dataset.values(thing, "dcterms:identifier"))
    return tag("span", f" {identifiers}", class_="quiet") if identifiers else None


def _asked(shown: Shown) -> Html | None:
    """Some of the questions in words, and the way to all of them."""
    queries = shown.site.queries
    if not queries:
        return None
    asked = sorted((query.question or name, name) for name, query in queries.items())
    step = max(len(asked) // 8, 1)
    english = "en" if shown.language != "en" else None
    items = [tag("li", link(text, shown.page(f"api/{name}"), lang=english)) for text, name in asked[::step][:8]]
    more = link(shown.say("All questions with their answers"), shown.page("api/index"))
    return shown.section(
        shown.say("Questions with an answer"), join([tag("ul", *items), tag("p", more)]), count=len(queries), id="asked"
    )


def _contents(shown: Shown, lists: Mapping[str, Listed]) -> Html:
    cards = [
        tag("li", link(join([tag("strong", f"{one.count:,}"), class_name(shown, one)]), shown.page(one.stem)))
        for one in sorted(lists.values(), key=lambda one: -one.count)
    ]
    return shown.section(shown.say("What is in it"), tag("ul", *cards, class_="cards small"), id="contents")


def _downloads(shown: Shown) -> Html | None:
    if not shown.site.files:
        return None
    items = [tag("li", link(name, shown.to(name))) for name in shown.site.files]
    return shown.section(shown.say("For machines"), tag("ul", *items), id="files")
