"""Servers on loopback for tests: one that misbehaves on demand, and real SPARQL servers."""

import http.server
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from iomld.errors import OutsideError
from iomld.query.jena import class_path

Behaviour = Callable[["Handler"], None]


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers as its server's behaviour says, and keeps what it was asked."""

    protocol_version = "HTTP/1.1"

    def _handle(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        server = self.server
        assert isinstance(server, Misbehaving)
        server.requests.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, self.body))
        server.behaviour(self)

    do_GET = do_POST = _handle

    def send(self, status: int, type: str, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": type, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None: ...


class Misbehaving(http.server.ThreadingHTTPServer):
    """A server whose behaviour a test sets."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behaviour: Behaviour = lambda handler: None
        self.requests: list[tuple[str, str, dict[str, str], str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/sparql"

    def handle_error(self, request: object, client_address: object) -> None: ...


@contextmanager
def misbehaving() -> Iterator[Misbehaving]:
    server = Misbehaving()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _await(url: str, process: "subprocess.Popen[bytes]", seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended"
        try:
            urllib.request.urlopen(url, timeout=1).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"{url} did not come up")


@contextmanager
def oxigraph(data: Path, base: str, folder: Path) -> Iterator[str]:
    """The server of the PyPI package ``oxigraph``, with a file loaded; gives the address of its endpoint."""
    program = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or shutil.which("oxigraph")
    if program is None:
        pytest.skip("oxigraph is not installed: pip install oxigraph")
    store = folder / "store"
    subprocess.run(
        [program, "load", "--location", store, "--file", data, "--base", base], check=True, capture_output=True
    )
    port = _free_port()
    process = subprocess.Popen(
        [program, "serve-read-only", "--location", store, "--bind", f"127.0.0.1:{port}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _await(f"http://127.0.0.1:{port}/", process, 15)
        yield f"http://127.0.0.1:{port}/query"
    finally:
        process.kill()
        process.wait()


@contextmanager
def virtuoso(data: Path, folder: Path) -> Iterator[str]:
    """Virtuoso (Debian ``virtuoso-opensource``), with an N-Triples file loaded."""
    program, isql = shutil.which("virtuoso-t"), shutil.which("isql-vt")
    if program is None or isql is None:
        pytest.skip("Virtuoso is not installed: Debian virtuoso-opensource")
    port, sql_port = _free_port(), _free_port()
    (folder / "virtuoso.ini").write_text(
        f"""[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql_port}
DirsAllowed = {folder}
NumberOfBuffers = 10000
[HTTPServer]
ServerPort = 127.0.0.1:{port}
[SPARQL]
ResultSetMaxRows = 10000
"""
    )
    process = subprocess.Popen(
        [program, "+foreground", "+configfile", str(folder / "virtuoso.ini")],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _await(f"http://127.0.0.1:{port}/sparql", process, 60)
        (folder / "data.nt").write_bytes(data.read_bytes())
        load = f"DB.DBA.TTLP_MT(file_to_string_output('{folder}/data.nt'), '', 'https://example.org/graph', 0);"
        subprocess.run(
            [isql, f"127.0.0.1:{sql_port}", "dba", "dba", f"EXEC={load}"], check=True, capture_output=True, timeout=60
        )
        yield f"http://127.0.0.1:{port}/sparql"
    finally:
        process.kill()
        process.wait()


@contextmanager
def jena(data: Path, folder: Path) -> Iterator[str]:
    """Apache Jena (Debian ``libapache-jena-java``) behind a little server in Java, over an N-Triples file."""
    if shutil.which("javac") is None:
        pytest.skip("there is no Java compiler: Debian default-jdk-headless")
    try:
        path = class_path(folder)
    except OutsideError:
        pytest.skip("Jena is not installed: Debian libapache-jena-java")
    port = _free_port()
    program = Path(__file__).with_name("JenaEndpoint.java")
    process = subprocess.Popen(
        ["java", "-cp", path, program, data, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _await(f"http://127.0.0.1:{port}/", process, 60)
        yield f"http://127.0.0.1:{port}/sparql"
    finally:
        process.kill()
        process.wait()
