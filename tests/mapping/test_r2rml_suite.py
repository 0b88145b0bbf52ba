"""The test cases of R2RML on PostgreSQL and MariaDB."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator

import pytest
from tests.databases import PASSWORD, mariadb, postgresql
from tests.mapping.r2rml_suite import KNOWN_FAILURES, Case, cases, run, statements
from tests.suites import ROOT, suite

SUITE = ROOT / "r2rml"
CASES = cases(SUITE) if (SUITE / "manifest.ttl").is_file() else []
SECRET = urllib.parse.quote(PASSWORD, safe="")


def test_suite_is_there() -> None:
    assert len(cases(suite("r2rml"))) == 62


@pytest.fixture(scope="module")
def postgres() -> Iterator[int]:
    with postgresql() as port:
        yield port


@pytest.fixture(scope="module")
def maria() -> Iterator[int]:
    # as the suite sets its server up
    with mariadb("--sql-mode=ANSI_QUOTES,PAD_CHAR_TO_FULL_LENGTH") as port:
        yield port


def _judged(case: Case, url: str) -> None:
    wrong = run(case, url)
    if case.id in KNOWN_FAILURES:
        assert wrong is not None, "passes now: take it from KNOWN_FAILURES"
        pytest.xfail(KNOWN_FAILURES[case.id])
    assert wrong is None


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_case_on_postgresql(case: Case, postgres: int) -> None:
    import psycopg

    case = case.for_database("postgresql")
    given = {"host": "127.0.0.1", "port": postgres, "user": "iomld", "password": PASSWORD, "dbname": "people"}
    with psycopg.connect(autocommit=True, **given) as connection:  # type: ignore[arg-type]
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        for statement in statements(case.script):
            connection.execute(statement.encode())
    _judged(case, f"postgresql://iomld:{SECRET}@127.0.0.1:{postgres}/people")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_case_on_mariadb(case: Case, maria: int) -> None:
    import pymysql

    case = case.for_database("mysql")
    with (
        pymysql.connect(host="127.0.0.1", port=maria, user="root", autocommit=True) as connection,
        connection.cursor() as cursor,
    ):
        for statement in ("DROP DATABASE people", "CREATE DATABASE people CHARACTER SET utf8mb4", "USE people"):
            cursor.execute(statement)
        for statement in statements(case.script):
            cursor.execute(statement)
    _judged(case, f"mysql://iomld:{SECRET}@127.0.0.1:{maria}/people")
