"""YARRRML: what each way of writing means."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.mapping.tables import lines, project, quads, told

from iomld.errors import MappingError
from iomld.mapping import load

TABLE = {"t.csv": "id,name,lang,link\n1,Zoë,fr,a/b\n"}


def one(folder: Path, objects: str, tables: dict[str, str] | None = None) -> list[str]:
    """What one entry of predicateobjects makes."""
    text = f"mappings:\n  a:\n    sources: [[t.csv~csv]]\n    s: ex:$(id)\n    po:\n      - {objects}\n"
    return lines(project(folder, text, tables or TABLE))


@pytest.mark.parametrize(
    ("entry", "line"),
    [
        ("[a, ex:T]", "<1> <rdf:type> <T>"),
        ("[ex:p, $(name)]", '<1> <p> "Zoë"'),
        ("[ex:p, $(name), fr~lang]", '<1> <p> "Zoë"@fr'),
        ("[ex:p, $(name), $(lang)~lang]", '<1> <p> "Zoë"@fr'),
        ("{p: ex:p, o: {value: $(name), language: $(lang)}}", '<1> <p> "Zoë"@fr'),
        ("[ex:p, $(id), xsd:integer]", '<1> <p> "1"^^<xsd:integer>'),
        ("{p: ex:p, o: {value: $(id), datatype: xsd:integer}}", '<1> <p> "1"^^<xsd:integer>'),
        ("[ex:p, ex:q~iri]", "<1> <p> <q>"),
        ("[ex:p, ex:q]", "<1> <p> <q>"),
        ("[ex:p, 'note: text']", '<1> <p> "note: text"'),
        ("[ex:p, http://a.org/b]", '<1> <p> "http://a.org/b"'),
        ("[ex:p, http://a.org/b~iri]", "<1> <p> <http://a.org/b>"),
        ("[ex:p, $(link)~iri]", "<1> <p> <a/b>"),
        ("[ex:p, x/$(link)~iri]", "<1> <p> <x/a%2Fb>"),
        ("[ex:p, ex:x/$(name)~iri]", "<1> <p> <x/Zoë>"),
        ("[ex:p, '$(id): $(name)']", '<1> <p> "1: Zoë"'),
        (r"[ex:p, '\$(id\)']", '<1> <p> "$(id)"'),
        ("{p: ex:p, o: {value: $(id), type: blank}}", "<1> <p> _:b1"),
        ("{p: ex:p, o: {function: 'grel:toUpperCase(valueParam = $(name)-x)'}}", '<1> <p> "ZOË-X"'),
        ("[rev:text, 'rev:x']", '<1> <http://purl.org/stuff/rev#text> "rev:x"'),
        ("{ip: ex:p, o: ex:x/$(name)}", "<x/Zoë> <p> <1>"),
        ("{p: ex:$(name), o: x}", '<1> <Zoë> "x"'),
        ("{p: ex:p, o: x, graphs: ex:g/$(id)}", '<1> <p> "x" <g/1>'),
        ("{p: ex:p, o: {function: grel:toUpperCase, parameters: [[grel:valueParameter, $(name)]]}}", '<1> <p> "ZOË"'),
        (
            "{p: ex:p, o: {function: iomldf:concat, parameters: [[part, x/], [part, $(link)]], type: iri}}",
            "<1> <p> <x/a/b>",
        ),
    ],
)
def test_objects(tmp_path: Path, entry: str, line: str) -> None:
    assert one(tmp_path, entry) == [line]


def test_several_predicates_and_objects(tmp_path: Path) -> None:
    assert one(tmp_path, "[[ex:p, ex:q], [$(id), x]]") == ['<1> <p> "1"', '<1> <p> "x"', '<1> <q> "1"', '<1> <q> "x"']


def test_nested_functions_run_inside_out(tmp_path: Path) -> None:
    parameters = "[[grel:valueParam, $(link)], [grel:param_find, /], [grel:param_replace, ' ']]"
    inner = f"{{function: grel:string_replace, parameters: {parameters}}}"
    assert one(
        tmp_path, f"{{p: ex:p, o: {{function: grel:toUpperCase, parameters: [[grel:valueParam, {inner}]]}}}}"
    ) == ['<1> <p> "A B"']


def test_condition_on_one_statement(tmp_path: Path) -> None:
    entry = "{p: ex:p, o: $(n), condition: {function: isNotNull, parameters: [[str, $(n)]]}}"
    assert one(tmp_path, entry, {"t.csv": "id,n\n1,\n2,x\n"}) == ['<2> <p> "x"']


def test_condition_on_a_mapping_and_several_subjects(tmp_path: Path) -> None:
    text = """
mappings:
  a:
    sources: [[t.csv~csv]]
    s: [ex:a/$(id), ex:b/$(id)]
    condition: {function: notEqual, parameters: [[str1, $(id)], [str2, "2"]]}
    po: [[ex:p, $(id)]]
"""
    assert lines(project(tmp_path, text, {"t.csv": "id\n1\n2\n"})) == ['<a/1> <p> "1"', '<b/1> <p> "1"']


def test_condition_on_a_graph(tmp_path: Path) -> None:
    text = """
mappings:
  a:
    sources: [[t.csv~csv]]
    s: ex:$(id)
    graphs:
      - {value: $(g)~iri, condition: {function: notEqual, parameters: [[str1, $(id)], [str2, "2"]]}}
    po: [[ex:p, $(id)]]
"""
    # the graph of the second record is no IRI, which matters only where it is made
    assert lines(project(tmp_path, text, {"t.csv": "id,g\n1,g\n2,a b\n"})) == ['<1> <p> "1" <g>']


def test_named_sources_and_several_of_them(tmp_path: Path) -> None:
    text = """
sources:
  one: [t.csv~csv]
  two: {access: u.tsv, referenceFormulation: csv, delimiter: "\\t"}
mappings:
  a: {sources: [one, two], s: ex:$(id), po: [[ex:p, $(n)]]}
"""
    assert lines(project(tmp_path, text, {"t.csv": "id,n\n1,x\n", "u.tsv": "id\tn\n2\ty\n"})) == [
        '<1> <p> "x"',
        '<2> <p> "y"',
    ]


def test_join(tmp_path: Path) -> None:
    text = """
mappings:
  a:
    sources: [[t.csv~csv]]
    s: ex:$(id)
    po:
      - p: ex:in
        o: {mapping: b, condition: {function: equal, parameters: [[str1, $(c), s], [str2, $(code), o]]}}
  b: {sources: [[u.csv~csv]], s: ex:c/$(name)}
"""
    tables = {"t.csv": "id,c\n1,x\n2,y\n3,\n", "u.csv": "code,name\nx,X\ny,Y\ny,Z\n"}
    assert lines(project(tmp_path, text, tables)) == ["<1> <in> <c/X>", "<2> <in> <c/Y>", "<2> <in> <c/Z>"]


def test_json_and_xml_sources(tmp_path: Path) -> None:
    text = """
mappings:
  a: {sources: [[t.json~jsonpath, "$.r[*]"]], s: ex:$(id), po: [[ex:p, "$(tags[*])"], [ex:n, $(n)]]}
  b: {sources: [[t.xml~xpath, /r/e]], s: ex:$(@id), po: [[ex:p, $(t)]]}
"""
    tables = {
        "t.json": '{"r": [{"id": 1, "tags": ["x", "y"], "n": 1.50}]}',
        "t.xml": "<r><e id='2'><t>u</t><t>v</t></e></r>",
    }
    assert lines(project(tmp_path, text, tables)) == [
        '<1> <n> "1.5E0"^^<xsd:double>',
        '<1> <p> "x"',
        '<1> <p> "y"',
        '<2> <p> "u"',
        '<2> <p> "v"',
    ]


def test_a_path_to_an_array_gives_its_members(tmp_path: Path) -> None:
    text = 'mappings:\n  a: {sources: [[t.json~jsonpath, "$[*]"]], s: ex:$(id), po: [[ex:p, $(tags)]]}\n'
    tables = {"t.json": '[{"id": 1, "tags": ["x", "y"]}, {"id": 2, "tags": "z"}, {"id": 3, "tags": []}]'}
    assert lines(project(tmp_path, text, tables)) == ['<1> <p> "x"', '<1> <p> "y"', '<2> <p> "z"']


def test_values_of_several_cells_multiply(tmp_path: Path) -> None:
    tables = {
        "t.csv": "id,a,b\n1,x|y,u|v\n",
        "t.csv-metadata.json": '{"tableSchema": {"columns": [{"name": "a", "separator": "|"}, '
        '{"name": "b", "separator": "|"}]}}',
    }
    assert one(tmp_path, "[ex:p, $(a)-$(b)]", tables) == [f'<1> <p> "{a}-{b}"' for a in "xy" for b in "uv"]


def test_external_values(tmp_path: Path) -> None:
    text = 'external: {year: "2002"}\nmappings:\n  a: {sources: [[t.csv~csv]], s: ex:$(id), po: [[ex:p, "$(_year)"]]}\n'
    assert lines(project(tmp_path, text, TABLE)) == ['<1> <p> "2002"']


@pytest.mark.parametrize(
    ("po", "place", "hint"),
    [
        ("[ex:p, $(v), en]", "m.yml:5:23", "did you mean en~lang?"),
        ("[ex:p, $(v), fr-CA]", "m.yml:5:23", "did you mean fr-CA~lang?"),
        ("[ex:p, $(v), decimal]", "m.yml:5:23", "did you mean xsd:decimal?"),
        ("[ex:p, $(v), Integr]", "m.yml:5:23", "did you mean xsd:integer?"),
        ("[ex:p, $(v), iri]", "m.yml:5:23", "a term type stands behind the value: $(column)~iri"),
        ("[ex:p, $(v), unit/metre]", "m.yml:5:23", "write a CURIE such as xsd:date, or an IRI in full"),
        ("{p: ex:p, o: {value: $(v), datatype: date}}", "m.yml:5:47", "did you mean xsd:date?"),
    ],
)
def test_a_relative_datatype_is_a_mistake(tmp_path: Path, po: str, place: str, hint: str) -> None:
    text = f"mappings:\n  a:\n    sources: t.csv\n    s: ex:$(id)\n    po: [{po}]\n"
    with pytest.raises(MappingError) as caught:
        quads(project(tmp_path, text, {"t.csv": "id,v\n1,x\n"}))
    assert (caught.value.id, str(caught.value.location), caught.value.hint) == ("unknown-datatype", place, hint)


def test_a_datatype_from_the_data_is_read(tmp_path: Path) -> None:
    assert one(tmp_path, "[ex:p, $(id), unit/$(id)~iri]", TABLE) == ['<1> <p> "1"^^<unit/1>']


#: each list holds the one before it nine times: 9^8 values
BOMB = "a0: &a0 x\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9))


@pytest.mark.parametrize(
    ("text", "mistakes"),
    [
        ("mappings: [a\n", ["m.yml:2:1 yaml-syntax"]),
        ("mappings: {a: &x {s: *x}}", ["m.yml:1:22 yaml-syntax"]),
        ("mappings:\n  a: &x\n    <<: *x\n", ["m.yml:3:9 yaml-syntax"]),
        ("{a: " * 3_000 + "}" * 3_000, ["m.yml:1:401 yaml-syntax"]),
        ("[" * 100_000, ["m.yml:1:101 yaml-syntax"]),
        ("- " * 100_000, ["m.yml:1:201 yaml-syntax"]),
        (BOMB, ["m.yml:8:10 yaml-syntax"]),
        ("".join(f"a{n}: &a{n} [{f'*a{n - 1}' if n else 1}]\n" for n in range(100)), ["m.yml:100:12 yaml-syntax"]),
        ("- a\n", ["m.yml mapping-malformed"]),
        ("prefixes: {}\n", ["m.yml:1:1 mapping-malformed"]),
        ("mapings: {}\n", ["m.yml:1:1 unknown-key", "m.yml:1:1 mapping-malformed"]),
        (
            "mappings:\n  a:\n    sources: [[t.csv~cvs]]\n    s: exx:$(id)\n    po: [[ex:p, $(id], [ex:q], 5]\n",
            [
                "m.yml:3:15 unknown-formulation",
                "m.yml:4:8 unknown-prefix",
                "m.yml:5:17 template-broken",
                "m.yml:5:24 mapping-malformed",
                "m.yml:5:32 mapping-malformed",
            ],
        ),
        (
            "mappings:\n  a: {sources: t, s: ex:a, po: [{p: ex:p, o: {function: grel:nope}}]}\n  a: {}\n",
            ["m.yml:3:3 key-doubled", "m.yml:3:3 mapping-malformed"],
        ),
        (
            "mappings:\n  a:\n    sources: [[t.csv~csv]]\n    s: ex:$(id)\n    po: [{p: ex:p, o: {mapping: b}}]\n",
            ["m.yml:5:33 unknown-mapping"],
        ),
        (
            "mappings:\n  a:\n    sources: [[t.csv~csv]]\n    s: ex:$(id)\n    po: [[ex:p, $(nam)], [ex:p, $(iid)]]\n",
            ["m.yml:5:17 unknown-column", "m.yml:5:33 unknown-column"],
        ),
    ],
)
def test_all_mistakes_are_told_with_line_and_column(tmp_path: Path, text: str, mistakes: list[str]) -> None:
    assert told(project(tmp_path, text, TABLE)) == mistakes


def test_a_datatype_that_xml_schema_lacks_is_told_with_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "m.yml").write_text(
        "prefixes: {ex: 'https://example.org/'}\n"
        "mappings:\n"
        "  a: {sources: [[t.csv~csv]], s: ex:$(id), po: [[ex:p, $(v), xsd:dat], [ex:q, $(v), ex:dat]]}\n"
    )
    with pytest.raises(MappingError) as caught:
        load([tmp_path / "m.yml"], base=None, prefixes={}, root=tmp_path)
    assert (caught.value.id, str(caught.value.location)) == ("unknown-datatype", "m.yml:3:62")
    assert "xsd:date" in (caught.value.hint or "")
