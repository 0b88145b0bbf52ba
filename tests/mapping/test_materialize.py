"""From tables to quads: origins, checks of terms, and equal results on every way."""

from __future__ import annotations

import json
import random
from contextlib import nullcontext
from pathlib import Path

import pytest
from tests.mapping.tables import lines, project, quads, told

from iomld.engine import connect
from iomld.errors import Mistakes
from iomld.location import SourceLocation
from iomld.mapping import check, dry_run, explain, load, materialize, write_quads

MAPPING = """
mappings:
  person:
    sources: [["*/people.csv~csv"]]
    s: ex:$(id)
    po:
      - [a, ex:Person]
      - [ex:name, $(name)]
      - [ex:born, $(born), xsd:date]
      - [ex:knows, $(knows)~iri]
      - {p: ex:first, o: {function: iomldf:earliestStart, parameters: [[iomldf:date, $(born)]]}}
"""
HEADER = "id,name,born,knows\n"


def test_each_quad_keeps_its_rule_file_row_and_column(tmp_path: Path) -> None:
    tables = {"a/people.csv": HEADER + "1,x,2002-01-01,\n", "b/people.csv": HEADER + '2,"y\nz",,1\n2,w,,\n'}
    relation = quads(project(tmp_path, MAPPING, tables))
    [(_, origin)] = relation.origins("<https://example.org/2>", "<https://example.org/knows>")
    assert origin.location == SourceLocation("b/people.csv", row=2, field="knows")
    assert origin.rule is not None
    assert (origin.rule.name, str(origin.rule.location)) == ("person / ex:knows", "m.yml:10:20")
    assert origin.rule.subject_fields == ("id",)
    types = relation.origins("<https://example.org/2>", object="<https://example.org/Person>")
    assert [str(origin.location) for _, origin in types] == ["b/people.csv:2", "b/people.csv:3"]


def test_every_wrong_value_is_told_with_its_cell(tmp_path: Path) -> None:
    tables = {"a/people.csv": HEADER + "1,x,2002-02-30,\n2,y,2002,a b\n3,z,2002-02-03,ok\n"}
    assert told(project(tmp_path, MAPPING, tables)) == [
        "a/people.csv:2:born date-malformed",
        "a/people.csv:2:born value-ill-typed",
        "a/people.csv:3:born value-ill-typed",
        "a/people.csv:3:knows iri-illegal",
    ]


def test_a_plan_leaves_no_table_behind(tmp_path: Path) -> None:
    path = project(tmp_path, MAPPING, {"a/people.csv": HEADER + "1,x,2002-01-01,\n"})
    mapping = load([path], base="https://example.org/", prefixes={"ex": "https://example.org/"}, root=tmp_path)
    with connect(threads=1) as connection:
        for content, fails in (("1,x,2002-01-01,\n", False), ("1,x,2002-02-30,\n", True)):
            (tmp_path / "a" / "people.csv").write_text(HEADER + content)
            with pytest.raises(Mistakes) if fails else nullcontext():
                materialize(mapping, connection, root=tmp_path)
            left = "SELECT schema_name, table_name FROM duckdb_tables()"
            assert connection.execute(left).fetchall() == [("main", "quad")]
            assert connection.execute("SELECT current_setting('search_path'), current_schema()").fetchall() == [
                ("", "main")
            ]


def test_wrong_values_can_be_left_out_and_told(tmp_path: Path) -> None:
    path = project(tmp_path, MAPPING, {"a/people.csv": HEADER + "1,x,2002-02-30,a b\n2\n"})
    mapping = load([path], base=None, prefixes={"ex": "https://example.org/"}, root=tmp_path)
    mapping = load([path], base="https://example.org/", prefixes={"ex": "https://example.org/"}, root=tmp_path)
    written = write_quads(mapping, connect(), tmp_path / "o.nq", root=tmp_path, lenient=True)
    assert [error.id for error in written.skipped] == ["row-width", "date-malformed", "value-ill-typed", "iri-illegal"]
    assert len((tmp_path / "o.nq").read_text().splitlines()) == 2


def test_a_value_that_is_left_out_leaves_no_half_line(tmp_path: Path) -> None:
    mapping = "mappings: {p: {sources: [t.csv], s: ex:$(id), po: [[ex:age, $(age), xsd:integer]]}}"
    # 1 stands twice, so that no key keeps the lines apart
    path = project(tmp_path, mapping, {"t.csv": "id,age\n1,10\n1,x\n2,20\n2,20\n"})
    model = load([path], base=None, prefixes={"ex": "https://example.org/"}, root=tmp_path)
    written = write_quads(model, connect(), tmp_path / "o.nq", root=tmp_path, lenient=True, sort=True)
    assert [str(error.location) for error in written.skipped] == ["t.csv:3:age"]
    integer = "http://www.w3.org/2001/XMLSchema#integer"
    assert (tmp_path / "o.nq").read_text().splitlines() == [
        f'<https://example.org/{id}> <https://example.org/age> "{age}"^^<{integer}> .' for id, age in ((1, 10), (2, 20))
    ]


def test_without_a_base_relative_iris_are_mistakes(tmp_path: Path) -> None:
    path = project(tmp_path, MAPPING, {"a/people.csv": HEADER + "1,x,,y\n"})
    mapping = load([path], base=None, prefixes={"ex": "https://example.org/"}, root=tmp_path)
    with pytest.raises(Exception, match="makes no legal IRI"):
        write_quads(mapping, connect(), tmp_path / "o.nq", root=tmp_path)
    assert not (tmp_path / "o.nq").exists()


def test_row_order_does_not_change_the_graph(tmp_path: Path) -> None:
    rows = [f"{number % 7},n{number % 3},2002-01-0{number % 9 + 1},{number % 5}\n" for number in range(60)]
    path = project(tmp_path, MAPPING, {"a/people.csv": HEADER + "".join(rows)})
    before = lines(path)
    random.Random(1).shuffle(rows)
    project(tmp_path, MAPPING, {"a/people.csv": HEADER + "".join(rows)})
    assert lines(path) == before


AWKWARD = """
mappings:
  keyed: {sources: [[t.csv~csv]], s: ex:k/$(id), po: [[a, ex:T], [ex:p, $(a)], [ex:q, $(b), en~lang]]}
  unkeyed: {sources: [[t.csv~csv]], s: ex:u/$(a), po: [[ex:p, $(b)], [ex:r/$(b), ex:x/$(a)~iri], [a, ex:T]]}
  twin: {sources: [[t.csv~csv]], s: ex:u/$(a), po: [[ex:p, $(b)], [ex:p, $(c)]]}
  joined:
    sources: [[t.csv~csv]]
    s: ex:k/$(id)
    po: [{p: ex:j, o: {mapping: unkeyed, condition: {function: equal, parameters: [[str1, $(b)], [str2, $(b)]]}}}]
"""


def test_the_file_is_the_set_of_the_relation(tmp_path: Path) -> None:
    values = ["", "x", "x y", 'q"\\', "é", "l\nm", "a/b"]
    chance = random.Random(7)
    cell = lambda: '"' + chance.choice(values).replace('"', '""') + '"'  # noqa: E731
    table = "id,a,b,c\n" + "".join(f"{number},{cell()},{cell()},{cell()}\n" for number in range(80))
    path = project(tmp_path, AWKWARD, {"t.csv": table})
    mapping = load([path], base=None, prefixes={"ex": "https://example.org/"}, root=tmp_path)
    expected = sorted(" ".join(part for part in quad if part) + " ." for quad in quads(path).sorted())
    for sort in (False, True):
        write_quads(mapping, connect(), tmp_path / "o.nq", root=tmp_path, sort=sort)
        written = (tmp_path / "o.nq").read_text(encoding="utf-8").splitlines()
        assert sorted(written) == expected
        assert written == expected or not sort


def test_null_in_a_list_makes_no_term(tmp_path: Path) -> None:
    mapping = """
mappings:
  a:
    sources: [[t.parquet~parquet]]
    s: ex:$(id)
    po: [[ex:n, $(n)], [ex:t, $(t), en~lang], [ex:i, ex:x/$(t)~iri], [ex:v, "$(id) $(t)"]]
"""
    path = project(tmp_path, mapping, {})
    connect().execute(
        f"COPY (SELECT 1 AS id, [1, NULL, 3] AS n, ['a', NULL] AS t UNION ALL SELECT 2, [NULL], NULL) "
        f"TO '{tmp_path}/t.parquet'"
    )
    found = lines(path)
    assert found == [
        "<1> <i> <x/a>",
        '<1> <n> "1"^^<xsd:integer>',
        '<1> <n> "3"^^<xsd:integer>',
        '<1> <t> "a"@en',
        '<1> <v> "1 a"',
    ]
    model = load([path], base=None, prefixes={"ex": "https://example.org/"}, root=tmp_path)
    write_quads(model, connect(), tmp_path / "o.nq", root=tmp_path)
    assert len((tmp_path / "o.nq").read_text().splitlines()) == len(found)


def test_a_graph_that_a_record_or_a_condition_makes_the_default_one_leaves_no_blank(tmp_path: Path) -> None:
    default = "http://w3id.org/rml/defaultGraph"
    mapping = f"""
mappings:
  named: {{sources: [t.csv], s: ex:$(id), graphs: $(g)~iri, po: [[a, ex:T]]}}
  asked:
    sources: [t.csv]
    s: ex:$(id)
    graphs: [{{value: {default}, condition: {{function: isNull, parameters: [[str, $(g)]]}}}}]
    po: [[a, ex:T]]
  always: {{sources: [t.csv], s: ex:$(id), po: [[a, ex:T]]}}
"""
    path = project(tmp_path, mapping, {"t.csv": f"id,g\n1,{default}\n2,\n3,http://a.org/g\n"})
    model = load([path], base=None, prefixes={"ex": "https://example.org/"}, root=tmp_path)
    write_quads(model, connect(), tmp_path / "o.nq", root=tmp_path, sort=True)
    about = "<https://example.org/{}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://example.org/T>"
    assert (tmp_path / "o.nq").read_text().splitlines() == [
        *(f"{about.format(id)} ." for id in (1, 2, 3)),
        f"{about.format(3)} <http://a.org/g> .",
    ]


@pytest.mark.parametrize(
    ("child", "parent"), [("$(k[*])", "$(key)"), ("$(one)", "$(keys[*])"), ("$(k[*])", "$(keys[*])")]
)
def test_a_join_on_several_values_makes_each_line_once(tmp_path: Path, child: str, parent: str) -> None:
    equal = f'{{function: equal, parameters: [[str1, "{child}"], [str2, "{parent}"]]}}'
    mapping = f"""
mappings:
  c: {{sources: [['c.json~jsonpath', '$[*]']], s: ex:$(id), po: [{{p: ex:in, o: {{mapping: g, condition: {equal}}}}}]}}
  g: {{sources: [['g.json~jsonpath', '$[*]']], s: ex:g/$(grp)}}
"""
    groups = [{"key": key, "keys": [key, "1"], "grp": group} for key, group in (("1", "g"), ("2", "g"), ("3", "h"))]
    tables = {"c.json": '[{"id": "1", "one": "1", "k": ["1", "2"]}]', "g.json": json.dumps(groups)}
    path = project(tmp_path, mapping, tables)
    model = load([path], base=None, prefixes={"ex": "https://example.org/"}, root=tmp_path)
    write_quads(model, connect(), tmp_path / "o.nq", root=tmp_path, sort=True)
    made = (tmp_path / "o.nq").read_text().splitlines()
    assert made == sorted(set(made)) and made[0].endswith("<https://example.org/in> <https://example.org/g/g> .")


def test_a_table_holds_the_origin_of_each_quad(tmp_path: Path) -> None:
    tables = {"a/people.csv": HEADER + "1,x,2002-01-01,\n", "b/people.csv": HEADER + '2,"y\nz",,1\n2,w,,\n'}
    path = project(tmp_path, MAPPING, tables)
    mapping = load([path], base="https://example.org/", prefixes={"ex": "https://example.org/"}, root=tmp_path)
    write_quads(mapping, connect(), tmp_path / "o.parquet", root=tmp_path, sort=True)
    connection = connect()
    columns = "subject, predicate, object, graph, rule, mapping, source, row"
    written = connection.execute(f"SELECT {columns} FROM '{tmp_path / 'o.parquet'}'").fetchall()
    relation = quads(path)
    rows = relation.connection.execute("FROM quad ORDER BY ALL").fetchall()
    expected = [
        (*row[:4], relation.rules[row[4]].name, str(relation.rules[row[4]].location), relation.sources[row[5]], row[6])
        for row in rows
    ]
    assert sorted(written) == sorted(expected)
    assert written == sorted(written)


def test_a_failed_run_leaves_the_old_file_whole(tmp_path: Path) -> None:
    path = project(tmp_path, MAPPING, {"a/people.csv": HEADER + "1,x,never,\n"})
    (tmp_path / "o.nq").write_text("old")
    mapping = load([path], base=None, prefixes={"ex": "https://example.org/"}, root=tmp_path)
    with pytest.raises(Mistakes):
        write_quads(mapping, connect(), tmp_path / "o.nq", root=tmp_path)
    assert (tmp_path / "o.nq").read_text() == "old"
    assert not list(tmp_path.glob(".iomld-*"))


def test_check_reads_no_record_and_notes_twins(tmp_path: Path) -> None:
    path = project(tmp_path, AWKWARD, {"t.csv": "id,a,b,c\nthis row is wrong\n"})
    mapping = load([path], base=None, prefixes={"ex": "https://example.org/"}, root=tmp_path)
    notes = [note for _, note in check(mapping, connect(), root=tmp_path)]
    assert any("“twin / ex:p” may make the same triples as “unkeyed / ex:p”" in note for note in notes)


def test_explain_and_dry_run(tmp_path: Path) -> None:
    path = project(tmp_path, MAPPING, {"a/people.csv": HEADER + "1,x,,\n2,y,,\n"})
    mapping = load([path], base="https://example.org/", prefixes={"ex": "https://example.org/"}, root=tmp_path)
    told = "\n".join(explain(mapping, connect(), root=tmp_path))
    assert "read once for person" in told and "person / ex:name  [m.yml:8:" in told
    made = list(dry_run(mapping, connect(), 1, root=tmp_path))
    assert [origin for _, origin in made] == ["a/people.csv:2  person / a", "a/people.csv:2:name  person / ex:name"]


def test_mapping_twice_gives_the_same_bytes_under_a_memory_limit(tmp_path: Path) -> None:
    rows = "".join(f"{number},n{number},2002-01-01,{number % 50}\n" for number in range(20_000))
    path = project(tmp_path, MAPPING, {"a/people.csv": HEADER + rows})
    mapping = load([path], base="https://example.org/", prefixes={"ex": "https://example.org/"}, root=tmp_path)
    for name, memory in (("one.nq", None), ("two.nq", "60MB")):
        write_quads(mapping, connect(memory=memory), tmp_path / name, root=tmp_path, sort=True)
    assert (tmp_path / "one.nq").read_bytes() == (tmp_path / "two.nq").read_bytes()
    assert len((tmp_path / "one.nq").read_bytes().splitlines()) == 100_000
