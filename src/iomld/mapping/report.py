"""The report of a run: as text for people, as JSON for scripts, as quads for everybody else.

Source: the RML Execution Report vocabulary (https://w3id.org/dre/rer) for the report and its errors; PROV-O for the
run, its phases and what it read; schema.org's PropertyValue for numbers with their units; RFC 7111 and CSV on the Web
for the cell of an error.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from iomld import __version__
from iomld.errors import IomldError
from iomld.graph import Quad
from iomld.mapping.journal import Journal
from iomld.terms import WELL_KNOWN, PrefixMap, literal

__all__ = ["Report"]

_NAMES = PrefixMap({**WELL_KNOWN, "rer": "https://w3id.org/dre/rer#"})
_RFC_7111 = "<http://tools.ietf.org/rfc/rfc7111>"


def _name(curie: str) -> str:
    return f"<{_NAMES.expand(curie)}>"


def _number(value: float) -> str:
    kind = "integer" if isinstance(value, int) else "decimal"
    return literal(str(value), datatype=_NAMES.expand(f"xsd:{kind}"))


@dataclass(frozen=True)
class Report:
    """What a run read, made, left out and took.

    :param journal: the notes of the run
    :param errors: what ended it, or what it left out
    :param done: whether the output was written
    """

    journal: Journal
    errors: Sequence[IomldError]
    done: bool

    #: prefixes in which people read the quads
    prefixes = _NAMES

    @property
    def triples(self) -> int:
        """How many triples the rules made, those that two records or rules make alike counted for each."""
        return sum(made.triples for _, rules in self.journal.made for made in rules)

    def json(self) -> str:
        """The report as JSON."""
        content = {
            "processor": {"name": "iomld", "version": __version__},
            "done": self.done,
            "triples": self.triples,
            "sources": [{"name": each.source, "rows": each.rows} for each in self.journal.read],
            "triplesMaps": [
                {
                    "name": triples_map.name,
                    "location": str(triples_map.location),
                    "triples": sum(made.triples for made in rules),
                    "rules": [
                        {
                            "name": made.rule.name,
                            "location": str(made.rule.location),
                            "triples": made.triples,
                            "nulls": made.nulls,
                        }
                        for made in rules
                    ],
                }
                for triples_map, rules in self.journal.made
            ],
            "errors": [
                {
                    "id": error.id,
                    "message": error.message,
                    "file": error.location.file if error.location else None,
                    "line": error.location.line if error.location else None,
                    "row": error.location.row if error.location else None,
                    "column": error.location.field if error.location else None,
                    "hint": error.hint,
                }
                for error in self.errors
            ],
            "phases": [
                {"name": each.name, "seconds": round(each.seconds, 3), "memory": each.memory}
                for each in self.journal.phases
            ],
        }
        return json.dumps(content, ensure_ascii=False, indent=2) + "\n"

    def text(self) -> str:
        """The report as text of 80 columns."""
        lines = [f"iomld {__version__}: {'done' if self.done else 'nothing written'}", "", "rows read"]
        lines += [f"  {each.rows:>13,}  {each.source}" for each in self.journal.read] or ["  none"]
        lines += ["", f"triples made{'':13}records without a value"]
        for triples_map, rules in self.journal.made:
            lines.append(f"  {sum(made.triples for made in rules):>13,}  {triples_map.name}")
            lines += [f"  {made.triples:>13,}  {made.nulls:>11,}  {made.rule.name}" for made in rules]
        lines.append(f"  {self.triples:>13,}  in all")
        lines += ["", f"errors: {len(self.errors):,}"]
        lines += [f"  {error}" for error in self.errors]
        lines += ["", "time and memory"]
        for each in self.journal.phases:
            memory = "" if each.memory is None else f"{each.memory / 2**20:>9,.0f} MiB"
            lines.append(f"  {each.name:<10} {each.seconds:>9.2f} s {memory}")
        return "\n".join(lines) + "\n"

    def quads(self) -> Iterator[Quad]:
        """The report as quads, with blank nodes for what it tells of."""
        for subject, predicate, object in self._statements():
            spelt = object if object[0] in '<_"' else _name(object)
            yield subject, _name("rdf:type" if predicate == "a" else predicate), spelt, ""

    def _statements(self) -> Iterator[tuple[str, str, str]]:
        report, run = "_:report", "_:run"
        labels = (f"_:b{number}" for number in itertools.count())

        def value(of: str, name: str, amount: float, unit: str | None = None) -> Iterator[tuple[str, str, str]]:
            node = next(labels)
            yield of, "schema:additionalProperty", node
            yield node, "a", "schema:PropertyValue"
            yield node, "schema:name", literal(name, language="en")
            yield node, "schema:value", _number(amount)
            if unit:
                yield node, "schema:unitCode", literal(unit)

        yield report, "a", "rer:RmlExecutionReport"
        yield report, "rer:processorName", literal("iomld")
        yield report, "rer:processorVersion", literal(__version__)
        yield report, "rer:generatedStatements", _number(self.triples)
        yield report, "prov:wasGeneratedBy", run
        yield run, "a", "prov:Activity"
        for read in self.journal.read:
            source = next(labels)
            yield run, "prov:used", source
            yield source, "a", "prov:Entity"
            yield source, "rdfs:label", literal(read.source)
            yield from value(source, "rows", read.rows)
        for triples_map, rules in self.journal.made:
            count, node = next(labels), next(labels)
            yield report, "rer:generatedStatementsPerTriplesMap", count
            yield count, "a", "rer:GeneratedStatementPerTriplesMap"
            yield count, "rer:generatedStatements", _number(sum(made.triples for made in rules))
            yield count, "rer:triplesMap", node
            yield node, "rdfs:label", literal(triples_map.name)
            for made in rules:
                rule = next(labels)
                yield node, "dcterms:hasPart", rule
                yield rule, "rdfs:label", literal(made.rule.name)
                yield rule, "dcterms:source", literal(str(made.rule.location))
                yield from value(rule, "triples", made.triples)
                yield from value(rule, "records without a value", made.nulls)
        for error in self.errors:
            yield from self._error(report, error, labels)
        for phase in self.journal.phases:
            node = next(labels)
            yield run, "dcterms:hasPart", node
            yield node, "a", "prov:Activity"
            yield node, "rdfs:label", literal(phase.name, language="en")
            yield from value(node, "time", round(phase.seconds, 3), "SEC")
            if phase.memory is not None:
                yield from value(node, "memory", phase.memory, "AD")

    @staticmethod
    def _error(report: str, error: IomldError, labels: Iterator[str]) -> Iterator[tuple[str, str, str]]:
        node = next(labels)
        yield report, "rer:hasError", node
        yield node, "a", "rer:Error"
        yield node, "rer:message", literal(error.message)
        yield node, "dcterms:identifier", literal(error.id)
        if error.hint:
            yield node, "rdfs:comment", literal(error.hint)
        if error.location is None:
            return
        place, source = next(labels), next(labels)
        yield node, "prov:atLocation", place
        yield place, "a", "prov:Location"
        yield place, "a", "oa:SpecificResource"
        yield place, "rdfs:label", literal(str(error.location))
        yield place, "oa:hasSource", source
        yield source, "rdfs:label", literal(error.location.file)
        if error.location.row is not None:
            selector = next(labels)
            yield place, "oa:hasSelector", selector
            yield selector, "a", "oa:FragmentSelector"
            yield selector, "dcterms:conformsTo", _RFC_7111
            yield selector, "rdf:value", literal(f"row={error.location.row}")
        if error.location.field is not None:
            yield place, "csvw:name", literal(error.location.field)
