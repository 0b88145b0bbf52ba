"""All documents of a site by their path: a server hands them out, a publication writes them down.

=====================================  ====================================================================
path                                   what
=====================================  ====================================================================
``doc/{path of the IRI}.{suffix}``     a thing, as ``ttl``, ``jsonld`` and ``nt``
``ns.{suffix}``                        the vocabulary, likewise
``….html``, ``….{language}.html``      pages for people: see :mod:`iomld.serve.pages`
``search-index.json``                  names, for scripts that find them; in French ``search-index.fr.json``
``style.css``, ``search.js`` and kin   what pages load
``api/openapi.json``                   the saved queries
``sitemap.xml``, ``.well-known/void``  for crawlers
``iomld.ttl`` and kin                  the files of the build
=====================================  ====================================================================
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from iomld.serve.dataset import Dataset
from iomld.serve.excerpt import Excerpt, excerpt, serialize
from iomld.serve.frame import ASSETS, asset
from iomld.serve.pages import Pages
from iomld.serve.search import Index
from iomld.serve.shown import Site
from iomld.serve.sitemap import sitemaps
from iomld.serve.tableservice import openapi
from iomld.serve.words import LANGUAGES, address
from iomld.terms import PrefixMap

if TYPE_CHECKING:
    from iomld.query import SavedQuery

__all__ = ["SUFFIXES", "VOID", "Document", "Documents", "context_of"]

#: suffix of a document: media type, and the name of the format
SUFFIXES: Mapping[str, tuple[str, str]] = {
    "html": ("text/html", "html"),
    "ttl": ("text/turtle", "turtle"),
    "jsonld": ("application/ld+json", "jsonld"),
    "nt": ("application/n-triples", "ntriples"),
}
_TYPES = {
    **{suffix: type for suffix, (type, _) in SUFFIXES.items()},
    "json": "application/json", "xml": "application/xml", "nq": "application/n-quads", "csv": "text/csv",
    "css": "text/css", "js": "text/javascript",
}  # fmt: skip
VOID = ".well-known/void"


@dataclass(frozen=True)
class Document:
    """What is handed out under a path: bytes and their media type (UTF-8 where it is text)."""

    content: bytes
    media_type: str


@dataclass(frozen=True)
class Documents:
    """The documents of a dataset, each made when it is asked for.

    :param titles: title of the dataset by language; ``descriptions`` likewise
    :param context: JSON-LD context
    :param folder: where the files of the build lie; None where there are none
    :param files: their names
    :param queries: saved queries that the site answers
    :param reference: folder of the reference tables by which names of states and bodies are resolved
    :param endpoint: whether a server stands behind the pages, which answers more than files can
    :param languages: those of the pages
    :param notices: what is told on top of every page: findings of a build that is watched
    :param watched: number of the build, where pages ask for a newer one; 0 where nothing is watched
    :param held: keeps the files that are read from being deleted, for as long as these documents are used
    """

    dataset: Dataset
    prefixes: PrefixMap
    titles: Mapping[str, str] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)
    context: Mapping[str, object] | None = None
    folder: Path | None = None
    files: Sequence[str] = ()
    queries: Mapping[str, SavedQuery] = field(default_factory=dict)
    release: str = "0"
    site: str = "iomld"
    reference: Path | None = None
    endpoint: bool = False
    languages: Sequence[str] = LANGUAGES
    notices: Sequence[str] = ()
    watched: int = 0
    held: object = None

    @cached_property
    def index(self) -> Index:
        """The names of all things."""
        return Index(self.dataset)

    @cached_property
    def pages(self) -> Pages:
        """The pages for people."""
        site = Site(
            self.dataset,
            name=self.site,
            titles=self.titles,
            descriptions=self.descriptions,
            files=self.files,
            prefixes=dict(self.prefixes),
            queries=self.queries,
            endpoint=self.endpoint,
            languages=self.languages,
            notices=self.notices,
            watched=self.watched,
        )
        return Pages(site, lambda path: self._thing(path, "jsonld").decode())

    def answer_page(self, stem: str, content: bytes, language: str = LANGUAGES[0]) -> bytes:
        """The page of a saved query with its whole answer.

        :param stem: such as ``api/processes``
        :param content: SPARQL 1.1 Query Results JSON
        """
        results = json.loads(content)
        total = len(results["results"]["bindings"])
        name = stem.rpartition("/")[2]
        return self.pages.answer(name, results, values={}, total=total, language=language).encode()

    def language_of(self, path: str) -> str | None:
        """The language of the page of a path; None for what is no page."""
        found = self.pages.split(path)
        return found[1] if found else None

    def href(self, path: str, language: str = LANGUAGES[0]) -> str:
        """The address of the page of a thing, from the root of the site."""
        return address(f"doc/{quote(path)}", language)

    def knows(self, path: str) -> bool:
        """Whether there is a thing of this path below the base."""
        return f"<{self.dataset.base}{path}>" in self.dataset.about

    def paths(self) -> Iterator[str]:
        """The paths of all documents."""
        yield from self.pages.paths()
        yield from (*self._indexes, *self._sitemaps, *ASSETS)
        yield from self.files
        if "dataset.ttl" in self.files:
            yield VOID
        if self.queries:
            yield "api/openapi.json"
        syntaxes = [suffix for suffix in SUFFIXES if suffix != "html"]
        yield from (f"ns.{suffix}" for suffix in syntaxes)
        for thing in self.dataset.things:
            path = self.dataset.path(thing)
            yield from (f"doc/{path}.{suffix}" for suffix in syntaxes)

    def read(self, path: str) -> Document | None:
        """The document of a path, or None where there is none."""
        if path in self.files and self.folder:
            return Document(
                (self.folder / path).read_bytes(), _TYPES[path.rpartition(".")[2]] if "." in path else "text/plain"
            )
        if path == VOID and "dataset.ttl" in self.files and self.folder:
            return Document((self.folder / "dataset.ttl").read_bytes(), "text/turtle")
        if path in ASSETS:
            return Document(asset(path), _TYPES[path.rpartition(".")[2]])
        stem, _, suffix = path.rpartition(".")
        if suffix == "html":
            text = self.pages.read(path)
            return None if text is None else Document(text.encode(), "text/html")
        if stem.startswith("doc/") and suffix in SUFFIXES and self.knows(stem[4:]):
            return Document(self._thing(stem[4:], suffix), SUFFIXES[suffix][0])
        if stem == "ns" and suffix in SUFFIXES:
            return Document(self._serialize(Excerpt(self.dataset.vocabulary), SUFFIXES[suffix][1]), SUFFIXES[suffix][0])
        described = self._described(path)
        return None if described is None else Document(described.encode(), _TYPES[suffix])

    def _thing(self, path: str, suffix: str) -> bytes:
        return self._serialize(excerpt(self.dataset, f"<{self.dataset.base}{path}>"), SUFFIXES[suffix][1])

    def _serialize(self, selected: Excerpt, format: str) -> bytes:
        return serialize(selected, format, prefixes=self.prefixes, context=self.context, base=self.dataset.base)

    def _described(self, path: str) -> str | None:
        """What programs read about the site."""
        if path in self._indexes:
            return self.index.document(self.href, self._indexes[path])
        if path.startswith("sitemap"):
            return self._sitemaps.get(path)
        if path == "api/openapi.json" and self.queries:
            described = openapi(self.queries, title=next(iter(self.titles.values()), self.site), version=self.release)
            return json.dumps(described, ensure_ascii=False, indent=2) + "\n"
        return None

    @cached_property
    def _indexes(self) -> Mapping[str, str]:
        """The paths of the names for scripts, each with its language."""
        pages = {address("search-index", language): language for language in self.languages}
        return {path.removesuffix("html") + "json": language for path, language in pages.items()}

    @cached_property
    def _sitemaps(self) -> Mapping[str, str]:
        things = (self.href(self.dataset.path(thing) or "") for thing in self.dataset.named)
        return sitemaps(["index.html", "ns.html", *things], self.dataset.base)


def context_of(folder: Path) -> Mapping[str, object]:
    """The JSON-LD context of a build."""
    found: Mapping[str, object] = json.loads((folder / "context.jsonld").read_text(encoding="utf-8"))
    return found
