"""Functions of GREL and of IDLab's collection, as mappings in the field call them.

Source: users.ugent.be/~bjdmeest/function/grel.ttl; w3id.org/imec/idlab/function; the suite of RML-FNML.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
import unicodedata
import urllib.parse
from collections.abc import Callable
from typing import Any

from iomld.errors import TermError
from iomld.mapping.functions import GREL, IDLAB, Function, Parameter

__all__ = ["FUNCTIONS"]

_VALUE = Parameter(("valueParam", "valueParameter", "inputString", "str", "_str", "str1", "input"))
_VALUE2 = Parameter(("valueParam2", "valueParameter2", "str2", "otherStr", "_str2"))
_LIST = Parameter(("p_array_a", "valueParam", "valueParameter", "_list", "list", "array"), type="list")


def _string(*names: str, required: bool = True) -> Parameter:
    return Parameter(names, required=required)


def _substring(value: str, start: int, end: int | None) -> str | None:
    # Beyond the end of the text there is no value; at its end the text is empty.
    if start > len(value):
        return None
    return value[start:] if end is None else value[start:end]


def _escape(value: str, mode: str) -> str:
    match mode:
        case "html":
            return html.escape(value, quote=True)
        case "xml":
            return html.escape(value, quote=True).replace("&#x27;", "&apos;")
        case "url":
            return urllib.parse.quote(value, safe="")
        case "csv":
            return '"' + value.replace('"', '""') + '"' if re.search(r'[",\n\r]', value) else value
        case "javascript":
            return json.dumps(value)[1:-1]
    raise TermError("function-argument", f"“{mode}” is no way of escaping", hint="html, xml, url, csv or javascript")


def _to_number(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise TermError("function-argument", f"“{value}” is not a number") from None


def _upper_url(value: str) -> str:
    upper = value.upper()
    return upper if re.match(r"[A-Z][A-Z0-9+.\-]*:", upper) else f"http://{upper}"


def _slug(value: str) -> str:
    plain = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _fingerprint(value: str) -> str:
    plain = unicodedata.normalize("NFKD", value.strip().lower()).encode("ascii", "ignore").decode()
    return " ".join(sorted(set(re.sub(r"[^\w\s]", "", plain).split())))


def _true(value: str) -> bool:
    return value.strip().lower() in ("true", "1", "yes")


_TRUTH = Parameter(("bool_b", "strBoolean", "boolean", "p_bool"), type="boolean")
_FROM = Parameter(("p_int_i_from", "from", "param_int_i_from"), type="integer")
_TO = Parameter(("p_int_i_opt_to", "p_int_i_to", "to", "param_int_i_opt_to"), type="integer", required=False)
_FIND = _string("param_find", "p_string_find", "find")
_REPLACE = _string("param_replace", "p_string_replace", "replace")
_SEPARATOR = _string("p_string_sep", "sep", "separator", "p_string_separator")
_SUB = _string("string_sub", "p_string_sub", "sub", "valueParam2", "otherStr", "valueParameter2")
_NULLABLE = Parameter(("valueParam", "valueParameter", "str", "input"), nullable=True)

# local name, parameters, result, implementation
_Row = tuple[str, tuple[Parameter, ...], str, Callable[..., Any]]

_GREL: tuple[_Row, ...] = (
    ("toUpperCase", (_VALUE,), "string", str.upper),
    ("toLowerCase", (_VALUE,), "string", str.lower),
    ("toTitleCase", (_VALUE,), "string", str.title),
    ("string_trim", (_VALUE,), "string", str.strip),
    ("string_length", (_VALUE,), "integer", len),
    ("string_substring", (_VALUE, _FROM, _TO), "string", _substring),
    ("string_replace", (_VALUE, _FIND, _REPLACE), "string", lambda v, find, new: v.replace(find, new)),
    ("string_split", (_VALUE, _SEPARATOR), "list", lambda v, sep: v.split(sep)),
    ("string_contains", (_VALUE, _SUB), "boolean", lambda v, sub: sub in v),
    ("string_startsWith", (_VALUE, _SUB), "boolean", lambda v, sub: v.startswith(sub)),
    ("string_endsWith", (_VALUE, _SUB), "boolean", lambda v, sub: v.endswith(sub)),
    ("string_indexOf", (_VALUE, _SUB), "integer", lambda v, sub: v.find(sub)),
    ("string_toString", (_VALUE,), "string", lambda v: v),
    ("string_toNumber", (_VALUE,), "double", _to_number),
    ("string_md5", (_VALUE,), "string", lambda v: hashlib.md5(v.encode(), usedforsecurity=False).hexdigest()),
    ("string_sha1", (_VALUE,), "string", lambda v: hashlib.sha1(v.encode(), usedforsecurity=False).hexdigest()),
    ("string_fingerprint", (_VALUE,), "string", _fingerprint),
    ("escape", (_VALUE, _string("modeParam", "modeParameter", "mode")), "string", _escape),
    ("array_join", (_LIST, _SEPARATOR), "string", lambda values, sep: sep.join(values)),
    ("array_length", (_LIST,), "integer", len),
    ("array_uniques", (_LIST,), "list", lambda values: list(dict.fromkeys(values))),
    ("boolean_not", (_TRUTH,), "boolean", lambda value: not value),
    (
        "controls_if",
        (_TRUTH, _string("any_true"), Parameter(("any_false",), required=False, nullable=True)),
        "string",
        lambda truth, yes, no: yes if truth else no,
    ),
)

_IDLAB: tuple[_Row, ...] = (
    ("equal", (_VALUE, _VALUE2), "boolean", lambda one, two: one == two),
    ("notEqual", (_VALUE, _VALUE2), "boolean", lambda one, two: one != two),
    ("isNull", (_NULLABLE,), "boolean", lambda value: value is None or value == ""),
    ("isNotNull", (_NULLABLE,), "boolean", lambda value: value is not None and value != ""),
    ("trueCondition", (_TRUTH, _VALUE), "string", lambda truth, value: value if truth else None),
    ("stringContainsOtherString", (_VALUE, _SUB), "boolean", lambda v, sub: sub in v),
    ("alwaysReturnsABC", (), "string", lambda: "ABC"),
    ("toUpperCaseURL", (_VALUE,), "string", _upper_url),
    ("slugify", (_VALUE,), "string", _slug),
    (
        "concat",
        (_VALUE, _VALUE2, Parameter(("delimiter", "_delimiter"), required=False)),
        "string",
        lambda one, two, delimiter: f"{one}{delimiter or ''}{two}",
    ),
)

FUNCTIONS = tuple(
    Function(namespace + local, parameters, returns, run)
    for namespace, rows in ((GREL, _GREL), (IDLAB, _IDLAB))
    for local, parameters, returns, run in rows
)
