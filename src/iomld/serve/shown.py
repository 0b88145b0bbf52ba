"""The things of a dataset as a page in some language shows them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import quote

from iomld.serve.dataset import DERIVED, Dataset, term
from iomld.serve.markup import Content, Html, join, link, outside, tag
from iomld.serve.names import fold
from iomld.serve.words import LANGUAGES, address, say, table
from iomld.terms import parse_term

if TYPE_CHECKING:
    from iomld.query import SavedQuery

__all__ = ["Shown", "Site", "by_label", "capital", "scrolling"]


@dataclass(frozen=True)
class Site:
    """What all pages of a site share.

    :param name: what the site is called in a word
    :param files: names of the files that can be downloaded
    :param prefixes: those that a query need not declare
    :param endpoint: whether a server answers SPARQL, parameters of saved queries and searches
    :param notices: what is told on top of every page
    :param watched: number of the build, where pages ask for a newer one; 0 where nothing is watched
    """

    dataset: Dataset
    name: str = "iomld"
    titles: Mapping[str, str] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)
    files: Sequence[str] = ()
    prefixes: Mapping[str, str] = field(default_factory=dict)
    queries: Mapping[str, SavedQuery] = field(default_factory=dict)
    endpoint: bool = False
    languages: Sequence[str] = LANGUAGES
    notices: Sequence[str] = ()
    watched: int = 0

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The classes of the things that people look for, spelt."""
        return frozenset(self.dataset.sizes)


def capital(text: str) -> str:
    """A text with a capital first letter."""
    return text[:1].upper() + text[1:]


class Shown:
    """The terms of a dataset on one page.

    :param stem: path of the page without language and suffix, such as ``doc/id/process/midsa``
    """

    def __init__(self, site: Site, stem: str, language: str = LANGUAGES[0]) -> None:
        self.site, self.dataset, self.stem, self.language = site, site.dataset, stem, language
        self._root = "../" * stem.count("/")

    def say(self, text: str, /, **values: object) -> str:
        """A text of the pages in the language of this one."""
        return say(self.language, text, **values)

    def to(self, path: str) -> str:
        """The address of a file of the site."""
        return self._root + path

    def page(self, stem: str) -> str:
        """The address of a page of the site, in the language of this one."""
        return self._root + address(quote(stem), self.language)

    def of(self, spelt: str) -> str | None:
        """The address of the page of a thing; None where it has none."""
        path = self.dataset.path(spelt)
        return None if path is None else self.page(f"doc/{path}")

    def text(self, subject: str) -> tuple[str, str | None]:
        """What a thing is called, and the language of that where it is not the one of the page."""
        labels = self.dataset.labels(subject)
        if self.language in labels:
            return labels[self.language], None
        language, text = next(iter(labels.items()), ("", self.dataset.label(subject)))
        if not labels:  # the end of an IRI, in words
            words = re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", text)
            words = words.lower() if words != text else text
            if self.language == "en":
                return words, None
            known = table().get(capital(words), {}).get(self.language)
            return (known[0].lower() + known[1:], None) if known else (words, "en")
        return text, language or None

    def label(self, subject: str) -> str:
        """What a thing is called."""
        return self.text(subject)[0]

    def short(self, subject: str) -> str:
        """What a thing is called where there is little room: its acronym, or the beginning of its name."""
        acronym = next((parse_term(one).value for one in self.dataset.values(subject, "mld:acronym")), None)
        text = acronym or self.label(subject).partition(" (")[0]
        return text if len(text) <= 26 else text[:25].rstrip() + "…"

    def name(self, subject: str) -> Html:
        """What a thing is called, marked with its language."""
        text, language = self.text(subject)
        return tag("span", text, lang=language) if language else join([text])

    def link(self, subject: str, text: Content = None, **attributes: str | bool | None) -> Html:
        """A thing by its name, as a link where it has a page."""
        href = self.of(subject)
        said = text if text is not None else self.name(subject)
        return link(said, href, **attributes) if href else join([said])

    def value(self, spelt: str) -> Html:
        """A term: a link, or text in its language."""
        if spelt[0] == "<":
            if self.dataset.path(spelt) is not None:
                if term("mld:Period") in self.dataset.types(spelt):
                    return join([self.time(spelt)])
                return self.link(spelt)
            if spelt in self.dataset.vocabulary:
                return link(self.name(spelt), f"{self.page('ns')}#{quote(self.anchor(spelt), safe=':/')}")
            return outside(spelt[1:-1])
        if spelt[0] == "_":
            return join([spelt])
        literal = parse_term(spelt)
        other = literal.language if literal.language != self.language else None
        return tag("span", literal.value, lang=other) if other else join([literal.value])

    def time(self, period: str) -> str:
        """A period as EDTF text; one that is open in words."""
        text = self.dataset.label(period)
        begun, _, ended = text.partition("/")
        if ended == "..":
            return self.say("since {date}", date=begun)
        return self.say("until {date}", date=ended) if begun == ".." else text

    def values(self, spelt: Sequence[str], separator: str = ", ") -> Html | None:
        """Several terms; None for none."""
        return join(map(self.value, spelt), separator) if spelt else None

    def said(self, subject: str, *curies: str) -> Html | None:
        """The values of a property of a thing; literals in the language of the page only, where there are any."""
        values = self.dataset.values(subject, *curies)
        own = [one for one in values if one[0] == '"' and parse_term(one).language == self.language]
        return self.values(own or values)

    def anchor(self, spelt: str) -> str:
        """Where a vocabulary term stands on the page of the vocabulary: ours by its name, others by their IRI."""
        iri = spelt[1:-1]
        return iri.rpartition("#")[2].rpartition("/")[2] if iri.startswith(self.dataset.base) else iri

    def citations(self, subject: str) -> Html | None:
        """The places that a fact rests on, as links to the paragraph."""
        about = self.dataset.about.get(subject)
        found = about.get(DERIVED, []) if about else []
        return join([self._citation(one) for one in found], " · ") if found else None

    def _citation(self, citation: str) -> Html:
        source = next(iter(self.dataset.values(citation, "oa:hasSource")), citation)
        href = self.of(source)
        return tag("cite", link(self.place(source), href) if href else self.value(source))

    def place(self, part: str) -> str:
        """A part of a document as people cite it in the language of the page: identifier, and the number in it."""
        document = next(iter(self.dataset.values(part, "dcterms:isPartOf")), None)
        while document and (above := self.dataset.values(document, "dcterms:isPartOf")):
            document = above[0]
        pinpoint = self.dataset.label(part)
        if document is None:
            return pinpoint
        identifiers = self.dataset.values(document, "dcterms:identifier")
        start = parse_term(identifiers[0]).value if identifiers else self.dataset.label(document)
        return f"{start}, {' '.join(map(self._segment, pinpoint.split('/')[1:]))}"

    def _segment(self, segment: str) -> str:
        """A segment of a pinpoint in words: ``para-8`` is “para 8”; what the words of the pages lack stays as it is."""
        known, text = table(), segment.replace("-", " ")
        if text in known:
            return self.say(text)
        return " ".join(self.say(word) if word in known else word for word in text.split(" "))

    def table(self, caption: str, headings: Sequence[str], rows: Sequence[Sequence[Content]]) -> Html:
        """A table that scrolls by itself on a small screen; columns in which nothing stands are left out."""
        kept = [n for n in range(len(headings)) if any(row[n] for row in rows)]
        head = tag("tr", *(tag("th" if headings[n] else "td", headings[n], scope="col" if headings[n] else None)
                           for n in kept))  # fmt: skip
        body = [tag("tr", *(tag("td", row[n]) for n in kept)) for row in rows]
        table = tag(
            "table", tag("caption", caption, class_="unseen"), tag("thead", head), tag("tbody", join(body, "\n"))
        )
        return scrolling(caption, table)

    def section(self, heading: str, content: Content, *, count: int | None = None, id: str | None = None) -> Html:
        """A part of a page under its heading."""
        id = id or "".join(char if char.isalnum() else "-" for char in heading.lower())
        return tag("section", tag("h2", heading, self.count(count), id=id), content)

    def count(self, number: int | None) -> Html | None:
        """A number beside a heading."""
        return None if number is None else tag("span", f" {number:,}", class_="count")


def scrolling(label: str, content: Content, *, class_: str = "scroll") -> Html:
    """What may be wider than the screen; it can be scrolled with the keyboard too."""
    return tag("div", content, class_=class_, role="region", aria_label=label, tabindex="0")


def by_label(shown: Shown) -> Callable[[str], tuple[str, str]]:
    """An order of things by name on a page, accents or not."""
    return lambda thing: (fold(shown.label(thing)), thing)
