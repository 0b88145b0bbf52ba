"""Making again only what has changed: the relation is that of a run from nothing, whatever happened before."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.mapping.tables import project, quads

from iomld.engine import connect
from iomld.errors import IomldError
from iomld.graph import Quads, Rule
from iomld.mapping import Function, Parameter, load, materialize_changed
from iomld.mapping.functions import registry

MAPPING = """
mappings:
  person:
    sources: [["people/*.csv~csv"]]
    s: ex:$(id)
    po:
      - [a, ex:Person]
      - [ex:name, $(name), en~lang]
      - {p: ex:first, o: {function: iomldf:earliestStart, parameters: [[iomldf:date, $(born)]]}}
  town:
    sources: [[towns.csv~csv]]
    s: ex:town/$(key)
    po: [[ex:label, $(label)]]
  home:
    sources: [[homes.csv~csv]]
    s: ex:$(person)
    po: [{p: ex:home, o: {mapping: town, condition: {function: equal, parameters: [[str1, $(town)], [str2, $(key)]]}}}]
"""
TABLES = {
    "people/a.csv": "id,name,born\n1,x,2002\n2,y,\n",
    "people/b.csv": "id,name,born\n2,y,2001-03\n",
    "towns.csv": "key,label\nt1,One\nt2,Two\n",
    "homes.csv": "person,town\n1,t1\n2,t2\n2,t9\n",
}


def run(path: Path, folder: Path | None = None) -> Quads:
    mapping = load([path], base="https://example.org/", prefixes={"ex": "https://example.org/"}, root=path.parent)
    return materialize_changed(mapping, connect(threads=1), root=path.parent, folder=folder or path.parent / "kept")


def content(made: Quads) -> tuple[list[tuple[object, ...]], list[Rule], list[str]]:
    return made.connection.execute("FROM quad ORDER BY ALL").fetchall(), made.rules, made.sources


def kept(path: Path) -> set[str]:
    return {each.name for each in (path.parent / "kept").iterdir()}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = project(tmp_path, MAPPING, TABLES)
    assert content(run(path)) == content(quads(path))
    assert len(kept(path)) == 3
    return path


def test_a_second_run_makes_nothing_and_gives_the_same(path: Path) -> None:
    before = kept(path)
    made = run(path)
    assert content(made) == content(quads(path))
    assert kept(path) == before
    [(_, origin)] = made.origins("<https://example.org/1>", "<https://example.org/name>")
    assert str(origin.location) == "people/a.csv:2:name"


@pytest.mark.parametrize(
    ("table", "change", "made"),
    [
        ("people/b.csv", "id,name,born\n2,z,2001-03\n", 1),
        ("people/c.csv", "id,name,born\n3,new,\n", 1),
        ("homes.csv", "person,town\n1,t2\n", 1),
        ("towns.csv", "key,label\nt1,Uno\nt2,Two\n", 2),  # its own triples, and those that join it
    ],
)
def test_a_change_makes_what_depends_on_it(path: Path, table: str, change: str, made: int) -> None:
    before = kept(path)
    (path.parent / table).write_text(change)
    assert content(run(path)) == content(quads(path))
    assert len(kept(path) - before) == made


def test_a_mapping_that_moves_moves_the_origins(path: Path) -> None:
    before = {rule.name: rule.location.line for rule in run(path).rules}
    path.write_text("\n\n" + MAPPING)
    made = run(path)
    assert content(made) == content(quads(path))
    assert all(rule.location.line == (before[rule.name] or 0) + 2 for rule in made.rules)


def test_the_metadata_of_a_table_counts(path: Path) -> None:
    schema = '{"tableSchema": {"columns": [{"name": "key"}, {"name": "label", "separator": "|"}]}}'
    (path.parent / "towns.csv").write_text("key,label\nt1,One|Uno\n")
    run(path)
    (path.parent / "towns.csv-metadata.json").write_text(schema)
    assert content(run(path)) == content(quads(path))
    assert len(run(path).origins("<https://example.org/town/t1>")) == 2


def test_damaged_files_are_made_anew(path: Path) -> None:
    for number, file in enumerate(sorted((path.parent / "kept").iterdir())):
        damaged = bytearray(file.read_bytes())
        if number == 0:
            damaged.clear()
        elif number == 1:
            del damaged[len(damaged) // 2 :]
        else:
            damaged[len(damaged) // 3] ^= 1
        file.write_bytes(damaged)
    assert content(run(path)) == content(quads(path))
    assert content(run(path)) == content(quads(path))


def test_two_runs_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    path = project(tmp_path, MAPPING, TABLES)
    expected = content(quads(path))
    with ThreadPoolExecutor(4) as pool:
        assert all(content(made) == expected for made in pool.map(run, [path] * 8))
    assert len(kept(path)) == 3


def test_mistakes_are_told_and_nothing_wrong_is_kept(path: Path) -> None:
    (path.parent / "towns.csv").write_text("key,label\n" + "t1\n")
    (path.parent / "people/a.csv").write_text("id,name,born\n1,x,never\n")
    with pytest.raises(IomldError) as caught:
        run(path)
    assert "towns.csv:2" in str(caught.value)
    project(path.parent, MAPPING, TABLES)
    assert content(run(path)) == content(quads(path))


def test_a_folder_that_cannot_be_written_is_done_without(path: Path) -> None:
    (path.parent / "file").write_text("")
    assert content(run(path, path.parent / "file" / "kept")) == content(quads(path))


def test_functions_of_other_packages_run_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["first", "second"])
    own = Function("https://example.org/fn#say", (Parameter(("text",)),), "string", lambda text: next(answers))
    monkeypatch.setitem(registry(), own.iri, own)
    mapping = """
prefixes: {fn: "https://example.org/fn#"}
mappings:
  said:
    sources: [[towns.csv~csv]]
    s: ex:it
    po: [{p: ex:says, o: {function: fn:say, parameters: [[fn:text, $(label)]]}}]
"""
    path = project(tmp_path, mapping, {"towns.csv": "key,label\nt1,One\n"})
    assert [quad[2] for made in (run(path), run(path)) for quad in made.sorted()] == ['"first"', '"second"']


@pytest.mark.parametrize("within", ["{}", "{{function: grel:toUpperCase, parameters: [[grel:valueParam, {}]]}}"])
def test_names_that_reference_tables_resolve_are_looked_up_each_time(tmp_path: Path, within: str) -> None:
    mapping = f"""
mappings:
  said:
    sources: [[towns.csv~csv]]
    s: ex:$(key)
    po: [{{p: ex:code, o: {within.format("{function: iomldf:code, parameters: [[iomldf:name, $(label)]]}")}}}]
"""
    path = project(tmp_path, mapping, {"towns.csv": "key,label\nt1,France\n"})
    assert [quad[2] for quad in run(path).sorted()] == ['"FRA"']
    assert not (tmp_path / "kept").exists()


def test_a_join_by_what_reference_tables_resolve_is_made_each_time(tmp_path: Path) -> None:
    mapping = """
mappings:
  home:
    sources: [[homes.csv~csv]]
    s: ex:$(person)
    po: [{p: ex:home, o: {mapping: town, condition: {function: equal, parameters: [[s, $(town), s], [o, CODE, o]]}}}]
  town: {sources: [[towns.csv~csv]], s: ex:town/$(key)}
""".replace("CODE", "{function: iomldf:code, parameters: [[iomldf:name, $(label)]]}")
    tables = {"homes.csv": "person,town\n1,FRA\n", "towns.csv": "key,label\nt1,France\n"}
    path = project(tmp_path, mapping, tables)
    assert [quad[2] for quad in run(path).sorted()] == ["<https://example.org/town/t1>"]
    assert len(kept(path)) == 1, "the towns, of which nothing is said"


@pytest.mark.parametrize("function", ["toUpperCase", "string_length"])
def test_functions_that_are_built_in_are_kept(tmp_path: Path, function: str) -> None:
    call = f"{{function: grel:{function}, parameters: [[grel:valueParam, $(label)]]}}"
    mapping = f"mappings: {{m: {{sources: [towns.csv], s: ex:$(key), po: [{{p: ex:p, o: {call}}}]}}}}"
    path = project(tmp_path, mapping, TABLES)
    assert content(run(path)) == content(quads(path))
    assert len(kept(path)) == 1


BLANK = """
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rml: <http://w3id.org/rml/> .
@prefix ex: <https://example.org/> .
<#one> rml:logicalSource [ rml:source [ a rml:FilePath ; rml:path "one/*.csv" ] ; rml:referenceFormulation rml:CSV ] ;
  rml:subject ex:one ;
  rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ rml:termType rml:BlankNode ] ] .
<#two> rml:logicalSource [ rml:source [ a rml:FilePath ; rml:path "two.csv" ] ; rml:referenceFormulation rml:CSV ] ;
  rml:subject ex:two ;
  rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [
    rml:gather ( [ rml:reference "a" ] [ rml:reference "b" ] ) ; rml:gatherAs rdf:List ] ] .
"""


def test_blank_nodes_and_lists_are_those_of_a_full_run(tmp_path: Path) -> None:
    table = "a,b\nx,y\nz,x\n"
    path = project(tmp_path, BLANK, {"one/b.csv": table, "two.csv": table}, "m.ttl")
    assert content(run(path)) == content(quads(path))
    project(tmp_path, BLANK, {"one/a.csv": table}, "m.ttl")
    assert content(run(path)) == content(quads(path))


def test_links_lead_to_the_blank_nodes_of_a_parent_that_has_moved(tmp_path: Path) -> None:
    mapping = """
mappings:
  home:
    sources: [[homes.csv~csv]]
    s: ex:$(person)
    po: [{p: ex:home, o: {mapping: town, condition: {function: equal, parameters: [[str1, $(town)], [str2, $(key)]]}}}]
  # here
  town: {sources: [[towns.csv~csv]], po: [[ex:label, $(label)]]}
"""
    path = project(tmp_path, mapping, TABLES)
    assert content(run(path)) == content(quads(path))
    # in place of the comment, so that all else stands where it stood
    path.write_text(
        mapping.replace("# here", "label: {sources: [[towns.csv~csv]], s: ex:$(key), po: [[ex:label, $(label)]]}")
    )
    assert content(run(path)) == content(quads(path))


LISTS = """
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rml: <http://w3id.org/rml/> .
@prefix ex: <https://example.org/> .
<#refers> rml:logicalSource [ rml:source [ a rml:FilePath ; rml:path "one.csv" ] ; rml:referenceFormulation rml:CSV ] ;
  rml:subject ex:s ; rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ rml:parentTriplesMap <#lists> ;
    rml:joinCondition [ rml:child "a" ; rml:parent "a" ] ] ] .
<#lists> rml:logicalSource [ rml:source [ a rml:FilePath ; rml:path "two.csv" ] ; rml:referenceFormulation rml:CSV ] ;
  rml:subjectMap [ rml:gatherAs rdf:List ; rml:gather ( [ rml:parentTriplesMap <#members> ;
    rml:joinCondition [ rml:child "a" ; rml:parent "a" ] ] ) ] .
<#members> rml:logicalSource [ rml:source [ a rml:FilePath ; rml:path "three.csv" ] ;
    rml:referenceFormulation rml:CSV ] ; rml:subjectMap [ rml:template "https://example.org/{b}" ] .
"""


@pytest.mark.parametrize("changed", ["one.csv", "two.csv", "three.csv"])
def test_references_to_lists_are_those_of_a_full_run(tmp_path: Path, changed: str) -> None:
    table = "a,b\nx,y\nz,x\n"
    path = project(tmp_path, LISTS, {"one.csv": table, "two.csv": table, "three.csv": table}, "m.ttl")
    assert content(run(path)) == content(quads(path))
    project(tmp_path, LISTS, {changed: "a,b\nz,x\n"}, "m.ttl")
    assert content(run(path)) == content(quads(path))


def test_any_sequence_of_changes_gives_what_a_full_run_gives(path: Path) -> None:
    chance = random.Random(11)
    for _ in range(25):
        table = chance.choice(list(TABLES))  # which may have been taken away
        header, *rows = TABLES[table].splitlines()
        chosen = [chance.choice(rows) for _ in range(chance.randrange(4))]
        (path.parent / table).write_text("\n".join([header, *chosen, ""]))
        if chance.randrange(3) == 0:
            (path.parent / chance.choice(["people/a.csv", "people/c.csv"])).unlink(missing_ok=True)
        path.write_text(MAPPING if chance.randrange(3) else MAPPING.partition("  home:")[0])
        assert content(run(path)) == content(quads(path))
