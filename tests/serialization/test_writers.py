"""What the writers write: forms that people read, and the same bytes always."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.serialization.roundtrip import PREFIXES, by_pyld, by_rdflib, canonical, relation, written

from iomld.errors import DataError, UsageError
from iomld.graph import SYNTAXES
from iomld.serialization import FORMATS, write
from iomld.serialization.selection import Selection
from iomld.terms import literal

SYNTAXES_WRITTEN = [name for name in FORMATS if name in SYNTAXES]
SAMPLE = r"""
@prefix ex: <http://example.org/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:midsa a ex:Process , ex:Dialogue ; skos:prefLabel "MIDSA"@en , "DMAA"@fr , "MIDSA (es)"@es ;
  ex:started "2000"^^xsd:gYear ;
  ex:member ex:b , ex:a , <http://example.org/a/1> ; ex:count 16 , 016 , -3 ; ex:share 1.50 , 0.00000001 ;
  ex:open true , "1"^^xsd:boolean ;
  ex:note "one\ntwo \"three\"" , "tab\there" , "\\n is no line break" , "ends with a quote\n\"" , "back\\\n" ;
  ex:odd <http://example.org/a%20b> , <http://example.org/> , ex: , <urn:x:y> ; ex:big 12345678901234567890 .
<http://example.org/midsa/part> ex:of ex:midsa .
"""
BLANKS = """
@prefix ex: <http://example.org/> .
ex:s ex:list ( 1 "two" ( ) ( ex:a [ ex:p "nested" ] ) ) ; ex:node [ ex:p [ ex:p "deep" ] ; ex:q 1 ] ; ex:shared _:s .
ex:t ex:shared _:s . _:s ex:p "shared" . _:ring ex:next [ ex:next _:ring ] . [] a ex:Alone . _:self ex:p _:self .
ex:broken ex:list [ <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> 1 ] . ex:empty ex:node [] .
"""
GRAPHS = """
@prefix ex: <http://example.org/> .
ex:s ex:p "default" . ex:g { ex:s ex:p "in g" . ex:s2 ex:p [ ex:q 1 ] } _:h { ex:s ex:p [] } ex:g ex:p "about g" .
_:two ex:p "in the default graph" . ex:h { _:two ex:p "in h" }
"""


def test_turtle_reads_well() -> None:
    text = written(relation(SAMPLE), "turtle")
    assert text.startswith(
        "@prefix ex: <http://example.org/> .\n@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n@prefix xsd:"
    )
    assert text.count("@prefix") == 3
    body = text[text.index("ex:midsa") :]
    assert body.splitlines()[:5] == [
        "ex:midsa a ex:Dialogue, ex:Process ;",
        "    skos:prefLabel",
        '        "DMAA"@fr ,',
        '        "MIDSA (es)"@es ,',
        '        "MIDSA"@en ;',
    ]
    assert "    ex:member\n        <http://example.org/a/1> ,\n        ex:a ,\n        ex:b ;" in body
    assert '"016"^^xsd:integer ,\n' in body and "\n        16 ;" in body
    assert '"""one\ntwo "three\\""""' in body
    assert '"\\\\n is no line break"' in body
    assert body.index("ex:midsa a") < body.index("<http://example.org/midsa/part>")


def test_blank_nodes_used_once_are_nested_and_collections_are_collections() -> None:
    text = " ".join(written(relation(BLANKS), "turtle").split())
    assert 'ex:list ( 1 "two" () ( ex:a [ ex:p "nested" ] ) )' in text
    assert 'ex:node [ ex:p [ ex:p "deep" ] ; ex:q 1 ]' in text
    assert "[] a ex:Alone ." in text
    assert "ex:empty ex:node [] ." in text
    assert "ex:list [ rdf:first 1 ]" in text
    # Two shared nodes and the ring keep a label.
    assert len(set(re.findall(r"_:c14n[0-9]+", text))) == 3


@pytest.mark.parametrize("format", SYNTAXES_WRITTEN)
@pytest.mark.parametrize("text", [SAMPLE, BLANKS], ids=["sample", "blank nodes"])
def test_every_format_holds_the_graph_to_the_letter(format: str, text: str) -> None:
    expected = canonical(text, "turtle")
    result = written(relation(text), format)
    assert canonical(result, format) == expected
    assert by_rdflib(result, format) == expected
    if format == "jsonld":
        assert by_pyld(result) == expected


@pytest.mark.parametrize("format", ["nquads", "trig", "jsonld"])
def test_named_graphs_survive(format: str) -> None:
    result = written(relation(GRAPHS, "trig"), format)
    assert canonical(result, format) == canonical(GRAPHS, "trig")
    assert by_rdflib(result, format) == canonical(GRAPHS, "trig")


@pytest.mark.parametrize("format", ["ntriples", "turtle", "rdfxml"])
def test_a_dataset_is_refused_where_the_syntax_holds_one_graph(format: str) -> None:
    quads = relation(GRAPHS, "trig")
    with pytest.raises(DataError) as caught:
        written(quads, format)
    assert caught.value.id == "dataset-in-triples-format"
    assert "--graph" in str(caught.value.hint)
    assert canonical(written(quads, format, graph="http://example.org/g"), format) == canonical(
        '@prefix ex: <http://example.org/> . ex:s ex:p "in g" . ex:s2 ex:p [ ex:q 1 ] .', "turtle"
    )
    assert '"about g"' in written(quads, format, graph="default") or format == "rdfxml"
    assert len(canonical(written(quads, format, graph="union"), format)) == 8


def test_an_unknown_graph_is_refused_with_those_there_are() -> None:
    with pytest.raises(DataError) as caught:
        written(relation(GRAPHS, "trig"), "turtle", graph="http://example.org/x")
    assert caught.value.id == "graph-unknown"
    assert "<http://example.org/g>" in str(caught.value.hint)


@pytest.mark.parametrize(
    "statement",
    [
        '<http://a/s> <http://a/p> "x"@en--ltr .',
        "<http://a/s> <http://a/123> 1 .",
        '<http://a/s> <http://a/p> "\\u0001" .',
        '<http://a/s> <http://a/p> "\\f" .',
    ],
)
def test_what_rdf_xml_has_no_spelling_for_is_refused(statement: str) -> None:
    with pytest.raises(DataError) as caught:
        written(relation(statement), "rdfxml")
    assert caught.value.id == "rdfxml-cannot-hold"


def test_rdf_xml_keeps_carriage_returns() -> None:
    text = '<http://a/s> <http://a/p> "a\\r\\nb\\\\f" .'
    assert by_rdflib(written(relation(text), "rdfxml"), "rdfxml") == canonical(text, "turtle")


def test_nothing_gives_an_empty_document_in_every_format() -> None:
    for format in SYNTAXES_WRITTEN:
        assert canonical(written(relation(), format), format) == set()


@pytest.mark.parametrize("format", SYNTAXES_WRITTEN)
def test_shuffled_statements_and_other_labels_give_the_same_bytes(format: str) -> None:
    lines = written(relation(SAMPLE + BLANKS.replace("@prefix", "\n@prefix")), "nquads").splitlines()
    expected = written(relation("\n".join(lines), "nquads"), format)
    for seed in range(3):
        random.Random(seed).shuffle(lines)
        text = "\n".join(lines + lines[:3]).replace("_:c14n", f"_:x{seed}")
        assert written(relation(text, "nquads"), format) == expected


def test_hash_seed_locale_and_time_zone_do_not_change_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "in.ttl").write_text(SAMPLE + BLANKS, encoding="utf-8")
    code = """
import sys
from iomld.cli import main
for format in sys.argv[2:]:
    try:
        main(["convert", "in.ttl", "-f", format, "-o", f"{sys.argv[1]}-{format}"])
    except SystemExit as end:
        assert not end.code, (format, end.code)
"""
    for name, seed, locale, zone in (
        ("a", "0", "C", "UTC"),
        ("b", "7", "tr_TR.UTF-8", "Asia/Kathmandu"),
        ("c", "99", "POSIX", ""),
    ):
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            **{"PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": zone},
        }
        subprocess.run([sys.executable, "-c", code, name, *SYNTAXES_WRITTEN], cwd=tmp_path, env=environment, check=True)
    for format in SYNTAXES_WRITTEN:
        results = {(tmp_path / f"{name}-{format}").read_bytes() for name in "abc"}
        assert len(results) == 1 and b"" not in results, format


CONTEXT = {
    "@context": {
        "@version": 1.1,
        "id": "@id",
        "type": "@type",
        "ex": "http://example.org/",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "Process": "ex:Process",
        "label": {"@id": "http://www.w3.org/2004/02/skos/core#prefLabel", "@container": "@language"},
        "started": {"@id": "ex:started", "@type": "xsd:gYear"},
        "member": {"@id": "ex:member", "@type": "@id", "@container": "@set"},
        "count": {"@id": "ex:count", "@type": "xsd:integer"},
        "open": {"@id": "ex:open"},
    }
}


def test_json_ld_takes_terms_forms_and_containers_from_the_context() -> None:
    quads = relation(
        """@prefix ex: <http://example.org/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        ex:midsa a ex:Process ; skos:prefLabel "MIDSA"@en , "DMAA"@fr , "Other"@fr , "untagged" ; ex:member ex:a ;
        ex:count 16 , "x" ; ex:open true ; ex:started "2000"^^xsd:gYear , "2000-01-01"^^xsd:date ."""
    )
    text = written(quads, "jsonld", context=CONTEXT)
    node = json.loads(text)["@graph"][0]
    assert list(node)[:2] == ["id", "type"] and list(node)[2:] == sorted(list(node)[2:])
    assert node == {
        "id": "ex:midsa",
        "type": "Process",
        "label": {"@none": "untagged", "en": "MIDSA", "fr": ["DMAA", "Other"]},
        "member": ["ex:a"],
        "count": 16,
        "ex:count": "x",
        "open": True,
        "started": "2000",
        "ex:started": {"type": "xsd:date", "@value": "2000-01-01"},
    }
    expected = canonical(written(quads, "nquads"))
    assert canonical(text, "jsonld") == by_pyld(text) == by_rdflib(text, "jsonld") == expected


def test_json_ld_keeps_types_that_are_literals_and_those_beside_them() -> None:
    quads = relation(
        """@prefix ex: <http://example.org/> . ex:a a ex:A , ex:B , "literal" . ex:b a ex:B , ex:A . ex:c a ex:A ."""
    )
    text = written(quads, "jsonld")
    kinds = [{"@id": "ex:A"}, {"@id": "ex:B"}]
    assert json.loads(text)["@graph"] == [
        {"@id": "ex:a", "rdf:type": ["literal", *kinds]},
        {"@id": "ex:b", "@type": ["ex:A", "ex:B"]},
        {"@id": "ex:c", "@type": "ex:A"},
    ]
    assert by_pyld(text) == canonical(written(quads, "nquads"))


def test_json_ld_shares_a_key_among_the_values_that_take_it() -> None:
    context = {
        "@version": 1.1,
        "ex": "http://example.org/",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "name": {"@id": "ex:name", "@container": ["@language", "@set"]},
        "year": {"@id": "ex:year", "@type": "xsd:gYear", "@container": "@set"},
    }
    quads = relation(
        """@prefix ex: <http://example.org/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        ex:a ex:name "one"@en , "two"@en , "un"@fr , "1"^^ex:t ; ex:year "2000"^^xsd:gYear , "2001"^^xsd:gYear , "x" ;
          ex:p "b" , ex:o , "a"@en . ex:b ex:name "one"@en ; ex:year "2000"^^xsd:gYear ."""
    )
    text = written(quads, "jsonld", context=context)
    assert text[text.index("@graph") :].splitlines()[1:] == [
        "    {",
        '      "@id": "ex:a",',
        '      "ex:name": {"@type": "ex:t", "@value": "1"},',
        '      "ex:p": [',
        '        {"@language": "en", "@value": "a"},',
        '        "b",',
        '        {"@id": "ex:o"}',
        "      ],",
        '      "ex:year": "x",',
        '      "name": {',
        '        "en": ["one", "two"],',
        '        "fr": ["un"]',
        "      },",
        '      "year": [',
        '        "2000",',
        '        "2001"',
        "      ]",
        "    },",
        "    {",
        '      "@id": "ex:b",',
        '      "name": {',
        '        "en": ["one"]',
        "      },",
        '      "year": [',
        '        "2000"',
        "      ]",
        "    }",
        "  ]",
        "}",
    ]
    assert by_pyld(text) == canonical(written(quads, "nquads"))


@pytest.mark.parametrize("format", SYNTAXES_WRITTEN)
@pytest.mark.parametrize("text", [SAMPLE, BLANKS, GRAPHS], ids=["sample", "blank nodes", "graphs"])
def test_what_is_too_much_to_be_gathered_gives_the_same_bytes(
    format: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    quads = relation(text, "trig")
    quads.insert(list(quads.sorted()))  # every statement twice
    options = {"graph": "union"} if format in ("ntriples", "turtle", "rdfxml") and text == GRAPHS else {}
    expected = written(quads, format, **options)
    monkeypatch.setattr("iomld.serialization.selection._GATHERED", -1)
    monkeypatch.setattr("iomld.serialization.jsonld._REMEMBERED", 1)
    assert written(quads, format, **options) == expected


def test_json_ld_writes_ids_against_a_base() -> None:
    quads = relation(
        "<http://b/id/a> <http://b/p> <http://b/id/c.d#e> , <http://b/> , <http://b//x> , <http://b/a:b> ."
    )
    text = written(quads, "jsonld", base="http://b/")
    assert '"@id": "id/a"' in text and '"@id": "id/c.d#e"' in text
    assert canonical(text, "jsonld") == by_pyld(text) == canonical(written(quads, "nquads"))


def test_json_ld_leaves_out_prefixes_that_the_data_would_take_for_schemes() -> None:
    quads = relation("<ex:1,2> <http://example.org/p> <http://example.org/o> .")
    assert canonical(written(quads, "jsonld"), "jsonld") == canonical(written(quads, "nquads"))
    with pytest.raises(DataError, match="begin with “ex:”"):
        written(quads, "jsonld", context=CONTEXT)


def test_json_ld_says_that_a_namespace_without_a_delimiter_is_a_prefix() -> None:
    quads = relation("<http://o/GO_1> <http://o/GO_has> <http://o/GO_2> , <http://o/RO_part> .")
    text = written(quads, "jsonld", prefixes={"GO": "http://o/GO_", "o": "http://o/"})
    declared = json.loads(text)["@context"]
    assert declared == {"GO": {"@id": "http://o/GO_", "@prefix": True}, "o": "http://o/"} and '"@id": "GO:2"' in text
    assert canonical(text, "jsonld") == by_pyld(text) == canonical(written(quads, "nquads"))


@pytest.mark.parametrize(
    "context", [None, {"p": {"@id": "http://e/p", "@container": "@language"}}, {"p": "http://e/p"}]
)
def test_json_ld_keeps_the_direction_of_texts(context: dict[str, object] | None) -> None:
    quads = relation('<http://e/a> <http://e/p> "x"@en--ltr , "x"@en , "y"@he--rtl .')
    text = written(quads, "jsonld", context=context and {"@context": context})
    assert canonical(text, "jsonld") == canonical(written(quads, "nquads"))
    assert text.count('"@direction"') == 2


def test_a_datatype_that_would_be_taken_for_a_curie_is_told() -> None:
    quads = relation('<http://example.org/s> <http://example.org/p> "x"^^<ex:t> .')
    with pytest.raises(DataError) as caught:
        written(quads, "jsonld")
    assert caught.value.id == "jsonld-prefix-clash" and "“ex:”" in caught.value.message
    other = relation('<http://example.org/s> <http://example.org/p> "x"^^<urn:t> .')
    assert '"@type": "urn:t"' in written(other, "jsonld"), "no prefix that is in use"


def test_prefixes_that_could_be_taken_for_schemes_are_told() -> None:
    names = ["ex", "urn", "http", "https", "ftp", "mailto", "tag", "doi"]
    quads = relation(
        """<http://a/s> <urn:p> <http://a/o> , <https://a/o> , <http:x> , <ftp://a> , "<mailto:a>" .
        <tag:g> { <doi:a> <http://a/p> <https:/x> }""",
        "trig",
    )
    assert Selection(quads).schemes(names) == {"urn", "http", "https", "tag", "doi"}
    assert Selection(quads, graph="tag:g").schemes(names) == {"doi", "https"}
    assert Selection(quads).schemes(["ex", "tag"]) == {"tag"}
    odd = relation("<http:x> <http://a/p> <http://a/o> .")
    assert Selection(odd).schemes(names) == {"http"}
    assert Selection(relation()).schemes(names) == frozenset()


def test_a_context_that_would_change_texts_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        written(relation(SAMPLE), "jsonld", context={"@context": {"@language": "en"}})
    assert caught.value.id == "jsonld-context"


def test_long_collections_and_deep_nesting_are_written() -> None:
    items = " ".join(f'"{n}"' for n in range(500))
    chain = "".join(f'_:n{n} <http://a/next> _:n{n + 1} ; <http://a/at> "{n}" .\n' for n in range(100))
    for text in (f"<http://a/s> <http://a/p> ( {items} ) .", f"<http://a/s> <http://a/next> _:n0 .\n{chain}"):
        quads = relation(text)
        assert canonical(written(quads, "turtle"), "turtle") == canonical(written(quads, "nquads"))


def test_parquet_takes_terms_apart(tmp_path: Path) -> None:
    quads = relation(
        r"""@prefix ex: <http://example.org/> .
        ex:s ex:p "a \"b\"\n\u0007é"@en-gb , "01"^^ex:t , "x\\" , _:b , ex:o . ex:g { ex:s ex:p "\"@en" }""",
        "trig",
    )
    write(quads, tmp_path / "a.parquet", "parquet", prefixes=PREFIXES)
    file = str(tmp_path / "a.parquet")
    found = (
        duckdb.connect()
        .execute(f"SELECT object, kind, datatype, language, graph FROM '{file}' WHERE kind != 'blank'")
        .fetchall()
    )
    string = XSD + "string"
    assert sorted(found, key=str) == sorted(
        [
            ('a "b"\n\x07é', "literal", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString", "en-gb", None),
            ("01", "literal", "http://example.org/t", None, None),
            ("x\\", "literal", string, None, None),
            ("http://example.org/o", "iri", None, None, None),
            ('"@en', "literal", string, None, "http://example.org/g"),
        ],
        key=str,
    )
    write(quads, tmp_path / "b.parquet", "parquet", prefixes=PREFIXES)
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


XSD = "http://www.w3.org/2001/XMLSchema#"
LEXICAL = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
LITERALS = st.one_of(
    st.builds(literal, LEXICAL),
    st.builds(lambda text, tag: literal(text, language=tag), LEXICAL, st.sampled_from(["en", "fr-ca"])),
    st.builds(
        lambda text, name: literal(text, datatype=XSD + name),
        st.one_of(LEXICAL, st.from_regex(r"[+-]?[0-9]{0,3}\.?[0-9]{1,9}([eE][+-]?[0-9])?", fullmatch=True)),
        st.sampled_from(["integer", "decimal", "double", "boolean", "date"]),
    ),
)
IRIS = st.from_regex(r"<http://example\.org/(a|b)?[#/]?[A-Za-z0-9_.%é~!$&'()*+,;=:@-]{0,5}>", fullmatch=True).filter(
    lambda iri: "%" not in iri
)
NODES = st.one_of(IRIS, st.sampled_from([f"_:n{n}" for n in range(4)]))
STATEMENTS = st.lists(st.tuples(NODES, IRIS, st.one_of(NODES, LITERALS), st.just("")), max_size=8)


@settings(max_examples=60, deadline=None)
@given(STATEMENTS)
def test_whatever_the_terms_what_is_written_is_read_again(statements: list[tuple[str, str, str, str]]) -> None:
    quads = relation()
    quads.insert(statements)
    expected = canonical(written(quads, "nquads"))
    for format in ("turtle", "trig", "jsonld"):
        assert canonical(written(quads, format), format) == expected
    if not any("double" in line for line in expected):  # PyLD writes these anew, in canonical form
        assert by_pyld(written(quads, "jsonld")) == expected
