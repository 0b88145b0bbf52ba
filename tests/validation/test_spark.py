"""The compiled checks on Spark: the same queries, the same report as DuckDB's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest
from benchmarks.validation_data import generate
from click.testing import CliRunner
from tests.sparks import small_spark
from tests.suites import suite
from tests.validation.test_w3c_suite import MF, SHT, file_of, manifest

from iomld.cli.validate import command
from iomld.engine import Engine
from iomld.engine.cluster import Cluster
from iomld.errors import UsageError
from iomld.graph import Quads
from iomld.validation import Report, Shapes, load_shapes, validate
from iomld.validation.reading import open_relation, read_files
from iomld.validation.vocabulary import rdf

ROOT = Path(__file__).parents[2]
PLANTED = ROOT / "benchmarks" / "validation_shapes.ttl"
WORLD = [ROOT / "tests" / "shapes" / "conforming.ttl", *sorted((ROOT / "tests" / "shapes" / "failing").glob("*.ttl"))]

Check = Callable[[Quads, Shapes], Report]

#: a graph of a few hundred triples is one part
_ONE_PART = ("spark.sql.shuffle.partitions", "spark.sql.files.minPartitionNum", "spark.sql.leafNodeDefaultParallelism")


@pytest.fixture
def both(tmp_path: Path) -> Check:
    """The report, which must be the same from both engines, to the last place and message.

    Each call has a session of its own, so that calls may go on at the same time.
    """

    def cluster(connection: duckdb.DuckDBPyConnection) -> Engine:
        session = small_spark().newSession()
        for name in _ONE_PART:
            session.conf.set(name, "1")
        return Cluster(session, connection, f"file://{tmp_path}")

    def make(data: Quads, shapes: Shapes) -> Report:
        one, many = validate(data, shapes), validate(data, shapes, engine=cluster)
        assert many.results == one.results
        assert many == one
        return one

    return make


@pytest.fixture(autouse=True)
def nothing_is_left(tmp_path: Path) -> Iterator[None]:
    yield
    assert not list(tmp_path.glob(".iomld-*"))


def _cases() -> Iterator[tuple[Path, Path]]:
    """Data and shapes of the core cases of the W3C suite."""
    for path in sorted((suite("shacl") / "tests" / "core").glob("*/*.ttl")):
        triples = manifest(path)
        for test in triples.subjects(rdf("type"), f"<{SHT}Validate>"):
            action = triples.objects(test, f"<{MF}action>")[0]
            data, shapes = (triples.objects(action, f"<{SHT}{name}Graph>")[0] for name in ("data", "shapes"))
            yield file_of(data), file_of(shapes)


def _together() -> list[tuple[set[Path], set[Path]]]:
    """The cases in few graphs, each without two that speak of the same things."""
    batches: list[tuple[set[Path], set[Path], set[str]]] = []
    for data, shapes in _cases():
        things = set(re.findall(r"(?m)^@prefix ex: <(.*)>", data.read_text("utf-8") + shapes.read_text("utf-8")))
        if "shacl-shacl" in data.name:
            things = {""}  # speaks of all shapes
        for batch in batches:
            if "" not in things | batch[2] and not batch[2] & things:
                break
        else:
            batches.append(batch := (set(), set(), set()))
        batch[0].add(data)
        batch[1].add(shapes)
        batch[2].update(things)
    return [(data, shapes) for data, shapes, _ in batches]


def test_every_core_case_of_the_suite(both: Check) -> None:
    root = suite("shacl")

    def judged(files: tuple[set[Path], set[Path]]) -> Report:
        data, shapes = files
        return both(read_files(sorted(data), open_relation(), root=root), load_shapes(sorted(shapes), root=root))

    small_spark()
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(judged, _together()))
    assert {judged.engine for report in reports for judged in report.engines} == {"compiled"}
    assert sum(report.total for report in reports) > 200


def test_planted_violations(tmp_path: Path, both: Check) -> None:
    generate(2_000, tmp_path / "data.nt")
    data = read_files([tmp_path / "data.nt"], open_relation(), root=tmp_path)
    shapes = load_shapes([PLANTED], root=ROOT)
    assert both(data, shapes).total > 20


def test_our_shapes_on_data_that_violates_each_of_them(both: Check) -> None:
    shapes = load_shapes(sorted((ROOT / "shapes").glob("*.ttl")), root=ROOT)
    report = both(read_files(WORLD, open_relation(), root=ROOT), shapes)
    assert report.total > 100


PATTERNS = """
ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:property
  [ sh:path ex:p ; sh:pattern "^[A-Z]{2}[.&]\\\\d+$" ], [ sh:path ex:p ; sh:pattern "i.x" ; sh:flags "i" ],
  [ sh:path ex:p ; sh:pattern "^(ab|c)+$" ], [ sh:path ex:p ; sh:pattern "^b$" ; sh:flags "m" ],
  [ sh:path ex:p ; sh:pattern "a.b" ; sh:flags "s" ],
  [ sh:path ex:p ; sh:pattern "^[a-z-[x]]+$" ], [ sh:path ex:p ; sh:minLength 4 ; sh:maxLength 5 ] .
"""
TEXTS = r"""
ex:a ex:p "AB&7", "AB&7\n", "IOX", "İOX", "abcab", "a\nb", "b\nb", "a\\b", "say \"x\"", "\u0001", ex:abc, _:b, "水😀" .
"""


def test_patterns_mean_the_same(
    both: Check, data_of: Callable[[str], Quads], shapes_of: Callable[[str], Shapes]
) -> None:
    """Some are read by Java, some by RE2 for it, on texts with escapes, line breaks and capitals of their own."""
    assert both(data_of(TEXTS), shapes_of(PATTERNS)).total > 50


QUERIES = """
ex:p a <http://www.w3.org/2002/07/owl#Thing> . ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:sparql
  [ sh:select "SELECT $this ?value WHERE { $this <http://example.org/p> ?value . FILTER (STR(?value) != 'it') }" ],
  [ sh:select "SELECT $this ?value WHERE { $this <http://example.org/p> ?value . FILTER (STRLEN(?value) > 2) }" ] .
"""


CLASHES = """
ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; sh:uniqueLang true ;
  sh:qualifiedMaxCount 1 ; sh:qualifiedValueShape [ sh:languageIn ( "en" ) ] ] , [ sh:path ex:i ; sh:lessThan ex:j ] .
"""


def test_what_clashes_is_the_same(
    both: Check, data_of: Callable[[str], Quads], shapes_of: Callable[[str], Shapes]
) -> None:
    data = data_of("ex:a ex:p 'one'@en, 'two'@en, 'un'@fr ; ex:i 5 ; ex:j 6, 4 . ex:b ex:p 'one'@en .")
    assert [len(result.further) for result in both(data, shapes_of(CLASHES)).results] == [1, 2, 1]


def test_queries_in_sql_and_on_the_embedded_engine(
    both: Check, data_of: Callable[[str], Quads], shapes_of: Callable[[str], Shapes]
) -> None:
    assert both(data_of("ex:a ex:p 'it', 'that', ex:b . ex:b ex:p 'x' ."), shapes_of(QUERIES)).total == 4


def test_the_command_writes_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shapes.ttl").write_text(
        "@prefix ex: <http://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "ex:S a sh:NodeShape ; sh:targetClass ex:P ; sh:property [ sh:path ex:n ; sh:minCount 1 ; sh:maxLength 1 ] ."
    )
    (tmp_path / "data.ttl").write_text("@prefix ex: <http://example.org/> . ex:a a ex:P . ex:b a ex:P ; ex:n 'ab' .")
    small_spark()
    arguments = ["--data", "data.ttl", "--shapes", "shapes.ttl", "-f", "csv", "--max", "1"]
    one, many = (CliRunner().invoke(command, [*arguments, *more]) for more in ([], ["--engine", "spark"]))
    assert (many.exit_code, many.stdout_bytes) == (one.exit_code, one.stdout_bytes)
    assert len(one.stdout.splitlines()) == 2


def test_options_that_do_not_go_together_are_told() -> None:
    wrong = CliRunner().invoke(command, ["--data", "x.nt", "--master", "local[2]"])
    assert isinstance(wrong.exception, UsageError)
    assert wrong.exception.id == "engine-master"
    both = CliRunner().invoke(command, ["--shapes", "s.ttl", "--engine", "spark", "--endpoint", "http://x.example/"])
    assert both.exit_code == 2
    assert "--endpoint" in both.output


def test_without_pyspark_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.ttl").write_text("<urn:a> <urn:p> 1 .")
    monkeypatch.setitem(__import__("sys").modules, "pyspark", None)
    done = CliRunner().invoke(command, ["--data", "data.ttl", "--shapes", str(PLANTED), "--engine", "spark"])
    assert getattr(done.exception, "id", None) == "engine-missing"
    assert "iomld[spark]" in str(getattr(done.exception, "hint", ""))
