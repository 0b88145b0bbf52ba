# ruff: noqa: E501  (Turtle and queries)
"""sh:sparql: one run for all focus nodes finds what a run for each does; what cannot is left to pySHACL."""

from __future__ import annotations

from collections.abc import Callable

import pyoxigraph
import pytest

from iomld.graph import Quads
from iomld.validation import Report, Shapes, validate
from iomld.validation.paths import Predicate, text
from iomld.validation.published import publish_checks

Check = Callable[[str, str], Report]
EX = "http://example.org/"
SHAPE = 'ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:sparql [ sh:select """%s""" ; sh:prefixes ex:ns ] .\n'
SHAPES = SHAPE + f'ex:ns sh:declare [ sh:prefix "ex" ; sh:namespace "{EX}"^^xsd:anyURI ] .'


def focus_nodes(report: Report) -> list[str]:
    return [result.focus.removeprefix(f"<{EX}").removesuffix(">") for result in report.results]


def engines(report: Report) -> set[str]:
    return {judged.engine for judged in report.engines}


def test_blank_nodes_keep_their_labels_on_the_embedded_engine(check: Check) -> None:
    report = check(
        "_:one a ex:C ; ex:p _:two . _:three a ex:C .",
        SHAPES % "SELECT $this ?value { $this ex:p ?value . OPTIONAL { ?value ex:z ?q } FILTER (!BOUND(?q)) }",
    )
    assert engines(report) == {"compiled"}
    (result,) = report.results
    other = check(
        "_:one a ex:C ; ex:p _:two .", "ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:nodeKind sh:IRI ] ."
    )
    assert (result.focus, result.value) == (other.results[0].focus, other.results[0].value)


DATA = "ex:a a ex:C ; ex:q 1 . ex:b a ex:C ; ex:r ex:b . ex:x ex:ref ex:a ."
#: by query: the focus nodes that SHACL finds
BOUND_LATE = {
    "SELECT $this WHERE { OPTIONAL { $this ex:q ?v } $this a ex:C . FILTER (!BOUND(?v)) }": ["b"],
    "SELECT $this ?value WHERE { BIND (STR($this) AS ?value) $this a ex:C . FILTER (STRENDS(?value, 'b')) }": ["b"],
    "SELECT $this ?value WHERE { $this a ex:C . { OPTIONAL { $this ex:q ?value } } FILTER (!BOUND(?value)) }": ["b"],
    "SELECT $this WHERE { $this a ex:C . { { OPTIONAL { $this ex:q ?v } } UNION { ?x ex:none ?v } } FILTER (!BOUND(?v)) }": [
        "b"
    ],
    "SELECT $this WHERE { $this ex:none* ?x . OPTIONAL { $this a ?c } FILTER (!BOUND(?c)) }": ["gone"],
}
BOUND_FIRST = {
    "SELECT $this WHERE { $this a ex:C . OPTIONAL { $this ex:q ?v } FILTER (!BOUND(?v)) }": ["b"],
    "SELECT $this ?value WHERE { $this a ex:C . BIND (STR($this) AS ?value) FILTER (STRENDS(?value, 'b')) }": ["b"],
    "SELECT $this WHERE { { $this ex:q ?v } UNION { ?v ex:r $this FILTER ($this = ?v) } }": ["a", "b"],
    "SELECT $this WHERE { OPTIONAL { ?x ex:none ?y } FILTER (!EXISTS { BIND ($this AS ?z) ?x ex:ref ?z }) $this a/ex:none* ex:C }": [
        "b"
    ],
}


def store_of(data: Quads) -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    lines = "".join(f"{s} {p} {o} .\n" for s, p, o, _ in data.sorted())
    store.load(lines.encode(), format=pyoxigraph.RdfFormat.N_TRIPLES)
    return store


def published(data: Quads, shapes: Shapes) -> list[str]:
    """Focus nodes that the written queries find."""
    store = store_of(data)
    (query,) = publish_checks(shapes).queries
    return sorted(
        str(solution["this"]).removeprefix(f"<{EX}").removesuffix(">") for solution in store.query(query.text)
    )  # type: ignore[union-attr]


@pytest.mark.parametrize("query", [*BOUND_LATE, *BOUND_FIRST])
def test_it_makes_no_difference_where_this_is_bound(
    shapes_of: Callable[[str], Shapes], data_of: Callable[[str], Quads], query: str
) -> None:
    shapes, data = shapes_of(SHAPES % query + " ex:S sh:targetNode ex:gone ."), data_of(DATA)
    report = validate(data, shapes)
    assert focus_nodes(report) == (BOUND_LATE | BOUND_FIRST)[query]
    if query in BOUND_FIRST:
        assert engines(report) == {"compiled"}
        assert published(data, shapes) == BOUND_FIRST[query]
    else:
        assert engines(report) == {"pyshacl"}
        ((_, why),) = publish_checks(shapes).left_out
        assert "$this" in why


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT $this WHERE { $this a ex:C . FILTER (NOT EXISTS { ?s ?p $this }) }", []),
        ("SELECT $this WHERE { $this a ex:C . FILTER (EXISTS { $this !ex:p ?s . FILTER (isLiteral(?s)) }) }", ["a"]),
        ("SELECT $this WHERE { $this a ex:C . FILTER (COALESCE(EXISTS { $this ?pp ?o . FILTER (isLiteral(?o)) }, false)) }", ["a"]),
        ("SELECT $this ?value WHERE { $this a ex:C . BIND (IF(EXISTS { ?s ?pp $this }, 'yes', 'no') AS ?value) FILTER (?value = 'yes') }", ["a", "b"]),
        ("SELECT $this WHERE { $this a ex:C . FILTER (EXISTS { $this ex:list ( ?one ) . FILTER (BOUND(?one)) }) }", ["b"]),
        ("BASE <http://example.org/> SELECT $this WHERE { $this a <C> . FILTER (EXISTS { $this <q> ?v . FILTER (?v > 0) }) }", ["a"]),
    ],
)  # fmt: skip
def test_what_is_read_is_all_that_a_query_within_an_expression_matches(
    check: Check, query: str, expected: list[str]
) -> None:
    report = check("ex:a a ex:C ; ex:q 1 . ex:b a ex:C ; ex:list ( ex:x ) . ex:x ex:ref ex:a, ex:b .", SHAPES % query)
    assert focus_nodes(report) == expected
    assert engines(report) == {"compiled"}


@pytest.mark.parametrize(
    "number",
    ["12345678901234567890", "0.12345678901234567890123", "'170141183460469231731687303715884105728'^^xsd:decimal"],
)
def test_numbers_beyond_the_range_of_the_embedded_engine_are_compared(check: Check, number: str) -> None:
    query = "SELECT $this ?value WHERE { $this ex:n ?value . FILTER (?value > 0.1) }"
    report = check(f"ex:a a ex:C ; ex:n {number} .", SHAPES % query)
    assert focus_nodes(report) == ["a"]
    assert [(judged.engine, "cannot compare" in str(judged.reason)) for judged in report.engines] == [("pyshacl", True)]
    other = check(
        "ex:a a ex:C ; ex:n 7, 'NaN'^^xsd:double, 'five'^^xsd:integer, '2024-01-01'^^xsd:date .", SHAPES % query
    )
    assert (focus_nodes(other), engines(other)) == (["a"], {"compiled"})


PATHS = {
    "[ sh:zeroOrMorePath [ sh:zeroOrOnePath ex:p ] ]": "(ex:p?)*",
    "[ sh:inversePath [ sh:inversePath ex:p ] ]": "^(^ex:p)",
    "[ sh:inversePath [ sh:oneOrMorePath [ sh:inversePath ex:p ] ] ]": "^(^ex:p)+",
    "( ex:p [ sh:zeroOrOnePath ( ex:p ex:p ) ] [ sh:alternativePath ( ex:p [ sh:inversePath ex:p ] ) ] )": "ex:p/(ex:p/ex:p)?/(ex:p|^ex:p)",
}  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_nested_paths_are_written_with_the_brackets_that_sparql_needs(
    shapes_of: Callable[[str], Shapes], data_of: Callable[[str], Quads], path: str
) -> None:
    """The path put into $PATH, and into the queries that are written, leads where the compiled check goes."""
    constraint = "SELECT $this ?value WHERE { $this a ex:C . $this $PATH ?value }"
    shapes = shapes_of(
        f"ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path {path} ; sh:nodeKind sh:Literal ; "
        f'sh:sparql [ sh:select "{constraint}" ; sh:prefixes ex:ns ] ] . ex:ns sh:declare [ sh:prefix "ex" ; sh:namespace "{EX}"^^xsd:anyURI ] .'
    )
    data = data_of("ex:a a ex:C ; ex:p ex:b . ex:b ex:p ex:c . ex:c ex:p ex:a .")
    written = text(
        next(s.path for s in shapes.shapes.values() if s.path), lambda iri: iri.replace(f"<{EX}", "ex:")[:-1]
    )
    assert written == PATHS[path]
    values: dict[str, set[str | None]] = {"NodeKind": set(), "SPARQL": set()}
    for result in validate(data, shapes).results:
        values[result.component_name].add(result.value)
    assert values["NodeKind"] == values["SPARQL"] != set()
    store = store_of(data)
    for query in publish_checks(shapes).queries:
        assert {str(solution["value"]) for solution in store.query(query.text)} == values["NodeKind"]  # type: ignore[union-attr]


MESSAGES = """ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:message "the shape: {?x}"@en ; sh:sparql [ %s
  sh:select "SELECT $this ?value %s WHERE { $this <http://example.org/p> ?value . %s }" ] ."""
SQL, EMBEDDED, PYSHACL = "", "BIND (7 AS ?x)", "BIND (7 AS ?x) { FILTER (isIRI($this)) }"


@pytest.mark.parametrize("pattern", [SQL, EMBEDDED, PYSHACL])
def test_the_message_of_the_constraint_comes_before_that_of_the_shape(check: Check, pattern: str) -> None:
    own = 'sh:message "value {?value} by query"@en, "valeur {$value} de {?this}"@fr ;'
    (result,) = check("ex:a a ex:C ; ex:p 5 .", MESSAGES % (own, "", pattern)).results
    assert result.messages == {"en": "value 5 by query", "fr": f"valeur 5 de {EX}a"}


@pytest.mark.parametrize("pattern", [EMBEDDED, PYSHACL])
def test_a_message_is_filled_alike_by_each_engine(check: Check, pattern: str) -> None:
    data = "ex:a a ex:C ; ex:p 'x'@fr ."
    for own, variables, expected in (
        ("", "?x", {"en": "the shape: 7"}),
        ("", "", {"en": "the shape: {?x}"}),
        ('sh:message "{?value}, {?x}"@en, "{?none}" ;', "?x ?none", {"en": "x, 7", "": "{?none}"}),
        ("", "(STR(?x) AS ?message)", {"": "7"}),
    ):
        (result,) = check(data, MESSAGES % (own, variables, pattern)).results
        assert result.messages == expected


@pytest.mark.parametrize("pattern", [SQL, EMBEDDED, PYSHACL])
def test_a_message_of_the_shape_names_the_path_of_the_query(check: Check, pattern: str) -> None:
    shapes = MESSAGES.replace("{?x}", "{?path}") % ("", "(<urn:q> AS ?path)", pattern)
    (result,) = check("ex:a a ex:C ; ex:p 5 .", shapes).results
    assert (result.path, result.messages) == (Predicate("<urn:q>"), {"en": "the shape: urn:q"})
