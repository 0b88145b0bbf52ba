"""Data and shapes that are out of the ordinary: large, cut off, contradictory; bounded memory and clear words."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from iomld.errors import IomldError
from iomld.validation import Report, Shapes, load_shapes, render, validate
from iomld.validation.reading import open_relation, read_files

EX = "http://example.org/"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("cut.nt", "<http://e/a> <http://e/b> <http://e/c> .\n<http://e/a> <http://e/b> <http"),
        ("cut.ttl", "@prefix e: <http://e/> .\ne:a e:b e:c ;\n  e:d [ e:e"),
        ("cut.jsonld", '{"@id": "http://e/a", "http://e/b": [{"@id": "htt'),
        ("cut.rdf", '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description>'),
    ],
)
def test_data_that_is_cut_off_is_an_error_with_its_file_and_no_report(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(IomldError) as raised:
        read_files([path], open_relation(), root=tmp_path)
    assert raised.value.exit_code == 3
    assert name in str(raised.value)


def test_shapes_that_contradict_each_other_are_both_told(check: Callable[[str, str], Report]) -> None:
    """No value can be right: each value earns the finding of the shape that it breaks."""
    report = check(
        "ex:a a ex:P ; ex:n 1 . ex:b a ex:P .",
        """ex:S a sh:NodeShape ; sh:targetClass ex:P ; sh:property [ sh:path ex:n ; sh:minCount 1 ] .
        ex:T a sh:NodeShape ; sh:targetClass ex:P ; sh:property [ sh:path ex:n ; sh:maxCount 0 ] .""",
    )
    assert [(r.focus, r.component_name) for r in report.results] == [
        (f"<{EX}a>", "MaxCount"),
        (f"<{EX}b>", "MinCount"),
    ]


def test_a_literal_of_a_megabyte_is_judged_and_shown_short(tmp_path: Path, shapes_of: Callable[[str], Shapes]) -> None:
    """Each way of reading takes it; the report holds it once, the page for people an excerpt."""
    long = "é" * 500_000
    lines = f'<{EX}a> {TYPE} <{EX}P> .\n<{EX}a> <{EX}n> "{long}" .\n'
    (tmp_path / "data.nt").write_text(lines, encoding="utf-8")
    (tmp_path / "data.ttl").write_text(lines, encoding="utf-8")
    shapes = shapes_of(
        'ex:S a sh:NodeShape ; sh:targetClass ex:P ; sh:property [ sh:path ex:n ; sh:maxLength 9 ; sh:pattern "x$" ] .'
    )
    for name in ("data.nt", "data.ttl"):
        report = validate(read_files([tmp_path / name], open_relation(), root=tmp_path), shapes)
        assert [r.component_name for r in report.results] == ["MaxLength", "Pattern"]
        assert len(render(report, "human")) < 10_000
        assert "500,000 characters" in render(report, "human")


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells what a process takes")
def test_a_million_findings_are_counted_in_bounded_memory(tmp_path: Path) -> None:
    """Those that are shown are kept, the rest only counted."""
    (tmp_path / "shapes.ttl").write_text(
        f"""@prefix sh: <http://www.w3.org/ns/shacl#> .
        <urn:s> a sh:NodeShape ; sh:targetClass <{EX}P> ;
          sh:property [ sh:path <{EX}n> ; sh:minCount 1 ] , [ sh:path <{EX}m> ; sh:minCount 1 ] ,
            [ sh:path <{EX}o> ; sh:minCount 1 ] , [ sh:path <{EX}q> ; sh:minCount 1 ] ."""
    )
    with (tmp_path / "data.nt").open("w") as file:
        file.writelines(f"<{EX}{number}> {TYPE} <{EX}P> .\n" for number in range(250_000))
    # Not ru_maxrss, in which a child begins with what its parent takes.
    status = "open('/proc/self/status').read()"
    told = f"lambda: print(re.search(r'VmHWM:\\s+([0-9]+) kB', {status})[1], file=sys.stderr)"
    code = f"import atexit, re, sys; atexit.register({told}); from iomld.cli import main; main()"
    options = ["--data", "data.nt", "--shapes", "shapes.ttl", "--max", "10", "-f", "json", "--memory", "300MB", "-q"]
    done = subprocess.run(
        [sys.executable, "-c", code, "validate", *options], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["left_out"] == 999_990
    assert int(done.stderr.splitlines()[-1]) < 700_000  # kilobytes of the whole process


def test_an_unknown_component_is_judged_by_pyshacl_or_refused_and_never_passed_over(
    check: Callable[[str, str], Report],
) -> None:
    """A validator that returns what it shall not is an error of the shapes."""
    component = """ex:Even a sh:ConstraintComponent ; sh:parameter [ sh:path ex:even ] ;
      sh:validator [ a sh:SPARQLAskValidator ; sh:ask "ASK { FILTER (nonsense($value)) }" ] .
    ex:S a sh:NodeShape ; sh:targetClass ex:P ; sh:property [ sh:path ex:n ; ex:even true ] ."""
    with pytest.raises(IomldError) as raised:
        check("ex:a a ex:P ; ex:n 3 .", component)
    assert raised.value.id == "shapes-refused"


def test_shapes_that_refer_to_themselves_far_away_are_told_as_a_circle(tmp_path: Path) -> None:
    """Fifty shapes in a ring."""
    ring = "".join(
        f"<urn:s{number}> a sh:NodeShape ; sh:targetClass <urn:c> ; sh:node <urn:s{(number + 1) % 50}> .\n"
        for number in range(50)
    )
    (tmp_path / "shapes.ttl").write_text("@prefix sh: <http://www.w3.org/ns/shacl#> .\n" + ring)
    with pytest.raises(IomldError) as raised:
        load_shapes([tmp_path / "shapes.ttl"], root=tmp_path)
    assert raised.value.id == "shapes-recursive"
