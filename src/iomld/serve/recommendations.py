"""Recommendations, each with what was answered and done."""

from __future__ import annotations

import re

from iomld.serve.dataset import term
from iomld.serve.frame import page
from iomld.serve.markup import Content, Html, join, link, tag
from iomld.serve.shown import Shown
from iomld.terms import parse_term

__all__ = ["recommendations_page"]


def recommendations_page(shown: Shown) -> str:
    """All recommendations, by who made them, with the responses to each."""
    dataset = shown.dataset
    by: dict[str, list[str]] = {}
    for one in dataset.of_class(term("mld:Recommendation")):
        by.setdefault(next(iter(dataset.values(one, "mld:issuedBy")), ""), []).append(one)
    parts: list[Content] = []
    for n, body in enumerate(sorted(by, key=lambda one: (-len(by[one]), one))):
        rows = [
            [_number(shown, one), shown.said(one, "dcterms:description"), _values(shown, one, "mld:addressee"),
             _values(shown, one, "mld:actor"), _responses(shown, one), shown.citations(one)]
            for one in sorted(by[body], key=lambda one: _order(shown, one))
        ]  # fmt: skip
        headings = [
            shown.say(one)
            for one in ("Recommendation", "In short", "Addressed to", "To be done by", "Answered", "Source")
        ]
        heading = shown.name(body) if body else join([shown.say("other")])
        caption = shown.label(body) if body else shown.say("other")
        table = shown.table(caption, headings, rows)
        id = f"by-{n}"
        parts.append(tag("section", tag("h2", heading, shown.count(len(rows)), id=id), table))
    title = shown.say("Recommendations and what was answered")
    return page(shown, title, tag("h1", title), *parts)


def _order(shown: Shown, one: str) -> list[tuple[int, str]]:
    number = next((parse_term(each).value for each in shown.dataset.values(one, "mld:number")), "")
    runs = re.split(r"(\d+)", number or f"~{one}")
    return [(int(run), "") if run.isdecimal() else (9999 if run == "~" else 0, run) for run in runs if run]


def _number(shown: Shown, one: str) -> Html:
    number = next((parse_term(each).value for each in shown.dataset.values(one, "mld:number")), "")
    return shown.link(one, number or (shown.dataset.path(one) or "").rpartition("/")[2])


def _values(shown: Shown, one: str, curie: str) -> Html | None:
    return shown.values(shown.dataset.values(one, curie), ", ")


def _responses(shown: Shown, one: str) -> Html | None:
    """What was said or done in response, each linked to the fact."""
    found = [s for p, s in shown.dataset.pointing.get(one, ()) if p == term("mld:respondsTo")]
    items = []
    for response in found:
        kind = shown.said(response, "mld:responseKind")
        href = shown.of(response)
        said = shown.said(response, "dcterms:description") or shown.say("answered")
        items.append(tag("li", kind, ": " if kind else None, link(said, href) if href else said))
    return tag("ul", *items) if items else None
