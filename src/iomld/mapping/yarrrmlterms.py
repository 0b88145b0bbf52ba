"""Terms, functions, conditions and joins as YARRRML writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from iomld.engine import DATATYPES
from iomld.errors import IomldError, MappingError, nearest
from iomld.location import SourceLocation
from iomld.mapping.functions import resolve_function, resolve_parameter, with_conditions
from iomld.mapping.model import Call, Constant, Expression, Join, Reference, Template, TermMap
from iomld.mapping.rdfa import RDFA
from iomld.mapping.templates import parse_yarrrml_template
from iomld.mapping.yamlnodes import Node
from iomld.mapping.yarrrmltargets import TargetReader
from iomld.terms import PrefixMap, literal, undeclared

__all__ = ["CONDITIONS", "RDF_TYPE", "TARGETS", "TermReader"]

#: keys of conditions and of targets, in full and short
CONDITIONS = ("conditions", "condition", "c")
TARGETS = ("targets", "target", "t")
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_CURIE = re.compile(r"([A-Za-z_][\w.\-]*)?:(?!//)(.*)", re.S)
_SCHEMES = frozenset(
    ["http", "https", "urn", "mailto", "tag", "ftp", "file", "data", "doi", "info", "tel", "geo", "ni", "did", "ark",
     "hdl", "nih", "ldap", "news", "jdbc"]
)  # fmt: skip
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")  # as far as people write them: en, fr-CA
_TYPES = {"iri": "iri", "literal": "literal", "blank": "blank", "blanknode": "blank"}


def _meant_by(text: str) -> str:
    """What a name in the place of a datatype is short for."""
    if text in _TYPES:
        return f"a term type stands behind the value: $(column)~{text}"
    if text in DATATYPES:
        return f"did you mean xsd:{text}?"
    if _LANGUAGE.fullmatch(text):
        return f"did you mean {text}~lang?"
    near = nearest(text, DATATYPES, count=1)
    return near.replace("mean ", "mean xsd:") if near else "write a CURIE such as xsd:date, or an IRI in full"


class TermReader:
    """Reads terms with the prefixes and targets of one document; mistakes go to ``errors``."""

    def __init__(self, prefixes: Mapping[str, str], targets: TargetReader, errors: list[IomldError]) -> None:
        self.prefixes = PrefixMap({**RDFA, **prefixes})
        self.declared = prefixes
        self.targets = targets
        self.errors = errors

    def iri(self, text: str, place: SourceLocation) -> str:
        """Expand the CURIE at the beginning of a text, if there is one."""
        match = _CURIE.match(text)
        if match is None or (match[1] or "") in ("_",):
            return text
        prefix = match[1] or ""
        if prefix in self.prefixes:
            return self.prefixes[prefix] + match[2]
        if prefix.lower() not in _SCHEMES:
            self.errors.append(
                MappingError(
                    "unknown-prefix",
                    f"unknown prefix “{prefix}:” in “{text}”",
                    location=place,
                    hint=undeclared(prefix, self.prefixes, "yarrrml"),
                )
            )
        return text

    def _template(self, text: str, place: SourceLocation) -> Template | None:
        try:
            return parse_yarrrml_template(text, place)
        except MappingError as error:
            self.errors.append(error)
            return None

    def _expression(self, text: str, place: SourceLocation, kind: str) -> Expression | None:
        template = self._template(text, place)
        if template is None:
            return None
        parts = template.parts
        if len(parts) == 1 and isinstance(parts[0], Reference):
            return parts[0]
        if kind in ("iri", "blank") and parts and isinstance(parts[0], str):
            expanded = self.iri(parts[0], place) if kind == "iri" else parts[0].removeprefix("_:")
            parts = (expanded, *parts[1:])
        if any(isinstance(part, Reference) for part in parts):
            return Template(parts)
        whole = "".join(str(part) for part in parts)
        if kind == "iri":
            return Constant(f"<{whole}>")
        return Constant(f"_:{whole}" if kind == "blank" else literal(whole))

    def _is_curie(self, text: str) -> bool:
        """A text that is a CURIE through and through stands for an IRI, as everywhere else in a mapping."""
        match = _CURIE.fullmatch(text)
        return match is not None and match[1] in self.declared and not re.search(r"\s", text) and bool(match[2])

    def kind(self, node: Node) -> str:
        """Read a term type."""
        kind = _TYPES.get((node.text or "").lower())
        if kind is None:
            message = f"“{node.text}” is no term type"
            hint = "write iri, literal or blank"
            self.errors.append(MappingError("mapping-malformed", message, location=node.place, hint=hint))
        return kind or "iri"

    def term(self, node: Node, *, default: str, extra: Node | None = None) -> TermMap | None:
        """Read a term map.

        :param default: ``iri`` where the place wants an IRI, ``object`` where it is a literal unless said otherwise
        :param extra: third value of a short form: a datatype, or a language before ``~lang``
        """
        kind = default
        datatype, language = None, None
        value: Node | None = node
        if node.entries is not None:
            if node.get("function", "fn", "f") is not None:
                value = None
            else:
                value = node.get("value", "v")
                if value is None:
                    self.errors.append(MappingError("mapping-malformed", "the value is missing", location=node.place))
                    return None
            type_node = node.get("type")
            if type_node is not None:
                kind = self.kind(type_node)
            datatype = node.get("datatype")
            language = node.get("language", "lang")
        expression: Expression | None
        if value is None:
            expression = self.call(node)
            kind = "literal" if kind == "object" else kind
        else:
            if value.text is None:
                self.errors.append(
                    MappingError("mapping-malformed", f"a term is expected, this is {value.kind}", location=value.place)
                    if not value.is_scalar
                    else MappingError("mapping-malformed", "a term is expected, nothing is here", location=value.place)
                )
                return None
            text = value.text
            bare, tilde, suffix = text.rpartition("~")
            if tilde and suffix in ("iri", "literal", "blank"):
                text, kind = bare, suffix
            if kind == "object":
                kind = (
                    "iri"
                    if extra is None and datatype is None and language is None and self._is_curie(text)
                    else "literal"
                )
            if kind == "iri" and text.startswith("_:"):
                kind = "blank"
            expression = self._expression(text, value.place, kind)
        if expression is None:
            return None
        if extra is not None:
            bare, tilde, suffix = (extra.text or "").rpartition("~")
            if tilde and suffix == "lang":
                return TermMap(expression, "literal", node.place, language=self._plain(bare, extra))
            datatype = extra
        return TermMap(
            expression,
            kind,
            node.place,
            language=self._language(language) if language is not None else None,
            datatype=self._datatype(datatype) if datatype is not None else None,
            conditions=self.conditions(node.get(*CONDITIONS)),
            targets=self.targets.read(node.get(*TARGETS)),
        )

    def _datatype(self, node: Node) -> TermMap | None:
        """Read a datatype; a relative one is told, since it is a language, or a name of XML Schema, cut short."""
        term = self.term(node, default="iri")
        if term is None or not isinstance(term.expression, Constant) or ":" in term.expression.term:
            return term
        text = (node.text if node.text is not None else term.expression.term[1:-1]).removesuffix("~iri")
        self.errors.append(
            MappingError(
                "unknown-datatype",
                f"“{text}” is no datatype: a CURIE or an IRI in full is expected",
                location=node.place,
                hint=_meant_by(text),
            )
        )
        return None

    def _language(self, node: Node) -> TermMap | None:
        value = node if node.entries is None else node.get("value", "v")
        if value is None or value.text is None:
            self.errors.append(MappingError("mapping-malformed", "a language is expected", location=node.place))
            return None
        term = self._plain(value.text, value)
        if term is None:
            return None
        conditions, targets = self.conditions(node.get(*CONDITIONS)), self.targets.read(node.get(*TARGETS))
        return replace(term, conditions=conditions, targets=targets)

    def _plain(self, text: str, node: Node) -> TermMap | None:
        expression = self._expression(text.removesuffix("~lang"), node.place, "literal")
        return None if expression is None else TermMap(expression, "literal", node.place)

    def call(self, node: Node) -> Call | None:
        """Read a function with its parameters."""
        name_node = node.get("function", "fn", "f")
        if name_node is None or not name_node.text:
            self.errors.append(MappingError("mapping-malformed", "a function is expected", location=node.place))
            return None
        name, short = self._short(name_node.text)
        function = resolve_function(
            self.iri(name, name_node.place) if ":" in name else name, name_node.place, self.errors
        )
        inputs: list[tuple[str, TermMap]] = []
        for text, value_text in short:
            parameter = self.iri(text, name_node.place) if ":" in text else text
            if function is not None:
                parameter = resolve_parameter(function, parameter, name_node.place, self.errors)
            expression = self._expression(value_text, name_node.place, "literal")
            if expression is not None:
                inputs.append((parameter, TermMap(expression, "literal", name_node.place)))
        parameters = node.get("parameters", "pms")
        for item in parameters.items or [] if parameters is not None else []:
            if item.items is not None and len(item.items) >= 2:
                parameter_node, value_node = item.items[0], item.items[1]
            elif item.entries is not None and item.get("parameter", "pm") is not None:
                parameter_node = item.get("parameter", "pm") or item
                value_node = item.get("value", "v") or item
            else:
                self.errors.append(
                    MappingError("mapping-malformed", "a parameter is written [parameter, value]", location=item.place)
                )
                continue
            text = parameter_node.text or ""
            parameter = self.iri(text, parameter_node.place) if ":" in text else text
            if function is not None:
                parameter = resolve_parameter(function, parameter, parameter_node.place, self.errors)
            value = self.term(value_node, default="literal")
            if value is not None:
                inputs.append((parameter, with_conditions(value)))
        if function is None:
            return None
        return Call(function.iri, tuple(inputs), None, name_node.place)

    @staticmethod
    def _short(text: str) -> tuple[str, list[tuple[str, str]]]:
        """The short form ``name(parameter = value, parameter = value)``; without brackets there are no parameters."""
        name, bracket, rest = text.partition("(")
        if not bracket or not rest.endswith(")"):
            return text, []
        # a comma within $(…) belongs to the name of a reference
        parts = re.findall(r"((?:\$\([^)]*\)|[^,])+)", rest[:-1])
        pairs = [part.partition("=") for part in parts]
        return name.strip(), [(parameter.strip(), value.strip()) for parameter, _, value in pairs]

    def conditions(self, node: Node | None) -> tuple[Call, ...]:
        """Read the conditions of a mapping or of a predicate and object."""
        if node is None:
            return ()
        return tuple(call for item in node.each() if (call := self.call(item)) is not None)

    def join(self, node: Node) -> Join | None:
        """Read the condition of a reference to another mapping: two texts are equal."""
        name = node.get("function", "fn", "f")
        items = (node.get("parameters", "pms") or node).items or []
        if name is None or (name.text or "").rpartition(":")[2] != "equal" or len(items) != 2:
            self.errors.append(
                MappingError(
                    "join-unsupported",
                    "a join compares two values with the function equal",
                    location=(name or node).place,
                    hint="write [str1, $(column here), s] and [str2, $(column there), o]",
                )
            )
            return None
        sides: dict[str, TermMap] = {}
        for item, side in zip(items, "so", strict=True):
            parts = item.items or []
            if len(parts) < 2:
                self.errors.append(
                    MappingError("mapping-malformed", "a parameter is written [parameter, value]", location=item.place)
                )
                return None
            if len(parts) > 2 and parts[2].text in ("s", "o", "subject", "object"):
                side = (parts[2].text or "s")[0]
            value = self.term(parts[1], default="literal")
            if value is None:
                return None
            sides[side] = value
        if len(sides) != 2:
            self.errors.append(
                MappingError("mapping-malformed", "both sides of the join are the same mapping", location=node.place)
            )
            return None
        return Join(sides["s"], sides["o"], node.place)
