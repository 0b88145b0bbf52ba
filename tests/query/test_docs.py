"""docs/asking.md, run: each command gives what stands below it, and each flag has an example."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.query.conftest import BASE
from tests.query.servers import oxigraph

from iomld.cli.query import command
from iomld.graph import reopen
from iomld.pipeline import prepare
from iomld.project import open_project

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "asking.md").read_text(encoding="utf-8")
EXAMPLES = [
    (found[1], found[2])
    for block in re.findall(r"^```console\n(.*?)^```", TEXT, re.M | re.S)
    for found in re.finditer(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.M)
]
FILES = {
    "states.rq": "SELECT ?state { ?state a mld:State }",
    "swz.ttl": "<https://w3id.org/iomld/id/state/SWZ> a <https://w3id.org/iomld/ns#State> .",
    "states-of-midsa.rq": """SELECT ?state ?label {
  ?participation a mld:Participation ; org:organization <id/process/midsa> ; org:member ?state .
  ?state a mld:State ; skos:prefLabel ?label FILTER(lang(?label) = "en")
} ORDER BY ?label""",
}


ENDPOINT = "https://example.org/sparql"  # in the docs; the data of the project is served there


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    made = tmp_path_factory.mktemp("endpoint")
    data = made / "data.nt"
    relation = reopen(prepare(open_project(ROOT)).relation)
    data.write_text("".join(f"{s} {p} {o} .\n" for s, p, o, _ in relation.sorted()), encoding="utf-8")
    with oxigraph(data, BASE, made) as url:
        yield url


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("docs")
    for name, text in FILES.items():
        (made / name).write_text(text, encoding="utf-8")
    program = made / "iomld"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m iomld "$@"\n')
    program.chmod(0o755)
    return made


@pytest.mark.parametrize(("line", "expected"), EXAMPLES, ids=[line for line, _ in EXAMPLES])
def test_an_example_gives_what_the_docs_show(
    folder: Path, line: str, expected: str, request: pytest.FixtureRequest
) -> None:
    if ENDPOINT in line:
        line = line.replace(ENDPOINT, request.getfixturevalue("endpoint"))
    environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "COLUMNS": "140", "NO_COLOR": "1"}
    environment["PYTHONPATH"] = str(ROOT / "src")
    done = subprocess.run(
        line, shell=True, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    # … stands for anything: within a line, or for any number of lines.
    pattern = "".join(
        r"(?:.*\n)*?" if shown == "…" else re.escape(shown.rstrip()).replace("…", ".*") + r"[ ]*\n"
        for shown in expected.splitlines()
    )
    output = done.stdout.replace("\r\n", "\n")
    assert re.fullmatch(pattern, output), output


def test_every_flag_is_told() -> None:
    shared = {"--project", "--output", "--quiet", "--verbose"}
    flags = {option for parameter in command.params for option in parameter.opts if option.startswith("--")}
    assert not {flag for flag in flags - shared if f"{flag}" not in TEXT and flag != "--format"}


def test_the_python_of_the_docs_runs() -> None:
    (program,) = re.findall(r"^```python\n(.*?)^```", TEXT, re.M | re.S)
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Eswatini participant mc-inf-266/annex-2/row-8" in done.stdout
