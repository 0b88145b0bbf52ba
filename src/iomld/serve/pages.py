"""All pages of a site by their path; a server hands them out, a publication writes them down.

======================================  ==================================================================
path, without language                  page
======================================  ==================================================================
``index``                               start
``browse/index``, ``browse/{class}``    everything in lists, long ones as ``browse/{class}/{number}``
``compare/index``, ``compare/{a}/{b}``  processes side by side
``network``, ``themes``                 processes and states; processes and themes
``recommendations``                     what was asked and answered
``ns``                                  the vocabulary
``search``                              finding names
``api/index``, ``sparql``               the saved queries; the editor (with a server)
``doc/{path of the IRI}``               a thing
======================================  ==================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from iomld.serve.asking import answer_page, questions_page
from iomld.serve.compare import matrix_page, pair_page, pairs
from iomld.serve.dataset import term
from iomld.serve.editor import sparql_page
from iomld.serve.finding import message_page, search_page
from iomld.serve.lists import Listed, browse_page, classes, kinds_page
from iomld.serve.markup import Content, tag
from iomld.serve.membership import processes, themes
from iomld.serve.network import network_page
from iomld.serve.recommendations import recommendations_page
from iomld.serve.search import Entry
from iomld.serve.shown import Shown, Site
from iomld.serve.start import start_page
from iomld.serve.themes import themes_page
from iomld.serve.things import thing_page
from iomld.serve.vocabulary import vocabulary_page
from iomld.serve.words import LANGUAGES, address, split_address

__all__ = ["Pages"]


@dataclass(frozen=True)
class Pages:
    """The pages of a site.

    :param json_ld: the statements of the document of a thing, by the path of the thing
    """

    site: Site
    json_ld: Callable[[str], str]

    @cached_property
    def lists(self) -> dict[str, Listed]:
        """The things class by class."""
        return classes(self.site.dataset)

    @cached_property
    def _whole(self) -> Mapping[str, Callable[[Shown], str]]:
        """Pages about the whole, by stem."""
        dataset = self.site.dataset
        found: dict[str, Callable[[Shown], str]] = {
            "index": lambda shown: start_page(shown, self.lists),
            "browse/index": lambda shown: kinds_page(shown, self.lists),
            "search": search_page,
            "ns": vocabulary_page,
        }
        if processes(dataset):
            found |= {"compare/index": matrix_page, "network": network_page}
        if themes(dataset):
            found["themes"] = themes_page
        if term("mld:Recommendation") in self.site.kinds:
            found["recommendations"] = recommendations_page
        if self.site.queries:
            found["api/index"] = questions_page
        if self.site.endpoint:
            found["sparql"] = sparql_page
        return found

    def is_there(self, stem: str) -> bool:
        """Whether there is a page about the whole of this path, without language and suffix."""
        return stem in self._whole

    @cached_property
    def _pairs(self) -> Mapping[str, tuple[str, str]]:
        return pairs(self._shown("index"))

    def _shown(self, stem: str, language: str = LANGUAGES[0]) -> Shown:
        return Shown(self.site, stem, language)

    def stems(self) -> Iterator[str]:
        """The paths of all pages without language and suffix, things last."""
        yield from self._whole
        for listed in self.lists.values():
            yield from listed.stems()
        yield from self._pairs
        for thing in self.site.dataset.things:
            yield f"doc/{self.site.dataset.path(thing)}"

    def paths(self) -> Iterator[str]:
        """The paths of all pages, in all languages."""
        for stem in self.stems():
            yield from (address(stem, language) for language in self.site.languages)

    def split(self, path: str) -> tuple[str, str] | None:
        """Stem and language of the path of a page that there may be; None for what is no page."""
        stem = path.removesuffix(".html")
        if path.endswith(".html") and self._thing(stem):
            return stem, LANGUAGES[0]
        found = split_address(path)
        return found if found and found[1] in self.site.languages else None

    def _thing(self, stem: str) -> str | None:
        thing = f"<{self.site.dataset.base}{stem.removeprefix('doc/')}>"
        return thing if stem.startswith("doc/") and thing in self.site.dataset.about else None

    def read(self, path: str) -> str | None:
        """The page of a path, or None where there is none."""
        found = self.split(path)
        if found is None:
            return None
        shown = self._shown(*found)
        if thing := self._thing(shown.stem):
            return thing_page(shown, thing, json_ld=self.json_ld(shown.stem.removeprefix("doc/")))
        if make := self._whole.get(shown.stem):
            return make(shown)
        if shown.stem.startswith("browse/"):
            return self._list(shown)
        if both := self._pairs.get(shown.stem):
            return pair_page(shown, *both)
        return None

    def _list(self, shown: Shown) -> str | None:
        slug, _, number = shown.stem.removeprefix("browse/").partition("/")
        listed = self.lists.get(slug)
        wanted = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 1
        if listed is None or wanted > listed.pages or shown.stem != listed.page(wanted):
            return None
        return browse_page(shown, listed, wanted)

    def search(self, asked: str, found: Sequence[Entry], language: str = LANGUAGES[0]) -> str:
        """The page with what was found."""
        return search_page(self._shown("search", language), asked=asked, found=found)

    def message(
        self, path: str, title: str, *content: Content, things: Sequence[str] = (), language: str = LANGUAGES[0]
    ) -> str:
        """A page that says something in words under a path where there is nothing.

        :param title: a text of :mod:`iomld.serve.words`
        :param things: what may have been meant instead
        """
        shown = Shown(replace(self.site, languages=(language,)), path, language)
        meant = tag("ul", *(tag("li", shown.link(one)) for one in things)) if things else None
        return message_page(shown, shown.say(title), *content, meant)

    def answer(
        self,
        name: str,
        results: Mapping[str, Any],
        *,
        values: Mapping[str, str],
        total: int,
        limit: int | None = None,
        offset: int = 0,
        language: str = LANGUAGES[0],
    ) -> str:
        """The page of a saved query with its answer, in SPARQL 1.1 Query Results JSON."""
        shown = self._shown(f"api/{name}", language)
        return answer_page(shown, name, results, values=values, total=total, limit=limit, offset=offset)

    def comparison(self, one: str, other: str, language: str = LANGUAGES[0]) -> str | None:
        """The path of the page that compares two processes, by the last segments of their paths."""
        first, second = sorted((one, other))
        stem = f"compare/{first}/{second}"
        return address(stem, language) if stem in self._pairs else None
