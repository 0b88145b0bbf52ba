"""The page of searches, and pages that say something in words."""

from __future__ import annotations

from collections.abc import Sequence

from iomld.serve.frame import page
from iomld.serve.markup import Content, Html, join, link, tag
from iomld.serve.search import Entry
from iomld.serve.shown import Shown

__all__ = ["message_page", "search_page"]


def search_page(shown: Shown, *, asked: str | None = None, found: Sequence[Entry] = ()) -> str:
    """The search page; with an answer where a server makes it, else with the script that finds it.

    :param asked: what was asked; None for the page without a question
    """
    form = tag(
        "form",
        tag(
            "label",
            shown.say("Name, acronym, code or word, in English, French or Spanish"),
            " ",
            tag("input", type="search", name="q", value=asked, autocomplete="off"),
        ),
        " ",
        tag("button", shown.say("Search")),
        action=shown.page("search"),
    )
    lists = link(shown.say("alphabetical lists"), shown.page("browse/index"))
    if asked is None:
        hint = join([shown.say("All things stand in lists, too:"), " ", lists])
        answer = tag("div", tag("p", hint), id="found", aria_live="polite", data_none=shown.say("Nothing found."))
    else:
        items = [
            tag("li", shown.link(thing), " ", tag("span", _kind(shown, thing), class_="quiet"))
            for thing in (f"<{shown.dataset.base}{entry.path}>" for entry in found)
        ]
        said = shown.say("{count} found", count=len(items)) if items else shown.say("Nothing found.")
        more = tag("ul", *items) if items else tag("p", shown.say("All things stand in lists, too:"), " ", lists)
        answer = tag("div", tag("p", said), more, id="found", data_done="")
    title = shown.say("Search")
    return page(shown, title, tag("h1", title), form, answer)


def _kind(shown: Shown, thing: str) -> Html:
    return join(list(map(shown.name, shown.dataset.types(thing)[:1])))


def message_page(shown: Shown, title: str, *content: Content) -> str:
    """A page that says something in words, such as that there is nothing here."""
    return page(shown, title, tag("h1", title), *content)
