"""Terms and graphs to the letter of the term generation rules (RML-Core), and what cannot be made is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.mapping.tables import lines, project, quads, told

from iomld.engine import connect
from iomld.errors import MappingError, SourceError
from iomld.mapping import load, write_quads

CORE = """
@prefix rml: <http://w3id.org/rml/> .
@prefix ex: <https://example.org/> .
@prefix grel: <http://users.ugent.be/~bjdmeest/function/grel.ttl#> .
<#s> rml:source [ a rml:RelativePathSource ; rml:root rml:MappingDirectory ; rml:path "t.csv" ] ;
  rml:referenceFormulation rml:CSV .
"""


def core(folder: Path, subject: str, more: str = "", **tables: str) -> Path:
    text = f"""{CORE}
<#m> rml:logicalSource <#s> ; rml:subjectMap [ {subject} ] ;
  rml:predicateObjectMap [ rml:predicate ex:p ; rml:object "v" ] {more} .
"""
    return project(folder, text, {f"{name}.csv": content for name, content in tables.items()}, "m.ttl")


def test_a_relative_iri_without_a_base_is_told_where_nothing_is_encoded_too(tmp_path: Path) -> None:
    path = core(tmp_path, 'rml:reference "u" ; rml:termType rml:UnsafeIRI', t="u\nhttp://a.org/x y\nb\n")
    mapping = load([path], base=None, prefixes={}, root=tmp_path)
    with pytest.raises(SourceError) as caught:
        write_quads(mapping, connect(threads=1), tmp_path / "out.nq", root=tmp_path)
    assert (str(caught.value.location), caught.value.id) == ("t.csv:3:u", "iri-relative")
    assert lines(path) == ['<http://a.org/x\\u0020y> <p> "v"', '<b> <p> "v"']


@pytest.mark.parametrize("base", ["foo", "http://a.org/b c/"])
def test_a_base_that_is_no_absolute_iri_is_told_where_it_stands(tmp_path: Path, base: str) -> None:
    path = core(tmp_path, 'rml:template "x{u}"', f'; rml:baseIRI "{base}"', t="u\n1\n")
    assert told(path) == ["m.ttl:9:80 iri-illegal"]
    text = "  a:\n    base: {}\n    sources: [[t.csv~csv]]\n    s: x$(u)\n    po: [[ex:p, v]]\n"
    top = f'prefixes: {{ex: "http://e/"}}\nbase: "{base}"\nmappings:\n' + text.format("http://b.org/")
    assert told(project(tmp_path, top, {}, "m.yml")) == ["m.yml:2:7 iri-illegal"]
    inner = 'prefixes: {ex: "http://e/"}\nmappings:\n' + text.format(json.dumps(base))
    assert told(project(tmp_path, inner, {}, "m.yml")) == ["m.yml:4:11 iri-illegal"]


def test_a_uri_has_no_letters_beyond_ascii(tmp_path: Path) -> None:
    path = core(tmp_path, 'rml:reference "u" ; rml:termType rml:URI', t="u\nhttp://a.org/e\nhttp://a.org/é\n")
    assert told(path) == ["t.csv:3:u iri-illegal"]


def test_a_record_may_name_the_default_graph(tmp_path: Path) -> None:
    table = "i,g\n1,http://w3id.org/rml/defaultGraph\n2,http://a.org/g\n3,http://w3id.org/rml/defaultGraph\n3,http://a.org/g\n"
    path = core(tmp_path, 'rml:template "https://example.org/{i}" ; rml:graphMap [ rml:reference "g" ]', t=table)
    assert lines(path) == [
        '<1> <p> "v"',
        '<2> <p> "v" <http://a.org/g>',
        '<3> <p> "v"',
        '<3> <p> "v" <http://a.org/g>',
    ]


def test_a_blank_node_is_no_constant(tmp_path: Path) -> None:
    assert told(
        core(tmp_path, 'rml:template "x{i}"', "; rml:predicateObjectMap [ rml:predicate ex:q ; rml:object _:b ]")
    ) == ["m.ttl:9:91 mapping-malformed"]


def test_a_label_that_the_mapping_spells_is_that_of_a_record_that_spells_it(tmp_path: Path) -> None:
    text = """
mappings:
  a: {sources: [[t.csv~csv]], s: "_:b1", po: [[ex:p, a]]}
  b: {sources: [[t.csv~csv]], s: "_:$(id)", po: [[ex:p, b]]}
  c: {sources: [[t.csv~csv]], s: "_:1", po: [[ex:p, c]]}
  d: {sources: [[t.csv~csv]], s: "_:x y", po: [[ex:p, d]]}
"""
    made = {quad[2]: quad[0] for quad in quads(project(tmp_path, text, {"t.csv": "id\n1\nx y\n"})).sorted()}
    both = {quad[0] for quad in quads(tmp_path / "m.yml").sorted() if quad[2] == '"b"'}
    assert both == {made['"c"'], made['"d"']}
    assert made['"a"'] not in both


def test_a_join_compares_what_functions_make_of_either_side(tmp_path: Path) -> None:
    joined = """; rml:predicateObjectMap [ rml:predicate ex:j ; rml:objectMap [ rml:parentTriplesMap <#n> ;
      rml:joinCondition [ rml:child "k" ; rml:parentMap [ rml:functionExecution [ rml:function grel:toLowerCase ;
        rml:input [ rml:parameter grel:valueParam ; rml:inputValueMap [ rml:reference "k" ] ] ] ] ] ] ] .
<#n> rml:logicalSource [ rml:referenceFormulation rml:CSV ;
    rml:source [ a rml:RelativePathSource ; rml:root rml:MappingDirectory ; rml:path "u.csv" ] ] ;
  rml:subjectMap [ rml:template "https://example.org/u/{n}" ]"""
    path = core(tmp_path, 'rml:template "https://example.org/{i}"', joined, t="i,k\n1,a\n2,b\n", u="n,k\n7,A\n8,c\n")
    assert lines(path) == ["<1> <j> <u/7>", '<1> <p> "v"', '<2> <p> "v"']


def test_a_condition_holds_where_one_of_several_values_meets_it(tmp_path: Path) -> None:
    text = """
mappings:
  a:
    sources: [["t.json~jsonpath", "$[*]"]]
    s: ex:$(id)
    po: [{p: ex:p, o: x, condition: {function: equal, parameters: [[str1, $(t)], [str2, a]]}}]
"""
    table = '[{"id": 1, "t": ["a", "b"]}, {"id": 2, "t": ["b"]}, {"id": 3, "t": "a"}, {"id": 4}]'
    assert lines(project(tmp_path, text, {"t.json": table})) == ['<1> <p> "x"', '<3> <p> "x"']


def test_an_iterator_may_find_attributes_and_texts(tmp_path: Path) -> None:
    text = "mappings: {a: {sources: [['t.xml~xpath', '%s']], s: ex:$(.), po: [[ex:p, x]]}}"
    table = {"t.xml": '<r><p id="1">a</p><p id="2">b</p></r>'}
    assert lines(project(tmp_path, text % "/r/p/@id", table)) == ['<1> <p> "x"', '<2> <p> "x"']
    assert lines(project(tmp_path, text % "/r/p/text()", table)) == ['<a> <p> "x"', '<b> <p> "x"']
    other = (text % "/r/p/@id").replace("$(.)", "$(..)")
    assert [each.rpartition(" ")[2] for each in told(project(tmp_path, other, table))] == ["path-syntax"] * 2


def test_a_key_of_its_own_wins_over_one_that_is_merged(tmp_path: Path) -> None:
    text = """
sources:
  a: &base {access: t.csv, referenceFormulation: csv, delimiter: ";"}
  b:
    <<: *base
    delimiter: ","
  c:
    delimiter: ","
    <<: *base
mappings: {m: {sources: [b, c], s: ex:$(id), po: [[ex:p, $(k)]]}}
"""
    assert lines(project(tmp_path, text, {"t.csv": "id,k\n1,x\n"})) == ['<1> <p> "x"']
    doubled = text.replace('    delimiter: ","\n    <<', '    delimiter: ","\n    delimiter: ","\n    <<')
    assert told(project(tmp_path, doubled, {})) == ["m.yml:9:5 key-doubled"]


@pytest.mark.parametrize("syntax", ["N-Triples", "Turtle", "RDF_JSON"])
def test_a_target_without_graphs_takes_no_quads_that_have_one(
    tmp_path: Path, syntax: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    target = f"""rml:logicalTarget [ rml:target [ a rml:FilePath ; rml:root rml:MappingDirectory ; rml:path "out" ] ;
    rml:serialization <http://www.w3.org/ns/formats/{syntax}> ] ; rml:template "https://example.org/{{i}}" """
    table = "i,g\n1,http://w3id.org/rml/defaultGraph\n2,http://a.org/g\n"
    path = core(tmp_path, f'{target} ; rml:graphMap [ rml:reference "g" ]', t=table)
    mapping = load([path], base=None, prefixes={}, root=tmp_path)
    with pytest.raises(MappingError) as caught:
        write_quads(mapping, connect(threads=1), tmp_path / "out.nq", root=tmp_path)
    assert caught.value.id == "target-format" and "<http://a.org/g>" in caught.value.message
    assert not (tmp_path / "out").exists() and not (tmp_path / "out.nq").exists()
    (tmp_path / "t.csv").write_text(table.rpartition("2,")[0])
    write_quads(mapping, connect(threads=1), tmp_path / "out.nq", root=tmp_path)
    assert (tmp_path / "out").stat().st_size


@pytest.mark.parametrize("compression", ["gzip", "zip", "targz", "tarxz"])
def test_a_compressed_target_is_the_same_at_any_time(
    tmp_path: Path, compression: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    target = f"""rml:logicalTarget [ rml:target [ a rml:FilePath ; rml:root rml:MappingDirectory ; rml:path "out" ] ;
    rml:compression rml:{compression} ; rml:serialization <http://www.w3.org/ns/formats/N-Quads> ] ;
    rml:template "https://example.org/{{i}}" """
    mapping = load([core(tmp_path, target, t="i\n1\n")], base=None, prefixes={}, root=tmp_path)
    made = set()
    for now in (1.0e9, 1.5e9):
        monkeypatch.setattr("time.time", lambda now=now: now)
        write_quads(mapping, connect(threads=1), tmp_path / "out.nq", root=tmp_path)
        made.add((tmp_path / "out").read_bytes())
    assert len(made) == 1
