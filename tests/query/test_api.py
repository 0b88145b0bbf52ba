"""The data from Python."""

import datetime
import importlib.util
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from tests.small import write_project

import iomld
from iomld.api import Opened
from iomld.errors import IomldError, QueryError, UsageError
from iomld.query.values import value

XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.fixture(scope="module")
def data() -> Opened:
    return iomld.open(Path(__file__).parents[2])


def test_a_saved_query_gives_rows(data: Opened) -> None:
    rows = data.query("participation", process="id/process/midsa", participant="id/state/SWZ")
    assert [(row["iso3166"], row["role"], row["pinpoints"]) for row in rows] == [
        ("SWZ", "participant", "mc-inf-266/annex-2/row-8")
    ]
    assert "participation" in data.names


def test_text_and_parameters_give_rows_in_pythons_own_types(data: Opened) -> None:
    values = "1 1.5 true 1e0 'x' '2003-11-10'^^xsd:date <http://e/>"
    rows = data.query(f"SELECT ?x ?unbound {{ OPTIONAL {{ <urn:none> skos:note ?unbound }} VALUES ?x {{ {values} }} }}")
    found = {row["x"] for row in rows}
    assert found == {1, Decimal("1.5"), "x", datetime.date(2003, 11, 10), "http://e/"}
    assert all(row["unbound"] is None for row in rows)
    assert data.query("SELECT ?x { BIND(?given AS ?x) }", given='"} #') == [{"x": '"} #'}]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *((f'"12"^^xsd:{kind}', 12) for kind in ("integer", "long", "int", "short", "byte", "nonNegativeInteger")),
        *((f'"12"^^xsd:unsigned{kind}', 12) for kind in ("Long", "Int", "Short", "Byte")),
        *((f'"-12"^^xsd:{kind}', -12) for kind in ("negativeInteger", "nonPositiveInteger")),
        ('"1_000"^^xsd:integer', "1_000"),
        ('"abc"^^xsd:decimal', "abc"),
        ('"1e3"^^xsd:decimal', "1e3"),
        ('"-INF"^^xsd:double', float("-inf")),
        ('"x"^^xsd:boolean', "x"),
        ('"0"^^xsd:boolean', False),
        ('"20031110"^^xsd:date', "20031110"),
        ('"2003-11-10Z"^^xsd:date', "2003-11-10Z"),
        ('"12"^^<http://e/integer>', "12"),
        ('"12"@en', "12"),
    ],
)
def test_only_what_belongs_to_its_datatype_is_a_value_of_python(data: Opened, written: str, value: object) -> None:
    [row] = data.query(f"SELECT ?x {{ BIND({written} AS ?x) }}")
    assert (type(row["x"]), row["x"]) == (type(value), value)


@pytest.mark.parametrize(
    ("lexical", "kind"),
    [("300", "unsignedByte"), ("-1", "positiveInteger"), ("infinity", "double"), ("1" * 5000, "int")],
)
def test_what_an_engine_leaves_as_it_is_stays_text(lexical: str, kind: str) -> None:
    assert value(f'"{lexical}"^^<{XSD}{kind}>') == lexical


def test_parameters_of_any_name_are_given_in_a_mapping(tmp_path: Path) -> None:
    data = iomld.open(write_project(tmp_path))
    (tmp_path / "queries" / "any.rq").write_text(
        "#+ params: {query: string, library: string, parameters: string, self: string}\n"
        "SELECT * { VALUES (?query ?library ?parameters ?self) { ('q' UNDEF UNDEF 's') } }"
    )
    named = data.query("any", query="q", parameters="p", self="s")
    assert named == data.query("any", {"query": "q", "parameters": "p"}, self="s")
    assert len(named) == 1
    pytest.importorskip("pandas")
    assert len(data.frame("any", {"library": "l"}, library="pandas")) == 1
    with pytest.raises(QueryError) as caught:
        data.query("any", {"query": "q"}, query="q")
    assert caught.value.id == "parameter-twice"


@pytest.mark.parametrize("value", [None, float("nan"), ["id/state/SWZ"], b"x", {"a": 1}])
def test_what_is_no_value_is_refused(data: Opened, value: object) -> None:
    with pytest.raises(QueryError, match="is no value") as caught:
        data.query("participation", participant=value)
    assert caught.value.id == "parameter-malformed"


def test_values_that_were_answered_can_be_given(data: Opened) -> None:
    text = "#+ params: {given: decimal}\nSELECT ?x { BIND(?given AS ?x) }"
    assert data.query(text, given=Decimal("1E-7")) == [{"x": Decimal("0.0000001")}]


def test_one_state_answers_until_it_is_reloaded(tmp_path: Path) -> None:
    data = iomld.open(write_project(tmp_path))
    event, new = "https://example.org/rivers/id/event/tarn", "https://example.org/rivers/id/event/new"

    def events() -> list[bool]:
        return [data.ask(f"ASK {{ <{one}> a riv:Event }}") for one in (event, new)]

    def of_dataset() -> list[bool]:
        subjects = {str(subject) for subject in data.dataset().subjects()}
        return [event in subjects, new in subjects]

    assert events() == of_dataset() == [True, False]
    with (tmp_path / "tables" / "events.csv").open("a") as file:
        file.write("new,New,planned,2003,,first/para-1,\n")
    assert events() == of_dataset() == [True, False]
    data.reload()
    assert events() == of_dataset() == [True, True]
    (tmp_path / "iomld.toml").write_text("[project")
    with pytest.raises(IomldError):
        data.reload()
    assert events() == of_dataset() == [True, True]


def test_the_prefixes_of_the_project_are_bound_everywhere(tmp_path: Path) -> None:
    data = iomld.open(write_project(tmp_path))
    graph = data.graph("CONSTRUCT WHERE { ?s a riv:Event }")
    for each in (graph, data.dataset()):
        assert str(dict(each.namespaces())["riv"]) == "https://example.org/rivers/ns#"
    assert "riv:Event" in graph.serialize()


@pytest.mark.parametrize(
    ("query", "parameters", "told"),
    [
        ("SELECT ?s { ?s a mld:Documnet }", {}, "query:1:18: mld:Documnet is no term of the vocabulary (did you mean"),
        ("SELECT ?stat { ?state a mld:State }", {}, "?stat is never bound: no pattern gives it a value (did you mean"),
        ("participation", {"process": "midsa"}, "nothing is said of midsa; did you mean id/process/midsa?"),
    ],
)
def test_what_the_command_line_warns_of_is_a_warning_at_the_line_that_asks(
    data: Opened, query: str, parameters: dict[str, object], told: str
) -> None:
    asked = [data.query, data.frame] if query == "participation" else [data.query]
    if importlib.util.find_spec("polars") is None:
        asked = [data.query]
    for one in asked:
        with pytest.warns(iomld.QueryWarning) as caught:
            one(query, **parameters)
        assert [told in str(warning.message) for warning in caught] == [True]
        assert caught[0].filename == __file__
    with pytest.warns(iomld.QueryWarning) as caught:
        data.ask("ASK { ?s a mld:Documnet }")
        data.graph("CONSTRUCT WHERE { ?s a mld:Documnet }")
    assert [warning.filename for warning in caught] == [__file__, __file__]


def test_right_questions_warn_of_nothing(data: Opened, recwarn: pytest.WarningsRecorder) -> None:
    data.query("participation", process="id/process/midsa")
    data.query("SELECT ?l { ?s skos:prefLabel ?l }", s="<https://w3id.org/iomld/id/state/SWZ>")
    data.ask("ASK { <id/process/midsa> a mld:Dialogue }")
    assert not [one for one in recwarn if one.category is iomld.QueryWarning]


def test_ask_and_graph(data: Opened) -> None:
    assert data.ask("ASK { <id/process/midsa> a mld:Dialogue }") is True
    graph = data.graph("CONSTRUCT WHERE { <id/process/midsa> mld:acronym ?a }")
    assert [str(o) for _, _, o in graph] == ["MIDSA"]
    for wrong in (lambda: data.ask("SELECT * { ?s a mld:Document }"), lambda: data.query("ASK { ?s a mld:Document }")):
        with pytest.raises(QueryError):
            wrong()


def test_a_name_that_is_not_there_is_told_with_the_nearest(data: Opened) -> None:
    with pytest.raises(QueryError, match="did you mean participation"):
        data.query("particpation")


@pytest.mark.parametrize("library", ["polars", "pandas", None])
def test_a_frame_has_the_columns_and_values_of_the_query(data: Opened, library: str | None) -> None:
    pytest.importorskip(library or "polars")
    frame = data.frame("documents", library=library)
    assert type(frame).__module__.partition(".")[0] == (library or "polars")
    rows = data.query("documents")
    assert list(frame.columns) == list(rows[0])
    assert [list(row) for row in (frame.rows() if library != "pandas" else frame.itertuples(index=False))] == [
        list(row.values()) for row in rows
    ]


def test_a_frame_keeps_the_kinds_of_values(data: Opened) -> None:
    pytest.importorskip("polars")
    frame = data.frame('SELECT * { VALUES (?n ?d ?t) { (3 "2003-11-10"^^xsd:date true) (4 UNDEF false) } } ORDER BY ?n')
    assert dict(zip(frame.columns, map(str, frame.dtypes), strict=True)) == {"n": "Int64", "d": "Date", "t": "Boolean"}


@pytest.mark.parametrize("library", ["polars", "pandas"])
@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("1 2.5", [Decimal(1), Decimal("2.5")]),
        ("1 2.5 3e0", [1.0, 2.5, 3.0]),
        ('1 "abc"^^xsd:integer', ["1", "abc"]),
        ("true 1", ["true", "1"]),
        (f"1 {10**60}", ["1", str(10**60)]),
        (f"1.5 {10**38}.5", ["1.5", f"{10**38}.5"]),
    ],
)
def test_a_column_of_a_frame_is_of_one_kind_and_loses_nothing(
    data: Opened, library: str, values: str, expected: list[object]
) -> None:
    pytest.importorskip(library)
    frame = data.frame(f"SELECT ?n {{ VALUES ?n {{ {values} }} }}", library=library)
    found = list(frame["n"])
    assert found == expected and [type(each) for each in found] == [type(each) for each in expected]


def test_a_library_that_makes_no_frames_is_refused(data: Opened) -> None:
    with pytest.raises(UsageError, match="name polars or pandas"):
        data.frame("documents", library="arrow")


def test_the_dataset_is_rdflibs(data: Opened) -> None:
    dataset = data.dataset()
    base = data.project.base
    found = dataset.query(f"SELECT ?a {{ <{base}id/process/midsa> mld:acronym ?a }}")
    assert [str(row[0]) for row in found] == ["MIDSA"]  # type: ignore[index]


def test_importing_the_package_loads_next_to_nothing() -> None:
    program = "import iomld, sys; sys.exit(bool({'rdflib', 'duckdb', 'click', 'pyoxigraph'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0
    with pytest.raises(AttributeError):
        iomld.nothing  # type: ignore[attr-defined]  # noqa: B018
