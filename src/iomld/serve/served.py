"""What a server hands out: documents, held ready as bytes once they were asked for, and the workers that answer."""

from __future__ import annotations

import hashlib
from collections import OrderedDict

from iomld.serve.documents import Document, Documents
from iomld.serve.engines import Engines

__all__ = ["Served", "matches", "tag_of"]

_MOST_KEPT = 128 * 2**20  # bytes of documents held ready


class Served:
    """The documents of a site and its workers; both may be replaced while the server runs."""

    def __init__(self, documents: Documents) -> None:
        self.documents = documents
        self.engines: Engines | None = None
        self._kept: OrderedDict[str, tuple[Document, str]] = OrderedDict()
        self._size = 0

    def replace(self, documents: Documents, engines: Engines) -> None:
        """Hand out other documents and ask other workers from now on; the old workers end."""
        old, self.engines, self.documents = self.engines, engines, documents
        self._kept.clear()
        self._size = 0
        if old:
            old.close()

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
            _, (dropped, _) = self._kept.popitem(last=False)
            self._size -= len(dropped.content)
        return kept


def tag_of(content: bytes) -> str:
    """The entity tag of some bytes."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def matches(if_none_match: str | None, etag: str) -> bool:
    """Whether a client holds what has this tag (RFC 9110, section 13.1.2)."""
    if if_none_match is None:
        return False
    tags = [one.strip().removeprefix("W/") for one in if_none_match.split(",")]
    return "*" in tags or etag in tags
