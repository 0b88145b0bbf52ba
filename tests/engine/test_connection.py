"""Connections: limits, and a second one to the same tables."""

from __future__ import annotations

from iomld.engine import connect, second


def test_a_second_connection_finds_what_the_first_one_finds() -> None:
    with connect(threads=1) as connection:
        connection.execute("CREATE SCHEMA plan; SET search_path = 'plan,main'; CREATE TABLE t AS SELECT 1 AS a")
        with second(connection) as other:
            assert other.execute("SELECT a FROM t").fetchall() == [(1,)]
        connection.execute("SET search_path = ''; CREATE TABLE u AS SELECT 2 AS a")
        with second(connection) as other:
            assert other.execute("SELECT a FROM u").fetchall() == [(2,)]
