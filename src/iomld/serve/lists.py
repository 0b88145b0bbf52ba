"""Everything in alphabetical lists, class by class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from iomld.serve.dataset import Dataset, term
from iomld.serve.frame import page
from iomld.serve.markup import Content, Html, join, link, tag
from iomld.serve.search import fold
from iomld.serve.shown import Shown, capital

__all__ = ["browse_page", "class_name", "classes", "kinds_page"]


def _slug(kind: str) -> str:
    return kind.strip("<>").rpartition("#")[2].rpartition("/")[2].lower()


def classes(dataset: Dataset) -> dict[str, list[str]]:
    """The classes that things of the data are of, by the name of their list, with these things by label."""
    found: dict[str, list[str]] = {}
    for thing in dataset.named:
        for kind in dataset.types(thing):
            found.setdefault(_slug(kind), []).append(thing)
    return dict(sorted(found.items()))


def class_name(shown: Shown, things: Sequence[str], slug: str) -> Html:
    """What the class of a list is called."""
    kind = next((one for one in shown.dataset.types(things[0]) if _slug(one) == slug), None)
    if kind is None:
        return join([capital(slug)])
    text, language = shown.text(kind)
    return tag("span", capital(text), lang=language) if language else join([capital(text)])


def kinds_page(shown: Shown, lists: Mapping[str, Sequence[str]]) -> str:
    """All lists."""
    items = [
        tag("li", link(class_name(shown, things, slug), shown.page(f"browse/{slug}")), shown.count(len(things)))
        for slug, things in lists.items()
    ]
    title = shown.say("Everything, kind by kind")
    return page(shown, title, tag("h1", title), tag("ul", *items))


def browse_page(shown: Shown, slug: str, things: Sequence[str]) -> str:
    """The things of a class, by letter."""
    name = class_name(shown, things, slug)
    ordered = sorted(things, key=lambda thing: (_letter(shown.label(thing)), fold(shown.label(thing)), thing))
    parts: list[Html] = []
    letters: list[str] = []
    for letter, group in groupby(ordered, key=lambda thing: _letter(shown.label(thing))):
        items = [tag("li", shown.link(thing), _other_names(shown, thing), _known_by(shown, thing)) for thing in group]
        letters.append(letter)
        parts += [tag("h2", letter, id=f"l-{ord(letter[0]):x}"), tag("ul", *items, class_="columns")]
    index = tag(
        "nav", join([link(one, f"#l-{ord(one[0]):x}") for one in letters], " "), aria_label=shown.say("Letters"),
        class_="letters",
    )  # fmt: skip
    return page(shown, _plain(shown, things, slug), tag("h1", name, shown.count(len(ordered))), index, *parts)


def _plain(shown: Shown, things: Sequence[str], slug: str) -> str:
    kind = next((one for one in shown.dataset.types(things[0]) if _slug(one) == slug), None)
    return capital(shown.label(kind) if kind else slug)


def _letter(label: str) -> str:
    first = fold(label)[:1]
    return first.upper() if first.isalpha() else "#"


def _other_names(shown: Shown, thing: str) -> Content:
    labels = [(language, text) for language, text in shown.dataset.labels(thing).items() if language]
    own = shown.label(thing)
    others = [tag("span", text, lang=language) for language, text in labels if text != own]
    return tag("span", " (", join(others, ", "), ")", class_="quiet") if others else None


def _known_by(shown: Shown, thing: str) -> Content:
    """The identifier of a document, the acronym of a body: what people know it by."""
    kinds = {term("mld:State"), term("mld:Territory")}
    known = None if kinds.intersection(shown.dataset.types(thing)) else shown.said(thing, "mld:acronym")
    return tag("span", " – ", known, class_="quiet") if known else None
