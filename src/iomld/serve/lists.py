"""Everything in alphabetical lists, class by class; a long list is divided into pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from iomld.serve.dataset import Dataset, term
from iomld.serve.frame import page
from iomld.serve.markup import Content, Html, join, link, tag
from iomld.serve.names import fold, letter
from iomld.serve.shown import Shown, capital

__all__ = ["Listed", "browse_page", "class_name", "classes", "kinds_page"]

#: things of a page
MOST = 1_000


@dataclass(frozen=True)
class Listed:
    """The things of the classes whose name a list has.

    :param slug: name of the list
    :param kinds: the classes, spelt
    """

    dataset: Dataset
    slug: str
    kinds: tuple[str, ...]
    count: int

    @property
    def stem(self) -> str:
        """The path of its first page, without language and suffix."""
        return f"browse/{self.slug}"

    @property
    def pages(self) -> int:
        """How many pages it has."""
        return max(-(-self.count // MOST), 1)

    def stems(self) -> Iterator[str]:
        """The paths of its pages."""
        return (self.page(number) for number in range(1, self.pages + 1))

    def page(self, number: int) -> str:
        """The path of one of its pages, counted from 1."""
        return self.stem if number == 1 else f"{self.stem}/{number}"

    def things(self, number: int = 1) -> list[str]:
        """The things of one of its pages, by label."""
        return self.dataset.listed(self.kinds, start=(number - 1) * MOST, most=MOST)

    @cached_property
    def beginnings(self) -> dict[str, int]:
        """The page on which each letter begins."""
        found, before = {}, 0
        for first, count in self.dataset.letters(self.kinds).items():
            found[first] = before // MOST + 1
            before += count
        return found


def _slug(kind: str) -> str:
    return kind.strip("<>").rpartition("#")[2].rpartition("/")[2].lower()


def classes(dataset: Dataset) -> dict[str, Listed]:
    """The lists by their name."""
    found: dict[str, list[str]] = {}
    for kind in dataset.sizes:
        found.setdefault(_slug(kind), []).append(kind)

    def listed(slug: str, kinds: list[str]) -> Listed:
        count = dataset.sizes[kinds[0]] if len(kinds) == 1 else len(dataset.listed(kinds))
        return Listed(dataset, slug, tuple(kinds), count)

    return {slug: listed(slug, kinds) for slug, kinds in sorted(found.items())}


def class_name(shown: Shown, listed: Listed) -> Html:
    """What the class of a list is called."""
    text, language = shown.text(listed.kinds[0])
    return tag("span", capital(text), lang=language) if language else join([capital(text)])


def kinds_page(shown: Shown, lists: Mapping[str, Listed]) -> str:
    """All lists."""
    items = [
        tag("li", link(class_name(shown, listed), shown.page(listed.stem)), shown.count(listed.count))
        for listed in lists.values()
    ]
    title = shown.say("Everything, kind by kind")
    return page(shown, title, tag("h1", title), tag("ul", *items))


def browse_page(shown: Shown, listed: Listed, number: int = 1) -> str:
    """The things of a class, by letter.

    :param number: of the page, counted from 1
    """
    name = capital(shown.label(listed.kinds[0]))
    things: Sequence[str] = listed.things(number)
    if listed.pages == 1:  # else the order is one for all languages
        things = sorted(things, key=lambda thing: (letter(shown.label(thing)), fold(shown.label(thing)), thing))
    parts: list[Html] = []
    letters: dict[str, str] = {}
    for first, group in groupby(things, key=lambda thing: _letter(shown, listed, thing)):
        items = [tag("li", shown.link(thing), _other_names(shown, thing), _known_by(shown, thing)) for thing in group]
        letters[first] = _anchor(first)
        parts += [tag("h2", first, id=_anchor(first)[1:]), tag("ul", *items, class_="columns")]
    if listed.pages > 1:
        here = listed.page(number)
        letters = {
            first: (shown.page(listed.page(start)) if listed.page(start) != here else "") + _anchor(first)
            for first, start in listed.beginnings.items()
        }
    index = tag(
        "nav", join([link(first, where) for first, where in letters.items()], " "), aria_label=shown.say("Letters"),
        class_="letters",
    )  # fmt: skip
    heading = tag("h1", class_name(shown, listed), shown.count(listed.count))
    title = name if listed.pages == 1 else f"{name} ({number}/{listed.pages})"
    ways = _ways(shown, listed, number)
    return page(shown, title, heading, index, ways, *parts, ways)


def _ways(shown: Shown, listed: Listed, number: int) -> Html | None:
    """From page to page of a long list."""
    if listed.pages == 1:
        return None
    said = shown.say("Page {number} of {count}", number=f"{number:,}", count=f"{listed.pages:,}")
    ways: list[Content] = [said]
    if number > 1:
        ways.insert(0, link(shown.say("Before"), shown.page(listed.page(number - 1)), rel="prev"))
    if number < listed.pages:
        ways.append(link(shown.say("After"), shown.page(listed.page(number + 1)), rel="next"))
    return tag("p", join(ways, " · "), class_="pages")


def _anchor(first: str) -> str:
    return f"#l-{ord(first[0]):x}"


def _letter(shown: Shown, listed: Listed, thing: str) -> str:
    # The letters of a divided list are those of its order, which is that of the best label.
    return letter(shown.label(thing) if listed.pages == 1 else shown.dataset.label(thing))


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
