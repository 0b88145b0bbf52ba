"""Term maps to SQL over one record: terms spelt as in N-Quads, with the conditions that make them legal."""

from __future__ import annotations

import hashlib
import itertools
import re
from dataclasses import dataclass, replace

from iomld.engine import TEXTUAL, lexical, on_term
from iomld.errors import MappingError
from iomld.location import SourceLocation
from iomld.mapping.expressions import Check, TargetSql, TermSql, Value, is_injective, references
from iomld.mapping.model import Call, Constant, Expression, Reference, Target, Template, TermMap
from iomld.mapping.openings import is_relative, opening
from iomld.mapping.scope import RecordScope, unique
from iomld.terms import parse_term

__all__ = ["Scope"]

_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_ILLEGAL = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_PLAIN = re.compile(r"[A-Za-z0-9]+")
_ASCII = "[!-~]*"  # the characters that may stand in a URI (RFC 3986) are among these
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


@dataclass
class Scope(RecordScope):
    """Where term maps are read; see :class:`RecordScope`."""

    def term(self, term: TermMap) -> TermSql:
        """The term that a term map makes of a record."""
        maps = [term, *(each for each in (term.language, term.datatype) if each is not None)]
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
        targets, checks = self._targets(unique(*(each.targets for each in maps)))
        return replace(made, columns=tuple(dict.fromkeys(columns)), targets=targets, checks=unique(made.checks, checks))

    def _targets(self, targets: tuple[Target, ...]) -> tuple[tuple[TargetSql, ...], tuple[Check, ...]]:
        """The files that quads go to, and what the values in their names must be like."""
        found: list[TargetSql] = []
        checks: list[Check] = []
        for target in targets:
            if isinstance(target.path, str):
                found.append(TargetSql(target, self.dialect.text(target.path)))
                continue
            self._open = {}
            # Encoded as in an IRI, a value holds no slash; a name of dots alone would still lead to another folder.
            name = self.value(target.path, safe="iomld_iri_safe")
            if name.generators:
                self._wrong(
                    "target-unsupported",
                    f"“{name.fields[0]}” has several values, a file has one name",
                    target.location,
                    "name the file by a reference that has one value",
                )
                continue
            path = name.sql
            for part in target.path.parts:
                if isinstance(part, Reference):
                    value = self.value(part)
                    holds = f"{value.sql} NOT IN ('.', '..')"
                    message, hint = "“{}” is the name of a folder", "a file is named by letters and digits"
                    checks.append(value.check("target-path", holds, message, hint, target.location))
                    if self.lenient:
                        path = f"CASE WHEN {holds} THEN {path} END"
            found.append(TargetSql(target, path, (path,) if self.lenient else name.needs))
        return tuple(found), tuple(checks)

    def _term(self, term: TermMap) -> TermSql:
        self._open = {}
        if term.expression is None:
            # _:m0s0r1 for a record, _:m0s0r1n0 for a row of a view
            numbers = ((f"'{each[0]}'", self.dialect("string", f"{self.alias}.{each}")) for each in self.relation.key)
            return TermSql((f"'_:{self.record}'", *itertools.chain.from_iterable(numbers)), opening="_:")
        if term.term_type == "blank":
            return self._blank(term)
        if term.term_type == "literal":
            return self._literal(term)
        return self._iri(term)

    def _blank(self, term: TermMap) -> TermSql:
        # Two values never share a label: the plain ones keep theirs behind a "b", all others are hashed behind an "h".
        if isinstance(term.expression, Constant):
            name = term.expression.term.removeprefix("_:")
            label = f"b{name}" if _PLAIN.fullmatch(name) else f"h{hashlib.md5(name.encode()).hexdigest()}"
            return TermSql.constant(f"_:{label}", self.dialect)
        value = self.value(term.expression)  # type: ignore[arg-type]
        plain = self.dialect.matches(value.sql, _PLAIN.pattern, whole=True)
        label = f"CASE WHEN {plain} THEN 'b' || {value.sql} ELSE 'h' || md5({value.sql}) END"
        return TermSql(("'_:'", label), value.generators, value.fields, opening="_:", needs=value.needs)

    def _call(self, function: str, value: str) -> str:
        return on_term(self.dialect, f"iomld_{function}", value)

    def _wrong(self, id: str, message: str, place: SourceLocation, hint: str | None = None) -> None:
        self.errors.append(MappingError(id, message, location=place, hint=hint))

    def _iri(self, term: TermMap) -> TermSql:
        expression, place = term.expression, term.location
        unsafe = term.term_type.startswith("unsafe")
        if isinstance(expression, Constant):
            if not expression.term.startswith("<"):
                return TermSql.constant(expression.term, self.dialect)
            iri = expression.term[1:-1]
            if not _ABSOLUTE.match(iri):
                if self.base is None:
                    self._wrong(
                        "iri-relative", f"<{iri}> is relative and there is no base IRI", place, "give a base IRI"
                    )
                iri = (self.base or "") + iri
            if _ILLEGAL.search(iri):
                self._wrong("iri-illegal", f"<{iri}> is not a legal IRI", place)
            return TermSql.constant(f"<{iri}>", self.dialect)
        if isinstance(expression, Template) and not unsafe:
            first = expression.parts[0] if expression.parts else ""
            lead = first if isinstance(first, str) else ""
            value = self.value(expression, safe=_SAFE[term.term_type])
            for part in expression.parts:
                if isinstance(part, str) and _ILLEGAL.search(part):
                    self._wrong(
                        "iri-illegal", f"“{part}” cannot stand in an IRI", place, "percent-encode it: %20 for a blank"
                    )
            absolute = _is_absolute(expression)
            if not absolute and self.base is None:
                self._wrong(
                    "iri-relative",
                    "the template makes relative IRIs and there is no base IRI",
                    place,
                    "give a base IRI",
                )
            begin = "<" if absolute else f"<{self.base}"
            last = expression.parts[-1] if len(expression.parts) > 1 else ""
            return TermSql(
                (self.dialect.text(begin), *value.pieces, "'>'"),
                value.generators,
                value.fields,
                needs=value.needs,
                opening=begin + lead,
                closing=f"{last if isinstance(last, str) else ''}>",
                injective=is_injective(expression, encoded=True),
            )
        value = self.value(expression)  # type: ignore[arg-type]
        base = self.dialect.text(self.base or "")
        full = f"CASE WHEN {self._call('absolute', value.sql)} THEN {value.sql} ELSE {base} || {value.sql} END"
        if unsafe:
            checks: tuple[Check, ...] = ()
            if not self.base and not _is_absolute(expression):
                holds = self._call("absolute", value.sql)
                message, hint = "“{}” is relative and there is no base IRI", "write an absolute IRI, or give a base IRI"
                checks = (value.check("iri-relative", holds, message, hint, place),)
            return TermSql(
                ("'<'", self._call("iri_escape", full), "'>'"),
                value.generators,
                value.fields,
                checks,
                needs=value.needs,
            )
        holds = self._call("legal_iri", full)
        if term.term_type == "uri":
            holds = f"({holds} AND {self.dialect.matches(value.sql, _ASCII, whole=True)})"
        check = value.check(
            "iri-illegal",
            holds,
            "“{}” makes no legal URI" if term.term_type == "uri" else "“{}” makes no legal IRI",
            'remove blanks and characters such as < > " { } or use a template, which encodes them'
            if self.base or term.term_type == "uri"
            else "write an absolute IRI, or give a base IRI",
            place,
        )
        lead = opening(expression).text
        return TermSql(
            ("'<'", full, "'>'"),
            value.generators,
            value.fields,
            (check,),
            opening=f"<{lead}" if _ABSOLUTE.match(lead) else f"<{self.base or ''}{lead}" if is_relative(lead) else "<",
            closing=">",
            needs=value.needs,
        )

    def _literal(self, term: TermMap) -> TermSql:
        expression = term.expression
        if isinstance(expression, Constant) and term.language is None and term.datatype is None:
            return TermSql.constant(expression.term, self.dialect)
        value = self.value(expression)  # type: ignore[arg-type]
        opening = ("'\"'", self._call("escape", value.sql))
        if term.language is not None:
            return self._tagged(term, term.language, value, opening)
        if term.datatype is not None:
            return self._typed(term, term.datatype, value, opening)
        if value.datatype is None:
            return self._closed(expression, value, opening, '"')
        suffix = f"CASE WHEN {value.datatype} IS NULL THEN '\"' ELSE '\"^^<' || {value.datatype} || '>' END"
        return TermSql((*opening, suffix), value.generators, value.fields, opening='"', needs=value.needs)

    def _closed(
        self,
        expression: Expression | None,
        value: Value,
        opening: tuple[str, ...],
        closing: str,
        checks: tuple[Check, ...] = (),
    ) -> TermSql:
        """A literal that ends the same for every record."""
        return TermSql(
            (*opening, self.dialect.text(closing)),
            value.generators,
            value.fields,
            checks,
            needs=value.needs,
            opening='"',
            closing=closing,
            injective=is_injective(expression, encoded=False),
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
        check = tag_value.check(
            "language-malformed",
            self._call("language", tag_value.sql),
            "“{}” is not a language tag",
            "write en, fr or en-GB",
            language.location,
        )
        return TermSql(
            (*opening, "'\"@'", tag_value.sql),
            unique(value.generators, tag_value.generators),
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
            condition = lexical(iri, value.sql, self.dialect)
            checks: tuple[Check, ...] = ()
            if condition is not None:
                short = "xsd:" + iri.rpartition("#")[2]
                message = f"“{{}}” is not a value of {short}"
                checks = (value.check("value-ill-typed", condition, message, _EXAMPLES.get(short), term.location),)
            if checks and iri.rpartition("#")[2] not in TEXTUAL:
                # a value that passes the check holds nothing to escape
                opening = ("'\"'", value.sql)
            return self._closed(term.expression, value, opening, closing, checks)
        self._open = {}
        typed = self._iri(datatype)
        closing = f"CASE WHEN {typed.sql} = '<{_XSD_STRING}>' THEN '\"' ELSE '\"^^' || {typed.sql} END"
        return TermSql(
            (*opening, closing),
            unique(value.generators, typed.generators),
            value.fields,
            typed.checks,
            needs=(*value.needs, *typed.needs),
            opening='"',
        )


def _is_absolute(expression: Expression | None) -> bool:
    """Whether a template begins with a scheme, whatever its values are."""
    first = expression.parts[0] if isinstance(expression, Template) and expression.parts else None
    return isinstance(first, str) and _ABSOLUTE.match(first) is not None
