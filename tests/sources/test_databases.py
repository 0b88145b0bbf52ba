"""PostgreSQL and MariaDB as sources: real servers on loopback, started by the tests."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.databases import PASSWORD, mariadb, postgresql, relay
from tests.mapping.tables import lines, project, quads
from tests.sources.test_items import mistakes, rows

from iomld.engine import connect
from iomld.errors import IomldError, SourceError
from iomld.location import SourceLocation
from iomld.mapping import load, materialize
from iomld.sources import LogicalSource, ReadScope, read

QUOTED = urllib.parse.quote(PASSWORD, safe="")


class Server(NamedTuple):
    scheme: str
    port: int

    def url(self, port: int | None = None, password: str = QUOTED) -> str:
        return f"{self.scheme}://iomld:{password}@127.0.0.1:{port or self.port}/people"

    def run(self, *statements: str) -> None:
        given = {"host": "127.0.0.1", "port": self.port, "user": "iomld", "password": PASSWORD}
        if self.scheme == "postgresql":
            import psycopg

            with psycopg.connect(dbname="people", **given) as connection:
                for statement in statements:
                    connection.execute(statement.encode())
            return
        import pymysql

        with pymysql.connect(database="people", autocommit=True, **given) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    with postgresql() as port:
        yield Server("postgresql", port)


@pytest.fixture(scope="module")
def maria() -> Iterator[Server]:
    with mariadb() as port:
        yield Server("mysql", port)


@pytest.fixture(params=["postgres", "maria"])
def server(request: pytest.FixtureRequest) -> Server:
    found: Server = request.getfixturevalue(request.param)
    return found


def test_values_of_postgresql_have_their_natural_datatypes(postgres: Server, tmp_path: Path) -> None:
    query = (
        "SELECT 7::smallint AS i, 1.50::numeric AS d, 0.1::real AS r, 120.5::double precision AS f, true AS b, "
        "DATE '2002-10-16' AS day, TIMESTAMP '2002-10-16 09:30:00.5' AS at, "
        "TIMESTAMPTZ '2002-10-16 09:30:00+02' AS zoned, TIME '09:30' AS t, '\\x00ff'::bytea AS bin, "
        "'x '::char(3) AS c, '{\"a\": 1}'::jsonb AS j, NULL::text AS n, 12345678901234567890::numeric AS big"
    )
    columns = ["i", "d", "r", "f", "b", "day", "at", "zoned", "t", "bin", "c", "j", "n", "big"]
    assert rows(tmp_path, "sql", postgres.url(), *columns, query=query) == [
        (
            1, ("7", "integer"), ("1.50", "decimal"), ("1.0E-1", "double"), ("1.205E2", "double"), ("true", "boolean"),
            ("2002-10-16", "date"), ("2002-10-16T09:30:00.5", "dateTime"), ("2002-10-16T07:30:00Z", "dateTime"),
            ("09:30:00", "time"), ("00FF", "hexBinary"), "x  ", '{"a": 1}', None, ("12345678901234567890", "decimal"),
        )
    ]  # fmt: skip


def test_years_before_christ_are_counted_as_xml_schema_does(postgres: Server, tmp_path: Path) -> None:
    query = (
        "SELECT DATE '0044-03-15 BC' AS d, DATE '0001-02-29 BC' AS leap, TIMESTAMP '0044-03-15 10:00:00.5 BC' AS at, "
        "TIMESTAMPTZ '0044-03-15 10:00:00+00 BC' AS zoned"
    )
    assert rows(tmp_path, "sql", postgres.url(), "d", "leap", "at", "zoned", query=query) == [
        (
            1, ("-0043-03-15", "date"), ("0000-02-29", "date"), ("-0043-03-15T10:00:00.5", "dateTime"),
            ("-0043-03-15T10:00:00Z", "dateTime"),
        )
    ]  # fmt: skip


def test_values_of_mariadb_have_their_natural_datatypes(maria: Server, tmp_path: Path) -> None:
    maria.run(
        "CREATE TABLE kinds (i INT, d DECIMAL(10,2), f DOUBLE, b BOOLEAN, day DATE, at DATETIME, t TIME, bin BLOB, "
        "txt TEXT, y YEAR, bits BIT(9), one BIT(1), u BIGINT UNSIGNED)",
        "INSERT INTO kinds VALUES (7, 1.5, 120.5, TRUE, '2002-10-16', '2002-10-16 09:30:00', '09:30:00', x'00FF', "
        "'Söderköping 🙂', 2002, b'100000001', b'1', 18446744073709551615)",
    )
    columns = ["i", "d", "f", "b", "day", "at", "t", "bin", "txt", "y", "bits", "one", "u"]
    assert rows(tmp_path, "sql", maria.url(), *columns, table="kinds") == [
        (
            1, ("7", "integer"), ("1.50", "decimal"), ("1.205E2", "double"), ("true", "boolean"),
            ("2002-10-16", "date"), ("2002-10-16T09:30:00", "dateTime"), ("09:30:00", "time"), ("00FF", "hexBinary"),
            "Söderköping 🙂", ("2002", "integer"), ("257", "integer"), ("true", "boolean"),
            ("18446744073709551615", "integer"),
        )
    ]  # fmt: skip


@pytest.fixture
def people(server: Server) -> Server:
    quote = '"' if server.scheme == "postgresql" else "`"
    server.run(
        "DROP TABLE IF EXISTS people",
        f"CREATE TABLE people (id INTEGER, {quote}Full Name{quote} VARCHAR(20), employer INTEGER)",
        "INSERT INTO people VALUES (1, 'Ada', 2), (2, 'Bob', NULL)",
    )
    return server


RML = """
@prefix rml: <http://w3id.org/rml/> .
@prefix ex: <https://example.org/> .
@prefix d2rq: <http://www.wiwiss.fu-berlin.de/suhl/bizer/D2RQ/0.1#> .
<#db> a d2rq:Database; d2rq:jdbcDSN "jdbc:SCHEME://127.0.0.1:PORT/people?useSSL=false"; d2rq:username "iomld";
  d2rq:password "${PEOPLE_PASSWORD}" .
<#one> rml:logicalSource [ rml:source <#db>; rml:referenceFormulation rml:SQL2008Table; rml:iterator "people" ];
  rml:subject ex:s;
  rml:predicateObjectMap [ rml:predicate ex:name; rml:objectMap [ rml:reference "Full Name" ] ];
  rml:predicateObjectMap [ rml:predicate ex:id; rml:objectMap [ rml:reference "ID" ] ] .
"""


def test_d2rq_databases_with_the_password_in_the_environment(
    people: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapping = RML.replace("SCHEME", people.scheme).replace("PORT", str(people.port))
    path = project(tmp_path, mapping, {}, "m.ttl")
    assert _error(path).id == "environment-missing"
    monkeypatch.setenv("PEOPLE_PASSWORD", PASSWORD)
    expected = ['<s> <id> "1"^^<xsd:integer>', '<s> <id> "2"^^<xsd:integer>', '<s> <name> "Ada"', '<s> <name> "Bob"']
    assert lines(path) == expected
    monkeypatch.setenv("PEOPLE_PASSWORD", "wrong-one")
    error = _error(path)
    assert error.id == "database-unreachable" and error.exit_code == 4 and "wrong-one" not in str(error)


def _error(path: Path) -> IomldError:
    with pytest.raises(IomldError) as caught:
        quads(path)
    return caught.value


def test_yarrrml_with_credentials_and_a_join_in_the_query(people: Server, tmp_path: Path) -> None:
    mapping = f"""
prefixes: {{ex: https://example.org/}}
sources:
  staff:
    access: "127.0.0.1:{people.port}/people"
    type: {people.scheme}
    credentials: {{username: iomld, password: "{PASSWORD}"}}
    queryFormulation: sql2008
    query: SELECT a.id AS id, b.id AS boss FROM people a JOIN people b ON a.employer = b.id;
    referenceFormulation: csv
mappings:
  m: {{sources: staff, s: ex:$(id), po: [[ex:boss, ex:$(boss)~iri]]}}
"""
    found = quads(project(tmp_path, mapping, {}))
    assert [quad[:3] for quad in found.sorted()] == [
        ("<https://example.org/1>", "<https://example.org/boss>", "<https://example.org/2>")
    ]
    assert found.sources == [f"{people.scheme}://127.0.0.1:{people.port}/people"]


def test_r2rml_without_a_source_asks_the_database_that_is_given(people: Server, tmp_path: Path) -> None:
    mapping = """
@prefix rr: <http://www.w3.org/ns/r2rml#> .
<#m> rr:logicalTable [ rr:tableName "people" ]; rr:subjectMap [ rr:template "https://example.org/{id}" ];
  rr:predicateObjectMap [ rr:predicate <https://example.org/n>; rr:objectMap [ rr:column "\\"Full Name\\"" ] ] .
"""
    path = project(tmp_path, mapping, {}, "m.ttl")
    assert _error(path).id == "database-unnamed"
    model = load([path], base=None, prefixes={}, root=tmp_path, database=people.url())
    found = materialize(model, connect(threads=1), root=tmp_path)
    assert [quad[2] for quad in found.sorted()] == ['"Ada"', '"Bob"']


def test_what_a_database_does_not_have_is_told_with_the_nearest(people: Server, tmp_path: Path) -> None:
    url = people.url()
    assert mistakes(tmp_path, "sql", url, "id", table="peopel") == ["m.yml:1 database-table"]
    assert mistakes(tmp_path, "sql", url, "name", table="people") == ["m.yml:1 unknown-column"]
    assert mistakes(tmp_path, "sql", url, "id", query="SELECT nothing FROM people") == ["m.yml:1 query-failed"]
    assert mistakes(tmp_path, "sql", url, "id", query="DELETE FROM people") == ["m.yml:1 query-failed"]
    doubled = "SELECT id, id FROM people"
    assert mistakes(tmp_path, "sql", url, "id", query=doubled) == ["m.yml:1 header-doubled"]
    assert mistakes(tmp_path, "sql", url.rpartition("/")[0] + "/", "id", table="people") == ["m.yml:1 database-address"]
    assert mistakes(tmp_path, "sql", url.replace(str(people.port), "1"), "id", table="t") == [
        "m.yml:1 database-unreachable"
    ]
    assert mistakes(tmp_path, "sql", "oracle://h/d", "id", table="t") == ["m.yml:1 database-unsupported"]
    assert mistakes(tmp_path, "sql", url + "?nonsense=1", "id", table="t") == ["m.yml:1 database-address"]


def test_a_value_that_its_datatype_does_not_have_is_told_with_row_and_column(server: Server, tmp_path: Path) -> None:
    value = "DATE 'infinity'" if server.scheme == "postgresql" else "TIME '100:00:00'"
    place = f"{server.scheme}://127.0.0.1:{server.port}/people:1:day"
    told = mistakes(tmp_path, "sql", server.url(), "day", query=f"SELECT {value} AS day")
    assert told == [f"{place} database-value"]


def test_a_database_that_goes_away_in_mid_read(server: Server, tmp_path: Path) -> None:
    if server.scheme == "postgresql":
        query = "SELECT i, repeat('x', 100) AS t FROM generate_series(1, 50000) AS i"
    else:
        query = "SELECT seq AS i, repeat('x', 100) AS t FROM seq_1_to_50000"
    with relay(server.port, 1_000_000) as port:
        assert mistakes(tmp_path, "sql", server.url(port), "i", "t", query=query) == ["m.yml:1 database-lost"]
    assert len(rows(tmp_path, "sql", server.url(), "i", "t", query=query)) == 50_000


def test_a_check_asks_for_the_columns_and_no_row(postgres: Server, tmp_path: Path) -> None:
    place = SourceLocation("m.yml", line=1)
    source = LogicalSource(postgres.url(), tmp_path, "sql", place, query="SELECT pg_sleep(60)::text AS a")

    def asked(reference: str) -> int:
        with connect(threads=1) as connection:
            relation = read(
                connection, source, {reference: place}, table="t", root=tmp_path, number=lambda _: 0,
                scope=ReadScope(nothing=True),
            )  # fmt: skip
            return len(connection.execute(f"SELECT * FROM {relation.table}").fetchall())

    assert asked("a") == 0
    with pytest.raises(SourceError, match="not a column"):
        asked("b")


def command(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    code = "import sys; from iomld.cli import main; main(['map', *sys.argv[1:]])"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )


def test_the_command_names_a_database_and_hides_its_password(postgres: Server, tmp_path: Path) -> None:
    mapping = """
@prefix rr: <http://www.w3.org/ns/r2rml#> .
<#m> rr:logicalTable [ rr:sqlQuery "SELECT 7 AS id" ]; rr:subjectMap [ rr:template "https://example.org/{id}" ];
  rr:predicateObjectMap [ rr:predicate <https://example.org/n>; rr:objectMap [ rr:column "id" ] ] .
"""
    project(tmp_path, mapping, {}, "m.ttl")
    done = command(tmp_path, "m.ttl", "--database", "${PEOPLE}", "--explain", PEOPLE=postgres.url())
    assert (done.returncode, "${PEOPLE} (sql)" in done.stdout) == (0, True), done.stderr
    told = command(tmp_path, "m.ttl", "--database", postgres.url(), "--dry-run", "1").stdout
    told += command(tmp_path, "m.ttl", "--database", postgres.url(1), "-v").stderr
    assert told.count("postgresql://127.0.0.1:") == 2
    assert QUOTED not in told and PASSWORD not in told


def test_a_run_whose_database_goes_away_leaves_no_file(postgres: Server, tmp_path: Path) -> None:
    query = "SELECT i, repeat('x', 100) AS t FROM generate_series(1, 50000) AS i"
    with relay(postgres.port, 1_000_000) as port:
        mapping = f"""
sources: {{s: {{access: "{postgres.url(port)}", query: "{query}"}}}}
mappings: {{a: {{sources: s, s: ex:$(i), po: [[ex:p, $(t)]]}}}}
prefixes: {{ex: "https://example.org/"}}
"""
        project(tmp_path, mapping, {})
        done = command(tmp_path, "m.yml", "-o", "out.nq")
    assert done.returncode == 4 and "database-lost" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["m.yml"]


def test_texts_arrive_as_they_are(server: Server, tmp_path: Path) -> None:
    texts = [
        "",
        " ",
        "a,b",
        '"quoted"',
        "line\nbreak",
        "return\r\nbreak",
        "lone\rreturn",
        "back\\slash",
        "NULL",
        "🙂",
        "'",
    ]
    spelt = [each.replace("'", "''") for each in texts]
    if server.scheme == "mysql":
        spelt = [each.replace("\\", "\\\\") for each in spelt]
    values = " UNION ALL ".join(f"SELECT {index} AS i, '{each}' AS t" for index, each in enumerate(spelt))
    query = f"SELECT t FROM ({values} UNION ALL SELECT 99, NULL) AS v ORDER BY i"
    assert [value for _, value in rows(tmp_path, "sql", server.url(), "t", query=query)] == [*texts, None]
    # nulls as the mapping says
    found = rows(tmp_path, "sql", server.url(), "t", query=query, nulls=("", "NULL"))
    assert [value for _, value in found].count(None) == 3


@pytest.mark.parametrize("text", ["return\r\nbreak", "lone\rreturn", "\r", "line\nbreak"])
def test_a_line_break_in_the_first_row_is_text(server: Server, tmp_path: Path, text: str) -> None:
    query = f"SELECT t FROM (SELECT 1 AS i, '{text}' AS t UNION ALL SELECT 2, 'x') AS v ORDER BY i"
    assert rows(tmp_path, "sql", server.url(), "t", query=query) == [(1, text), (2, "x")]
