"""Clients have turns: runaway queries of one do not keep others waiting."""

import contextlib
import http.client
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.serve.conftest import PROJECT, Answered, Server

ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
SHORT = "SELECT ?s WHERE { ?s a mld:ConsultativeProcess }"


@pytest.fixture(scope="module", params=["oxigraph", "python"])
def patient(request: pytest.FixtureRequest, parts: None, cache: Path) -> Iterator[Server]:
    """A server whose queries have a minute: what is stopped in these tests is not stopped by that."""
    if request.param == "oxigraph":
        from iomld.serve.oxigraph import binary

        if binary() is None:
            pytest.skip("needs iomld[oxigraph]")
    running = Server(PROJECT, cache, "--timeout", "60", "--engine", request.param)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.stop()


def test_a_query_of_another_client_is_answered_while_runaways_run(patient: Server) -> None:
    answers: list[Answered] = []

    def run_away() -> None:
        with contextlib.suppress(OSError, http.client.HTTPException):  # the last are ended with the server
            answers.append(patient.get(f"/sparql?query={quote(ENDLESS)}", X_Forwarded_For="203.0.113.1"))

    threads = [threading.Thread(target=run_away) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(3):
        assert patient.get(f"/sparql?query={quote(SHORT)}", X_Forwarded_For="203.0.113.2").status == 200
    assert any("others waited" in answer.text for answer in answers if answer.status == 503)
    patient.stop()
    for thread in threads:
        thread.join(20)
