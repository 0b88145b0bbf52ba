"""The server binary of Oxigraph as a worker, where the extra ``iomld[oxigraph]`` brought it.

Its own time limit does not stop every kind of work, and what it stops it leaves as a broken answer; so each process
works on one query, within a limit on memory, and is ended from outside. Nothing but this server is told its port.
"""

from __future__ import annotations

import asyncio
import importlib.metadata
import shutil
import socket
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import cast
from urllib.parse import urlencode

import httptools

from iomld.errors import OutsideError, QueryError
from iomld.location import SourceLocation
from iomld.query.syntax import syntax_error
from iomld.serve.pool import Died
from iomld.serve.questions import MOST_BYTES, Index, Sparql, names_graphs, too_long
from iomld.terms import PrefixMap

__all__ = ["OxigraphWorker", "binary", "program_of"]

_STARTING = 15.0  # seconds


def binary() -> Path | None:
    """The binary of the package ``oxigraph``, where it is there in the version of the library that made the index."""
    try:
        versions = {importlib.metadata.version(name).rpartition(".")[0] for name in ("oxigraph", "pyoxigraph")}
    except importlib.metadata.PackageNotFoundError:
        return None
    name = "oxigraph.exe" if sys.platform == "win32" else "oxigraph"
    for folder in (sysconfig.get_path("scripts"), str(Path(sys.executable).parent)):
        found = Path(folder) / name
        if len(versions) == 1 and found.is_file():
            return found
    return None


def program_of(engine: str) -> Path | None:
    """The binary to use.

    :param engine: ``auto``, ``oxigraph`` or ``python``
    :raises OutsideError: ``oxigraph-not-installed``
    """
    found = None if engine == "python" else binary()
    if found is None and engine == "oxigraph":
        raise OutsideError(
            "oxigraph-not-installed",
            "the server of Oxigraph is not installed, or not in the version of pyoxigraph",
            hint="pip install 'iomld[oxigraph]', or leave --engine out",
        )
    return found


class OxigraphWorker:
    """One process of the binary, read-only over an index.

    :param union: whether there are named graphs, all of which are asked where a query does not choose
    :param memory: bytes that it may take (Linux only)
    """

    def __init__(self, program: Path, index: Index, *, union: bool, memory: int | None = 2 * 10**9) -> None:
        base, prefixes = index.base, index.prefixes
        self._prologue = f"BASE <{base}> "
        self._prefixes = {f"{name}:": f"PREFIX {name}: <{iri}> " for name, iri in prefixes.items()}
        self._base, self._known, self._union = base, PrefixMap(prefixes), union
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port: int = free.getsockname()[1]
        command = [str(program), "serve-read-only", "--location", str(index.path), "--bind", f"127.0.0.1:{self._port}"]
        if sys.platform == "linux" and (setpriv := shutil.which("setpriv")):
            command = [setpriv, "--pdeathsig", "KILL", *command]  # it ends with us, however we end
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, close_fds=True
        )
        if sys.platform == "linux" and memory is not None:
            import resource

            resource.prlimit(self._process.pid, resource.RLIMIT_DATA, (memory, memory))
        self._connection: _Connection | None = None
        self._ended = False

    async def ready(self) -> None:
        """See :class:`iomld.serve.pool.Worker`."""
        if self._connection is None or self._connection.closed:
            await self._connect()

    async def _connect(self) -> _Connection:
        loop = asyncio.get_running_loop()
        until = loop.time() + _STARTING
        while self.alive and loop.time() < until:
            try:
                _, self._connection = await loop.create_connection(_Connection, "127.0.0.1", self._port)
                return self._connection
            except OSError:
                await asyncio.sleep(0.01)
        self.end()
        raise Died

    async def ask(self, asked: Sparql) -> tuple[str, bytes] | None:
        """Media type and bytes of the answer; see :func:`iomld.serve.questions.sparql`."""
        connection = self._connection
        if connection is None or connection.closed:
            connection = await self._connect()
        try:
            status, media_type, body = await connection.ask(self._request(asked))
        except ConnectionError as error:
            raise Died from error
        except _TooLong as error:
            self.end()
            raise too_long() from error
        if status == 406:
            return None
        if status == 400:
            raise self._refusal(asked, body.decode("utf-8", "replace"))
        if status != 200:
            raise QueryError("query-failed", f"the query cannot be evaluated: {body.decode('utf-8', 'replace')[:500]}")
        return media_type.partition(";")[0], body

    def _request(self, asked: Sparql) -> bytes:
        used = "".join(said for name, said in self._prefixes.items() if name in asked.text)
        body = f"{self._prologue}{used}\n{asked.text}".encode()
        if asked.default_graphs or asked.named_graphs:
            graphs = [("default-graph-uri", one) for one in asked.default_graphs]
            graphs += [("named-graph-uri", one) for one in asked.named_graphs]
            target = f"/query?{urlencode(graphs)}"
        else:
            target = "/query?union-default-graph" if self._union and not names_graphs(asked.text) else "/query"
        accept = ", ".join(filter(None, (asked.solutions, asked.graphs)))
        return (
            f"POST {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: {accept}\r\n"
            f"Content-Type: application/sparql-query\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode("ascii") + body

    def _refusal(self, asked: Sparql, said: str) -> QueryError:
        # The library has the same parser, and tells the place in the text as it was sent.
        import pyoxigraph

        try:
            for name in (*asked.default_graphs, *asked.named_graphs):
                pyoxigraph.NamedNode(name)
        except ValueError:
            return QueryError("parameter-malformed", f"“{name}” is not the IRI of a graph")
        try:
            pyoxigraph.Store().query(asked.text, base_iri=self._base, prefixes=dict(self._known))
        except SyntaxError as error:
            return syntax_error(str(error), asked.text, "query", prefixes=self._known, base=self._base)
        except (OSError, RuntimeError, ValueError):
            pass
        return QueryError("query-failed", f"the query is refused: {said[:500]}", location=SourceLocation("query"))

    @property
    def alive(self) -> bool:
        """See :class:`iomld.serve.pool.Worker`."""
        if self._ended:
            return False
        connected = self._connection is not None and not self._connection.closed
        return connected or self._process.poll() is None  # who is connected need not be asked

    def end(self) -> None:
        """See :class:`iomld.serve.pool.Worker`."""
        self._ended = True
        if self._connection:
            self._connection.close()
        self._process.kill()

    def wait(self) -> None:
        """See :class:`iomld.serve.pool.Worker`."""
        self._process.wait()


class _TooLong(Exception):
    """The answer has more bytes than may be."""


class _Connection(asyncio.Protocol):
    """A connection to the process: one request, one answer, kept whole in memory."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[tuple[int, str, bytes]] | None = None
        self._begin()

    def _begin(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._body: list[bytes] = []
        self._size = 0
        self._media_type = ""

    @property
    def closed(self) -> bool:
        return self._transport is None or self._transport.is_closing()

    async def ask(self, request: bytes) -> tuple[int, str, bytes]:
        """Status, media type and body."""
        if self._transport is None or self._transport.is_closing():
            raise ConnectionError
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        if self._transport:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are of no common class

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._fail(ConnectionError())

    def _fail(self, error: Exception) -> None:
        if self._answer and not self._answer.done():
            self._answer.set_exception(error)

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self.close()

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"content-type":
            self._media_type = value.decode("latin-1")

    def on_body(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > MOST_BYTES:
            self._fail(_TooLong())
        else:
            self._body.append(data)

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        answer = status, self._media_type, b"".join(self._body)
        if self._answer and not self._answer.done():
            self._answer.set_result(answer)
        self._begin()
