"""Expressions and term maps to SQL over one record.

A value is an SQL expression; where a reference gives several values, it draws on a generator: an ``unnest`` beside the
relation in ``FROM``. Several generators multiply, as RML says.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from iomld.engine import TEXTUAL, lexical, name, text
from iomld.errors import IomldError, MappingError
from iomld.location import SourceLocation
from iomld.mapping.model import Call, Constant, Expression, Reference, Target, Template, TermMap
from iomld.sources import Column, Relation
from iomld.terms import parse_term

__all__ = ["Check", "Generator", "Scope", "TermSql", "Value", "references"]

_T = TypeVar("_T")

_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
_CONSTANT = re.compile(r"'(?:[^']|'')*'")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_ILLEGAL = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*|[ixIX](-[A-Za-z0-9]{1,8})+")
_EXAMPLES = {
    "xsd:date": "write 2002-10-16; a date known in part needs another datatype",
    "xsd:dateTime": "write 2002-10-16T09:00:00",
    "xsd:gYear": "write 2002",
    "xsd:gYearMonth": "write 2002-10",
    "xsd:integer": "write digits only, with no point, blank or comma",
    "xsd:decimal": "write digits with a point, with no blank or comma",
    "xsd:double": "write digits with a point, with no blank or comma",
    "xsd:boolean": "write true or false",
}
_SAFE = {"iri": "iomld_iri_safe", "uri": "iomld_uri_safe"}


def joined(pieces: Iterable[str]) -> str:
    """Pieces of text as one SQL expression; NULL where one of them is."""
    return f"({' || '.join(merged(pieces)) or text('')})"


def merged(pieces: Iterable[str]) -> list[str]:
    """Pieces in which constants that follow each other are one: each piece costs a copy of the text."""
    found: list[str] = []
    for piece in pieces:
        if found and _CONSTANT.fullmatch(piece) and _CONSTANT.fullmatch(found[-1]):
            found[-1] = found[-1][:-1] + piece[1:]
        else:
            found.append(piece)
    return found


@dataclass(frozen=True)
class Generator:
    """One record for each value of a list: ``unnest(sql) AS alias(v)``."""

    alias: str
    sql: str


@dataclass(frozen=True)
class Check:
    """A condition that every value of a term must meet."""

    id: str
    value: str
    holds: str
    message: str
    hint: str | None
    generators: tuple[Generator, ...]
    fields: tuple[str, ...]
    location: SourceLocation


@dataclass(frozen=True)
class Value:
    """Text of a record.

    :param pieces: SQL expressions of text that follow each other
    :param datatype: SQL expression of the datatype that the value has by nature, or None
    :param fields: references that it is made from
    :param needs: SQL expressions without which there is no value
    """

    pieces: tuple[str, ...]
    generators: tuple[Generator, ...] = ()
    fields: tuple[str, ...] = ()
    datatype: str | None = None
    needs: tuple[str, ...] = ()

    @property
    def sql(self) -> str:
        """The whole as one SQL expression; NULL where there is no value."""
        return joined(self.pieces)


@dataclass(frozen=True)
class TermSql:
    """A term spelt as in N-Quads; NULL where the record makes none.

    :param targets: files that its quads go to
    :param opening: text that every such term begins with
    :param closing: text that every such term ends with
    :param injective: whether records that differ in ``columns`` give different terms
    :param columns: SQL of the columns that the term is made from
    :param pieces: SQL expressions of text that follow each other
    :param needs: SQL expressions without which there is no term
    """

    pieces: tuple[str, ...]
    generators: tuple[Generator, ...] = ()
    fields: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    targets: tuple[Target, ...] = ()
    opening: str = ""
    closing: str = ""
    injective: bool = False
    columns: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    @property
    def sql(self) -> str:
        """The whole as one SQL expression; NULL where the record makes no term."""
        return joined(self.pieces)

    @classmethod
    def constant(cls, term: str) -> TermSql:
        """A term that is the same for every record."""
        return cls((text(term),), opening=term, closing=term, injective=True)


def references(expression: Expression | None) -> Iterator[str]:
    """The references in an expression, in their order."""
    match expression:
        case Reference(reference):
            yield reference
        case Template(parts):
            yield from (part.name for part in parts if isinstance(part, Reference))
        case Call():
            for _, term in expression.inputs:
                yield from references(term.expression)


def _unique(*groups: tuple[_T, ...]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(itertools.chain(*groups)))


def _is_injective(expression: Expression | None, *, encoded: bool) -> bool:
    """Whether different values of the references make different texts.

    Encoded values hold no reserved character (RFC 3986), so that one of them between two references keeps them apart.
    """
    if isinstance(expression, Reference):
        return True
    if not isinstance(expression, Template):
        return False
    between = ""
    seen = 0
    for part in expression.parts:
        if isinstance(part, str):
            between = part
            continue
        if seen and not (encoded and re.search(r"[:/?#\[\]@!$&'()*+,;=]", between)):
            return False
        seen, between = seen + 1, ""
    return True


@dataclass
class Scope:
    """Where expressions are read: a relation under an alias, with the columns of the calls made on it.

    :param base: base IRI of the triples map
    :param errors: takes what is wrong whatever the data say
    """

    relation: Relation
    alias: str
    calls: Mapping[Call, Column]
    base: str | None
    errors: list[IomldError]
    numbers: Iterator[int]
    record: str = "r"
    #: whether a value that makes no legal term makes none, instead of being a mistake that ends the run
    lenient: bool = False
    #: whether generators give value, datatype and place in the list, for those who need the order
    ordered: bool = False
    _open: dict[str, Generator] = field(default_factory=dict)

    def _column(self, column: Column, key: str, fields: tuple[str, ...]) -> Value:
        sql = f"{self.alias}.{column.sql}"
        constant = None if column.datatype is None else text(column.datatype)
        if not column.many:
            own = None if column.datatypes is None else f"{self.alias}.{column.datatypes}"
            return Value((sql,), (), fields, own or constant, (sql,))
        beside = "NULL" if column.datatypes is None else f"{self.alias}.{column.datatypes}"
        if self.ordered:
            sql = f"list_zip({sql}, {beside if column.datatypes else f'[{beside}]'}, range(len({sql})))"
        elif column.datatypes is not None:
            sql = f"list_zip({sql}, {beside})"
        generator = self._open.get(key)
        if generator is None:
            generator = self._open[key] = Generator(f"{self.alias}g{next(self.numbers)}", sql)
        value = f"{generator.alias}.v"
        if column.datatypes is not None:
            return Value((f"{value}[1]",), (generator,), fields, f"{value}[2]")
        return Value((f"{value}[1]" if self.ordered else value,), (generator,), fields, constant)

    def value(self, expression: Expression, *, safe: str | None = None) -> Value:
        """The text of an expression; ``safe`` is the macro that a template's references go through."""
        match expression:
            case Constant(term):
                return Value((text(parse_term(term).value),))
            case Reference(reference):
                return self._column(self.relation.columns[reference], reference, (reference,))
            case Call():
                key = f"call {id(self.calls[expression])}"
                return self._column(self.calls[expression], key, _unique(tuple(references(expression))))
            case Template(parts):
                values = [(part, None) if isinstance(part, str) else ("", self.value(part)) for part in parts]
                pieces: list[str] = []
                for plain, value in values:
                    if value is None:
                        pieces.append(text(plain))
                    else:
                        pieces.append(f"{safe}({value.sql})" if safe else value.sql)
                found = [value for _, value in values if value is not None]
                return Value(
                    tuple(pieces) or (text(""),),
                    _unique(*(value.generators for value in found)),
                    _unique(*(value.fields for value in found)),
                    None,
                    _unique(*(value.needs for value in found)),
                )

    def term(self, term: TermMap) -> TermSql:
        """The term that a term map makes of a record."""
        targets = [term.targets, *(each.targets for each in (term.language, term.datatype) if each is not None)]
        made = self._term(term)
        if self.lenient and made.checks:
            holds = " AND ".join(check.holds for check in made.checks)
            guarded = f"CASE WHEN {holds} THEN {made.sql} END"
            made = replace(made, pieces=(guarded,), needs=(guarded,))
        columns = tuple(
            f"{self.alias}.{self.relation.columns[reference].sql}"
            for reference in references(term.expression)
            if not isinstance(term.expression, Call)
        )
        return replace(made, columns=tuple(dict.fromkeys(columns)), targets=_unique(*targets))

    def _term(self, term: TermMap) -> TermSql:
        self._open = {}
        if term.expression is None:
            return TermSql((f"'_:{self.record}s'", f"{self.alias}.source", "'r'", f"{self.alias}.row"), opening="_:")
        if term.term_type == "blank":
            return self._blank(term)
        if term.term_type == "literal":
            return self._literal(term)
        return self._iri(term)

    def _blank(self, term: TermMap) -> TermSql:
        if isinstance(term.expression, Constant):
            return TermSql.constant(term.expression.term)
        value = self.value(term.expression)  # type: ignore[arg-type]
        # Two values never share a label: the plain ones keep theirs behind a "b", all others are hashed behind an "h".
        plain = f"regexp_full_match({value.sql}, '[A-Za-z0-9]+')"
        label = f"CASE WHEN {plain} THEN 'b' || {value.sql} ELSE 'h' || md5({value.sql}) END"
        return TermSql(("'_:'", label), value.generators, value.fields, opening="_:", needs=value.needs)

    def _wrong(self, id: str, message: str, place: SourceLocation, hint: str | None = None) -> None:
        self.errors.append(MappingError(id, message, location=place, hint=hint))

    def _iri(self, term: TermMap) -> TermSql:
        expression, place = term.expression, term.location
        unsafe = term.term_type.startswith("unsafe")
        if isinstance(expression, Constant):
            if not expression.term.startswith("<"):
                return TermSql.constant(expression.term)
            iri = expression.term[1:-1]
            if not _ABSOLUTE.match(iri):
                if self.base is None:
                    self._wrong(
                        "iri-relative", f"<{iri}> is relative and there is no base IRI", place, "give a base IRI"
                    )
                iri = (self.base or "") + iri
            if _ILLEGAL.search(iri):
                self._wrong("iri-illegal", f"<{iri}> is not a legal IRI", place)
            return TermSql.constant(f"<{iri}>")
        if isinstance(expression, Template) and not unsafe:
            first = expression.parts[0] if expression.parts else ""
            lead = first if isinstance(first, str) else ""
            value = self.value(expression, safe=_SAFE[term.term_type])
            for part in expression.parts:
                if isinstance(part, str) and _ILLEGAL.search(part):
                    self._wrong(
                        "iri-illegal", f"“{part}” cannot stand in an IRI", place, "percent-encode it: %20 for a blank"
                    )
            absolute = bool(_ABSOLUTE.match(lead))
            if not absolute and self.base is None:
                self._wrong(
                    "iri-relative",
                    "the template makes relative IRIs and there is no base IRI",
                    place,
                    "give a base IRI",
                )
            opening = "<" if absolute else f"<{self.base}"
            last = expression.parts[-1] if len(expression.parts) > 1 else ""
            return TermSql(
                (text(opening), *value.pieces, "'>'"),
                value.generators,
                value.fields,
                needs=value.needs,
                opening=opening + lead,
                closing=f"{last if isinstance(last, str) else ''}>",
                injective=_is_injective(expression, encoded=True),
            )
        value = self.value(expression)  # type: ignore[arg-type]
        full = f"CASE WHEN iomld_absolute({value.sql}) THEN {value.sql} ELSE {text(self.base or '')} || {value.sql} END"
        if unsafe:
            return TermSql(
                ("'<'", f"iomld_iri_escape({full})", "'>'"), value.generators, value.fields, needs=value.needs
            )
        check = Check(
            "iri-illegal",
            value.sql,
            f"iomld_legal_iri({full})",
            "“{}” makes no legal IRI",
            'remove blanks and characters such as < > " { } or use a template, which encodes them'
            if self.base
            else "write an absolute IRI, or give a base IRI",
            value.generators,
            value.fields,
            place,
        )
        return TermSql(
            ("'<'", full, "'>'"),
            value.generators,
            value.fields,
            (check,),
            opening="<",
            closing=">",
            needs=value.needs,
        )

    def _literal(self, term: TermMap) -> TermSql:
        expression = term.expression
        if isinstance(expression, Constant) and term.language is None and term.datatype is None:
            return TermSql.constant(expression.term)
        value = self.value(expression)  # type: ignore[arg-type]
        opening = ("'\"'", f"iomld_escape({value.sql})")
        if term.language is not None:
            return self._tagged(term, term.language, value, opening)
        if term.datatype is not None:
            return self._typed(term, term.datatype, value, opening)
        if value.datatype is None:
            return self._closed(expression, value, opening, '"')
        suffix = f"CASE WHEN {value.datatype} IS NULL THEN '\"' ELSE '\"^^<' || {value.datatype} || '>' END"
        return TermSql((*opening, suffix), value.generators, value.fields, opening='"', needs=value.needs)

    @staticmethod
    def _closed(
        expression: Expression | None,
        value: Value,
        opening: tuple[str, ...],
        closing: str,
        checks: tuple[Check, ...] = (),
    ) -> TermSql:
        """A literal that ends the same for every record."""
        return TermSql(
            (*opening, text(closing)),
            value.generators,
            value.fields,
            checks,
            needs=value.needs,
            opening='"',
            closing=closing,
            injective=_is_injective(expression, encoded=False),
        )

    def _tagged(self, term: TermMap, language: TermMap, value: Value, opening: tuple[str, ...]) -> TermSql:
        if isinstance(language.expression, Constant):
            tag = parse_term(language.expression.term).value
            if not _LANGUAGE.fullmatch(tag):
                self._wrong(
                    "language-malformed", f"“{tag}” is not a language tag", language.location, "write en, fr or en-GB"
                )
            return self._closed(term.expression, value, opening, f'"@{tag}')
        self._open = {}
        tag_value = self.value(language.expression)  # type: ignore[arg-type]
        check = Check(
            "language-malformed",
            tag_value.sql,
            f"iomld_language({tag_value.sql})",
            "“{}” is not a language tag",
            "write en, fr or en-GB",
            tag_value.generators,
            tag_value.fields,
            language.location,
        )
        return TermSql(
            (*opening, "'\"@'", tag_value.sql),
            _unique(value.generators, tag_value.generators),
            value.fields,
            (check,),
            needs=(*value.needs, *tag_value.needs),
            opening='"',
        )

    def _typed(self, term: TermMap, datatype: TermMap, value: Value, opening: tuple[str, ...]) -> TermSql:
        if isinstance(datatype.expression, Constant):
            iri = parse_term(datatype.expression.term).value
            if not _ABSOLUTE.match(iri):
                iri = (self.base or "") + iri
            closing = '"' if iri == _XSD_STRING else f'"^^<{iri}>'
            condition = lexical(iri, value.sql)
            checks: tuple[Check, ...] = ()
            if condition is not None:
                short = "xsd:" + iri.rpartition("#")[2]
                checks = (
                    Check(
                        "value-ill-typed",
                        value.sql,
                        condition,
                        f"“{{}}” is not a value of {short}",
                        _EXAMPLES.get(short),
                        value.generators,
                        value.fields,
                        term.location,
                    ),
                )
            if checks and iri.rpartition("#")[2] not in TEXTUAL:
                # a value that passes the check holds nothing to escape
                opening = ("'\"'", value.sql)
            return self._closed(term.expression, value, opening, closing, checks)
        self._open = {}
        typed = self._iri(datatype)
        closing = f"CASE WHEN {typed.sql} = '<{_XSD_STRING}>' THEN '\"' ELSE '\"^^' || {typed.sql} END"
        return TermSql(
            (*opening, closing),
            _unique(value.generators, typed.generators),
            value.fields,
            typed.checks,
            needs=(*value.needs, *typed.needs),
            opening='"',
        )

    def text_list(self, expression: Expression) -> tuple[str, bool]:
        """The text of an expression as an argument: SQL, and whether it is a list."""
        match expression:
            case Reference(reference):
                column = self.relation.columns[reference]
                return f"{self.alias}.{column.sql}", column.many
            case Call():
                column = self.calls[expression]
                return f"{self.alias}.{column.sql}", column.many
            case Constant(term):
                return text(parse_term(term).value), False
            case Template(parts):
                return self._template_list(parts)

    def _template_list(self, parts: tuple[str | Reference, ...]) -> tuple[str, bool]:
        sql, wraps = [], []
        for part in parts:
            if isinstance(part, str):
                sql.append(text(part))
                continue
            column = self.relation.columns[part.name]
            if column.many:
                variable = name(f"x{next(self.numbers)}")
                wraps.append((f"{self.alias}.{column.sql}", variable))
                sql.append(variable)
            else:
                sql.append(f"{self.alias}.{column.sql}")
        whole = f"({' || '.join(sql) or text('')})"
        for index, (column_sql, variable) in enumerate(reversed(wraps)):
            whole = f"list_transform({column_sql}, lambda {variable}: {whole})"
            if index:
                whole = f"flatten({whole})"
        return whole, bool(wraps)
