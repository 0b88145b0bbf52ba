"""Following the files of a project: a change makes a new build, and the pages that are open are loaded anew.

A build that fails leaves the old data where it is; what is wrong stands on top of every page until it is mended.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from iomld.errors import IomldError, Mistakes
from iomld.serve.problems import Refused

if TYPE_CHECKING:
    from iomld.serve.documents import Documents
    from iomld.serve.engines import Engines
    from iomld.serve.served import Served

__all__ = ["Following", "watched_paths"]

_MOST = 50  # mistakes on a page


def watched_paths(root: Path, inputs: Iterable[Path]) -> list[Path]:
    """What is to be watched: the folders below the root in which inputs lie, and the files in the root itself.

    A folder is watched with all that is in it, so that a new table is noticed; the root is not, since builds lie there.
    """
    parents = {path.parent if path.parent != root else path for path in inputs if path.exists()}
    return sorted(path for path in parents if not any(above in parents for above in path.parents))


@dataclass(frozen=True)
class Following:
    """Keeps what is served up to date.

    :param paths: files and folders that are watched
    :param make: makes the documents of the project as it is now, and the workers that answer from it
    :param tell: is told in words what happened
    """

    paths: tuple[Path, ...]
    make: Callable[[], tuple[Documents, Callable[[], Engines]]]
    tell: Callable[[str], None] = lambda text: None

    async def follow(self, served: Served) -> None:
        """Work until it is cancelled."""
        import watchfiles

        stop = asyncio.Event()
        try:
            async for _ in watchfiles.awatch(*self.paths, debounce=400, step=50, stop_event=stop):
                await self._renew(served)
        finally:
            stop.set()

    async def _renew(self, served: Served) -> None:
        number = served.documents.watched + 1
        try:
            documents, engines = await asyncio.to_thread(self.make)
            workers = engines()  # which belong to this loop
        except Exception as error:  # whatever it is, the next change may mend it
            self.tell(f"{error or type(error).__name__}\nthe build failed; the data from before is served")
            notices = told(error)
            if served.engines is not None:
                served.replace(replace(served.documents, notices=notices, watched=number), served.engines)
            return
        served.replace(replace(documents, watched=number), workers)
        self.tell("built anew")

    async def news(self, request: Request, served: Served) -> Response:
        """The number of the build, by which a page knows that there is a newer one."""
        if not served.documents.watched:
            raise Refused(404, "not-found", "nothing is watched here")
        return Response(f"{served.documents.watched}\n", media_type="text/plain", headers={"Cache-Control": "no-store"})


def told(error: Exception) -> tuple[str, ...]:
    """The mistakes of a build, one by one."""
    if not isinstance(error, IomldError):
        return (f"{type(error).__name__}: {error}",)
    errors = error.errors if isinstance(error, Mistakes) else (error,)
    left = [f"… {len(errors) - _MOST:,}"] if len(errors) > _MOST else []
    return (*map(str, errors[:_MOST]), *left)
