"""RDF files into the relation."""

import io
from pathlib import Path

import duckdb
import pytest

from iomld.errors import DataError, IomldError, Mistakes
from iomld.graph import Quads, read_rdf


@pytest.fixture
def quads() -> Quads:
    return Quads(duckdb.connect())


def read(text: str | bytes, quads: Quads, format: str = "turtle", **options: object) -> int:
    data = text.encode() if isinstance(text, str) else text
    return read_rdf(io.BytesIO(data), into=quads, format=format, **options)  # type: ignore[arg-type]


def rows(quads: Quads) -> list[tuple[object, ...]]:
    return quads.connection.execute("SELECT subject, predicate, object, graph, row FROM quad").fetchall()


def failure(text: str | bytes, quads: Quads, format: str = "turtle") -> IomldError:
    with pytest.raises((DataError, Mistakes)) as caught:
        read(text, quads, format)
    return caught.value


def test_lexical_forms_are_kept_to_the_letter(quads: Quads) -> None:
    read('<http://a/s> <http://a/p> 01, 1.0, "x"^^<http://www.w3.org/2001/XMLSchema#string>, "é\\t\\u0007"@en .', quads)
    xsd = "http://www.w3.org/2001/XMLSchema#"
    assert {row[2] for row in rows(quads)} == {
        f'"01"^^<{xsd}integer>',
        f'"1.0"^^<{xsd}decimal>',
        '"x"',
        '"é\\t\\u0007"@en',
    }


def test_the_row_is_the_line_of_an_n_quads_file(quads: Quads) -> None:
    text = '# head\r\n<http://a/s> <http://a/p> "1" .\r\n\r\n  <http://a/s> <http://a/p> "2" <http://a/g> . # tail\n'
    assert read(text, quads, "nquads") == 2
    assert [(row[2], row[3], row[4]) for row in rows(quads)] == [('"1"', "", 2), ('"2"', "<http://a/g>", 4)]


def test_a_turtle_file_has_no_rows(quads: Quads) -> None:
    read("<http://a/s> <http://a/p> 1 .", quads)
    assert rows(quads)[0][4] is None


def test_triples_of_the_default_graph_go_to_the_graph_asked_for(quads: Quads) -> None:
    read(
        "<http://a/s> <http://a/p> 1 . <http://a/g> { <http://a/s> <http://a/p> 2 }",
        quads,
        "trig",
        graph="<http://a/d>",
    )
    assert {row[3] for row in rows(quads)} == {"<http://a/d>", "<http://a/g>"}


def test_blank_nodes_of_two_files_stay_apart_and_are_numbered_by_appearance(quads: Quads) -> None:
    read("_:x <http://a/p> [ <http://a/q> _:x ] .", quads)
    read('_:x <http://a/p> "other" .', quads)
    labels = {row[0] for row in rows(quads)}
    assert labels == {"_:b0", "_:b1", "_:b2"}


def test_a_byte_order_mark_is_skipped(quads: Quads) -> None:
    assert read(b"\xef\xbb\xbf<http://a/s> <http://a/p> 1 .", quads) == 1


def test_relative_iris_are_resolved_against_the_base(quads: Quads) -> None:
    read("<s> <p> <../o> .", quads, base="http://a/b/c")
    assert rows(quads)[0][:3] == ("<http://a/b/s>", "<http://a/b/p>", "<http://a/o>")


def test_batches_of_a_large_file_keep_order_and_rows(quads: Quads) -> None:
    lines = "".join(f'<http://a/s{n}> <http://a/p> "{n}" .\n' for n in range(45_000))
    assert read(f"# a comment leaves the file to the parser\n{lines}", quads, "ntriples") == 45_000
    wrong = quads.connection.execute("SELECT count(*) FROM quad WHERE object != '\"' || (row - 2) || '\"'").fetchone()
    assert wrong == (0,)


def test_the_file_is_named_relative_to_the_root(tmp_path: Path, quads: Quads) -> None:
    (tmp_path / "data").mkdir()
    file = tmp_path / "data" / "a.TTL"
    file.write_text("<http://a/s> <http://a/p> 1 .")
    read_rdf(file, into=quads, root=tmp_path)
    assert quads.sources == ["data/a.TTL"]


RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'


@pytest.mark.parametrize(
    ("text", "format", "id", "place"),
    [
        ("<http://a/s> <http://a/p>\n  foo:o .", "turtle", "data-syntax", "2:3"),
        ("<s> <http://a/p> 1 .", "turtle", "data-relative-iri", "1:1"),
        (b'<http://a/s> <http://a/p> "\xff" .', "turtle", "data-not-utf8", "1:28"),
        ('{"@context": "https://a/c"}', "jsonld", "data-remote-context", None),
        ('{"@id": "http://a/s",\n "http://a/p": }', "jsonld", "data-syntax", "2:16"),
        ('{"@context": {\n  "a": {"@type": "x y"}}}', "jsonld", "data-syntax", "2:19"),
        ('{"@context": {"a": 5}}', "jsonld", "data-syntax", None),
        (f"<rdf:RDF {RDF}>\n <rdf:li>\n</rdf:RDF>", "rdfxml", "data-syntax", "3:3"),
        (f"<rdf:RDF {RDF}>\n <rdf:Seq><p>x</p></rdf:Seq></rdf:RDF>", "rdfxml", "data-syntax", "2:11"),
        (f'<rdf:RDF {RDF}>\n <rdf:Seq rdf:about="http://a b"/></rdf:RDF>', "rdfxml", "data-syntax", "2:22"),
        ("<http://a/s> <http://a/p> <<( <http://a/s> <http://a/p> 1 )>> .", "turtle", "data-triple-term", None),
    ],
)
def test_a_mistake_is_told_at_its_line_and_column(
    quads: Quads, text: str | bytes, format: str, id: str, place: str | None
) -> None:
    error = failure(text, quads, format)
    assert error.id == id
    assert str(error.location) == (f"<stdin>:{place}" if place else "<stdin>")
    assert rows(quads) == []


@pytest.mark.parametrize(
    ("document", "id", "found", "place"),
    [
        ('{"@id": "people/3",\n "http://a/p": "w"}', "data-relative-iri", "“people/3”", "1:9"),
        ('{"@id": "http://a/s",\n "http://a/p": {"@id": "o"}}', "data-relative-iri", "“o”", "2:24"),
        ('{"@id": "http://a/s", "@type": "Person"}', "data-relative-iri", "“Person”", "1:32"),
        ('{"@id": "http://a/b c", "http://a/p": "z"}', "data-syntax", "“http://a/b c”", "1:9"),
        ('{"@id": "http://a/s", "http://a/p q": "z"}', "data-syntax", "“http://a/p q”", "1:23"),
        ('{"@context": {"e": "http://a/"}, "@id": "e:b c", "e:p": 1}', "data-syntax", "“http://a/b c”", None),
        (
            '{"http://a/p": {"@value": "un",\n "@language": "fr_FR"}}',
            "data-syntax",
            "“fr_FR” is not a language tag",
            "2:15",
        ),
        ('{"@context": {"@language": "e_n"}, "http://a/p": "x"}', "data-syntax", "“e_n”", "1:28"),
        ('{"@id": "_:a b", "http://a/p": 1}', "data-syntax", "“_:a b” is no label", "1:9"),
        ('{"_:p": 1}', "data-syntax", "a blank node is no property: “_:p”", "1:2"),
        ('{"http://a/p": {"@list": [1, {"@id": "o"}, 2]}}', "data-relative-iri", "“o”", "1:38"),
        ('{"@id": "g", "@graph": {"http://a/p": 1}}', "data-relative-iri", "“g”", "1:9"),
        ("[1, 2]", "data-syntax", "the document holds no object", None),
        ('"x"', "data-syntax", "the document holds no object", None),
    ],
)
def test_json_ld_is_not_dropped_without_a_word(
    quads: Quads, document: str, id: str, found: str, place: str | None
) -> None:
    error = failure(document, quads, "jsonld")
    assert error.id == id
    assert found in error.message
    assert str(error.location) == (f"<stdin>:{place}" if place else "<stdin>")
    assert rows(quads) == []


def test_all_that_json_ld_would_drop_is_told_together_each_once(quads: Quads) -> None:
    nodes = '{"@id": "a", "http://a/p": [1, {"@id": "b c"}, {"@id": "b c"}]}, {"@id": "a", "http://a/p": 2}'
    error = failure(f'{{"@graph": [{nodes}]}}', quads, "jsonld")
    assert isinstance(error, Mistakes)
    assert [single.message.partition("“")[2] for single in error.errors] == ["a”", "b c”"]


@pytest.mark.parametrize(
    ("document", "number"),
    [("[]", 0), ("{}", 0), ('{"comment": {"@id": "no/3"}, "http://a/p": 1}', 1), ('[{"http://a/p": 1}, 2]', 1)],
)
def test_what_json_ld_means_to_be_left_out_is_left_out(quads: Quads, document: str, number: int) -> None:
    assert read(document, quads, "jsonld") == number


@pytest.mark.parametrize(("format", "place"), [("ntriples", "<stdin>:2"), ("turtle", "<stdin>")])
def test_a_literal_that_is_too_long_for_the_parser_is_told(quads: Quads, format: str, place: str) -> None:
    long = "x" * (17 * 2**20)
    error = failure(f'<http://a/s> <http://a/p> "ok" .\n<http://a/s> <http://a/p> "{long}" .\n', quads, format)
    assert (error.id, str(error.location)) == ("data-term-too-long", place)
    assert rows(quads) == []


def test_all_mistakes_of_a_file_are_told_together(quads: Quads) -> None:
    error = failure(
        '<http://a/s> <b> "c" .\n<http://a/s> <http://a/p> 1 .\n<http://a/s> <http://a/p> "ok" .\n', quads, "ntriples"
    )
    assert isinstance(error, Mistakes)
    assert [single.location.line for single in error.errors if single.location] == [1, 2]


def test_an_unclosed_xml_element_is_a_data_error(quads: Quads) -> None:
    text = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="http://a/x"></rdf:RDF>'
    assert failure(text, quads, "rdfxml").id == "data-syntax"


def test_entities_are_expanded_within_measure_only(quads: Quads) -> None:
    def text(depth: int) -> str:
        nested = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">\n' for n in range(1, depth))
        return (
            f'<!DOCTYPE rdf:RDF [<!ENTITY e0 "0123456789">\n{nested}]>\n<rdf:RDF {RDF} xmlns:e="http://e/">'
            f'<rdf:Description rdf:about="http://a"><e:p>&e{depth - 1};</e:p></rdf:Description></rdf:RDF>'
        )

    error = failure(text(10), quads, "rdfxml")
    assert error.id == "data-entities" and error.location and error.location.line == 12
    assert read(text(3), quads, "rdfxml") == 1
    assert rows(quads)[0][2] == f'"{"0123456789" * 100}"'


def test_a_missing_file_and_an_unknown_syntax_are_data_errors(tmp_path: Path, quads: Quads) -> None:
    with pytest.raises(DataError, match="no such file"):
        read_rdf(tmp_path / "absent.ttl", into=quads)
    (tmp_path / "a.foo").touch()
    with pytest.raises(DataError) as caught:
        read_rdf(tmp_path / "a.foo", into=quads)
    assert caught.value.id == "data-format-unknown"
