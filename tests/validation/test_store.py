"""The checks as SPARQL: a store that holds the data is asked, and finds what the compiled checks find."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pyoxigraph
import pytest
from tests.query.servers import jena, oxigraph
from tests.suites import ROOT as SUITES
from tests.validation.test_command import SHAPES, run
from tests.validation.test_w3c_suite import MF, SHT, cases, compared, file_of, manifest

from iomld.cli.validate import _of_store
from iomld.errors import IomldError, ShapesError
from iomld.graph import Quads
from iomld.validation import Report, Shapes, ask_store, load_shapes, validate
from iomld.validation.paths import text
from iomld.validation.reading import open_relation, read_files
from iomld.validation.vocabulary import rdf

ROOT = Path(__file__).resolve().parents[2]
WORLD = [ROOT / "tests" / "shapes" / "conforming.ttl", *sorted((ROOT / "tests" / "shapes" / "failing").glob("*.ttl"))]

TYPE = rdf("type")

#: Core tests in which a store answers otherwise, or a check has no form in SPARQL, and why.
OTHERWISE = {
    "core/node/maxExclusive-001": "Oxigraph keeps 4.0 as 4",
    "core/node/minExclusive-001": "Oxigraph keeps 4.0 as 4",
    "core/property/datatype-ill-formed": "Oxigraph keeps an xsd:byte as an xsd:integer",
}

Found = set[tuple[str | None, ...]]


def found(report: Report) -> Found:
    return {
        (
            compared(one.focus),
            one.path and text(one.path),
            compared(one.value),
            one.component_name,
            one.severity,
            re.sub(r"_:\w+", "_:", one.message()),
        )
        for one in report.results
    }


def asked(store: pyoxigraph.Store) -> Callable[[str], Iterator[Mapping[str, str]]]:
    def ask(query: str) -> Iterator[Mapping[str, str]]:
        solutions = store.query(query)
        assert isinstance(solutions, pyoxigraph.QuerySolutions)
        for solution in solutions:
            names = [variable.value for variable in solutions.variables]
            yield {name: str(solution[name]) for name in names if solution[name] is not None}

    return ask


def store_of(*files: Path) -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    for path in files:
        store.load(path=path, format=pyoxigraph.RdfFormat.TURTLE, base_iri=path.resolve().as_uri())
    return store


@pytest.fixture(scope="module")
def shapes() -> Shapes:
    return load_shapes(sorted((ROOT / "shapes").glob("*.ttl")), root=ROOT)


@pytest.fixture(scope="module")
def compiled(shapes: Shapes) -> Found:
    return found(validate(read_files(WORLD, open_relation(), root=ROOT), shapes))


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of it in N-Triples, as the loaders of all stores read it."""
    quads: Quads = read_files(WORLD, open_relation(), root=ROOT)
    path = tmp_path_factory.mktemp("world") / "world.nt"
    path.write_text("".join(f"{s} {p} {o} .\n" for s, p, o, _ in quads.sorted()), encoding="utf-8")
    return path


def test_a_server_of_oxigraph_finds_what_the_compiled_checks_find(
    shapes: Shapes, compiled: Found, lines: Path, tmp_path: Path
) -> None:
    with oxigraph(lines, "https://example.org/", tmp_path) as url:
        assert found(_of_store(url, 60, shapes, (), None)) == compiled


def test_jena_finds_what_the_compiled_checks_find(shapes: Shapes, compiled: Found, lines: Path, tmp_path: Path) -> None:
    with jena(lines, tmp_path) as url:
        assert found(_of_store(url, 60, shapes, (), None)) == compiled


def test_the_command_asks_an_endpoint(tmp_path: Path) -> None:
    (tmp_path / "data.nt").write_text("<http://example.org/a> a <http://example.org/P> .\n".replace(" a ", f" {TYPE} "))
    (tmp_path / "shapes.ttl").write_text(SHAPES)
    with oxigraph(tmp_path / "data.nt", "https://example.org/", tmp_path) as url:
        there = run(tmp_path, "--endpoint", url, "-f", "csv")
    here = run(tmp_path, "--data", "data.nt", "-f", "csv")
    assert there.returncode == here.returncode == 1, there.stderr
    assert [row.rpartition(",")[0] for row in there.stdout.splitlines()] == [
        row.rpartition(",")[0] for row in here.stdout.splitlines()
    ]
    gone = run(tmp_path, "--endpoint", url)
    assert gone.returncode == 4
    assert run(tmp_path, "--endpoint", url, "--data", "data.nt").returncode == 2


def test_the_queries_are_written_to_files_that_any_engine_runs(tmp_path: Path) -> None:
    (tmp_path / "shapes.ttl").write_text(SHAPES)
    done = run(tmp_path, "--sparql", "checks")
    assert done.returncode == 0, done.stderr
    files = sorted((tmp_path / "checks").iterdir())
    assert [path.name for path in files] == ["001-ex-S-ex-n-MinCount.rq", "002-ex-S-ex-m-MinCount.rq"]
    store = pyoxigraph.Store()
    node = pyoxigraph.NamedNode
    store.add(pyoxigraph.Quad(node("http://example.org/a"), node(TYPE[1:-1]), node("http://example.org/P")))
    for path in files:
        assert list(asked(store)(path.read_text())) == [{"this": "<http://example.org/a>"}]


def test_queries_replace_those_of_before_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "shapes.ttl").write_text(SHAPES)
    assert run(tmp_path, "--sparql", "checks").returncode == 0
    second, first = sorted((tmp_path / "checks").iterdir())
    text = first.read_text()
    (tmp_path / "shapes.ttl").write_text(SHAPES.replace("sh:Warning", "sh:Info"))
    assert run(tmp_path, "--sparql", "checks").returncode == 0
    assert first.read_text() != text
    text = first.read_text()
    second.write_text("# mine\nSELECT * { ?s ?p ?o }\n")
    (tmp_path / "shapes.ttl").write_text(SHAPES)
    done = run(tmp_path, "--sparql", "checks")
    assert done.returncode == 4 and "output-not-queries" in done.stderr and second.name in done.stderr
    assert first.read_text() == text and second.read_text().startswith("# mine")


@pytest.mark.parametrize(
    ("constraint", "why"),
    [
        ("sh:not [ sh:path ex:n ; sh:minCount 20 ]", "counting 20 values within another shape"),
        (r'sh:property [ sh:path ex:n ; sh:pattern "(a)\\1" ]', "back-reference"),
        ("sh:hasValue _:b", "a blank node of the shapes"),
        ('sh:sparql [ sh:select "SELECT $this { $this ?p ?o } LIMIT 1" ]', "its query uses LIMIT"),
    ],
)
def test_what_has_no_form_in_sparql_is_an_error_and_no_clean_report(
    shapes_of: Callable[[str], Shapes], constraint: str, why: str
) -> None:
    shapes = shapes_of(f"ex:S a sh:NodeShape ; sh:targetClass ex:P ; {constraint} .")
    with pytest.raises(ShapesError, match=why) as raised:
        ask_store(asked(pyoxigraph.Store()), shapes)
    assert raised.value.id == "shapes-refused"


@pytest.mark.parametrize("path", cases())
def test_w3c_core(path: Path | None) -> None:
    """Where the compiled checks are right (see the suite), a store must be too."""
    if path is None or "core" not in path.parts:
        pytest.skip("not a test of SHACL Core")
    name = path.relative_to(SUITES / "shacl" / "tests").with_suffix("").as_posix()
    triples = manifest(path)
    for test in triples.subjects(rdf("type"), f"<{SHT}Validate>"):
        action = triples.objects(test, f"<{MF}action>")[0]
        data = file_of(triples.objects(action, f"<{SHT}dataGraph>")[0])
        shapes_file = file_of(triples.objects(action, f"<{SHT}shapesGraph>")[0])
        try:
            shapes = load_shapes([shapes_file], root=SUITES)
        except IomldError:
            continue
        compiled = found(validate(read_files([data], open_relation(), root=SUITES), shapes))
        try:
            same = found(ask_store(asked(store_of(data)), shapes)) == compiled
        except ShapesError as error:
            assert error.id == "shapes-refused"
            same = False
        assert same == (name not in OTHERWISE), name
