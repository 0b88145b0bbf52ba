"""What answers: the Oxigraph binary for SPARQL where it is there, processes of Python for all else."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from iomld.serve.kept import Kept
from iomld.serve.oxigraph import OxigraphWorker, Process, Wording
from iomld.serve.pool import Pool
from iomld.serve.questions import Found, Index, Sparql, Table, sparql, table
from iomld.serve.together import Together
from iomld.serve.waiting import Done, Leaving, Said, call_at_end, future_of
from iomld.serve.workers import Asked, PythonWorker

__all__ = ["Engines", "Load"]


class Load(Protocol):
    """What can be said of whatever answers."""

    stopped: int

    @property
    def load(self) -> tuple[int, int]:
        """How many questions are worked on, and how many wait."""


class Engines:
    """The workers of a server, and the answers that they gave. They are made where a loop runs.

    :param program: the Oxigraph binary; None puts SPARQL to processes of Python too
    :param workers: questions worked on at a time, of SPARQL and of saved queries each; short ones at twice the number
    :param seconds: time for each question
    :param waiting: questions that may wait, likewise
    :param memory: bytes that a process may take (Linux only)
    :param allow_service: let queries ask endpoints elsewhere
    """

    def __init__(
        self,
        index: Index,
        *,
        program: Path | None,
        workers: int = 2,
        seconds: float = 30,
        waiting: int = 64,
        memory: int | None = 2 * 10**9,
        allow_service: bool = False,
    ) -> None:
        self.allow_service = allow_service
        limits: dict[str, Any] = {"workers": workers, "seconds": seconds, "waiting": waiting}
        self._python = Pool(partial(PythonWorker, index, memory), **limits)
        self._alone: Pool | None = None
        self._together: Together | None = None
        self._kept = Kept()
        if program is not None:
            wording = Wording(index, union=index.has_named_graphs())
            make = partial(Process, program, index, memory=memory)
            self._alone = Pool(lambda: OxigraphWorker(make(), wording), **limits)
            self._together = Together(make, wording, self._alone, most=2 * workers, waiting=waiting)

    def known(self, asked: Sparql) -> Found | None:
        """The answer that was given before; None where there is none."""
        return self._kept.get(asked)

    def put(self, asked: Sparql, client: str, done: Done) -> Leaving:
        """Have a query of the protocol answered that :meth:`known` did not know.

        :param done: is called once, but not before this returns
        :raises TooBusy: at once, where too many wait already
        """
        keep = partial(self._keep, asked, done)
        if self._together:
            return self._together.put(asked, client, keep)
        return _Work(asyncio.ensure_future(self._python.ask(Asked(sparql, asked), client)), keep)

    def _keep(self, asked: Sparql, done: Done, said: Said) -> None:
        if isinstance(said, tuple):
            self._kept.keep(asked, said)
        done(said)

    def sparql(self, asked: Sparql, client: str) -> asyncio.Future[Found | None]:
        """The answer to such a query; None where no form suits."""
        return future_of(partial(self.put, asked, client))

    async def table(self, asked: Table, client: str) -> tuple[bytes, int]:
        """The rows of a saved query, and their full number."""
        found: tuple[bytes, int] = await self._python.ask(Asked(table, asked), client)
        return found

    @property
    def pools(self) -> dict[str, Load]:
        """What answers, by name."""
        found: dict[str, Load] = {"python": self._python}
        if self._alone and self._together:
            found |= {"oxigraph": self._alone, "oxigraph-together": self._together}
        return found

    def close(self) -> None:
        """End all workers."""
        if self._together:
            self._together.close()
        for pool in (self._python, self._alone):
            if pool:
                pool.close()


class _Work:
    """A task, and who waits for it."""

    def __init__(self, task: asyncio.Task[Any], done: Done) -> None:
        self._task = task
        call_at_end(task, done)

    def leave(self) -> None:
        """See :class:`iomld.serve.waiting.Leaving`."""
        self._task.cancel()
