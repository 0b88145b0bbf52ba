"""Looking things up: from the IRI of a thing to its document, in the form that the client takes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import Response

from iomld.serve.documents import SUFFIXES, VOID
from iomld.serve.negotiation import chosen, spoken
from iomld.serve.problems import Refused
from iomld.serve.served import Served, matches
from iomld.serve.words import LANGUAGES, address, split_address

__all__ = ["Lookup"]

_VARY = "Accept, Accept-Language"
_ALTERNATES = {suffix: type for suffix, (type, _) in SUFFIXES.items()}


class Lookup:
    """Answers to the addresses of things and documents."""

    def __init__(self, served: Served) -> None:
        self._served = served

    async def document(self, request: Request) -> Response:
        """A document under its path, or the way from the IRI of a thing to its document."""
        known = self._served.documents
        path = request.path_params["path"]
        if path == "":
            page = self.page(request, "index")
            await self._served.prepare(page)
            return self.send(request, page, located=True)
        raw = request.scope.get("raw_path", b"").decode("ascii", "replace").removeprefix("/")
        thing = next((one for one in dict.fromkeys((path, raw, unquote(path))) if known.knows(one)), None)
        if thing is not None:
            return self._see_other(request, f"doc/{quote(thing)}", path)
        if path in ("ns", "ns/") or path.startswith("ns/"):
            return self._see_other(request, "ns", path)
        if path == "dataset" or path.startswith("dataset/"):
            return self._dataset(request, path)
        if path.startswith("doc/") and known.knows(path[4:]):
            target = self._form(request, path)
            await self._served.prepare(target)
            return self.send(request, target, located=True)
        index = path.rstrip("/") + "/index"
        if path in ("api", "api/", "browse", "browse/", "compare/") and known.pages.is_there(index):
            return self._redirect(request, self.page(request, index), path, 308)
        target = self.in_language(request, path)
        await self._served.prepare(target)
        return self.send(request, target, located=target != path)

    def in_language(self, request: Request, path: str) -> str:
        """A path; that of a page in the language of ``?lang=``, where this is said."""
        page = split_address(path) if "lang" in request.query_params else None
        return self.page(request, page[0]) if page else path

    def _see_other(self, request: Request, stem: str, path: str) -> Response:
        return self._redirect(request, self._form(request, stem), path, 303)

    def _form(self, request: Request, stem: str) -> str:
        """The path of a document in the form and language that the client takes."""
        suffix = self._suffix(request, _ALTERNATES)
        return self.page(request, stem) if suffix == "html" else f"{stem}.{suffix}"

    def language(self, request: Request) -> str:
        """The language for the client: ``?lang=``, else the one of those it reads.

        :raises Refused: 406 for a language that no page is in
        """
        offered = tuple(self._served.documents.languages)
        wanted = request.query_params.get("lang")
        if wanted is None:
            return spoken(request.headers.get("accept-language"), offered)
        if wanted not in offered:
            raise Refused(406, "not-acceptable", f"pages are in {', '.join(offered)}, not in “{wanted}”")
        return wanted

    def page(self, request: Request, stem: str) -> str:
        """The path of a page in the language for the client."""
        return address(stem, self.language(request))

    def _dataset(self, request: Request, path: str) -> Response:
        name = path.rpartition("/")[2]
        if name in self._served.documents.files:
            return self._redirect(request, name, path, 303)
        if path.count("/") > 1:
            raise Refused(404, "not-found", "there is no such file of the dataset")
        offered = {"html": "text/html", "ttl": "text/turtle"}
        suffix = self._suffix(request, offered)
        target = self.page(request, "index") if suffix == "html" else "dataset.ttl"
        return self._redirect(request, target, path, 303)

    def _redirect(self, request: Request, target: str, path: str, status: int) -> Response:
        # Relative, so that it holds behind a proxy that puts the site below a path of its own.
        location = "../" * path.count("/") + target
        return Response(status_code=status, headers={"Location": location, "Vary": _VARY})

    def _suffix(self, request: Request, offered: Mapping[str, str]) -> str:
        wanted = request.query_params.get("format")
        if wanted is not None:
            names = {**{type: suffix for suffix, type in offered.items()}, **{suffix: suffix for suffix in offered}}
            aliases = {"turtle": "ttl", "json-ld": "jsonld", "ntriples": "nt", "n-triples": "nt", "json": "jsonld"}
            found = names.get(aliases.get(wanted, wanted))
            if found is None:
                raise Refused(406, "not-acceptable", f"formats are {', '.join(offered)}, not “{wanted}”")
            return found
        types = [*offered.values(), "application/json"] if "jsonld" in offered else list(offered.values())
        best = chosen(request.headers.get("accept"), types)
        if best == "application/json":
            return "jsonld"
        if best is None:
            raise Refused(406, "not-acceptable", f"there is {', '.join(offered.values())} of it")
        return next(suffix for suffix, type in offered.items() if type == best)

    def send(self, request: Request, path: str, *, located: bool = False) -> Response:
        """The document of a path.

        :raises Refused: 404
        """
        found = self._served.read(path)
        if found is None:
            raise Refused(404, "not-found", f"there is nothing under /{path}")
        document, etag = found
        media_type = document.media_type
        textual = media_type.startswith("text/")
        headers = {
            "Content-Type": f"{media_type}; charset=utf-8" if textual else media_type,
            "ETag": etag,
            "Cache-Control": "no-cache",
        }
        if language := self._served.documents.language_of(path):
            headers["Content-Language"] = language
        if located:
            headers["Vary"] = _VARY
            headers["Content-Location"] = quote(path.rpartition("/")[2])
        page = split_address(path)
        stem, suffix = (page[0], "html") if page else path.rpartition(".")[::2]
        if path.startswith("doc/") or stem == "ns":
            headers["Link"] = ", ".join(self._links(stem, suffix, language))
        if matches(request.headers.get("if-none-match"), etag):
            del headers["Content-Type"]
            return Response(status_code=304, headers=headers)
        if not located and request.scope["path"] == f"/{path}":
            self._served.hold(f"/{path}", document, etag, headers)
        return Response(document.content, headers=headers)

    def _links(self, stem: str, suffix: str, language: str | None) -> list[str]:
        name = quote(stem.rpartition("/")[2])
        about = quote(self._served.documents.dataset.base + stem.removeprefix("doc/"), safe=":/%#")
        others = ((one, type) for one, type in _ALTERNATES.items() if one not in (suffix, "html"))
        void = "../" * stem.count("/") + VOID
        return [
            f'<{about}>; rel="about"',
            *(f'<{name}.{one}>; rel="alternate"; type="{type}"' for one, type in others),
            *(
                f'<{address(name, one)}>; rel="alternate"; type="text/html"; hreflang="{one}"'
                for one in self._served.documents.languages
                if one != language
            ),
            f'<{void}>; rel="http://rdfs.org/ns/void#inDataset"',
        ]

    async def search(self, request: Request) -> Response:
        """Names that hold all the words asked for."""
        asked = request.query_params.get("q")
        language = request.path_params.get("language")
        if language is None:
            negotiated = request.url.path == "/search" or "lang" in request.query_params
            language = self.language(request) if negotiated else LANGUAGES[0]
        if language not in LANGUAGES:
            raise Refused(404, "not-found", f"pages are in {', '.join(LANGUAGES)}")
        if asked is None or not asked.strip():
            return self.send(request, address("search", language), located=request.url.path == "/search")
        known = self._served.documents
        found = await asyncio.to_thread(known.index.find, asked[:200])
        text = known.pages.search(asked[:200], found, language)
        return Response(text, media_type="text/html", headers={"Content-Language": language, "Vary": _VARY})

    async def compare(self, request: Request) -> Response:
        """The way to the page that compares two processes."""
        one, other = request.query_params.get("a", ""), request.query_params.get("b", "")
        if not one and not other and self._served.documents.pages.is_there("compare/index"):
            return self._redirect(request, self.page(request, "compare/index"), "compare", 308)
        found = self._served.documents.pages.comparison(one, other, self.language(request))
        if found is None:
            raise Refused(404, "not-found", f"there are no two processes “{one}” and “{other}” with states in them")
        return Response(status_code=303, headers={"Location": found, "Vary": "Accept-Language"})
