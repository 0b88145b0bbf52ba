"""Clients have turns: runaway queries of one do not keep others waiting."""

import contextlib
import http.client
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.serve.conftest import PROJECT, Answered, Server

ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
SHORT = "SELECT ?s WHERE { ?s a mld:ConsultativeProcess }"


@pytest.fixture(scope="module", params=["oxigraph", "python"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def patient(engine: str, parts: None, cache: Path) -> Iterator[Server]:
    """A server whose queries have a minute: what is stopped in these tests is not stopped by that."""
    if engine == "oxigraph":
        from iomld.serve.oxigraph import binary

        if binary() is None:
            pytest.skip("needs iomld[oxigraph]")
    running = Server(PROJECT, cache, "--timeout", "60", "--engine", engine)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.stop()


def until(true: Callable[[], object]) -> None:
    """Wait for something to become true."""
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_query_of_another_client_is_answered_while_runaways_run(patient: Server, engine: str) -> None:
    answers: list[Answered] = []

    def run_away() -> None:
        with contextlib.suppress(OSError, http.client.HTTPException):  # the last are ended with the server
            answers.append(patient.get(f"/sparql?query={quote(ENDLESS)}", X_Forwarded_For="203.0.113.1"))

    threads = [threading.Thread(target=run_away) for _ in range(3)]
    for thread in threads:
        thread.start()
    until(lambda: re.search(r'state="running"} 2', patient.get("/metrics").text))
    for _ in range(3):
        # Where the machine itself is slow, a short query may have had its turn too, and is told to come back.
        asked = (patient.get(f"/sparql?query={quote(SHORT)}", X_Forwarded_For="203.0.113.2") for _ in range(5))
        assert any(answer.status == 200 for answer in asked)
    if engine == "python":  # elsewhere short queries run beside the long ones
        until(lambda: [answer for answer in answers if answer.status == 503 and "others waited" in answer.text])
    patient.stop()
    for thread in threads:
        thread.join(20)
