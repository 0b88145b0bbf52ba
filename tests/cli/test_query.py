"""`iomld query`, as people run it: over the project, files, standard input and an endpoint."""

import csv
import io
import json
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.query.servers import Misbehaving, misbehaving

from iomld.cli.query import _FORMATS, _SYNTAXES
from iomld.graph import SYNTAXES
from iomld.query import FORMATS
from iomld.query.showing import GRAPH_FORMATS, REFERENCES_ONLY

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "query" / "data.ttl"
STATES = "SELECT ?state ?label { ?state a mld:State ; skos:prefLabel ?label FILTER(lang(?label) = 'en') }"


def query(*arguments: object, stdin: str = "", **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "iomld", "query", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "NO_COLOR": "1", **environment},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
    )


def rows(done: "subprocess.CompletedProcess[str]") -> list[dict[str, str]]:
    assert done.returncode == 0, done.stderr
    return list(csv.DictReader(io.StringIO(done.stdout)))


def test_the_choices_are_those_of_the_rooms() -> None:
    assert set(_FORMATS) == {*FORMATS, *GRAPH_FORMATS, *REFERENCES_ONLY}
    assert set(_SYNTAXES) == set(SYNTAXES)


def test_a_saved_query_by_its_name() -> None:
    found = rows(query("participation", "--param", "process=id/process/midsa", "-f", "csv"))
    swaziland = [row for row in found if row["iso3166"] == "SWZ"]
    assert [row["pinpoints"] for row in swaziland] == ["mc-inf-266/annex-2/row-8"]
    assert {row["process"] for row in found} == {"https://w3id.org/iomld/id/process/midsa"}


def test_the_saved_queries_are_listed_and_shown() -> None:
    assert "participation  " in query("--list").stdout
    assert "--param process=…  iri: only this process" in query("--list", "-v").stdout
    assert query("participation", "--show").stdout == (ROOT / "queries" / "participation.rq").read_text()


def test_files_and_standard_input(tmp_path: Path) -> None:
    (tmp_path / "q.rq").write_text(STATES)
    by_file = rows(query(tmp_path / "q.rq", "--data", DATA, "-f", "csv"))
    assert [row["label"] for row in sorted(by_file, key=str)] == ["Aland", "Boland"]
    assert rows(query("-", "--data", DATA, "-f", "csv", stdin=STATES)) == by_file
    by_stdin = query(tmp_path / "q.rq", "--data", "-", "--from", "turtle", "-f", "csv", stdin=DATA.read_text())
    assert rows(by_stdin) == by_file
    output = tmp_path / "out.json"
    assert query(tmp_path / "q.rq", "--data", DATA, "-f", "json", "-o", output).stdout == ""
    assert len(json.loads(output.read_text())["results"]["bindings"]) == 2


def test_no_ends_with_1_and_triples_come_as_turtle() -> None:
    yes = query("-", "--data", DATA, stdin="ASK { ?s a mld:State }")
    no = query("-", "--data", DATA, stdin="ASK { ?s a mld:Event }")
    assert (yes.stdout, yes.returncode, no.stdout, no.returncode) == ("yes\n", 0, "no\n", 1)
    triples = query("-", "--data", DATA, stdin="CONSTRUCT WHERE { ?s a mld:State }")
    assert "a mld:State" in triples.stdout
    lines = query("-", "--data", DATA, "-f", "ntriples", stdin="DESCRIBE <id/state/AAA>").stdout.splitlines()
    assert len(lines) == 4


@pytest.mark.parametrize(
    ("arguments", "stdin", "code", "message"),
    [
        (["particpation"], "", 3, "did you mean participation"),
        (["none.rq"], "", 3, "there is no such file"),
        ([], "", 2, "name a saved query"),
        (["-", "--data", DATA], "SELECT * {\n ?s ?p }", 3, "-:2:8: error: not SPARQL"),
        (["-", "--data", DATA], "DROP ALL", 3, "query-update"),
        (["-", "--data", DATA], "SELECT * { SERVICE <http://127.0.0.1:9/> { } }", 3, "query-service"),
        (["-", "--data", "none.ttl"], "ASK {}", 3, "data-file-missing"),
        (["-", "--data", DATA, "--endpoint", "http://e/"], "ASK {}", 2, "exclude"),
        (["-", "--data", "-"], "ASK {}", 2, "not both"),
        (["participation", "--param", "process"], "", 2, "NAME=VALUE"),
        (["participation", "--param", "proces=x"], "", 2, "did you mean process"),
        (["participation", "--param", "process=a", "--param", "process=b"], "", 2, "process is given twice"),
        (["-", "--param", "n=1"], "SELECT (COUNT(*) AS ?n) { ?s a ?t }", 2, "it has s, t"),
        (["-", "--endpoint", "http://127.0.0.1:9/"], "ASK {}", 4, "remote-unreachable"),
        (["-", "--endpoint", "nowhere"], "ASK {}", 2, "remote-address"),
        (["-", "--data", DATA, "--as-of", "lately"], "ASK {}", 2, "write a day, month or year"),
        (["-", "--data", DATA, "--as-of", "2002/.."], "ASK {}", 2, "open end"),
        (
            ["-", "--data", DATA, "-o", "none/x.csv"],
            "ASK {}",
            4,
            "none/x.csv cannot be written: there is no folder none",
        ),
        (["-", "--data", DATA, "--max-memory", "lots"], "ASK {}", 2, "500MB"),
        (["-", "-f", "json"], "CONSTRUCT WHERE { ?s a ?t }", 2, "-f takes turtle, ntriples here"),
        (["-", "-f", "csl"], "DESCRIBE <a>", 2, "-f takes turtle, ntriples here"),
        (["-", "-f", "turtle"], "SELECT * { ?s a ?t }", 2, "-f takes table, csv, tsv, json, xml, md, bibtex, csl here"),
        (["-", "-f", "csv"], "ASK {}", 2, "-f takes table, json, xml here"),
        (["-", "--explain", "-f", "csv"], "SELECT * { ?s a ?t }", 2, "-f takes table here"),
        (["-", "--data", DATA, "--page-size", "5"], "ASK {}", 2, "--page-size goes with --endpoint"),
        (["-", "--max-size", "5MB"], "ASK {}", 2, "--max-size goes with --endpoint"),
        (["-", "--from", "turtle"], "ASK {}", 2, "--from goes with --data"),
    ],
)
def test_what_goes_wrong_is_told_with_the_right_code(
    arguments: list[object], stdin: str, code: int, message: str
) -> None:
    done = query(*arguments, stdin=stdin)
    assert done.returncode == code, done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


ENDLESS = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(9)) + " }"
EVERYTHING = "SELECT DISTINCT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


def test_a_query_that_never_ends_is_stopped() -> None:
    start = time.monotonic()
    done = query("-", "--data", DATA, "--timeout", 1, stdin=ENDLESS)
    assert (done.returncode, "query-timeout" in done.stderr) == (3, True)
    assert time.monotonic() - start < 15


def test_a_query_that_returns_everything_is_cut_or_refused() -> None:
    cut = query("-", "--data", DATA, "--max-rows", 5, "-f", "csv", stdin="SELECT * { ?a ?b ?c . ?d ?e ?f }")
    assert len(rows(cut)) == 5
    assert "more than 5 rows" in cut.stderr
    refused = query("-", "--data", DATA, "--max-memory", "200MB", stdin=EVERYTHING)
    assert refused.returncode == 3
    assert "query-memory" in refused.stderr or "query-too-many-rows" in refused.stderr


def test_misspelt_terms_and_reasons_for_nothing_go_to_standard_error() -> None:
    done = query("-", "--data", DATA, "--why-empty", "-f", "csv", stdin="SELECT ?s { ?s a mld:Statte }")
    assert done.stdout.split() == ["s"]
    assert "-:1:18: mld:Statte is no term of the vocabulary (did you mean mld:State or" in done.stderr
    assert "nothing is left after this pattern" in done.stderr


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("id/process/misda", "nothing is said of id/process/misda; did you mean id/process/mid"),
        ("midsa", "nothing is said of midsa; did you mean id/process/midsa"),
        ("id/process/nope", "nothing is said of id/process/nope; there are id/process/"),
    ],
)
def test_a_parameter_of_which_nothing_is_said_is_told(value: str, hint: str) -> None:
    done = query("participation", "--param", f"process={value}", "-f", "csv")
    assert (done.returncode, len(done.stdout.splitlines()), hint in done.stderr) == (0, 1, True), done.stderr


def test_an_answer_that_is_not_empty_warns_of_nothing() -> None:
    assert query("participation", "--param", "process=id/process/midsa").stderr == ""


def test_a_table_is_whole_in_a_pipe_and_in_a_file(tmp_path: Path) -> None:
    done = query("documents", COLUMNS="60")
    assert "…" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) > 100
    assert query("documents", "-o", tmp_path / "t.txt").returncode == 0
    assert (tmp_path / "t.txt").read_text() == done.stdout


def test_a_device_is_written_to_and_not_replaced() -> None:
    assert query("documents", "-o", "/dev/stdout", "-f", "csv").stdout == query("documents", "-f", "csv").stdout
    assert Path("/dev/stdout").is_symlink()


def test_references_days_and_steps() -> None:
    text = "SELECT ?state { ?p org:member ?state ; org:organization <id/process/bali> }"
    done = query("-", "--cite", "--as-of", "2003-01-01", "-f", "csv", stdin=text)
    found = rows(done)
    assert found and all("MC/INF/266" in row["references"] for row in found)
    assert {row["as_of"] for row in found} <= {"yes", "no", "unknown"}
    assert query("-", "-f", "bibtex", stdin=text).stdout.startswith("@techreport{mc-inf-266:")
    assert json.loads(query("-", "-f", "csl", stdin=text).stdout)[0]["number"] == "MC/INF/266"
    assert query("-", "--explain", stdin=text).stdout.splitlines()[0].split() == ["line", "alone", "together", "step"]


@pytest.fixture
def server() -> Iterator[Misbehaving]:
    with misbehaving() as found:
        yield found


def test_an_endpoint_in_pages(server: Misbehaving) -> None:
    pages = [["a", "b"], ["c"]]

    def behaviour(handler: object) -> None:
        values = pages[min(len(server.requests) - 1, 1)]
        bindings = [{"x": {"type": "literal", "value": value}} for value in values]
        body = json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": bindings}})
        handler.send(200, "application/sparql-results+json", body.encode())  # type: ignore[attr-defined]

    server.behaviour = behaviour
    done = query("-", "--endpoint", server.url, "--page-size", 2, "-f", "csv", stdin="SELECT ?x { ?x ?y ?z }")
    assert [row["x"] for row in rows(done)] == ["a", "b", "c"]
    assert ["OFFSET+2" in request[3] for request in server.requests] == [False, True]


def test_an_endpoint_that_hangs_is_left(server: Misbehaving) -> None:
    server.behaviour = lambda handler: time.sleep(20)
    start = time.monotonic()
    done = query("-", "--endpoint", server.url, "--timeout", 1, stdin="ASK { ?x ?y ?z }")
    assert done.returncode == 4
    assert time.monotonic() - start < 10


def drained(command: list[str], ours: int, theirs: int, environment: dict[str, str]) -> bytes:
    """What a command writes to a terminal, read while it runs, so that it is never kept waiting."""
    found = b""
    with subprocess.Popen(command, cwd=ROOT, stdin=theirs, stdout=theirs, env=environment) as process:
        while process.poll() is None or select.select([ours], [], [], 0)[0]:
            if select.select([ours], [], [], 0.1)[0]:
                found += os.read(ours, 65536)
    assert process.returncode == 0
    return found


def test_on_a_terminal_a_long_answer_goes_through_the_pager(tmp_path: Path) -> None:
    pager = tmp_path / "pager"
    pager.write_text(f"#!/bin/sh\ncat > {tmp_path}/paged\n")
    pager.chmod(0o755)
    ours, theirs = pty.openpty()
    environment = {**os.environ, "PAGER": str(pager), "TERM": "xterm", "COLUMNS": "80", "LINES": "10"}
    command = [sys.executable, "-m", "iomld", "query", "documents", "--format", "md"]
    subprocess.run(
        command, cwd=ROOT, stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL, env=environment, timeout=60
    )
    assert not (tmp_path / "paged").exists()  # four documents fit
    command[4] = "participation"
    for unwanted in ({"PAGER": "cat"}, {"IOMLD_PAGER": ""}):
        assert drained([*command], ours, theirs, {**environment, **unwanted}).count(b"\n") > 100
    assert drained([*command, "--no-pager"], ours, theirs, environment).count(b"\n") > 100
    assert not (tmp_path / "paged").exists()
    drained(command, ours, theirs, environment)
    os.close(theirs)
    os.close(ours)
    assert (tmp_path / "paged").read_text().count("\n") > 100
