"""YARRRML: documents given together, targets, references to other mappings, keys; what of it is refused."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from tests.mapping.tables import lines, project, told

from iomld.engine import connect
from iomld.errors import IomldError
from iomld.mapping import Journal, load, materialize, write_quads

TABLE = {"t.csv": "id,name,b\n1,Zoë,x\n2,Bo,\n"}


def test_documents_name_what_others_declare_and_their_own_first(tmp_path: Path) -> None:
    project(tmp_path, "sources: {s: [t.csv~csv]}\nmappings:\n  a: {sources: s, s: ex:a/$(id)}\n", TABLE, "a/one.yml")
    (tmp_path / "a" / "t.csv").write_text("id\n1\n")
    two = "mappings:\n  b: {sources: s, s: ex:b/$(id), po: [{p: ex:of, o: {mapping: a}}]}\n"
    three = "sources: {s: [u.csv~csv]}\nmappings:\n  a: {sources: s, s: ex:u/$(k), po: [[ex:p, x]]}\n"
    project(tmp_path, two, {}, "two.yml")
    project(tmp_path, three, {"u.csv": "k\n7\n"}, "three.yml")
    paths = [tmp_path / "a" / "one.yml", tmp_path / "two.yml"]
    prefixes = {"ex": "https://example.org/"}
    for order in (paths, paths[::-1]):
        mapping = load(order, base=None, prefixes=prefixes, root=tmp_path)
        made = [quad[:3] for quad in materialize(mapping, connect(threads=1), root=tmp_path).sorted()]
        assert made == [("<https://example.org/b/1>", "<https://example.org/of>", "<https://example.org/a/1>")]
    assert lines(tmp_path / "three.yml") == ['<u/7> <p> "x"']


def test_a_reference_to_a_mapping_of_several_sources_and_subjects(tmp_path: Path) -> None:
    text = """
mappings:
  a: {sources: [[t.csv~csv], [u.csv~csv]], s: [ex:$(id), ex:also/$(id)]}
  b:
    sources: [[v.csv~csv]]
    s: ex:b
    po: [{p: ex:of, o: {mapping: a, condition: {function: equal, parameters: [[str1, $(x)], [str2, $(x)]]}}}]
"""
    tables = {"t.csv": "id,x\n1,y\n", "u.csv": "id,x\n2,y\n", "v.csv": "x\ny\n"}
    assert lines(project(tmp_path, text, tables)) == [
        "<b> <of> <1>",
        "<b> <of> <2>",
        "<b> <of> <also/1>",
        "<b> <of> <also/2>",
    ]


def test_external_values_stand_anywhere_and_can_be_escaped(tmp_path: Path) -> None:
    text = """
external: {file: t, name: John}
mappings:
  a: {sources: [["$(_file).csv~csv"]], s: ex:$(id), po: [[ex:p, $(_name)], [ex:q, '$(\\_name)'], [ex:r, $(_b)]]}
"""
    tables = {"t.csv": "id,_name,_b\n1,own,kept\n"}
    assert lines(project(tmp_path, text, tables)) == ['<1> <p> "John"', '<1> <q> "own"', '<1> <r> "kept"']


def test_targets_take_what_their_terms_make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = """
targets:
  all: [out/all.ttl.gz~void, turtle, gzip]
  names: {access: names.nt, type: localfile, serialization: ntriples}
mappings:
  a:
    sources: t.csv
    s: {value: ex:$(id), targets: all}
    po:
      - p: ex:name
        o: {value: $(name), language: {value: de, targets: names}}
      - p: {value: ex:b, targets: [[b.nq]]}
        o: $(b)
"""
    path = project(tmp_path, text, TABLE)
    monkeypatch.chdir(tmp_path)
    mapping = load([path], base=None, prefixes={"ex": "https://example.org/"}, root=tmp_path)
    write_quads(mapping, connect(threads=1), tmp_path / "rest.nq", root=tmp_path)
    assert (tmp_path / "rest.nq").read_text() == ""
    names = (tmp_path / "names.nt").read_text().splitlines()
    assert sorted(names) == [
        '<https://example.org/1> <https://example.org/name> "Zoë"@de .',
        '<https://example.org/2> <https://example.org/name> "Bo"@de .',
    ]
    assert (tmp_path / "b.nq").read_text() == '<https://example.org/1> <https://example.org/b> "x" .\n'
    assert "Zoë" in gzip.decompress((tmp_path / "out" / "all.ttl.gz").read_bytes()).decode()


DYNAMIC = """
sources: {people: [t.csv~csv]}
targets:
  each: {source: people, access: out/$(b)/$(id).nt, type: localfile, serialization: ntriples}
mappings:
  a:
    sources: people
    s: {value: ex:$(id), targets: each}
    po: [[ex:p, $(name)], [ex:q, {value: $(id), targets: [[all.nq]]}]]
"""


def test_records_name_the_files_that_take_their_quads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = project(tmp_path, DYNAMIC, {"t.csv": "id,name,b\n1,Zoë,x\n2,Bo,a/é b\n3,Cy,\n4,Di,x\n4,Ed,x\n"})
    monkeypatch.chdir(tmp_path)
    mapping = load([path], base=None, prefixes={"ex": "https://example.org/"}, root=tmp_path)
    journal = Journal(counting=True)
    write_quads(mapping, connect(threads=1), tmp_path / "rest.nq", root=tmp_path, journal=journal)
    made = {str(each.relative_to(tmp_path)): each.read_text() for each in tmp_path.rglob("*.n[tq]")}
    p, q = "<https://example.org/p>", "<https://example.org/q>"
    assert made == {
        "out/x/1.nt": f'<https://example.org/1> {p} "Zoë" .\n<https://example.org/1> {q} "1" .\n',
        "out/a%2Fé%20b/2.nt": f'<https://example.org/2> {p} "Bo" .\n<https://example.org/2> {q} "2" .\n',
        "out/x/4.nt": f'<https://example.org/4> {p} "Di" .\n<https://example.org/4> {p} "Ed" .\n'
        f'<https://example.org/4> {q} "4" .\n',
        "all.nq": "".join(f'<https://example.org/{id}> {q} "{id}" .\n' for id in (1, 2, 3, 4)),
        # what names no file is in the output, unless another file has it
        "rest.nq": f'<https://example.org/3> {p} "Cy" .\n',
    }
    assert [(each.triples, each.nulls) for _, rules in journal.made for each in rules] == [(5, 0), (5, 0)]


def test_no_record_names_a_file_in_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = project(tmp_path, DYNAMIC, {"t.csv": "id,name,b\n1,Zoë,..\n2,Bo,../x\n"})
    monkeypatch.chdir(tmp_path)
    mapping = load([path], base=None, prefixes={"ex": "https://example.org/"}, root=tmp_path)
    with pytest.raises(IomldError) as caught:
        write_quads(mapping, connect(threads=1), tmp_path / "rest.nq", root=tmp_path)
    assert (caught.value.id, str(caught.value.location)) == ("target-path", "t.csv:2:b")
    written = write_quads(mapping, connect(threads=1), tmp_path / "rest.nq", root=tmp_path, lenient=True)
    assert [error.id for error in written.skipped] == ["target-path"]
    assert (tmp_path / "rest.nq").read_text() == '<https://example.org/1> <https://example.org/p> "Zoë" .\n'
    assert sorted(each.name for each in (tmp_path / "out").rglob("*.nt")) == ["2.nt"]


def test_a_file_has_one_name(tmp_path: Path) -> None:
    path = project(tmp_path, DYNAMIC, {"t.csv": "id,name,b\n1,Zoë,x\n"})
    columns = '{"tableSchema": {"columns": [{"titles": "b", "name": "b", "separator": "|"}]}}'
    (tmp_path / "t.csv-metadata.json").write_text(columns)
    assert told(path) == ["m.yml:4:9 target-unsupported"]


@pytest.mark.parametrize(
    ("entry", "made"),
    [
        ("{p: ex:p, o: $(b), type: iri}", ["<1> <p> <x>"]),
        ("{i: ex:p, o: ex:$(b)}", ["<x> <p> <1>"]),
        ("{iv: ex:p, o: ex:$(b)}", ["<x> <p> <1>"]),
        ("{p: ex:p, o: {value: $(name), conditions: {function: isNotNull, pms: [[str, $(b)]]}}}", ['<1> <p> "Zoë"']),
        ("{p: ex:p, o: $(name), c: {f: 'isNotNull(str = $(b))'}}", ['<1> <p> "Zoë"']),
        ("{p: ex:p, o: {f: grel:toUpperCase, pms: [{pm: grel:valueParam, v: $(b)}]}}", ['<1> <p> "X"']),
    ],
)
def test_keys_in_short(tmp_path: Path, entry: str, made: list[str]) -> None:
    text = f"authors: Ann <ann@example.org>\nm:\n  a: {{source: t.csv, subject: ex:$(id), po: [{entry}]}}\n"
    assert lines(project(tmp_path, text, TABLE)) == made


@pytest.mark.parametrize(
    ("source", "mistakes"),
    [
        ("{access: t.csv, type: wot}", ["m.yml:3:36 source-unsupported"]),
        ("{access: t.csv, contentType: text/csv}", ["m.yml:3:30 source-unsupported"]),
        ("{access: h/d, type: oracle, query: SELECT 1}", ["m.yml:3:34 source-unsupported"]),
        ("{access: http://h/t.csv}", ["m.yml:3:23 source-unsupported"]),
        ("{access: t.csv, type: localfil}", ["m.yml:3:36 mapping-malformed"]),
        ("{access: t.csv, queryFormulation: sql2009, query: SELECT 1}", ["m.yml:3:14 mapping-malformed"]),
        ("{access: t.csv, referenceFormulation: xquery}", ["m.yml:3:14 unknown-formulation"]),
        ("{acess: t.csv}", ["m.yml:3:15 unknown-key", "m.yml:3:14 mapping-malformed"]),
    ],
)
def test_sources_that_are_not_read_are_told(tmp_path: Path, source: str, mistakes: list[str]) -> None:
    text = f"mappings:\n  a:\n    sources: {source}\n    s: ex:$(id)\n    po: [[ex:p, $(name)]]\n"
    assert told(project(tmp_path, text, TABLE)) == mistakes


@pytest.mark.parametrize(
    ("targets", "mistakes"),
    [
        ("out", ["m.yml:4:35 unknown-target"]),
        ("{access: o.ttl, serialisation: turtle}", ["m.yml:4:51 unknown-key"]),
        ("[o.ttl, turtel]", ["m.yml:4:43 target-format"]),
        ("[o.ttl~void, turtle, rar]", ["m.yml:4:56 target-format"]),
        ("{access: http://h/sparql, type: sparql}", ["m.yml:4:35 target-unsupported"]),
        ("[o-$(id.ttl, turtle]", ["m.yml:4:36 template-broken"]),
        ("[o-$(it).nq]", ["m.yml:4:35 unknown-column"]),
        ("{type: void}", ["m.yml:4:35 mapping-malformed"]),
    ],
)
def test_targets_that_are_not_written_are_told(tmp_path: Path, targets: str, mistakes: list[str]) -> None:
    subject = f"{{value: ex:$(id), targets: {targets}}}"
    text = f"mappings:\n  a:\n    sources: t.csv\n    s: {subject}\n    po: [[ex:p, $(name)]]\n"
    assert told(project(tmp_path, text, TABLE)) == mistakes


def test_unknown_keys_of_terms_are_told(tmp_path: Path) -> None:
    text = (
        "mappings:\n  a:\n    sources: t.csv\n    s: {value: ex:$(id), quoted: x}\n"
        "    po: [{p: {value: ex:p, x: 1}, o: {value: $(b), langage: de}, graph: {value: ex:g, y: 1}}]\n"
    )
    assert told(project(tmp_path, text, TABLE)) == [
        "m.yml:4:26 unknown-key",
        "m.yml:5:87 unknown-key",
        "m.yml:5:28 unknown-key",
        "m.yml:5:52 unknown-key",
    ]
