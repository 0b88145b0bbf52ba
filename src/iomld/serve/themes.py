"""Which process deals with what: themes and processes in one table."""

from __future__ import annotations

from iomld.serve.dataset import term
from iomld.serve.frame import page
from iomld.serve.markup import Html, join, link, tag
from iomld.serve.membership import processes, themes
from iomld.serve.shown import Shown, by_label, capital, scrolling

__all__ = ["by_theme", "themes_page"]


def themes_page(shown: Shown) -> str:
    """All themes: those of processes against these, and the others with what has them."""
    dataset = shown.dataset
    uses = themes(dataset)
    columns = sorted(processes(dataset), key=by_label(shown))
    having = {one: set(dataset.values(one, "dcterms:subject")) for one in columns}
    columns = [one for one in columns if having[one]]
    of_processes = sorted({theme for each in having.values() for theme in each}, key=by_label(shown))
    head = [
        tag("th", shown.say("Theme"), scope="col"),
        *(tag("th", shown.short(one), scope="col", title=shown.label(one)) for one in columns),
    ]
    rows = []
    for theme in of_processes:
        cells = [
            tag("td", "●", tag("span", f" {shown.label(one)}", class_="unseen"), class_="depth-2")
            if theme in having[one]
            else tag("td")
            for one in columns
        ]
        rows.append(tag("tr", tag("th", shown.link(theme, capital(shown.label(theme))), scope="row"), *cells))
    heading = shown.say("Themes of the processes")
    table = tag(
        "table", tag("caption", heading, class_="unseen"), tag("thead", tag("tr", *head)), tag("tbody", *rows),
        class_="matrix",
    )  # fmt: skip
    every = [
        tag("li", shown.link(theme, capital(shown.label(theme))), shown.count(uses[theme]))
        for theme in sorted(uses, key=by_label(shown))
    ]
    title = shown.say("Themes")
    note = shown.say("With the number of things that have the theme: processes, events, activities, recommendations.")
    return page(
        shown,
        title,
        tag("h1", title, shown.count(len(uses))),
        shown.section(
            shown.say("All themes"),
            join([tag("p", note, class_="quiet"), tag("ul", *every, class_="columns")]),
            id="all",
        ),
        shown.section(heading, scrolling(heading, table), id="of-processes") if rows else None,
    )


def by_theme(shown: Shown, concept: str) -> Html | None:
    """What has a concept as its subject, kind by kind."""
    dataset, subject = shown.dataset, term("dcterms:subject")
    kinds: dict[str, list[str]] = {}
    for predicate, thing in dataset.pointing.get(concept, ()):
        if predicate == subject:
            # The last class is the most special one to the eye: a consultative process is a dialogue too.
            kinds.setdefault(next(iter(dataset.types(thing)), ""), []).append(thing)
    if not kinds:
        return None
    parts = []
    total = sum(map(len, kinds.values()))
    most = max(map(len, kinds.values()))
    bars = []
    for kind in sorted(kinds, key=lambda one: -len(kinds[one])):
        id = f"with-{kind.strip('<>').rpartition('#')[2].lower()}"
        things = sorted(kinds[kind], key=by_label(shown))
        name = capital(shown.label(kind)) if kind else "–"
        parts += [
            tag("h3", name, shown.count(len(things)), id=id),
            tag("ul", *(tag("li", shown.link(one)) for one in things), class_="columns"),
        ]
        meter = tag("meter", str(len(things)), min="0", max=str(most), value=str(len(things)), aria_label=name)
        bars.append(tag("tr", tag("th", link(name, f"#{id}"), scope="row"), tag("td", str(len(things))),
                        tag("td", meter, class_="bar")))  # fmt: skip
    heading = shown.say("What has this theme")
    summary = tag("table", tag("caption", heading, class_="unseen"), tag("tbody", *bars), class_="bars")
    return shown.section(heading, join([summary, *parts], "\n"), count=total, id="having")
