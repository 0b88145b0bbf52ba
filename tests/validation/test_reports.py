"""The forms of the report, each read back by what reads it elsewhere."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.suites import suite

from iomld.validation import FORMATS, Report, render
from iomld.validation.report import rank

SHAPES = """
ex:S a sh:NodeShape ; sh:targetClass ex:P ;
  sh:property [ sh:path ex:n ; sh:minCount 1 ; sh:message "No <name> & no \\"label\\""@en, "Sans nom"@fr ] ;
  sh:property [ sh:path [ sh:inversePath ex:knows ] ; sh:maxCount 0 ; sh:severity sh:Warning ] ;
  sh:property [ sh:path ( ex:n [ sh:zeroOrMorePath ex:m ] ) ; sh:datatype xsd:date ; sh:severity sh:Info ] .
ex:T a sh:NodeShape ; sh:targetNode ex:a ; sh:node ex:U . ex:U a sh:NodeShape ; sh:class ex:Q .
"""
DATA = "ex:a a ex:P ; ex:knows ex:b . ex:b a ex:P ; ex:n 'line\\nbreak, \\u0007 & <tag>' ."


@pytest.fixture
def report(check: Callable[[str, str], Report]) -> Report:
    return check(DATA, SHAPES)


@pytest.mark.parametrize("format", FORMATS)
def test_every_form_ends_in_a_line_break_and_is_always_the_same(format: str, report: Report) -> None:
    text = render(report, format)
    assert text.endswith("\n")
    assert text == render(report, format)


def test_csv_has_the_columns_of_the_contract(report: Report) -> None:
    rows = list(csv.DictReader(io.StringIO(render(report, "csv"), newline="")))
    assert list(rows[0]) == ["focus", "path", "value", "component", "shape", "severity", "message", "source"]
    assert len(rows) == len(report.results) == 4
    assert rows[1]["path"] == "http://example.org/n"
    assert rows[1]["component"] == "http://www.w3.org/ns/shacl#MinCountConstraintComponent"
    assert rows[1]["shape"] == "http://example.org/S"
    assert rows[1]["message"] == 'No <name> & no "label"'
    assert {row["path"] for row in rows} == {
        "",
        "http://example.org/n",
        "<http://example.org/n>/<http://example.org/m>*",
        "^<http://example.org/knows>",
    }
    assert any(row["value"] == "line\nbreak, \x07 & <tag>" for row in rows)


def test_json_holds_everything(report: Report) -> None:
    read = json.loads(render(report, "json"))
    assert read["conforms"] is False
    assert sum(read["counts"].values()) == 4
    assert read["results"][1]["messages"] == {"en": 'No <name> & no "label"', "fr": "Sans nom"}
    assert any(result.get("details") for result in read["results"])


def test_turtle_is_a_validation_report(report: Report, tmp_path: Path) -> None:
    import rdflib
    from rdflib.namespace import RDF, SH

    graph = rdflib.Graph().parse(data=render(report, "turtle"), format="turtle")
    (root,) = graph.subjects(RDF.type, SH.ValidationReport)
    assert graph.value(root, SH.conforms) == rdflib.Literal(False)
    results = list(graph.objects(root, SH.result))
    assert len(results) == 4
    for result in results:
        for required in (
            SH.focusNode,
            SH.resultSeverity,
            SH.sourceConstraintComponent,
            SH.sourceShape,
            SH.resultMessage,
        ):
            assert graph.value(result, required) is not None
    assert len(list(graph.subject_objects(SH.detail))) == 1


def test_sarif_is_valid_against_its_schema(report: Report) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((suite("sarif-2.1.0") / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
    log = json.loads(render(report, "sarif"))
    jsonschema.validate(log, schema)
    levels = [result["level"] for result in log["runs"][0]["results"]]
    assert sorted(levels) == ["error", "error", "note", "warning"]
    assert log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "data.ttl"


def test_junit_fails_the_shapes_with_violations(report: Report) -> None:
    root = ElementTree.fromstring(render(report, "junit"))
    assert root.attrib["failures"] == "2"
    cases = {case.attrib["name"]: case for case in root.iter("testcase")}
    assert set(cases) == {"ex:S", "ex:T"}
    assert "warning:" in (cases["ex:S"].findtext("system-out") or "")


def test_the_page_stands_alone_and_escapes_what_it_shows(report: Report) -> None:
    page = render(report, "html")
    assert "<tag>" not in page and "&lt;tag&gt;" in page
    assert "No &lt;name&gt; &amp; no" in page

    class Reader(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.loads: list[str] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag in ("script", "link", "img", "iframe"):
                self.loads.append(tag)

    reader = Reader()
    reader.feed(page)
    assert reader.loads == []


def test_text_for_people_sums_up(report: Report) -> None:
    text = render(report, "human")
    assert "does not conform: 2 violations, 1 warning, 1 remark" in text
    assert "because of ex:a: ex:a is not a ex:Q" in text


@pytest.mark.parametrize(
    ("severity", "said"), [("Warning", "no violations; 1 warning"), ("Info", "no violations; 1 remark")]
)
def test_warnings_alone_are_not_called_a_failure(check: Callable[[str, str], Report], severity: str, said: str) -> None:
    shape = f"ex:S a sh:NodeShape ; sh:targetClass ex:P ; sh:nodeKind sh:Literal ; sh:severity sh:{severity} ."
    report = check("ex:a a ex:P .", shape)
    assert not report.fails()
    assert render(report, "human").splitlines()[-1] == said
    assert "<h1>The data has no violations</h1>" in render(report, "html")
    # section 3.6.1.1: a graph with any result does not conform
    assert not report.conforms and "sh:conforms false" in render(report, "turtle")
    assert json.loads(render(report, "json"))["conforms"] is False


def test_a_clean_report_in_every_form(check: Callable[[str, str], Report]) -> None:
    clean = check("ex:a a ex:P .", "ex:S a sh:NodeShape ; sh:targetClass ex:P ; sh:nodeKind sh:IRI .")
    assert clean.conforms
    assert render(clean, "human") == "conforms: no finding in 1 shape with targets\n"
    assert render(clean, "csv") == "focus,path,value,component,shape,severity,message,source\n"
    assert "sh:conforms true" in render(clean, "turtle")


def test_severities(report: Report) -> None:
    assert report.fails("violation") and report.fails("info") and not report.fails("none")
    assert rank("http://example.org/MySeverity") == 0
