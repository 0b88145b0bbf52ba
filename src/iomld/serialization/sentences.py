"""How facts are told: one sentence a class, made from the labels that the data itself carries.

In a template, ``{org:member}`` stands for the names of the values of a property, ``{^mld:involvement}`` for those of
the things that point here by it; what stands in square brackets is left out where a value is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import duckdb

from iomld.terms import WELL_KNOWN, PrefixMap, parse_term

__all__ = ["CITED", "LABELS", "PERIOD", "PINPOINT", "PROVENANCE", "TEMPLATES", "TYPE", "Side", "Template", "expand"]

_NAMES = PrefixMap({**WELL_KNOWN, "mld": "https://w3id.org/iomld/ns#"})
PERIOD, PINPOINT = "urn:iomld:edtf", "urn:iomld:pinpoint"  # datatypes of values that stand for a node


class Template(NamedTuple):
    """How a class of facts is told.

    :param statement: the fact as a sentence
    :param name: what to call it in another sentence
    :param essential: properties without which it would be another fact
    """

    statement: str
    name: str
    essential: tuple[str, ...]


def expand(curie: str) -> str:
    """The spelt IRI of a CURIE; ``^`` in front is kept."""
    mark = "^" if curie.startswith("^") else ""
    return f"{mark}<{_NAMES.expand(curie.removeprefix('^'))}>"


def _template(statement: str, name: str, *essential: str) -> Template:
    return Template(statement, name, tuple(map(expand, essential)))


TEMPLATES: Mapping[str, Template] = {
    expand(kind): template
    for kind, template in {
        "mld:Participation": _template(
            "{org:member} joins {org:organization}[ as {org:role}][ from {mld:period}]",
            "{org:member} in {org:organization}",
            "org:member",
            "org:organization",
        ),
        "mld:Involvement": _template(
            "{prov:agent} takes part in {^mld:involvement}[ as {prov:hadRole}]",
            "{prov:agent} in {^mld:involvement}",
            "prov:agent",
            "^mld:involvement",
        ),
        "mld:ThematicScope": _template(
            "{mld:scopeOf} has the theme {mld:theme}",
            "{mld:scopeOf}",
            "mld:scopeOf",
            "mld:asWritten",
        ),
        "mld:Figure": _template(
            "{mld:figureOf} has the figure {mld:measure} {mld:value}[ {mld:unit}][ ({mld:qualifier})]",
            "{mld:measure} of {mld:figureOf}",
            "mld:figureOf",
            "mld:measure",
        ),
        "mld:Beneficiary": _template(
            "{mld:beneficiaryOf} benefits {skos:prefLabel}[: {mld:count}]",
            "{skos:prefLabel}, who benefit from {mld:beneficiaryOf}",
            "mld:beneficiaryOf",
            "skos:prefLabel",
        ),
        "mld:RegionalListing": _template(
            "{mld:grouping} is listed in {mld:listedRegion}[ with {mld:focus}]",
            "{mld:grouping} in {mld:listedRegion}",
            "mld:listedRegion",
            "mld:grouping",
        ),
        "mld:Relation": _template(
            "{mld:relationSubject}: {mld:relationType}[ {mld:relationObject}][, {mld:count}][, {mld:period}]",
            "the relation {mld:relationType} of {mld:relationSubject}[ to {mld:relationObject}]",
            "mld:relationSubject",
            "mld:relationObject",
        ),
        "mld:Response": _template(
            "{mld:respondent} answers {mld:respondsTo}[: {dcterms:description}]",
            "the answer of {mld:respondent} to {mld:respondsTo}",
            "mld:respondent",
            "mld:respondsTo",
        ),
        "mld:Name": _template(
            "{mld:nameOf} is called {skosxl:literalForm}[ ({mld:nameKind})]",
            "the name {skosxl:literalForm} of {mld:nameOf}",
            "mld:nameOf",
            "skosxl:literalForm",
        ),
        "mld:CodeAssignment": _template(
            "{mld:codeOf} has the code {skos:notation}[ in {mld:codeScheme}]",
            "the code of {mld:codeOf}[ in {mld:codeScheme}]",
            "mld:codeOf",
            "mld:codeScheme",
        ),
        "sssom:Mapping": _template(
            "{sssom:subject_id} is linked to {sssom:object_id}[ ({sssom:predicate_id})]",
            "the link of {sssom:subject_id} to {sssom:object_id}",
            "sssom:subject_id",
            "sssom:object_id",
        ),
    }.items()
}

TYPE = expand("rdf:type")
PROVENANCE = (expand("prov:wasDerivedFrom"), expand("dcterms:source"))
CITED = expand("prov:wasDerivedFrom")
LABELS = tuple(map(expand, ("skos:prefLabel", "rdfs:label", "dcterms:title", "schema:name", "foaf:name")))
#: nodes that only carry a value: they are told by it, in the sentences on what points to them
_CARRIERS = {
    expand("mld:Period"): (expand("mld:edtf"), PERIOD),
    expand("mld:Citation"): (expand("mld:pinpoint"), PINPOINT),
}
_LANGUAGES = ("en", None, "fr", "es")
_SLOT = re.compile(r"\{([^{}]+)\}")

View = dict[str, frozenset[str]]


class Side:
    """One of the two states of the data: what it says of a thing, and what it calls it.

    :param table: a table ``(subject, predicate, object, …)`` on the connection
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, table: str) -> None:
        self._connection = connection
        self._table = table
        self._known: dict[str, dict[str, list[str]]] = {}

    def load(self, terms: Iterable[str]) -> None:
        """Fetch what is said of many things at once, and what points to them by a property that a template uses."""
        wanted = sorted({term for term in terms if term[0] != '"'} - self._known.keys())
        if not wanted:
            return
        inverse = sorted({slot[1:] for slot in _slots() if slot.startswith("^")})
        rows = self._connection.execute(
            f"""
            WITH wanted AS (SELECT unnest($1::TEXT[]) AS term)
            SELECT DISTINCT subject, predicate, object FROM {self._table} JOIN wanted ON subject = term
            UNION ALL
            SELECT DISTINCT object, '^' || predicate, subject FROM {self._table} JOIN wanted ON object = term
            WHERE list_contains($2::TEXT[], predicate)
            ORDER BY ALL
            """,
            [wanted, inverse],
        ).fetchall()
        for term in wanted:
            self._known[term] = {}
        for subject, predicate, object in rows:
            self._known[subject].setdefault(predicate, []).append(object)

    def says(self, term: str) -> Mapping[str, list[str]]:
        """Everything that is said of a thing, by property."""
        self.load([term])
        return self._known.get(term, {})

    def has(self, term: str) -> bool:
        """Whether anything is said of the thing."""
        return any(not predicate.startswith("^") for predicate in self.says(term))

    def carried(self, term: str) -> str | None:
        """The value that a period or a citation stands for, as a literal, or None for other things."""
        for kind in self.says(term).get(TYPE, ()):
            if kind in _CARRIERS:
                predicate, datatype = _CARRIERS[kind]
                values = self.says(term).get(predicate)
                if values:
                    return f'"{parse_term(values[0]).value}"^^<{datatype}>'
        return None

    def view(self, term: str) -> View:
        """What is said of a thing, with the values of periods and citations in their place."""
        return {
            predicate: frozenset(self.carried(value) or value if value[0] == "<" else value for value in values)
            for predicate, values in self.says(term).items()
        }

    def template(self, term: str) -> Template | None:
        """The template of the thing's class."""
        return next((TEMPLATES[kind] for kind in self.says(term).get(TYPE, ()) if kind in TEMPLATES), None)

    def kind(self, term: str) -> str:
        """What sort of thing it is, in words."""
        kinds = self.says(term).get(TYPE, [])
        return self.name(min(kinds, key=lambda kind: (kind not in TEMPLATES, kind))) if kinds else "thing"

    def name(self, term: str) -> str:
        """What a value is called: its label, the sentence on it, or the end of its IRI."""
        if term[0] == '"':
            return _literal(term)
        says = self.says(term)
        template = self.template(term)
        if template is not None:
            return self.fill(template.name, term)
        labels = [parse_term(label) for predicate in LABELS for label in says.get(predicate, ())]
        if labels:
            return min(labels, key=lambda label: _rank(label.language)).value
        carried = self.carried(term)
        if carried is not None:
            return _literal(carried)
        local = re.split(r"[#/]", term.strip("<>").rstrip("/#"))[-1]
        return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", local).lower() if "#" in term else local

    def fill(self, template: str, term: str) -> str:
        """A template with the names of the thing's values."""
        view = self.view(term)

        def optional(match: re.Match[str]) -> str:
            return match[1] if all(view.get(expand(slot)) for slot in _SLOT.findall(match[1])) else ""

        def slot(match: re.Match[str]) -> str:
            values = sorted(_plain(self.name(value), value) for value in view.get(expand(match[1]), ()))
            return " and ".join(values) if values else "something"

        return _SLOT.sub(slot, re.sub(r"\[([^\[\]]*)\]", optional, template))

    def pinpoints(self, term: str) -> list[str]:
        """The places in documents that a thing rests on."""
        values = (parse_term(value) for value in self.view(term).get(CITED, ()) if value[0] == '"')
        return sorted(value.value for value in values if value.datatype == PINPOINT)


def _slots() -> set[str]:
    texts = [text for template in TEMPLATES.values() for text in (template.statement, template.name)]
    return {expand(slot) for text in texts for slot in _SLOT.findall(text)}


def _rank(language: str | None) -> tuple[int, str]:
    return (_LANGUAGES.index(language) if language in _LANGUAGES else len(_LANGUAGES), language or "")


def _literal(term: str) -> str:
    value = parse_term(term)
    if value.language:
        return f"“{value.value}” ({value.language})"
    if value.datatype == PERIOD:
        return _in_words(value.value)
    plain = value.datatype is not None and value.datatype != WELL_KNOWN["xsd"] + "string"
    return value.value if plain else f"“{value.value}”"


def _plain(name: str, term: str) -> str:
    """A text without its language: within a sentence it only names something."""
    return re.sub(r" \([A-Za-z0-9-]+\)$", "", name) if term[0] == '"' and term[-1] not in '">' else name


def _in_words(edtf: str) -> str:
    """A span of EDTF as one says it: ``2003/..`` is ``2003 on``."""
    start, slash, end = edtf.partition("/")
    if not slash:
        return edtf
    if end in ("", ".."):
        return f"{start} on"
    return f"until {end}" if start in ("", "..") else f"{start} until {end}"
