# ruff: noqa: E501  (Turtle and lists of cases)
"""The W3C SHACL test suite, core and SPARQL parts: strictly, and offline.

A test passes when ``conforms`` is right and the results are the same multiset of focus node, path, value, component
and severity. Blank nodes are compared as blank nodes, whatever their label.
"""

from __future__ import annotations

import os
from collections import Counter
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest
from tests.suites import ROOT, suite

from iomld.errors import IomldError
from iomld.validation import load_shapes, validate
from iomld.validation.paths import PathError, read_path, text
from iomld.validation.reading import open_relation, read_files
from iomld.validation.triples import Triples, read_triples
from iomld.validation.vocabulary import TRUE, rdf, sh

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"

#: Tests that are not passed, and why.
KNOWN_FAILURES = {
    "sparql/pre-binding/shapesGraph-001": "$shapesGraph is optional (section 5.3.1); neither engine has it, and says so",
}
#: Core tests that may go to pySHACL (at most five).
FALLBACKS: set[str] = set()

Case = tuple[Path, str]


def cases() -> list[object]:
    folder = ROOT / "shacl" / "tests"
    if not folder.is_dir():
        return [pytest.param(None, id="absent")]
    found = []
    for path in sorted(folder.glob("*/*/*.ttl")):
        if path.name != "manifest.ttl" and "sht:Validate" in path.read_text(encoding="utf-8"):
            name = path.relative_to(folder).with_suffix("").as_posix()
            marks = [pytest.mark.xfail(reason=KNOWN_FAILURES[name])] if name in KNOWN_FAILURES else []
            found.append(pytest.param(path, id=name, marks=marks))
    return found


@cache
def manifest(path: Path) -> Triples:
    triples, _ = read_triples([path], root=ROOT)
    return triples


def file_of(term: str) -> Path:
    return Path(unquote(urlparse(term[1:-1]).path))


def compared(term: str | None) -> str | None:
    return "_:" if term is not None and term.startswith("_:") else term


def expected(triples: Triples, report: str) -> Counter[tuple[str | None, ...]]:
    found: Counter[tuple[str | None, ...]] = Counter()
    for result in triples.objects(report, sh("result")):
        written = triples.value(result, sh("resultPath"))
        try:
            path = None if written is None else text(read_path(triples, written))
        except PathError:
            path = "malformed"
        found[
            compared(triples.value(result, sh("focusNode"))),
            path,
            compared(triples.value(result, sh("value"))),
            triples.value(result, sh("sourceConstraintComponent")),
            triples.value(result, sh("resultSeverity")),
        ] += 1
    return found


@pytest.mark.parametrize("path", cases())
def test_w3c(path: Path | None) -> None:
    if path is None:
        suite("shacl")
    assert path is not None
    triples = manifest(path)
    for test in triples.subjects(rdf("type"), f"<{SHT}Validate>"):
        action = triples.objects(test, f"<{MF}action>")[0]
        data = file_of(triples.objects(action, f"<{SHT}dataGraph>")[0])
        shapes_file = file_of(triples.objects(action, f"<{SHT}shapesGraph>")[0])
        wanted = triples.objects(test, f"<{MF}result>")[0]
        if wanted == f"<{SHT}Failure>":
            with pytest.raises(IomldError):
                validate(read_files([data], open_relation(), root=ROOT), load_shapes([shapes_file], root=ROOT))
            continue
        report = validate(read_files([data], open_relation(), root=ROOT), load_shapes([shapes_file], root=ROOT))
        found: Counter[tuple[str | None, ...]] = Counter()
        for result in report.results:
            found[
                compared(result.focus),
                None if result.path is None else text(result.path),
                compared(result.value),
                f"<{result.component}>",
                f"<{result.severity}>",
            ] += result.times
        assert found == expected(triples, wanted)
        assert report.conforms == (triples.value(wanted, sh("conforms")) == TRUE)
        name = path.relative_to(ROOT / "shacl" / "tests").with_suffix("").as_posix()
        if name.startswith("core/") and name not in FALLBACKS:
            assert {judged.engine for judged in report.engines} <= {"compiled"}
        for message in (
            m for r in triples.objects(wanted, sh("result")) for m in triples.objects(r, sh("resultMessage"))
        ):
            assert any(message.startswith(f'"{m}"') for r in report.results for m in r.messages.values())


def test_suite_is_looked_for_where_it_is_said_to_be() -> None:
    assert ROOT.name == "suites" or os.environ.get("IOMLD_SUITES")
