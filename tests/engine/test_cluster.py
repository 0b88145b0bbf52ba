"""A standalone cluster on loopback, one master and two workers, makes the quads and findings that DuckDB makes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from benchmarks.mapping_data import generate
from benchmarks.validation_data import generate as plant
from tests.mapping.tables import project
from tests.sparks import needs_spark

SCRIPT = Path(__file__).parents[2] / "docs" / "spark-submit.sh"
MAPPING = """
prefixes: {ex: "https://example.org/"}
mappings: {person: {sources: [[people.csv~csv]], s: ex:$(id), po: [[ex:name, $(name)]]}}
"""

SHAPES = """
@prefix ex: <https://example.org/ns#> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix dct: <http://purl.org/dc/terms/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:S a sh:NodeShape ; sh:targetClass ex:Meeting ; sh:property
  [ sh:path dct:title ; sh:minCount 1 ; sh:uniqueLang true ], [ sh:path ex:state ; sh:class ex:State ],
  [ sh:path ex:earliest ; sh:datatype xsd:date ; sh:lessThan ex:latest ], [ sh:path dct:identifier ; sh:pattern "^M-" ],
  [ sh:path ( ex:seat ex:role ) ; sh:in ( "chair" "member" "host" ) ; sh:severity sh:Warning ] .
"""

_SETTINGS = """
spark.cores.max 2
spark.executor.cores 1
spark.executor.memory 512m
spark.driver.memory 512m
spark.sql.shuffle.partitions 2
spark.sql.adaptive.enabled false
spark.sql.codegen.wholeStage false
spark.sql.codegen.factoryMode NO_CODEGEN
spark.driver.defaultJavaOptions -XX:TieredStopAtLevel=1
spark.executor.defaultJavaOptions -XX:TieredStopAtLevel=1
"""


def _environment(folder: Path) -> dict[str, str]:
    """Everything of Spark's stays on loopback and in the folder."""
    settings = folder / "conf"
    settings.mkdir(exist_ok=True)
    (settings / "spark-defaults.conf").write_text(_SETTINGS)
    return os.environ | {
        "SPARK_CONF_DIR": str(settings),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_DAEMON_JAVA_OPTS": "-XX:TieredStopAtLevel=1",
        "SPARK_LOCAL_DIRS": str(folder / "local"),
        "PYSPARK_PYTHON": sys.executable,
    }


def _daemon(opened: ExitStack, name: str, folder: Path, *arguments: str, awaited: str) -> str:
    """Start a part of the cluster and wait until its log says that it is there; what the log says then."""
    import pyspark

    log = folder / f"{name}.log"
    command = [str(Path(pyspark.__file__).parent / "bin" / "spark-class"), *arguments]
    stream = opened.enter_context(log.open("wb"))
    process = subprocess.Popen(command, stdout=stream, stderr=stream, env=_environment(folder))
    opened.callback(process.wait)
    opened.callback(process.terminate)
    for _ in range(600):
        if found := re.search(awaited, log.read_text(errors="replace")):
            return found[0]
        assert process.poll() is None, log.read_text(errors="replace")
        time.sleep(0.2)
    raise AssertionError(log.read_text(errors="replace"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    needs_spark()
    return tmp_path_factory.mktemp("cluster")


@pytest.fixture(scope="module")
def master(folder: Path) -> Iterator[str]:
    """The URL of a running cluster."""
    deploy = "org.apache.spark.deploy"
    with ExitStack() as opened:
        at = ("--host", "127.0.0.1", "--webui-port", "0")
        url = _daemon(
            opened, "master", folder, f"{deploy}.master.Master", *at, "--port", "0", awaited=r"spark://127\.0\.0\.1:\d+"
        )
        for number in (1, 2):
            bounds = ("--cores", "1", "--memory", "600m", "--work-dir", str(folder / f"worker{number}"))
            words = "Successfully registered with master"
            _daemon(opened, f"worker{number}", folder, f"{deploy}.worker.Worker", *at, *bounds, url, awaited=words)
        yield url


def _map(folder: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "iomld", "map", "mapping.yml", "--sorted", *arguments]
    done = subprocess.run(command, cwd=folder, env=_environment(folder), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


def test_two_workers_make_the_quads_of_duckdb(master: str, folder: Path) -> None:
    generate(folder, 2_000)
    _map(folder, "-o", "one.nq")
    _map(folder, "-o", "many.nq", "--engine", "spark", "--master", master)
    parts = sorted((folder / "many.nq").glob("part-*.nq"))
    assert len(parts) > 1
    assert b"".join(part.read_bytes() for part in parts) == (folder / "one.nq").read_bytes()
    assert list(folder.glob("worker*/app-*/*")), "the workers were asked"


def test_two_workers_find_what_duckdb_finds(master: str, folder: Path) -> None:
    plant(1_000, folder / "planted.nt")
    (folder / "shapes.ttl").write_text(SHAPES)
    command = [sys.executable, "-m", "iomld", "validate", "--data", "planted.nt", "--shapes", "shapes.ttl", "-f", "csv"]
    reports = []
    for engine in ([], ["--engine", "spark", "--master", master]):
        done = subprocess.run(
            [*command, *engine], cwd=folder, env=_environment(folder), capture_output=True, timeout=300
        )
        assert done.returncode == 1, done.stderr
        reports.append(done.stdout)
    assert reports[1] == reports[0]
    assert len(reports[0].splitlines()) > 8
    assert not list(folder.glob(".iomld-*")), "nothing is left behind"


def test_the_script_of_the_documentation_submits_a_mapping(master: str, folder: Path) -> None:
    project(folder, MAPPING, {"people.csv": "id,name\n1,a b\n2,ç\n"}, "people.yml")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", str(SCRIPT), master, "people.yml", "submitted.nq", "--executor-memory", "500m"],
        cwd=folder,
        env=_environment(folder) | {"PATH": path},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    lines = [
        line for part in sorted((folder / "submitted.nq").glob("part-*")) for line in part.read_text().splitlines()
    ]
    assert lines == [
        '<https://example.org/1> <https://example.org/name> "a b" .',
        '<https://example.org/2> <https://example.org/name> "ç" .',
    ]
