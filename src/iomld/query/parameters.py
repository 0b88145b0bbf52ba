"""Parameters of saved queries: what the user writes becomes a term, and only ever a term."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Collection, Mapping

from iomld.errors import QueryError, TermError, nearest
from iomld.location import SourceLocation
from iomld.query.saved import Parameter, SavedQuery
from iomld.query.scope import scope
from iomld.query.steps import surely_bound
from iomld.terms import PrefixMap, iri, literal

__all__ = ["bind", "expand", "lacking"]

_XSD = "http://www.w3.org/2001/XMLSchema#"
# XML Schema Part 2, sections 3.2.2, 3.2.3, 3.2.9 and 3.3.13.
_FORMS = {
    "integer": re.compile(r"[+-]?[0-9]+"),
    "decimal": re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"),
    "boolean": re.compile(r"true|false|0|1"),
    "date": re.compile(
        r"(-?[0-9]{4,})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(Z|[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
    ),
}
_EXAMPLES = {"integer": "12", "decimal": "0.5", "boolean": "true", "date": "2002-10-16"}
# RFC 3987 as SPARQL restates it in its terminal IRIREF.
_NOT_IN_IRI = re.compile(r"[\x00-\x20<>\"{}|\\^`\x7f]")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")


def expand(text: str, *, base: str, prefixes: PrefixMap) -> str:
    """An absolute IRI from its full form, a CURIE, or a form relative to the base.

    :raises QueryError: ``parameter-malformed``
    """
    text = text.removeprefix("<").removesuffix(">")
    prefix, colon, _ = text.partition(":")
    if colon and prefix in prefixes:
        try:
            text = prefixes.expand(text)
        except TermError as error:
            raise QueryError("parameter-malformed", error.message, hint=error.hint) from error
    elif not re.match(r"[A-Za-z][A-Za-z0-9+.\-]*:", text):
        text = base + text
    if _NOT_IN_IRI.search(text):
        raise QueryError("parameter-malformed", f"“{text}” is not an IRI")
    return text


def bind(
    saved: SavedQuery, given: Mapping[str, str], *, base: str, prefixes: PrefixMap
) -> dict[str, str | tuple[str, ...]]:
    """The values of a query's parameters as terms spelt as in N-Quads; nothing of them ever becomes query text.

    A query without a header takes any variable that its pattern surely binds, with the type guessed: an IRI where the
    value is written ``<…>`` or as a CURIE with a known prefix, else a string. A value with ``/``, ``#`` or ``:`` may be
    either: the answer is that for the string and for the IRI, relative to the base.

    :param given: values as the user writes them; an IRI in full, as a CURIE, or relative to the base
    :raises QueryError: ``parameter-unknown``, ``parameter-malformed``, ``parameter-missing``
    """
    known = {parameter.name: parameter for parameter in saved.parameters}
    values: dict[str, str | tuple[str, ...]] = {}
    for name, text in given.items():
        if name in known:
            values[name] = _term(known[name], text, base, prefixes)
        else:
            values[name] = _guessed(saved, name, text, base, prefixes)
    for name, parameter in known.items():
        if name not in given and parameter.default is not None:
            values[name] = _term(parameter, parameter.default, base, prefixes)
    for name in lacking(saved, given)[:1]:
        raise QueryError(
            "parameter-missing",
            f"parameter {name} has no value and no default; give --param {name}=…",
            location=SourceLocation(str(saved.file)),
            hint=f"it has the type {known[name].type}; where the query shall do without, say so: "
            f"FILTER(!BOUND(?{name}) || …)",
        )
    return values


def lacking(saved: SavedQuery, given: Collection[str]) -> list[str]:
    """The parameters that have neither value nor default and that the query cannot do without.

    These are used by a filter or another expression, and no pattern can bind them; a parameter that a pattern binds is
    free where it has no value, and so is one that the query asks about with ``BOUND`` or ``COALESCE``.

    :param given: names of the parameters that have values
    """
    free = [one.name for one in saved.parameters if one.default is None and one.name not in given]
    found = scope(saved.text) if free else None
    return [name for name in free if name in found.needed] if found else []


def _guessed(saved: SavedQuery, name: str, text: str, base: str, prefixes: PrefixMap) -> str | tuple[str, ...]:
    known = [parameter.name for parameter in saved.parameters] or surely_bound(saved.text)
    if saved.parameters or name not in known:
        raise QueryError(
            "parameter-unknown",
            f"query {saved.name} has no parameter “{name}”",
            hint=nearest(name, known) or (f"it has {', '.join(known)}" if known else "it has none"),
        )
    prefix, colon, _ = text.partition(":")
    if (text.startswith("<") and text.endswith(">")) or (colon and prefix in prefixes):
        return _term(Parameter(name, "iri"), text, base, prefixes)
    if any(sign in text for sign in "/#:") and not _NOT_IN_IRI.search(text):
        return literal(text), iri(expand(text, base=base, prefixes=prefixes))
    return literal(text)


def _term(parameter: Parameter, text: str, base: str, prefixes: PrefixMap) -> str:
    if parameter.type == "iri":
        try:
            return iri(expand(text, base=base, prefixes=prefixes))
        except QueryError as error:
            raise QueryError(error.id, f"parameter {parameter.name}: {error.message}", hint=error.hint) from error
    if parameter.type == "string":
        return literal(text)
    if parameter.type == "language":
        value, at, tag = text.rpartition("@")
        if at and not _LANGUAGE.fullmatch(tag):
            message = f"parameter {parameter.name}: “{tag}” is not a language tag"
            raise QueryError("parameter-malformed", message, hint="write it as text@en")
        if not at and not _LANGUAGE.fullmatch(text):
            message = f"parameter {parameter.name}: “{text}” has no language tag, and is none"
            raise QueryError("parameter-malformed", message, hint="write it as text@en, or a tag alone: en")
        return literal(value, language=tag) if at else literal(text)
    if not _FORMS[parameter.type].fullmatch(text) or (parameter.type == "date" and not _is_day(text)):
        raise QueryError(
            "parameter-malformed",
            f"parameter {parameter.name}: “{text}” is not of the type {parameter.type}",
            hint=f"write it like {_EXAMPLES[parameter.type]}",
        )
    return literal(text, datatype=_XSD + parameter.type)


def _is_day(date: str) -> bool:
    """Whether the month of a well-formed date has that day."""
    match = _FORMS["date"].fullmatch(date)
    assert match is not None
    return int(match[3]) <= monthrange(int(match[1]), int(match[2]))[1]
