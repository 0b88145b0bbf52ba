"""A JSON-LD context, seen from the data: which key and which form of value a statement takes.

What a context may use here: ``@version``, ``@vocab``, ``@base``, prefixes, and terms with ``@id``, ``@type`` and
``@container`` of ``@set`` and ``@language``. Terms that use more are left unused, which is always right, if longer.

Source: JSON-LD 1.1, sections 4.1 and 4.2; JSON-LD 1.1 Processing Algorithms, sections 6.2 and 7.4.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import NamedTuple

from iomld.errors import DataError, UsageError
from iomld.serialization.curies import Curies

__all__ = ["Compaction", "dump"]

_XSD = "http://www.w3.org/2001/XMLSchema#"
_INTEGERS = frozenset(
    f"{_XSD}{sign}{name}"
    for sign, name in [
        *(("", name) for name in ("integer", "long", "int", "short", "byte")),
        *(("unsigned", name) for name in ("Long", "Int", "Short", "Byte")),
        *((sign, "Integer") for sign in ("nonNegative", "positive", "nonPositive", "negative")),
    ]
)
_BOOLEAN, _STRING = _XSD + "boolean", _XSD + "string"
_NATIVE = {_BOOLEAN, _XSD + "integer"}  # read from JSON's own numbers and truth values with no word on the type
# Whole numbers that JSON holds exactly (RFC 8259, section 6), in their canonical lexical form.
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,14}")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):(?!//)")
_USED = {"@id", "@type", "@container", "@language", "@prefix", "@protected"}


class _Definition(NamedTuple):
    term: str
    type: str | None  # "@id", "@vocab" or a datatype IRI
    container: frozenset[str]


class Compaction:
    """The choice of keys and forms under one context.

    :param context: a JSON-LD context, with the key ``@context`` around it or without; None: prefixes alone
    :param curies: prefixes, where there is no context
    :param base: absolute IRI ending in a slash against which ``@id`` is written; overrides ``@base`` of the context
    :raises UsageError: ``jsonld-context``
    """

    def __init__(
        self, context: Mapping[str, object] | None, *, curies: Curies, schemes: frozenset[str], base: str | None = None
    ) -> None:
        inner = context.get("@context", context) if context is not None else {}
        if not isinstance(inner, Mapping) or "@language" in inner or "@import" in inner or "@direction" in inner:
            raise UsageError("jsonld-context", "the JSON-LD context is not one object without @language and @import")
        self.context = {**inner, "@base": base} if base else dict(inner)
        self._curies = curies if context is None else None
        self._schemes = schemes
        known = self.context.get("@base")
        self._base = known if isinstance(known, str) and known.endswith("/") else None
        self._prefixes: dict[str, str] = {}
        self._definitions: dict[str, list[_Definition]] = {}
        self._names: dict[str, str] = {}
        self.keywords = {"@id": "@id", "@type": "@type"}
        self._read()
        self._id, self._type = self.keywords["@id"], self.keywords["@type"]
        self._keys: dict[tuple[str, str], tuple[str, str | None, bool, bool]] = {}
        self._compacted: dict[str, str] = {}

    def _read(self) -> None:
        for term, definition in sorted(self.context.items()):
            if isinstance(definition, str) and not term.startswith("@"):
                if definition in self.keywords:
                    self.keywords[definition] = term
                    continue
                if definition[-1:] in ":/?#[]@":  # a simple term may be a prefix
                    self._prefixes[term] = self._expand(definition)
            elif isinstance(definition, Mapping) and definition.get("@prefix") is True:
                self._prefixes[term] = self._expand(str(definition.get("@id", term)))
        for term, definition in sorted(self.context.items(), key=lambda item: (len(item[0]), item[0])):
            if term.startswith("@") or term in self._prefixes or term in self.keywords.values() or definition is None:
                continue
            full = definition if isinstance(definition, Mapping) else {"@id": definition}
            if set(full) <= _USED and "@language" not in full:
                iri = self._expand(str(full.get("@id", term)))
                kind = full.get("@type")
                container = full.get("@container", ())
                containers = frozenset([container] if isinstance(container, str) else container)
                if containers <= {"@set", "@language"}:
                    type_ = None if kind is None else str(kind) if str(kind)[0] == "@" else self._expand(str(kind))
                    self._definitions.setdefault(iri, []).append(_Definition(term, type_, containers))
                    self._names.setdefault(iri, term)
        for prefix in set(self._prefixes) & self._schemes:
            raise DataError(
                "jsonld-prefix-clash",
                f"the data has IRIs that begin with “{prefix}:”, which the context declares as a prefix",
                hint="leave the prefix out of the context",
            )

    def _expand(self, value: str) -> str:
        prefix, colon, rest = value.partition(":")
        if colon and not rest.startswith("//") and isinstance(self.context.get(prefix), str):
            return str(self.context[prefix]) + rest
        vocab = self.context.get("@vocab")
        return str(vocab) + value if not colon and isinstance(vocab, str) else value

    def iri(self, term: str, *, vocabulary: bool = False) -> str:
        """The shortest right spelling of an IRI or blank node, without quotes.

        :param term: spelt as in N-Quads
        :param vocabulary: whether terms of the context may stand for it, as they may after ``@type``
        """
        if term[0] == "_":
            return term
        key = term if vocabulary else term[1:]
        found = self._compacted.get(key)
        if found is None:
            if len(self._compacted) > 100_000:
                self._compacted.clear()
            found = self._compacted[key] = self._compact(term, vocabulary)
        return found

    def _compact(self, term: str, vocabulary: bool) -> str:
        iri = term[1:-1]
        if vocabulary and iri in self._names:
            return self._names[iri]
        if not vocabulary and self._base and iri.startswith(self._base):
            relative = iri[len(self._base) :]
            # A reference that resolves to what it was: no scheme, no dot segments, nothing that is a network path.
            if re.fullmatch(r"[A-Za-z0-9_][^:/?#]*(?:/[^/?#.][^/?#]*)*(?:[?#].*)?", relative):
                return relative
        return self._shorten(term)

    def _shorten(self, term: str) -> str:
        """An IRI by its prefix, which holds wherever an IRI can stand."""
        iri = term[1:-1]
        if self._curies is not None:
            return self._curies.spell(term).strip("<>")
        found = [
            f"{prefix}:{iri[len(namespace) :]}"
            for prefix, namespace in self._prefixes.items()
            if len(iri) > len(namespace) and iri.startswith(namespace) and not iri[len(namespace) :].startswith("//")
        ]
        return min((curie for curie in found if curie not in self.context), key=lambda c: (len(c), c), default=iri)

    def place(self, predicate: str, object: str) -> tuple[str, str, str | None, bool]:
        """Where a statement goes.

        :returns: key; JSON text of the value; its key in a language map, where the term's container is one; and whether
            the key always takes an array
        """
        if object[0] != '"':
            key, type_, _, array = self._key(predicate, "@id")
            if type_:
                return key, f'"{self.iri(object, vocabulary=type_ == "@vocab")}"', None, array
            return key, f'{{"{self._id}": "{self.iri(object)}"}}', None, array
        last = object[-1]
        if last == '"':
            key, _, mapped, array = self._key(predicate, _STRING)
            return key, object, "@none" if mapped else None, array
        end = object.rindex('"')
        text = object[: end + 1]  # escapes of canonical N-Quads are those of JSON
        if last != ">":
            language = object[end + 2 :]
            key, _, mapped, array = self._key(predicate, "@language")
            if mapped:
                return key, text, language, array
            tag, _, direction = language.partition("--")
            extra = f', "@direction": "{direction}"' if direction else ""
            return key, f'{{"@language": "{tag}"{extra}, "@value": {text}}}', None, array
        datatype = object[end + 4 : -1]
        key, type_, _, array = self._key(predicate, datatype)
        coerced = type_ == datatype
        if coerced or datatype in _NATIVE:
            native = _native(text, datatype)
            if native is not None or coerced:
                return key, native or text, None, array
        name = self.iri(f"<{datatype}>", vocabulary=True)
        return key, f'{{"{self._type}": "{name}", "@value": {text}}}', None, array

    def key(self, predicate: str) -> str:
        """The key under which links by a property stand."""
        return self._key(predicate, "@id")[0]

    def _key(self, predicate: str, kind: str) -> tuple[str, str | None, bool, bool]:
        """Key, coercion, whether it holds a language map, whether it always takes an array."""
        found = self._keys.get((predicate, kind))
        if found is None:
            key, chosen = self._choose(predicate, kind)
            found = (key, None, False, False)
            if chosen is not None:
                found = (key, chosen.type, "@language" in chosen.container, "@set" in chosen.container)
            self._keys[predicate, kind] = found
        return found

    def _choose(self, predicate: str, kind: str) -> tuple[str, _Definition | None]:
        definitions = self._definitions.get(predicate[1:-1], [])

        def first(*wanted: object) -> _Definition | None:
            for want in wanted:
                for one in definitions:
                    mapped = "@language" in one.container
                    if (mapped and want == "map") or (not mapped and one.type == want):
                        return one
            return None

        if kind == "@id":
            best = first("@id", "@vocab", None)
        elif kind == "@language":
            best = first("map", None)
        elif kind == _STRING:
            best = first(None, _STRING, "map")
        else:
            best = first(kind, None)
        return (best.term, best) if best else (self._shorten(predicate), None)


def _native(text: str, datatype: str) -> str | None:
    """A number or truth value of JSON that stands for the same lexical form."""
    if datatype == _BOOLEAN and text in ('"true"', '"false"'):
        return text[1:-1]
    if datatype in _INTEGERS and _WHOLE.fullmatch(text, 1, len(text) - 1):
        return text[1:-1]
    return None


def dump(value: object, *, indent: str = "") -> str:
    """JSON text of a small value, keys sorted, two spaces a level."""
    text = json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True)
    return text.replace("\n", "\n" + indent)
