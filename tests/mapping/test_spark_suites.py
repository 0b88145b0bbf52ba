"""Every case of the RML suites gives the same quads on Spark as on DuckDB, or the same mistakes."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph
import pytest
from tests.mapping.rml_suites import SUITES, Case, canonical, cases, dataset_of, prepare
from tests.sparks import small_spark
from tests.suites import ROOT

from iomld.engine import connect
from iomld.errors import IomldError, Mistakes
from iomld.mapping import load, write_quads
from iomld.mapping.distributing import write_distributed


def _cases(name: str) -> list[Case]:
    return cases(ROOT / name) if (ROOT / name / "metadata.csv").is_file() else []


def _run(case: Case, work: Path, engine: str) -> tuple[list[str], dict[str, set[str]]] | list[str]:
    """The lines of the output and the datasets of all files that a case makes; or the ids of its mistakes."""
    prepare(case, work)
    before = set(work.iterdir())
    try:
        mapping = load([work / "mapping.ttl"], base=SUITES[case.suite][1], prefixes={}, root=work)
        if engine == "spark":
            write_distributed(mapping, connect(threads=1), small_spark(), f"file://{work}/out", root=work)
            parts = sorted((work / "out").iterdir())
            assert all(part.name.startswith(("part-", ".part-")) for part in parts)
            data = b"".join(part.read_bytes() for part in parts if part.suffix == ".nq")
        else:
            write_quads(mapping, connect(threads=1), work / "out", root=work)
            data = (work / "out").read_bytes()
    except IomldError as error:
        return sorted(each.id for each in (error.errors if isinstance(error, Mistakes) else (error,)))
    files = {path.name: dataset_of(path) for path in set(work.iterdir()) - before if path.name != "out"}
    files["out"] = canonical(data, pyoxigraph.RdfFormat.N_QUADS)
    return data.decode().splitlines(), files


@pytest.mark.parametrize("case", [case for name in SUITES for case in _cases(name)], ids=lambda case: case.id)
def test_case(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_spark()
    found = []
    for engine in ("duckdb", "spark"):
        (tmp_path / engine).mkdir()
        monkeypatch.chdir(tmp_path / engine)
        found.append(_run(case, tmp_path / engine, engine))
    duckdb, spark = found
    if isinstance(duckdb, list) or isinstance(spark, list):
        assert spark == duckdb
        return
    assert len(spark[0]) == len(set(spark[0])) == len(duckdb[0]), "each line once"
    assert spark[1] == duckdb[1]
