"""A JSON-LD context, seen from the data: which key and which form of value a statement takes.

What a context may use here: ``@version``, ``@vocab``, ``@base``, prefixes, and terms with ``@id``, ``@type`` and
``@container`` of ``@set`` and ``@language``. Terms that use more are left unused, which is always right, if longer.

Source: JSON-LD 1.1, sections 4.1 and 4.2; JSON-LD 1.1 Processing Algorithms, sections 6.2 and 7.4.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from iomld.errors import DataError, UsageError
from iomld.serialization.curies import DELIMITERS, Curies
from iomld.serialization.memory import Memory

__all__ = ["LITERAL_TYPE", "Compaction", "Value", "dump"]


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
_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
LITERAL_TYPE = f'{_TYPE} "'  # how a statement begins that gives a literal for a type
_USED = {"@id", "@type", "@container", "@language", "@prefix", "@protected"}


class _Definition(NamedTuple):
    term: str
    type: str | None  # "@id", "@vocab" or a datatype IRI
    container: frozenset[str]


#: where a statement goes: key of the node object; JSON text of the value; key in a language map, where the term's
#: container is one; whether the key always takes an array
Value = tuple[str, str, str | None, bool]


class _Form(NamedTuple):
    """How values of one kind are written under one key.

    :param before: JSON text in front of an IRI or a quoted text, ``after`` that behind it
    :param native: datatype of the lexical forms that JSON's own numbers or truth values can stand for
    :param vocabulary: whether terms of the context may stand for IRIs
    """

    key: str
    before: str = ""
    after: str = ""
    language: str | None = None
    array: bool = False
    native: str | None = None
    vocabulary: bool = False


class Compaction:
    """The choice of keys and forms under one context.

    Terms are looked up spelt as in N-Quads: ``spell(term)`` is the shortest right spelling of an IRI or blank node,
    ``names[term]`` the same where terms of the context may stand for it, as they may after ``@type``.

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
        self._terms: dict[str, str] = {}
        self.keywords = {"@id": "@id", "@type": "@type"}
        self._read()
        self.id, self.type = self.keywords["@id"], self.keywords["@type"]
        if self._curies is not None and self._base is None:
            self.spell: Callable[[str], str] = self._curies.bare
        else:
            self.spell = Memory(lambda term: self._iri(term, vocabulary=False)).__getitem__
        self.names = Memory(lambda term: self._iri(term, vocabulary=True))
        self._forms = Memory(self._kinds)
        self._datatypes: set[str] = set()  # schemes, with no "//" behind, of datatypes that have no shorter name

    def _read(self) -> None:
        for term, definition in sorted(self.context.items()):
            if isinstance(definition, str) and not term.startswith("@"):
                if definition in self.keywords:
                    self.keywords[definition] = term
                    continue
                if definition.endswith(DELIMITERS):  # a simple term may be a prefix
                    self._prefixes[term] = self._expand(definition)
            elif isinstance(definition, Mapping) and definition.get("@prefix") is True:
                self._prefixes[term] = self._expand(str(definition.get("@id", term)))
        for term, definition in sorted(self.context.items(), key=lambda item: (len(item[0]), item[0])):
            if term.startswith("@") or term in self._prefixes or term in self.keywords.values() or definition is None:
                continue
            full = definition if isinstance(definition, Mapping) else {"@id": definition}
            # A term with a slash and no IRI of its own: readers do not agree on what it is relative to.
            if set(full) <= _USED and "@language" not in full and ("@id" in full or "/" not in term):
                iri = self._expand(str(full.get("@id", term)))
                kind = full.get("@type")
                container = full.get("@container", ())
                containers = frozenset([container] if isinstance(container, str) else container)
                if containers <= {"@set", "@language"}:
                    type_ = None if kind is None else str(kind) if str(kind)[0] == "@" else self._expand(str(kind))
                    self._definitions.setdefault(iri, []).append(_Definition(term, type_, containers))
                    self._terms.setdefault(iri, term)
        self._refuse_clash(self._schemes)

    def _refuse_clash(self, schemes: frozenset[str] | set[str]) -> None:
        declared = self._prefixes if self._curies is None else dict(self._curies.declarations())
        for prefix in sorted(schemes.intersection(declared)):
            raise DataError(
                "jsonld-prefix-clash",
                f"the data has IRIs that begin with “{prefix}:”, which the context declares as a prefix",
                hint="leave the prefix out of the context",
            )

    def finish(self) -> None:
        """All was spelt: see that no datatype could be taken for a CURIE.

        :raises DataError: ``jsonld-prefix-clash``
        """
        self._refuse_clash(self._datatypes)

    def _expand(self, value: str) -> str:
        prefix, colon, rest = value.partition(":")
        if colon and not rest.startswith("//") and isinstance(self.context.get(prefix), str):
            return str(self.context[prefix]) + rest
        vocab = self.context.get("@vocab")
        return str(vocab) + value if not colon and isinstance(vocab, str) else value

    def _iri(self, term: str, *, vocabulary: bool) -> str:
        if term[0] == "_":
            return term
        iri = term[1:-1]
        if vocabulary and iri in self._terms:
            return self._terms[iri]
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

    def value(self, said: str, *, types: bool = True) -> Value:
        """Where a statement goes.

        :param said: predicate and object, spelt as in N-Quads, with a space between them
        :param types: whether types of a node go where JSON-LD has a keyword for them
        """
        predicate, _, object = said.partition(" ")
        if object[0] != '"':
            if types and predicate == _TYPE:
                return self.type, f'"{self.names[object]}"', None, False
            key, before, after, language, array, _, vocabulary = self._forms[predicate]["@id"]
            text = self.names[object] if vocabulary else self.spell(object)
        else:
            end = object.rindex('"') + 1
            key, before, after, language, array, native, _ = self._forms[predicate][object[end:]]
            text = object[:end]  # escapes of canonical N-Quads are those of JSON
            if native and _is_native(text, native):
                before, text, after = "", text[1:-1], ""
        return key, f"{before}{text}{after}", language, array

    def _kinds(self, predicate: str) -> Memory[_Form]:
        """How the values of a property are written: by ``@id``, or by what follows the quoted text of a literal."""
        return Memory(lambda kind: self._form(predicate, kind))

    def _form(self, predicate: str, kind: str) -> _Form:
        if kind == "@id":
            key, chosen = self._choose(predicate, kind)
            array = chosen is not None and "@set" in chosen.container
            if chosen is not None and chosen.type:
                return _Form(key, '"', '"', array=array, vocabulary=chosen.type == "@vocab")
            return _Form(key, f'{{"{self.id}": "', '"}', array=array)
        datatype = kind[3:-1] if kind[:1] == "^" else None
        spoken = "@direction" if "--" in kind else "@language"
        key, chosen = self._choose(predicate, datatype or (spoken if kind else _STRING))
        container = chosen.container if chosen is not None else frozenset()
        form = _Form(key, array="@set" in container, language="@none" if "@language" in container else None)
        if not kind:
            return form
        if datatype is None:
            if form.language:
                return form._replace(language=kind[1:])
            tag, _, direction = kind[1:].partition("--")
            extra = f', "@direction": "{direction}"' if direction else ""
            return form._replace(before=f'{{"@language": "{tag}"{extra}, "@value": ', after="}")
        coerced = chosen is not None and chosen.type == datatype
        native = datatype if datatype in _NATIVE or (coerced and datatype in _INTEGERS) else None
        if coerced:
            return form._replace(native=native)
        name = self.names[f"<{datatype}>"]
        if name == datatype and (scheme := _SCHEME.match(datatype)):
            self._datatypes.add(scheme[1])
        return form._replace(native=native, before=f'{{"{self.type}": "{name}", "@value": ', after="}")

    def key(self, predicate: str) -> str:
        """The key under which links by a property stand."""
        return self._choose(predicate, "@id")[0]

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
        elif kind == "@direction":  # a language map has no place for it
            best = first(None)
        elif kind == _STRING:
            best = first(None, _STRING, "map")
        else:
            best = first(kind, None)
        return (best.term, best) if best else (self._shorten(predicate), None)


def _is_native(text: str, datatype: str) -> bool:
    """Whether a number or truth value of JSON stands for the same lexical form.

    :param text: the lexical form in quotes
    """
    if datatype == _BOOLEAN:
        return text in ('"true"', '"false"')
    return _WHOLE.fullmatch(text, 1, len(text) - 1) is not None


def dump(value: object, *, indent: str = "") -> str:
    """JSON text of a small value, keys sorted, two spaces a level."""
    text = json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True)
    return text.replace("\n", "\n" + indent)
