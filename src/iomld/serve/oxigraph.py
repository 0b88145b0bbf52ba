"""The server binary of Oxigraph, where the extra ``iomld[oxigraph]`` brought it: as a process, and as a worker.

Its own time limit does not stop every kind of work, and what it stops it leaves as a broken answer; so a process is
held within a limit on memory, and is ended from outside. Nothing but this server is told its port.
"""

from __future__ import annotations

import asyncio
import importlib.metadata
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
from pathlib import Path
from urllib.parse import urlencode

from iomld.errors import IomldError, OutsideError, QueryError
from iomld.location import SourceLocation
from iomld.query.syntax import syntax_error
from iomld.serve.channel import AnswerTooLong, Channel, Reply
from iomld.serve.pool import Died
from iomld.serve.questions import Index, Sparql, names_graphs, too_long
from iomld.terms import PrefixMap

__all__ = ["OxigraphWorker", "Process", "Wording", "binary", "program_of"]

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


class Process:
    """The binary at work, read-only over an index.

    :param memory: bytes that it may take (Linux only)
    """

    def __init__(self, program: Path, index: Index, *, memory: int | None = 2 * 10**9) -> None:
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

    async def connect(self) -> Channel:
        """A connection, as soon as the process takes one.

        :raises Died: it takes none
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + _STARTING
        while self.running and loop.time() < until:
            try:
                _, channel = await loop.create_connection(Channel, "127.0.0.1", self._port)
                return channel
            except OSError:
                await asyncio.sleep(0.01)
        self.end()
        raise Died

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def end(self) -> None:
        """End it at once."""
        self._process.kill()

    def wait(self) -> None:
        """Wait until it has ended."""
        self._process.wait()


_DECLARATION = re.compile(r"(?:\s|#[^\n\r]*[\n\r])*+(?:PREFIX\s+([\w.\-]*:)|BASE)\s*<[^<>\s]*>")


def _declared(text: str) -> set[str]:
    """The prefixes that the prologue of a query declares, so far as it is written in the usual way.

    What only a comment or a string says is no declaration.
    """
    found, end = set(), 0
    while match := _DECLARATION.match(text, end):
        found.add(match[1])
        end = match.end()
    return found


class Wording:
    """How a question is put to the binary, and what its answer means.

    :param union: whether there are named graphs, all of which are asked where a query does not choose
    """

    def __init__(self, index: Index, *, union: bool) -> None:
        self._base, self._known, self._union = index.base, PrefixMap(index.prefixes), union
        self._prologue = f"BASE <{index.base}> "
        self._prefixes = [(f"{name}:", f"PREFIX {name}: <{iri}> ") for name, iri in index.prefixes.items()]

    def request(self, asked: Sparql) -> bytes:
        """The bytes to send."""
        text = asked.text
        # What a query declares itself is not declared again: the binary would read it twice.
        own = _declared(text) if "PREFIX " in text else ()
        used = "".join([line for name, line in self._prefixes if name in text and name not in own])
        body = f"{self._prologue}{used}\n{text}".encode()
        if asked.default_graphs or asked.named_graphs:
            graphs = [("default-graph-uri", one) for one in asked.default_graphs]
            graphs += [("named-graph-uri", one) for one in asked.named_graphs]
            target = f"/query?{urlencode(graphs)}"
        else:
            target = "/query?union-default-graph" if self._union and not names_graphs(text) else "/query"
        accept = ", ".join(filter(None, (asked.solutions, asked.graphs)))
        return (
            f"POST {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: {accept}\r\n"
            f"Content-Type: application/sparql-query\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode("ascii") + body

    def answer(self, asked: Sparql, reply: Reply) -> tuple[str, bytes] | None:
        """Media type and bytes of the answer; see :func:`iomld.serve.questions.sparql`."""
        if reply.status == 200:
            return reply.media_type.partition(";")[0], reply.body
        if reply.status == 406:
            return None
        said = reply.body.decode("utf-8", "replace")
        if reply.status == 400:
            raise self._refusal(asked, said)
        raise QueryError("query-failed", f"the query cannot be evaluated: {said[:500]}")

    def _refusal(self, asked: Sparql, said: str) -> IomldError:
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


class OxigraphWorker:
    """A process that has one question at a time."""

    def __init__(self, process: Process, wording: Wording) -> None:
        self._process, self._wording = process, wording
        self._channel: Channel | None = None
        self._ended = False

    async def ready(self) -> None:
        """See :class:`iomld.serve.pool.Worker`."""
        if self._channel is None or self._channel.closed:
            self._channel = await self._process.connect()

    async def ask(self, asked: Sparql) -> tuple[str, bytes] | None:
        """See :class:`iomld.serve.pool.Worker`."""
        await self.ready()
        assert self._channel is not None
        reply: asyncio.Future[Reply | Exception] = asyncio.get_running_loop().create_future()
        self._channel.send(self._wording.request(asked), lambda said: None if reply.done() else reply.set_result(said))
        said = await reply
        if isinstance(said, AnswerTooLong):
            self.end()
            raise too_long() from said
        if isinstance(said, Exception):
            raise Died from said
        return self._wording.answer(asked, said)

    @property
    def alive(self) -> bool:
        """See :class:`iomld.serve.pool.Worker`."""
        if self._ended:
            return False
        connected = self._channel is not None and not self._channel.closed
        return connected or self._process.running  # who is connected need not be asked

    def end(self) -> None:
        """See :class:`iomld.serve.pool.Worker`."""
        self._ended = True
        self._process.end()
        if self._channel:
            self._channel.close()

    def wait(self) -> None:
        """See :class:`iomld.serve.pool.Worker`."""
        self._process.wait()
