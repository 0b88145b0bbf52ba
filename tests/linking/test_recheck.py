"""`iomld link audit --online`, against a real SPARQL server on this machine, and against one that refuses."""

from __future__ import annotations

import http.server
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.query.servers import oxigraph

from iomld.linking import read_links, read_reference
from iomld.linking.recheck import Recheck, recheck
from iomld.linking.remote import Limits
from iomld.linking.resolver import BASE

DATA = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix dcterms: <http://purl.org/dc/terms/> .
@prefix e: <http://eurovoc.europa.eu/> . @prefix w: <http://www.wikidata.org/entity/> .
e:934 skos:prefLabel "Brain drain"@en, "exode des compétences"@fr .
e:1302 skos:prefLabel "arrival of migrants"@en .
e:2509 skos:prefLabel "migration policy"@en ; owl:deprecated true .
e:1915 skos:prefLabel "illegal migration"@en ; owl:deprecated true ; dcterms:isReplacedBy e:1916 .
w:Q419 rdfs:label "Peru"@en ; owl:sameAs <http://dbpedia.org/resource/Peru> .
w:Q298 owl:sameAs w:Q4193 ."""
TABLE = """#curie_map:
#  theme: https://w3id.org/iomld/code/theme/
#  state: https://w3id.org/iomld/id/state/
#  eurovoc: http://eurovoc.europa.eu/
#  wikidata: http://www.wikidata.org/entity/
#  geonames: https://sws.geonames.org/
#  authority: https://w3id.org/iomld/code/authority/
subject_id\tpredicate_id\tobject_id\tmapping_justification\tobject_source\tobject_label
theme:brain-drain\tskos:exactMatch\teurovoc:934\tsemapv:ManualMappingCuration\tauthority:eurovoc\tbrain drain
theme:immigration\tskos:exactMatch\teurovoc:1302\tsemapv:ManualMappingCuration\tauthority:eurovoc\timmigration
theme:migration-policy\tskos:exactMatch\teurovoc:2509\tsemapv:ManualMappingCuration\tauthority:eurovoc\tmigration policy
theme:irregular-migration\tskos:closeMatch\teurovoc:1915\tsemapv:ManualMappingCuration\tauthority:eurovoc\t
theme:democracy\tskos:exactMatch\teurovoc:381\tsemapv:ManualMappingCuration\tauthority:eurovoc\tdemocracy
theme:advocacy\tskos:exactMatch\tsssom:NoTermFound\tsemapv:ManualMappingCuration\tauthority:eurovoc\t
state:PER\tskos:exactMatch\twikidata:Q419\tsemapv:ManualMappingCuration\tauthority:wikidata\t
state:CHL\tskos:exactMatch\twikidata:Q298\tsemapv:ManualMappingCuration\tauthority:wikidata\t
state:PER\tskos:closeMatch\tgeonames:3932488/\tsemapv:ManualMappingCuration\tauthority:geonames\t
"""
FOUND = [
    ("link-drift", "code/theme/immigration"),
    ("link-gone", "code/theme/migration-policy"),
    ("link-redirected", "code/theme/irregular-migration"),
    ("link-gone", "code/theme/democracy"),
    ("link-redirected", "state/CHL"),
]


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("authority")
    data = folder / "data.ttl"
    data.write_text(DATA, encoding="utf-8")
    with oxigraph(data, "http://example.org/", folder) as address:
        yield address


@pytest.fixture
def refusing() -> Iterator[str]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_error(500)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "links.sssom.tsv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def asked(table: Path, endpoints: dict[str, str], **options: object) -> Recheck:
    limits = Limits(pause=lambda seconds: None)
    return recheck(
        read_reference(), [read_links(table)], base=BASE, day="2026-11-21", endpoints=endpoints, limits=limits,
        **options,  # type: ignore[arg-type]
    )  # fmt: skip


def test_labels_that_drifted_and_identifiers_that_are_gone_or_lead_elsewhere(table: Path, endpoint: str) -> None:
    found = asked(table, {"eurovoc": endpoint, "wikidata": endpoint})
    assert [(each.kind, each.subject) for each in found.findings] == FOUND
    assert [each.location.line for each in found.findings] == [10, 11, 12, 13, 16]
    assert "“arrival of migrants”" in found.findings[0].message
    assert "http://eurovoc.europa.eu/1916" in found.findings[2].message
    assert (found.errors, found.unasked, found.asked) == ((), ("geonames",), 7)


def test_an_authority_that_refuses_leaves_the_findings_of_the_others(table: Path, endpoint: str, refusing: str) -> None:
    found = asked(table, {"eurovoc": endpoint, "wikidata": refusing})
    assert [(each.kind, each.subject) for each in found.findings] == FOUND[:4]
    assert [error.id for error in found.errors] == ["remote-refused"]


def test_answers_are_kept_for_the_day(table: Path, endpoint: str, tmp_path: Path) -> None:
    first = asked(table, {"eurovoc": endpoint}, cache=tmp_path / "kept")
    (kept,) = (tmp_path / "kept").glob("*.json")
    before = kept.stat().st_mtime_ns
    assert asked(table, {"eurovoc": endpoint}, cache=tmp_path / "kept") == first
    assert kept.stat().st_mtime_ns == before


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    script = "from iomld.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", script, "link", "audit", *arguments], capture_output=True, text=True, timeout=60
    )


def test_the_command_tells_what_was_found_and_whom_it_did_not_ask(table: Path, endpoint: str, tmp_path: Path) -> None:
    options = ["--online", "--endpoint", f"eurovoc={endpoint}", "--endpoint", f"wikidata={endpoint}"]
    done = command(str(table), *options, "--cache", str(tmp_path))
    assert done.returncode == 1, done.stderr
    assert "links.sssom.tsv:10" in done.stdout
    assert "[link-drift]" in done.stdout
    assert "not asked, no endpoint is known: geonames" in done.stderr
    assert "7 identifiers asked for" in done.stderr


def test_the_command_ends_with_4_where_an_authority_does_not_answer(table: Path, tmp_path: Path) -> None:
    dead = "http://127.0.0.1:9/"
    options = ["--online", "--endpoint", f"eurovoc={dead}", "--endpoint", f"wikidata={dead}", "--timeout", "1"]
    done = command(str(table), *options, "--cache", str(tmp_path))
    assert (done.returncode, "remote-" in done.stderr) == (4, True)
    assert command("--endpoint", "eurovoc", "--online").returncode == 2
