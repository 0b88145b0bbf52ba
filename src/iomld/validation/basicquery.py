"""Queries of one graph pattern with filters, as SQL over the encoded triples.

Taken: triple patterns with predicates that are named, FILTER with sameTerm, comparisons of STR() or of a variable
with an IRI, isIRI, isBlank, isLiteral, the connectives, FILTER (NOT) EXISTS around triple patterns. Everything else is
left to the SPARQL engine. An error in a filter is NULL in SQL: the connectives of both treat it alike.

Source: SPARQL 1.1, sections 5 (graph patterns), 8.1 (EXISTS), 17.2 to 17.4 (filters).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from iomld.terms import parse_term
from iomld.validation.basicreader import Beyond, Reader
from iomld.validation.model import Sparql
from iomld.validation.relation import BLANK, IRI, LITERAL
from iomld.validation.sparql import placeholders
from iomld.validation.tokens import tokens
from iomld.validation.vocabulary import rdf

__all__ = ["BasicQuery", "basic_query"]

Pattern = tuple[str, str, str]  # variables as ?name, other terms spelt


@dataclass(frozen=True)
class BasicQuery:
    """A query taken apart.

    :param filters: SQL with placeholders: ``{v:name}`` the id of a variable, ``{t:name}`` its STR(), ``{i:term}`` that
        of a term, ``{c:text}`` a constant, ``{o:name:place}`` a place inside of EXISTS that holds a variable of the
        outer pattern, or a new one
    :param chosen: by name of the result variable (value, path): a variable or a term
    :param texts: variables whose STR() is asked for
    """

    patterns: tuple[Pattern, ...]
    filters: tuple[str, ...]
    chosen: dict[str, str]
    distinct: bool
    texts: frozenset[str]
    constants: frozenset[str]

    def predicates(self) -> frozenset[str]:
        """Predicates (spelt) that it reads, those inside of EXISTS too."""
        return frozenset(term for term in self.constants if term.startswith("<"))


def basic_query(constraint: Sparql) -> BasicQuery | None:
    """The query in parts, or None where it is beyond this module."""
    try:
        return _query(Reader(tokens(constraint.query)), constraint)
    except Beyond:
        return None


def _query(reader: Reader, constraint: Sparql) -> BasicQuery:
    while reader.word() == "PREFIX":
        reader.take()
        name = reader.take()
        reader.prefixes[name.removesuffix(":")] = reader.take()[1:-1]
    reader.take("SELECT")
    distinct = reader.word() == "DISTINCT"
    if distinct:
        reader.take()
    chosen: dict[str, str] = {}
    while reader.peek()[1] != "{" and reader.word() != "WHERE":
        if reader.peek()[1] == "(":
            reader.take()
            term = reader.term()
            reader.take("AS")
            chosen[reader.term()[1:]] = term
            reader.take(")")
        else:
            name = reader.term()
            if not name.startswith("?"):
                raise Beyond(name)
            chosen[name[1:]] = name
    if "this" not in chosen or set(chosen) - {"this", "value", "path"}:
        raise Beyond("result variables")
    if any(set(placeholders(text)) - {"this", "value"} for _, text in constraint.messages):
        raise Beyond("message with other variables")
    if reader.word() == "WHERE":
        reader.take()
    patterns, filters = _group(reader)
    if reader.peek()[0] != "end":
        raise Beyond(reader.peek()[1])
    bound = {term for pattern in patterns for term in pattern if term.startswith("?")}
    if "?this" not in bound or any(term.startswith("?") and term not in bound for term in chosen.values()):
        raise Beyond("unbound")
    if reader.texts - bound:
        raise Beyond("text of a variable that is not bound")
    return BasicQuery(
        tuple(patterns), tuple(filters), chosen, distinct, frozenset(reader.texts), frozenset(reader.constants)
    )


def _group(reader: Reader) -> tuple[list[Pattern], list[str]]:
    reader.take("{")
    patterns: list[Pattern] = []
    filters: list[str] = []
    while reader.peek()[1] != "}":
        if reader.word() == "FILTER":
            reader.take()
            filters.append(_filter(reader))
        elif reader.peek()[1] == ".":
            reader.take()
        else:
            patterns += _triples(reader)
    reader.take("}")
    return patterns, filters


def _triples(reader: Reader) -> Iterator[Pattern]:
    subject = reader.term()
    while True:
        if reader.peek() == ("word", "a"):
            reader.take()
            predicate = rdf("type")
            reader.constants.add(predicate)
        else:
            predicate = reader.term()
        if not predicate.startswith("<"):
            raise Beyond(predicate)
        while True:
            yield subject, predicate, reader.term()
            if reader.peek()[1] != ",":
                break
            reader.take()
        if reader.peek()[1] != ";":
            return
        while reader.peek()[1] == ";":
            reader.take()
        if reader.peek()[1] in (".", "}"):
            return


def _filter(reader: Reader) -> str:
    if reader.word() in ("NOT", "EXISTS"):
        return _exists(reader)
    if reader.peek()[1] != "(" and not reader.word():
        raise Beyond("filter")
    return _unary(reader)


def _exists(reader: Reader) -> str:
    negated = reader.word() == "NOT"
    if negated:
        reader.take()
    reader.take("EXISTS")
    patterns, filters = _group(reader)
    if filters or not patterns:
        raise Beyond("filter inside of EXISTS")
    reader.exists += 1
    number = reader.exists
    # Placeholders: {v:name} is the column of a variable of the outer pattern, {i:term} the id of a term.
    conditions: list[str] = []
    columns: dict[str, str] = {}
    for index, pattern in enumerate(patterns):
        for column, term in zip("spo", pattern, strict=True):
            place = f"e{number}_{index}.{column}"
            if not term.startswith("?"):
                conditions.append(f"{place} = {{i:{term}}}")
            elif term in columns:
                conditions.append(f"{place} = {columns[term]}")
            else:
                columns[term] = place
                conditions.append(f"{{o:{term[1:]}:{place}}}")
    tables = ", ".join(f"t e{number}_{index}" for index in range(len(patterns)))
    return f"{'NOT ' if negated else ''}EXISTS (SELECT 1 FROM {tables} WHERE {' AND '.join(conditions)})"


def _or(reader: Reader) -> str:
    parts = [_and(reader)]
    while reader.peek()[1] == "||":
        reader.take()
        parts.append(_and(reader))
    return f"({' OR '.join(parts)})"


def _and(reader: Reader) -> str:
    parts = [_unary(reader)]
    while reader.peek()[1] == "&&":
        reader.take()
        parts.append(_unary(reader))
    return f"({' AND '.join(parts)})"


def _unary(reader: Reader) -> str:
    text = reader.peek()[1]
    if text == "!":
        reader.take()
        return f"(NOT {_unary(reader)})"
    if text == "(":
        reader.take()
        inside = _or(reader)
        reader.take(")")
        return inside
    if reader.word() in ("NOT", "EXISTS"):
        return _exists(reader)
    if reader.word() == "SAMETERM":
        reader.take()
        reader.take("(")
        first = _id(reader.term())
        reader.take(",")
        second = _id(reader.term())
        reader.take(")")
        return f"({first} = {second})"
    if reader.word() in ("ISIRI", "ISURI", "ISBLANK", "ISLITERAL"):
        kind = {"B": BLANK, "L": LITERAL}.get(reader.take()[2].upper(), IRI)
        reader.take("(")
        place = _id(reader.term())
        reader.take(")")
        return f"({place} & 3 = {kind})"
    return _comparison(reader)


def _id(term: str) -> str:
    return f"{{v:{term[1:]}}}" if term.startswith("?") else f"{{i:{term}}}"


def _comparison(reader: Reader) -> str:
    first = _operand(reader)
    sign = reader.take("=", "!=", "<", ">", "<=", ">=")
    second = _operand(reader)
    if first[0] == second[0] == "text":
        return f"({first[1]} {'<>' if sign == '!=' else sign} {second[1]})"
    if sign in ("=", "!=") and "term" in (first[0], second[0]) and {first[0], second[0]} <= {"term", "var"}:
        # Against an IRI, equality is equality of terms.
        return f"({first[1]} {'<>' if sign == '!=' else sign} {second[1]})"
    raise Beyond("comparison of values")


def _operand(reader: Reader) -> tuple[str, str]:
    if reader.word() == "STR":
        reader.take()
        reader.take("(")
        term = reader.term()
        reader.take(")")
        if not term.startswith("?"):
            raise Beyond(term)
        reader.texts.add(term)
        return "text", f"{{t:{term[1:]}}}"
    kind, _ = reader.peek()
    term = reader.term()
    if kind == "var":
        return "var", _id(term)
    if term.startswith("<"):
        return "term", _id(term)
    if term.endswith('"'):
        return "text", f"{{c:{parse_term(term).value}}}"
    raise Beyond(term)
