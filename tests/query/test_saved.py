"""Saved queries and their headers."""

from pathlib import Path

import pytest

from iomld.errors import Mistakes, QueryError
from iomld.query import bind, described, load_query
from iomld.terms import PrefixMap


def test_a_header_describes_the_query() -> None:
    text = """#+ summary: Who meets
#+ description: >
#+   All of it,
#+   over two lines.
#+ params:
#+   state: {type: iri, description: only this one}
#+   count: {type: integer, default: 3}
#+ multiple: [pinpoints]
#+ tags: [contract]
SELECT * { ?state ?p ?count }
"""
    query = described(text, Path("meets.rq"))
    assert (query.name, query.summary, query.description.strip()) == (
        "meets",
        "Who meets",
        "All of it, over two lines.",
    )
    assert [(one.name, one.type, one.default) for one in query.parameters] == [
        ("state", "iri", None),
        ("count", "integer", "3"),
    ]
    assert (query.multiple, query.tags) == (("pinpoints",), ("contract",))


@pytest.mark.parametrize(
    ("header", "line", "message"),
    [
        ("#+ summary: a\n#+ sumary: b", 2, "unknown member “sumary”"),
        ("#+ summary: a\n#+ params: {x: [", 2, "not YAML"),
        ("#+ - a", 1, "no members"),
        ("#+ summary: a\n#+ params: 3", 2, "params: 3 is not a parameter a line"),
        ("#+ summary: a\n#+ params: [a]", 2, "is not a parameter a line"),
        ("#+ summary: a\n#+ multiple: pinpoints", 2, "multiple: 'pinpoints' is not a list of columns"),
        ("#+ tags: 3", 1, "tags: 3 is not a list"),
        ("#+ expect: 12", 1, "expect: 12 is not what is expected"),
        ("#+ summary: a\n#+ params:\n#+   x: {type: number}", 3, "unknown type “number”"),
        ("#+ params:\n#+   x: {default: [a]}", 2, "the default \\['a'\\] is not one value"),
        ("#+ summary: a\n#+ expect: " + "[" * 5000 + "]" * 5000, 2, "nests deeper than 100 levels"),
        ("#+ expect: {rows: [{day: 2003-02-31}]}", 1, "not YAML"),
        ("#+ tags: [a]\n#+ summary: é\x07", 2, "U\\+0007 may not stand"),
        ("#+ summary: a\n#+ expect: &a [*a]", 2, "stands within what it names"),
    ],
)
def test_a_mistake_of_the_header_is_told_with_its_line(header: str, line: int, message: str) -> None:
    with pytest.raises(QueryError, match=message) as caught:
        described(f"{header}\nASK {{}}", Path("q.rq"))
    assert caught.value.location and caught.value.location.line == line


@pytest.mark.parametrize("default", ["true", "false", "1"])
def test_a_default_of_true_or_false_is_bound(default: str) -> None:
    query = described(
        f"#+ params:\n#+   x: {{type: boolean, default: {default}}}\nSELECT ?x {{ VALUES ?x {{ UNDEF }} }}",
        Path("q.rq"),
    )
    boolean = "http://www.w3.org/2001/XMLSchema#boolean"
    assert bind(query, {}, base="http://e/", prefixes=PrefixMap({})) == {"x": f'"{default}"^^<{boolean}>'}


def test_mistakes_of_the_header_are_told_together() -> None:
    with pytest.raises(Mistakes) as caught:
        described("#+ params: 3\n#+ tag: [a]\n#+ expect: 3\nASK {}", Path("q.rq"))
    assert [error.location and error.location.line for error in caught.value.errors] == [1, 2, 3]


def test_a_file_that_is_not_there_or_not_text_is_told(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="no such file"):
        load_query(tmp_path / "none.rq")
    (tmp_path / "latin.rq").write_bytes("ASK { ?s ?p 'é' }".encode("latin-1"))
    with pytest.raises(QueryError, match="not UTF-8"):
        load_query(tmp_path / "latin.rq")
