"""The server under load on loopback, in pairs with the bare Oxigraph server and with rdflib-endpoint, by wrk.

usage: benchmarks/serve.py [--peer PYTHON] [--triples 200000] [--start-triples 2000000] [--pairs 3] [--seconds 4]
                           [--only start,documents,sparql,siege]
    PYTHON   interpreter of an environment with rdflib-endpoint:
             python3 -m venv peer && peer/bin/pip install 'rdflib-endpoint[cli]'

``wrk`` must be installed. All servers hold the same data and answer in turn; wrk takes its share of the processors.
Printed are medians, and the geometric mean and range of the medians of ratios. Queries are put three times over: each
new, so that no answer is kept; as often again as in the logs of public endpoints; and 200 of each kind again and again.
Where other programs are at work, the processor time of a request says more than the rate.

start      from the start of the process to the first document, with a built dataset of --start-triples; then the first
           search, the first reconciliation and the first long list
documents  requests a second of documents, one of them and a thousand in turn, in each format
sparql     requests a second of typical queries
siege      what others wait while a thousand slow clients and runaway queries of one client go on for --siege seconds
"""

from __future__ import annotations

import argparse
import http.client
import math
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from installed import as_installed
from serve_load import documents, lua, make_project, questions

from iomld.serve.oxigraph import binary

# The logs of 27 public endpoints hold 11.56 million queries, which were put 43.95 million times: Stadler, Saleem and
# others, LSQ 2.0: A linked dataset of SPARQL query logs, doi 10.3233/SW-223015.
LOGGED = 11.56 / 43.95
OFTEN = {
    1: "each query asked once",
    LOGGED: f"one query in {1 / LOGGED:.1f} is new, as in the logs of public endpoints",
    0: "200 queries of each kind, asked again and again",
}
RUNAWAY = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def answers(port: int, path: str, *, timeout: float = 10, headers: dict[str, str] | None = None) -> int:
    """Status of a GET; 0 where nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", path, headers=headers or {})
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except OSError:
        return 0
    finally:
        connection.close()


@contextmanager
def running(command: list[str], port: int, path: str, *, wait: float = 600) -> Iterator[tuple[int, float]]:
    """A server; gives its process, which leads a session of its own, and the seconds that it took to answer."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        while answers(port, path) not in (200, 303, 400):
            if process.poll() is not None or time.perf_counter() - began > wait:
                sys.exit(f"{command[0]} did not start: {' '.join(command)}")
            time.sleep(0.01)
        yield process.pid, time.perf_counter() - began
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def ours(project: Path, port: int, *options: str) -> list[str]:
    """The command of our server."""
    return [sys.executable, "-m", "iomld", "serve", "--project", str(project), "--port", str(port), "-q", *options]


def processor(session: int) -> float:
    """Seconds of processor that the processes of a session took (Linux)."""
    ticks = 0
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = file.read_text().rpartition(")")[2].split()
            if int(fields[3]) == session:
                ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def wrk(port: int, script: str, seconds: int, connections: int) -> float:
    """Requests a second; all must be answered well."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", file.name, f"http://127.0.0.1:{port}"]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        sys.exit(f"not all requests were answered:\n{said}")
    found = re.search(r"Requests/sec:\s+([0-9.]+)", said)
    assert found, said
    return float(found[1])


def measure_start(folder: Path, triples: int, pairs: int) -> None:
    """Print how long a start takes."""
    project = make_project(folder / "large", triples)
    path = documents(triples, "ttl", 1)[0]
    asked = quote('{"q": {"query": "Training on border and labour and visas 17"}}')
    firsts = {
        "search": "/search?q=training+border",
        "reconciliation": f"/reconcile?queries={asked}",
        "list": "/browse/activity.html",
    }
    times: dict[str, list[float]] = {}
    for number in range(pairs + 1):
        port = free_port()
        with running(ours(project, port), port, path) as (_, seconds):
            if not number:  # the first one builds
                continue
            times.setdefault("from start to document", []).append(seconds)
            for what, address in firsts.items():
                began = time.perf_counter()
                if answers(port, address, timeout=300) != 200:
                    sys.exit(f"{address} was not answered")
                times.setdefault(what, []).append(time.perf_counter() - began)
    for what, found in times.items():
        print(f"first {what}, {triples:,} triples: {statistics.median(found):.2f} s (n = {len(found)})")


def measure_documents(port: int, triples: int, seconds: int, pairs: int) -> None:
    """Print requests a second of documents."""
    for suffix in ("html", "ttl", "jsonld", "nt"):
        for number in (1, 1000):
            script = lua("/", paths=documents(triples, suffix, number))
            wrk(port, script, 1 if number == 1 else 5, 8)  # each is made once
            rates = [wrk(port, script, seconds, 16) for _ in range(pairs)]
            print(f"documents, {suffix:6} {number:5,} of them: {statistics.median(rates):8,.0f} a second")
    things = [path.removeprefix("/doc").removesuffix(".ttl") for path in documents(triples, "ttl", 1000)]
    rates = [wrk(port, lua("/", paths=things, accept="text/turtle"), seconds, 16) for _ in range(pairs)]
    print(f"redirects from things to documents: {statistics.median(rates):8,.0f} a second")


def measure_sparql(
    servers: dict[str, tuple[int, str, int]], triples: int, seconds: int, pairs: int, *, new: float
) -> None:
    """Print requests a second of queries and the processor that each takes, ours and others', and their ratios.

    :param new: share of the requests that are for a query that was not asked before
    """
    print(OFTEN[new])
    ratios: dict[str, list[tuple[float, float]]] = {}
    accept = "application/sparql-results+json, text/turtle;q=0.9"
    for kind, texts in questions(triples).items():
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in servers}
        for number in range(pairs + 1):
            for name, (port, path, session) in servers.items():
                before, length = processor(session), seconds if number else 1
                rate = wrk(port, lua(path, bodies=texts, accept=accept, new=new), length, 8)
                if number:
                    found[name].append((rate, (processor(session) - before) / (rate * length)))
        print(f"{kind:24}", end="")
        for name, pairs_found in found.items():
            rate, cost = (statistics.median(column) for column in zip(*pairs_found, strict=True))
            print(f" | {name} {rate:,.0f}/s, {cost * 1000:.2f} ms", end="")
            paired = zip(found["iomld"], pairs_found, strict=True)
            rates, costs = zip(*((ours[0] / theirs[0], theirs[1] / ours[1]) for ours, theirs in paired), strict=True)
            ratios.setdefault(name, []).append((statistics.median(rates), statistics.median(costs)))
        print(flush=True)
    for name, each in ratios.items():
        if name != "iomld":
            rates, costs = zip(*each, strict=True)
            mean = [math.exp(statistics.fmean(map(math.log, column))) for column in (rates, costs)]
            print(
                f"iomld / {name}: requests a second {mean[0]:.2f} ({min(rates):.2f} to {max(rates):.2f}), "
                f"requests for the same processor time {mean[1]:.2f} ({min(costs):.2f} to {max(costs):.2f})"
            )


def measure_siege(port: int, triples: int, seconds: float) -> None:
    """Print what others wait while slow clients and runaway queries are at work."""
    until = time.monotonic() + seconds
    stopped = threading.Event()

    def run_away() -> None:
        while not stopped.is_set():
            answers(port, f"/sparql?query={quote(RUNAWAY)}", timeout=60, headers={"X-Forwarded-For": "203.0.113.1"})

    def trickle(held: list[socket.socket]) -> None:
        while not stopped.is_set():
            for place, one in enumerate(held):
                try:
                    one.sendall(b"a")
                except OSError:  # given up: it comes back
                    one.close()
                    with suppress(OSError):
                        held[place] = socket.create_connection(("127.0.0.1", port), timeout=5)
                        held[place].sendall(b"GET / HTTP/1.1\r\nX-A: ")
            time.sleep(0.5)

    with ExitStack() as stack:
        held = [stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(1000)]
        for one in held:
            one.sendall(b"GET / HTTP/1.1\r\nX-A: ")
        threads = [threading.Thread(target=run_away, daemon=True) for _ in range(8)]
        threads.append(threading.Thread(target=trickle, args=(held,), daemon=True))
        for thread in threads:
            thread.start()
        waits: dict[str, list[float]] = {"a document": [], "a query": []}
        queries, paths = questions(triples)["activities of a body"], documents(triples, "html", 200)
        turn = 0
        while time.monotonic() < until:
            turn += 1
            for what, path in (
                ("a document", paths[turn % len(paths)]),
                ("a query", f"/sparql?query={quote(queries[turn % len(queries)])}"),
            ):
                began = time.monotonic()
                if answers(port, path, headers={"X-Forwarded-For": "203.0.113.2"}) != 200:
                    sys.exit(f"{what} was not answered")
                waits[what].append(time.monotonic() - began)
            time.sleep(0.1)
        stopped.set()
    for what, found in waits.items():
        print(
            f"siege of {seconds:g} s: {what} took {statistics.median(found) * 1000:,.0f} ms in the median, "
            f"{max(found) * 1000:,.0f} ms at most (n = {len(found)})"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", type=Path)
    parser.add_argument("--triples", type=int, default=200_000)
    parser.add_argument("--start-triples", type=int, default=2_000_000)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--siege", type=float, default=60)
    parser.add_argument("--only", default="start,documents,sparql,siege")
    options = parser.parse_args()
    as_installed()
    parts = set(options.only.split(","))
    if shutil.which("wrk") is None:
        sys.exit("wrk is not installed")
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        os.environ["IOMLD_CACHE"] = str(folder / "cache")
        if "start" in parts:
            measure_start(folder, options.start_triples, options.pairs)
            shutil.rmtree(folder / "cache")
        if not parts & {"documents", "sparql", "siege"}:
            return
        project = make_project(folder / "small", options.triples)
        port = free_port()
        session, _ = stack.enter_context(running(ours(project, port, "--workers", "4"), port, "/health"))
        print(f"{options.triples:,} triples")
        if "documents" in parts:
            measure_documents(port, options.triples, options.seconds, options.pairs)
        if "sparql" in parts:
            servers = {"iomld": (port, "/sparql", session)}
            index = next((folder / "cache").glob("*/index"))
            if program := binary():
                bare = free_port()
                command = [str(program), "serve-read-only", "--location", str(index), "--bind", f"127.0.0.1:{bare}"]
                session, _ = stack.enter_context(running(command, bare, "/"))
                servers["oxigraph"] = (bare, "/query", session)
            if options.peer:
                other = free_port()
                out = folder / "out"
                for step in (["build", "-q", "--project", project, "-o", out],
                             ["convert", out / "iomld.ttl", "-o", out / "load.nt"]):  # fmt: skip
                    subprocess.run([sys.executable, "-m", "iomld", *map(str, step)], check=True)
                program = options.peer.absolute().parent / "rdflib-endpoint"
                command = [str(program), "serve", str(out / "load.nt"), "--port", str(other)]
                session, _ = stack.enter_context(running(command, other, f"/?query={quote('ASK {}')}"))
                servers["rdflib-endpoint"] = (other, "/", session)
            for new in OFTEN:
                measure_sparql(servers, options.triples, options.seconds, options.pairs, new=new)
                servers.pop("rdflib-endpoint", None)  # it keeps no answers: the first round says all of it
        if "siege" in parts:
            measure_siege(port, options.triples, options.siege)


if __name__ == "__main__":
    main()
