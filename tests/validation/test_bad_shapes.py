# ruff: noqa: E501  (Turtle and lists of cases)
"""Shapes that are wrong: one message each, with its place, all of a file in one run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.suites import suite

from iomld.errors import IomldError, Mistakes, ShapesError
from iomld.graph import Quads
from iomld.validation import Report, Shapes, load_shapes, validate

Make = Callable[[str], Shapes]


def refused(shapes_of: Make, text: str) -> ShapesError:
    with pytest.raises(ShapesError) as raised:
        shapes_of(text)
    return raised.value


def test_a_file_that_is_not_shacl(tmp_path: Path) -> None:
    path = tmp_path / "people.ttl"
    path.write_text("<urn:a> <urn:b> <urn:c> .\n")
    with pytest.raises(ShapesError) as raised:
        load_shapes([path], root=tmp_path)
    assert raised.value.id == "shapes-none"
    assert str(raised.value.location) == "people.ttl"
    assert "holds 1 triples and no SHACL shape" in raised.value.message


def test_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "empty.ttl"
    path.write_text("")
    with pytest.raises(ShapesError, match="this file is empty"):
        load_shapes([path], root=tmp_path)


def test_a_syntax_error_has_line_and_column(shapes_of: Make) -> None:
    error = refused(shapes_of, "ex:S a sh:NodeShape ;;; sh:targetClass ex:P\n  sh:closed tru .\n")
    assert error.id == "shapes-syntax"
    assert str(error.location).startswith("shapes.ttl:8:")


def test_a_missing_prefix_is_shown_with_its_iri(tmp_path: Path) -> None:
    path = tmp_path / "s.ttl"
    path.write_text("@prefix ex: <https://example.org/> .\nex:S a sh:NodeShape .\n")
    with pytest.raises(ShapesError) as raised:
        load_shapes([path], root=tmp_path)
    assert raised.value.hint == "declare it: @prefix sh: <http://www.w3.org/ns/shacl#> ."


def test_a_missing_file_and_an_unknown_syntax_are_said_together(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(Mistakes) as raised:
        load_shapes([tmp_path / "notes.txt", tmp_path / "gone.ttl", tmp_path], root=tmp_path)
    assert [error.id for error in raised.value.errors] == ["shapes-format", "shapes-missing", "shapes-missing"]


def test_an_unknown_term_offers_the_nearest(shapes_of: Make) -> None:
    error = refused(
        shapes_of, "ex:S a sh:NodeShape ; sh:targetClass ex:P ;\n  sh:property [ sh:path ex:n ; sh:minCout 1 ] ."
    )
    assert error.id == "shapes-unknown-term"
    assert str(error.location) == "shapes.ttl:8:32"
    assert error.hint is not None and "sh:minCount" in error.hint


ILL_FORMED = {
    "sh:property [ sh:path ex:n, ex:m ]": "a shape has one sh:path",
    "sh:property [ sh:minCount 1 ]": "has no sh:path",
    'sh:property [ sh:path "n" ]': "a path is an IRI or a blank node",
    "sh:property [ sh:path ( ex:n ) ]": "at least two members",
    "sh:property [ sh:path [ sh:inversePath ex:n ; sh:zeroOrMorePath ex:n ] ]": "exactly one of",
    'sh:property [ sh:path ex:n ; sh:minCount "1" ]': "sh:minCount is a whole number",
    "sh:property [ sh:path ex:n ; sh:minCount 1, 2 ]": "sh:minCount stands 2 times",
    "sh:property [ sh:path ex:n ; sh:datatype xsd:date, xsd:gYear ]": "a value has one datatype",
    "sh:property [ sh:path ex:n ; sh:nodeKind sh:Iri ]": "",
    "sh:property [ sh:path ex:n ; sh:nodeKind ex:IRI ]": "sh:nodeKind is one of",
    "sh:property [ sh:path ex:n ; sh:class 'Person' ]": "sh:class is an IRI",
    "sh:property [ sh:path ex:n ; sh:in 'a' ]": "sh:in needs a well-formed list",
    "sh:property [ sh:path ex:n ; sh:languageIn ( en:x ) ]": "",
    "sh:property [ sh:path ex:n ; sh:languageIn ( 'en'@en ) ]": "sh:languageIn lists plain strings",
    "sh:property [ sh:path ex:n ; sh:minInclusive ex:five ]": "sh:minInclusive is a literal",
    "sh:property [ sh:path ex:n ; sh:uniqueLang 'true' ]": "sh:uniqueLang is true or false",
    "sh:minCount 1": "may not stand on a node shape",
    "sh:lessThan ex:n": "may not stand on a node shape",
    "sh:path ex:n": "a node shape has no sh:path",
    "sh:severity 'bad'": "sh:severity has one value, an IRI",
    "sh:deactivated 1": "sh:deactivated has one value",
    "sh:targetNode []": "sh:targetNode is an IRI or a literal",
    "sh:message 1": "sh:message is text",
    "sh:or ( 'a' )": "a literal stands where a shape is expected",
    "sh:js [ sh:jsFunctionName 'f' ]": "needs a JavaScript engine",
}


@pytest.mark.parametrize("constraint", ILL_FORMED)
def test_ill_formed(shapes_of: Make, constraint: str) -> None:
    with pytest.raises(IomldError) as raised:
        shapes_of(f"ex:S a sh:NodeShape ; sh:targetClass ex:P ;\n  {constraint} .")
    assert ILL_FORMED[constraint] in str(raised.value)
    assert raised.value.exit_code == 3


def test_all_mistakes_of_a_file_come_in_one_run(shapes_of: Make) -> None:
    with pytest.raises(Mistakes) as raised:
        shapes_of(
            """ex:S a sh:NodeShape ; sh:targetClass ex:P ;
              sh:property [ sh:path ex:n ; sh:minCount "one" ] ;
              sh:property [ sh:path ex:m ; sh:pattern "(?=a)" ] ;
              sh:proprety ex:T ."""
        )
    assert {error.id for error in raised.value.errors} == {"shapes-ill-formed", "shapes-pattern", "shapes-unknown-term"}


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"^(?=.*a)b$", "look-ahead"),
        (r"(?<!a)b", "look-behind"),
        (r"(?i)abc", "inline flag"),
        (r"\\bword\\b", r"\b is no escape"),
        (r"a++", "quantifier stands on a quantifier"),
        (r"[a", "never closed"),
        (r"(a", "never closed"),
        (r"*a", "nothing to repeat"),
        (r"[z-a]", "runs backwards"),
    ],
)
def test_a_pattern_of_another_dialect(shapes_of: Make, pattern: str, why: str) -> None:
    error = refused(shapes_of, f'ex:S a sh:NodeShape ; sh:targetClass ex:P ; sh:pattern "{pattern}" .')
    assert error.id == "shapes-pattern"
    assert why in error.message


def test_recursive_shapes_name_their_circle(shapes_of: Make) -> None:
    error = refused(
        shapes_of,
        """ex:A a sh:NodeShape ; sh:targetClass ex:P ; sh:property [ sh:path ex:n ; sh:node ex:B ] .
        ex:B a sh:NodeShape ; sh:not ex:A .""",
    )
    assert error.id == "shapes-recursive"
    assert "ex:A → ex:A / ex:n → ex:B → ex:A" in error.message


def test_a_shape_without_target_is_a_warning(shapes_of: Make) -> None:
    shapes = shapes_of("ex:S a sh:NodeShape ; sh:class ex:P .")
    (warning,) = shapes.warnings
    assert warning.id == "shapes-no-target"
    assert "checks nothing" in warning.message
    assert str(warning.location) == "shapes.ttl:7:1"


def test_a_shape_that_another_refers_to_is_no_warning(shapes_of: Make) -> None:
    shapes = shapes_of(
        "ex:S a sh:NodeShape ; sh:targetClass ex:P ; sh:node ex:T . ex:T a sh:NodeShape ; sh:class ex:P ."
    )
    assert shapes.warnings == ()


def test_a_property_shape_that_no_file_describes_is_a_warning(check: Callable[[str, str], Report]) -> None:
    report = check("ex:a a ex:P .", "ex:S a sh:NodeShape ; sh:targetClass ex:P ; sh:property ex:elsewhere .")
    assert report.conforms
    assert [warning.id for warning in report.warnings] == ["shapes-idle"]
    assert "ex:elsewhere, described in no file" in report.warnings[0].message


def test_published_profiles_are_taken() -> None:
    folder = suite("dcat-ap-3.0.1")
    shapes = load_shapes([folder / "dcat-ap-SHACL.ttl", folder / "ranges.ttl"], root=folder)
    assert len(shapes.shapes) > 100
    assert not [shape.refused for shape in shapes.shapes.values() if shape.refused]


def test_an_import_is_not_fetched_and_said(shapes_of: Make) -> None:
    shapes = shapes_of(
        "<> <http://www.w3.org/2002/07/owl#imports> ex:more . ex:S a sh:NodeShape ; sh:targetClass ex:P ."
    )
    assert [warning.id for warning in shapes.warnings] == ["shapes-import"]


def test_a_query_that_may_not_be_a_constraint(shapes_of: Make) -> None:
    error = refused(
        shapes_of,
        'ex:S a sh:NodeShape ; sh:targetClass ex:P ; sh:sparql [ sh:select "SELECT $this { $this ?p ?o MINUS { $this a ?c } }" ] .',
    )
    assert error.id == "shapes-sparql"
    assert "MINUS" in error.message


def test_a_custom_component_goes_to_pyshacl_and_the_report_says_so(check: Callable[[str, str], Report]) -> None:
    shapes = """
    ex:Max a sh:ConstraintComponent ; sh:parameter [ sh:path ex:longest ] ;
      sh:validator [ a sh:SPARQLAskValidator ; sh:ask "ASK { FILTER (STRLEN(STR($value)) <= $longest) }" ] .
    ex:S a sh:NodeShape ; sh:targetClass ex:P ; sh:property [ sh:path ex:n ; ex:longest 3 ] .
    ex:T a sh:NodeShape ; sh:targetClass ex:P ; sh:property [ sh:path ex:m ; sh:minCount 1 ] ."""
    report = check("ex:a a ex:P ; ex:n 'abc', 'abcd' .", shapes)
    engines = {judged.shape: judged.engine for judged in report.engines}
    assert engines == {"ex:S": "pyshacl", "ex:T": "compiled"}
    # pySHACL leaves the value out of the result of an ASK validator on a property shape.
    assert [r.component_name for r in report.results] == ["MinCount", "http://example.org/Max"]


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("SELECT $this { $this nope:p ?o }", "line 1, column 28: the prefix “nope:” is not declared"),
        ("SELECT $this {\n $this ?p ?o FILTER ((?o > 5 && true }", "at line 2, column"),
        ("SELECT $this { $this ?p ?o . ?o <urn:p>?* ?q }", "line 1, column 41: near “* ?q }”"),
        ("SELECT $this { $this ?p ?o FILTER (COUNT(?o) > 1) }", "The SELECT contains a variable that is unbound"),
    ],
)
def test_a_query_that_cannot_be_parsed(shapes_of: Make, query: str, why: str) -> None:
    error = refused(shapes_of, f"ex:S a sh:NodeShape ; sh:targetClass ex:P ;\n sh:sparql [ sh:select '''{query}''' ] .")
    assert (error.id, error.exit_code) == ("shapes-sparql", 3)
    assert why in error.message
    assert str(error.location) == "shapes.ttl:8:2"


def test_a_query_with_a_function_of_its_own_is_left_to_pyshacl(
    shapes_of: Make, data_of: Callable[[str], Quads]
) -> None:
    query = (
        "SELECT $this ?value { $this <http://example.org/n> ?value FILTER (<http://example.org/double>(?value) > 5) }"
    )
    shapes = shapes_of(
        f"""ex:S a sh:NodeShape ; sh:targetClass ex:P ; sh:sparql [ sh:select "{query}" ] .
        ex:double a sh:SPARQLFunction ; sh:parameter [ sh:path ex:one ] ; sh:returnType xsd:integer ;
          sh:select "SELECT ($one + $one AS ?result) WHERE {{ }}" ."""
    )
    report = validate(data_of("ex:a a ex:P ; ex:n 2, 3 ."), shapes)
    assert [r.value for r in report.results] == ['"3"^^<http://www.w3.org/2001/XMLSchema#integer>']
    assert "<http://example.org/double>" in str(report.engines[0].reason)


def test_what_no_engine_takes_is_an_error_and_no_clean_report(shapes_of: Make, data_of: Callable[[str], Quads]) -> None:
    shapes = shapes_of(
        """ex:S a sh:NodeShape ; sh:property [ sh:path ex:n ; sh:minCount 1 ] ;
        sh:target [ a sh:SPARQLTarget ; sh:select "SELECT ?this { ?this nope:p ?o }" ] ."""
    )
    with pytest.raises(ShapesError) as raised:
        validate(data_of("ex:a a ex:P ."), shapes)
    assert raised.value.id == "shapes-refused"
