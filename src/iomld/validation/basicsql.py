"""Basic queries run over the encoded triples: the graph pattern as joins, then the filters.

Source: SPARQL 1.1, section 18 (evaluation of basic graph patterns and filters).
"""

from __future__ import annotations

import re

from iomld.validation.basicquery import BasicQuery
from iomld.validation.relation import Relation, text_of

__all__ = ["record_basic"]

_PLACEHOLDER = re.compile(r"\{([vtioc]):([^{}]*)\}")


def _written(relation: Relation, condition: str, columns: dict[str, str]) -> str:
    """A condition with its placeholders filled in."""

    def fill(match: re.Match[str]) -> str:
        kind, text = match[1], match[2]
        if kind == "v":
            if f"?{text}" not in columns:
                return "NULL"  # an unbound variable is an error in a filter
            return columns[f"?{text}"]
        if kind == "c":
            return relation.engine.dialect.text(text)
        if kind == "t":
            return f"x_{text}.text"
        if kind == "o":
            name, _, place = text.partition(":")
            return f"{place} = {columns[f'?{name}']}" if f"?{name}" in columns else "true"
        return str(relation.id(text))

    return _PLACEHOLDER.sub(fill, condition)


def record_basic(relation: Relation, check: int, group: int, on_node: bool, query: BasicQuery) -> None:
    """Put the solutions of a query into ``finding``, those whose ``$this`` is a focus node."""
    columns: dict[str, str] = {}
    conditions: list[str] = []
    for index, pattern in enumerate(query.patterns):
        for column, term in zip("spo", pattern, strict=True):
            place = f"q{index}.{column}"
            if not term.startswith("?"):
                conditions.append(f"{place} = {relation.id(term)}")
            elif term in columns:
                conditions.append(f"{place} = {columns[term]}")
            else:
                columns[term] = place
    names = ", ".join(f"{place} AS v_{term[1:]}" for term, place in columns.items())
    tables = ", ".join(f"t q{index}" for index in range(len(query.patterns)))
    engine = relation.engine
    engine.make(
        "solution",
        f"""
        SELECT {names} FROM {tables}, focus f
        WHERE f.grp = {group} AND f.node = {columns["?this"]} AND {" AND ".join(conditions)}
        """,
    )
    joins = ""
    if query.texts:
        asked = " UNION ".join(f"SELECT v_{name[1:]} FROM solution" for name in sorted(query.texts))
        relation.spell()
        engine.make("solution_text", text_of(engine.dialect, asked))
        joins = "".join(
            f" LEFT JOIN solution_text x_{name[1:]} ON x_{name[1:]}.id = v_{name[1:]}" for name in sorted(query.texts)
        )
    after = {term: f"v_{term[1:]}" for term in columns}
    where = " AND ".join(_written(relation, condition, after) for condition in query.filters) or "true"

    def result(name: str, otherwise: str) -> str:
        term = query.chosen.get(name)
        return otherwise if term is None else after[term] if term.startswith("?") else str(relation.id(term))

    value = result("value", "v_this" if on_node else "NULL")
    engine.add(
        "finding",
        f"""
        SELECT {"DISTINCT" if query.distinct else ""} {check}, v_this, {value}, {result("path", "NULL")}, NULL, NULL
        FROM solution{joins} WHERE {where}
        """,
    )
    engine.drop("solution", "solution_text")
