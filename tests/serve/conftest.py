"""A server of the small project on loopback, and one whose labels are hostile."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = ROOT  # the dataset that comes with iomld


class Answered(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> object:
        return json.loads(self.body)


class Server:
    """A server process; the port is the one that it says."""

    def __init__(self, project: Path, cache: Path, *options: str) -> None:
        environment = {**os.environ, "IOMLD_CACHE": str(cache), "PYTHONPATH": str(ROOT / "src")}
        command = [sys.executable, "-m", "iomld", "serve", "--project", str(project), "--port", "0", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        said = ""
        assert self.process.stdout
        for line in self.process.stdout:
            said += line
            if match := re.search(r"http://127\.0\.0\.1:(\d+)/", line):
                self.port = int(match[1])
                break
        else:
            raise AssertionError(said)
        self._wait()

    def _wait(self) -> None:
        for _ in range(200):
            try:
                if self.get("/health").status == 200:
                    return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the server does not answer")

    def ask(
        self, method: str, path: str, *, body: bytes | None = None, timeout: float = 30, **headers: str
    ) -> Answered:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body=body, headers=sent)
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return Answered(response.status, found, response.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answered:
        return self.ask("GET", path, **headers)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=15)
        assert self.process.stdout
        self.process.stdout.close()
        return code


def two_things(folder: Path, size: int) -> tuple[Any, Callable[[], Any]]:
    """Documents of two things, one with a name of so many bytes; and what makes engines over an empty index."""
    import pyoxigraph

    from iomld.serve import Dataset, Documents
    from iomld.serve.engines import Engines
    from iomld.serve.questions import Index
    from iomld.terms import PrefixMap, literal

    base, label = "https://example.org/", "<http://www.w3.org/2004/02/skos/core#prefLabel>"
    pyoxigraph.Store(str(folder / "index")).flush()
    names = [(f"<{base}id/a>", label, literal("a")), (f"<{base}id/long>", label, literal("long " * (size // 5)))]
    documents = Documents(Dataset(names, base=base), PrefixMap({}))
    return documents, lambda: Engines(Index(folder / "index", base, {}), program=None)


@contextmanager
def within(application: Any, **options: Any) -> Iterator[int]:
    """An application served by a thread of this process, on the port that it gives."""
    import uvicorn

    running = uvicorn.Server(uvicorn.Config(application, port=0, log_level="error", **options))
    thread = threading.Thread(target=running.run)
    thread.start()
    while not running.started:
        assert thread.is_alive()
        time.sleep(0.01)
    try:
        yield running.servers[0].sockets[0].getsockname()[1]
    finally:
        running.should_exit = True
        thread.join(20)


@pytest.fixture(scope="session")
def parts() -> None:
    pytest.importorskip("starlette", reason="needs iomld[serve]")
    pytest.importorskip("uvicorn", reason="needs iomld[serve]")
    pytest.importorskip("httptools", reason="needs iomld[serve]")


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the dataset is kept once it was built."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def server(parts: None, cache: Path) -> Iterator[Server]:
    """The dataset that comes with iomld."""
    running = Server(PROJECT, cache, "--timeout", "1")
    try:
        yield running
    finally:
        running.stop()
