"""What a server hands out: documents, held ready as bytes once they were asked for, and the workers that answer."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from iomld.serve.documents import Document, Documents
from iomld.serve.engines import Engines

__all__ = ["Ready", "Served", "header_lines", "matches", "tag_of"]

_MOST_KEPT = 128 * 2**20  # bytes of documents held ready


@dataclass(frozen=True)
class Ready:
    """A document with all that is sent with it, whoever asks: nothing is left to be negotiated at its address.

    :param head: lines of the headers of the full answer, but for those that all answers have; ``bare`` those of a 304
    """

    content: bytes
    etag: str
    head: bytes
    bare: bytes


class Served:
    """The documents of a site and its workers; both may be replaced while the server runs."""

    def __init__(self, documents: Documents) -> None:
        self.documents = documents
        self.engines: Engines | None = None
        self._kept: OrderedDict[str, tuple[Document, str]] = OrderedDict()
        self._ready: dict[str, Ready] = {}
        self._size = 0
        self._thread = ThreadPoolExecutor(1)
        self.generation = 0  # how often it was replaced

    def replace(self, documents: Documents, engines: Engines) -> None:
        """Hand out other documents and ask other workers from now on; the old workers end."""
        old, self.engines, self.documents = self.engines, engines, documents
        self.generation += 1
        self._kept.clear()
        self._ready.clear()
        self._size = 0
        if old and old is not engines:
            old.close()

    @property
    def held(self) -> int:
        """How many documents are held."""
        return len(self._kept)

    def ready(self, address: str) -> Ready | None:
        """What is held ready for the path of a request."""
        found = self._ready.get(address)
        if found is not None and address[1:] in self._kept:
            self._kept.move_to_end(address[1:])
        return found

    def hold(self, address: str, document: Document, etag: str, headers: Mapping[str, str]) -> None:
        """Hold a document ready that :meth:`read` gave, for the path of a request."""
        if address[1:] in self._kept:
            head = {**headers, "content-length": str(len(document.content))}
            bare = {name: value for name, value in headers.items() if name.lower() != "content-type"}
            self._ready[address] = Ready(document.content, etag, header_lines(head), header_lines(bare))

    async def prepare(self, path: str) -> None:
        """Make the document of a path, where there is one, beside the other work of the server."""
        if path not in self._kept:
            await asyncio.get_running_loop().run_in_executor(self._thread, self.read, path)

    def read(self, path: str) -> tuple[Document, str] | None:
        """A document and its tag; those read last are held ready."""
        kept = self._kept.get(path)
        if kept is not None:
            self._kept.move_to_end(path)
            return kept
        document = self.documents.read(path)
        if document is None:
            return None
        kept = document, tag_of(document.content)
        self._kept[path] = kept
        self._size += len(document.content)
        while self._size > _MOST_KEPT and len(self._kept) > 1:
            oldest, (dropped, _) = self._kept.popitem(last=False)
            self._ready.pop(f"/{oldest}", None)
            self._size -= len(dropped.content)
        return kept


def header_lines(headers: Mapping[str, str]) -> bytes:
    """Headers as they are sent."""
    return "".join(f"{name.lower()}: {value}\r\n" for name, value in headers.items()).encode("latin-1")


def tag_of(content: bytes) -> str:
    """The entity tag of some bytes."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def matches(if_none_match: str | None, etag: str) -> bool:
    """Whether a client holds what has this tag (RFC 9110, section 13.1.2)."""
    if if_none_match is None:
        return False
    tags = [one.strip().removeprefix("W/") for one in if_none_match.split(",")]
    return "*" in tags or etag in tags
