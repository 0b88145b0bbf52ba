"""Starting and stopping, hostile data, missing parts."""

import os
import socket
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from tests.serve.conftest import PROJECT, ROOT, Server, within

from iomld.errors import OutsideError
from iomld.serve import Dataset, Documents
from iomld.terms import WELL_KNOWN, PrefixMap, literal

SKOS = "<http://www.w3.org/2004/02/skos/core#prefLabel>"
HOSTILE = "</title></script><script>alert(1)</script><img src=x onerror=alert(1)>\"' & &lt;"


def test_a_port_in_use_is_said(parts: None) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [sys.executable, "-m", "iomld", "serve", "--port", str(taken.getsockname()[1])]
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)
    assert done.returncode == 4 and "port-in-use" in done.stderr and "Traceback" not in done.stderr


def test_it_stops_when_told_and_takes_its_workers_along(server: Server, cache: Path) -> None:
    other = Server(PROJECT, cache)
    children = Path(f"/proc/{other.process.pid}/task/{other.process.pid}/children")
    pids = children.read_text().split() if children.exists() else []
    assert other.stop() == 0
    deadline = time.monotonic() + 10
    while (left := [pid for pid in pids if Path(f"/proc/{pid}/exe").exists()]) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not left


def test_the_extra_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util

    from iomld.serve.running import require_extra

    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "uvicorn" else found(name))
    with pytest.raises(OutsideError, match="uvicorn") as caught:
        require_extra()
    assert caught.value.hint and "iomld[serve]" in caught.value.hint


def test_the_oxigraph_server_is_named_where_it_is_asked_for_and_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.metadata

    from iomld.serve.oxigraph import program_of

    found = importlib.metadata.version

    def version(name: str) -> str:
        return "0.1.0" if name == "oxigraph" else found(name)  # another one than that of the library

    monkeypatch.setattr(importlib.metadata, "version", version)
    assert program_of("auto") is None and program_of("python") is None
    with pytest.raises(OutsideError) as caught:
        program_of("oxigraph")
    assert caught.value.id == "oxigraph-not-installed" and "iomld[oxigraph]" in str(caught.value.hint)


def test_an_access_log_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    from iomld.serve.accesslog import access_lines

    with pytest.raises(OutsideError) as caught, access_lines(tmp_path / "none" / "log"):
        pass
    assert caught.value.id == "output-not-writable"


def hostile() -> Documents:
    base = "https://example.org/"
    thing = f"<{base}id/state/x%22%3E>"
    triples = [
        (thing, SKOS, literal(HOSTILE)),
        (thing, SKOS, literal(HOSTILE, language="fr")),
        (thing, "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>", "<https://w3id.org/iomld/ns#State>"),
        (thing, "<http://www.w3.org/2004/02/skos/core#exactMatch>", "<javascript:alert(1)>"),
        (thing, "<https://example.org/ns#p>", "<data:text/html,alert>"),
    ]
    said = {"en": HOSTILE}
    dataset = Dataset(triples, base=base)
    return Documents(dataset, PrefixMap(WELL_KNOWN), titles=said, descriptions=said, site=HOSTILE)


def test_text_of_the_data_never_becomes_markup() -> None:
    documents = hostile()
    for path in documents.paths():
        if not path.endswith(".html"):
            continue
        found = documents.read(path)
        assert found
        text = found.content.decode()
        assert "<script>alert" not in text and "<img" not in text, path
        assert 'href="javascript:' not in text and 'href="data:text' not in text, path
        assert text.count("</title>") == 1


def test_what_a_server_makes_on_the_way_never_becomes_markup_either(parts: None, tmp_path: Path) -> None:
    import http.client

    import pyoxigraph

    from iomld.serve.app import application
    from iomld.serve.engines import Engines
    from iomld.serve.questions import Index

    index = tmp_path / "index"
    pyoxigraph.Store(str(index)).flush()
    engines = partial(Engines, Index(index, "https://example.org/", {}), program=None)
    paths = (
        "/reconcile/preview?id=id/state/x%2522%253E", "/search?q=script", "/search?q=%3Cscript%3Ealert(1)%3C/script%3E",
        "/doc/%3Cscript%3Ealert(1)%3C/script%3E", "/id/state/x%2522%253E?format=%3Cscript%3Ealert(1)",
    )  # fmt: skip
    with within(application(hostile(), engines)) as port:
        for path in paths:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            connection.request("GET", path, headers={"Accept": "text/html"})
            answer = connection.getresponse()
            text = answer.read().decode()
            assert answer.headers.get_content_type() == "text/html", path
            assert "default-src 'none'" in answer.headers["content-security-policy"]
            assert "<script>alert" not in text and "<img" not in text, path


def test_an_identifier_with_odd_characters_has_a_page_that_links_reach() -> None:
    documents = hostile()
    assert documents.href("id/state/x%22%3E") == "doc/id/state/x%2522%253E.html"
    assert documents.read("doc/id/state/x%22%3E.html")
