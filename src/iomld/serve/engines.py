"""What answers: the Oxigraph binary for SPARQL where it is there, processes of Python for all else."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Protocol

from iomld.serve.oxigraph import OxigraphWorker
from iomld.serve.pool import Pool
from iomld.serve.questions import Index, Sparql, Table, sparql, table
from iomld.serve.workers import Asked, PythonWorker

__all__ = ["Engines", "Queries"]


class Queries(Protocol):
    """Whatever answers SPARQL."""

    allow_service: bool

    async def sparql(self, asked: Sparql, client: str) -> tuple[str, bytes] | None:
        """Media type and bytes; None where the client takes no form that the answer has."""


class Engines:
    """The workers of a server.

    :param program: the Oxigraph binary; None puts SPARQL to processes of Python too
    :param workers: questions worked on at a time, of SPARQL and of saved queries each
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
        self._oxigraph = None
        if program is not None:
            make = partial(OxigraphWorker, program, index, union=index.has_named_graphs(), memory=memory)
            self._oxigraph = Pool(make, **limits)

    async def sparql(self, asked: Sparql, client: str) -> tuple[str, bytes] | None:
        """The answer to a query of the protocol."""
        found: tuple[str, bytes] | None
        if self._oxigraph:
            found = await self._oxigraph.ask(asked, client)
        else:
            found = await self._python.ask(Asked(sparql, asked), client)
        return found

    async def table(self, asked: Table, client: str) -> tuple[bytes, int]:
        """The rows of a saved query, and their full number."""
        found: tuple[bytes, int] = await self._python.ask(Asked(table, asked), client)
        return found

    @property
    def pools(self) -> dict[str, Pool]:
        """The pools by name."""
        return {"python": self._python, **({"oxigraph": self._oxigraph} if self._oxigraph else {})}

    def close(self) -> None:
        """End all workers."""
        for pool in self.pools.values():
            pool.close()
