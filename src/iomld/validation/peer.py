"""pySHACL as the engine for shapes that the compiler does not understand.

The data becomes an rdflib graph in memory: on an Oxigraph-backed one pySHACL reports false violations. The
shapes graph is copied whole and keeps only the targets of the shapes that are to be judged: pySHACL's own
filters (``focus_nodes=``) leak into nested shapes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from iomld.errors import ShapesError
from iomld.graph import Quads
from iomld.terms import blank, iri, literal, parse_term
from iomld.validation.messages import default_messages
from iomld.validation.model import Shapes
from iomld.validation.paths import Path, Predicate
from iomld.validation.patterns import for_python
from iomld.validation.report import Result
from iomld.validation.sparql import filled, placeholders
from iomld.validation.vocabulary import SH, TARGETS, rdf, sh

if TYPE_CHECKING:
    import rdflib

__all__ = ["judge"]

Triple = tuple[str, str, str]
_MARK = "\x1f"  # stands before each variable in the message that spells a solution out


class _Border:
    """Terms from and to rdflib. A plain literal stays plain, and no lexical form is normalized."""

    def __init__(self) -> None:
        self._made: dict[str, Any] = {}

    def term(self, spelt: str) -> Any:
        made = self._made.get(spelt)
        if made is None:
            import rdflib

            parsed = parse_term(spelt)
            if parsed.kind == "iri":
                made = rdflib.URIRef(parsed.value)
            elif parsed.kind == "blank":
                made = rdflib.BNode(parsed.value)
            elif parsed.language:
                made = rdflib.Literal(parsed.value, lang=parsed.language)
            elif spelt.endswith('"'):
                made = rdflib.Literal(parsed.value)
            else:
                made = rdflib.Literal(parsed.value, datatype=rdflib.URIRef(parsed.datatype or ""), normalize=False)
            self._made[spelt] = made
        return made

    def graph(self, triples: Iterable[Triple]) -> rdflib.Graph:
        import rdflib

        graph = rdflib.Graph()
        for triple in triples:
            subject, predicate, object = map(self.term, triple)
            graph.add((subject, predicate, object))
        return graph

    @staticmethod
    def spell(term: Any) -> str:
        import rdflib

        if isinstance(term, rdflib.URIRef):
            return iri(str(term))
        if isinstance(term, rdflib.BNode):
            return blank(str(term))
        return literal(str(term), language=term.language, datatype=str(term.datatype) if term.datatype else None)


def judge(data: Quads, shapes: Shapes, roots: Collection[str], *, subclasses: Sequence[Triple] = ()) -> list[Result]:
    """The results of pySHACL for the shapes named, with their targets.

    :param roots: nodes of the shapes with targets that are to be judged
    :param subclasses: further triples of ``rdfs:subClassOf``, from an ontology
    :raises ShapesError: ``shapes-refused`` where pySHACL does not take the shapes either
    """
    import logging

    import pyshacl
    import rdflib

    # pySHACL talks on its own logger; what matters is raised or stands in the report.
    logging.getLogger("pyshacl").setLevel(logging.CRITICAL)
    # rdflib prints a traceback for every ill-formed literal; here they are results.
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)
    border = _Border()
    cursor = data.connection.cursor()
    rows = cursor.execute("SELECT DISTINCT subject, predicate, object FROM quad").fetchall()
    graph = border.graph([*rows, *subclasses])
    named = _named_in_messages(shapes)
    kept = border.graph(
        _for_python(triple, shapes)
        for triple in shapes.triples
        if not _is_target_of_another(triple, shapes, roots) and not (triple[1] == sh("message") and triple[0] in named)
    )
    for node, names in named.items():
        if names:
            message = "".join(f"{_MARK}{name}={{?{name}}}" for name in sorted(names))
            kept.add((border.term(node), border.term(sh("message")), border.term(literal(message))))
    advanced = any("Advanced" in (shape.refused or "") for shape in shapes.shapes.values())
    try:
        _, report, text = pyshacl.validate(graph, shacl_graph=kept, inference="none", advanced=advanced, inplace=True)
    except Exception as error:
        # pySHACL and rdflib's SPARQL raise whatever comes (plain Exception, NotImplementedError, pyparsing's own) for
        # shapes that they do not take; a shape that nobody judged must not pass for one that conforms.
        raise _refusal(str(error)) from error
    if not isinstance(report, rdflib.Graph):
        raise _refusal(str(getattr(report, "message", text)))
    return [_result(report, node, shapes) for node in _top(report)]


def _for_python(triple: Triple, shapes: Shapes) -> Triple:
    """The pattern of a sh:pattern as Python reads it, with its flags; other triples as they are."""
    subject, predicate, pattern = triple
    if predicate != sh("pattern") or subject not in shapes.shapes:
        return triple
    flags = shapes.triples.value(subject, sh("flags"))
    try:
        written = for_python(parse_term(pattern).value, parse_term(flags).value if flags else "")
    except ValueError:
        return triple  # Python refuses it as it stands, so that nobody takes it for another
    return subject, predicate, literal(written)


def _named_in_messages(shapes: Shapes) -> dict[str, set[str]]:
    """By the constraints of sh:sparql and the shapes that hold them: the variables that the report has to tell.

    pySHACL drops the languages of filled messages, and does not tell those of the constraint from those of the shape.
    So it is given a message that spells the solution out, and the messages are filled here as for the other engines.
    """
    found: dict[str, set[str]] = {}
    for shape in shapes.shapes.values():
        for constraint in shapes.triples.objects(shape.node, sh("sparql")):
            found.setdefault(shape.node, set())
            names = found.setdefault(constraint, set())
            templates = [text for _, text in _templates(shapes, constraint, shape.node)]
            names.update(name for text in templates for name in placeholders(text) if name not in ("this", "value"))
            queries = shapes.triples.objects(constraint, sh("select"))
            names.update("message" for query in queries if re.search(r"[?$]message\b", query))
    return found


def _templates(shapes: Shapes, constraint: str, shape: str) -> tuple[tuple[str, str], ...]:
    """The messages of a constraint of sh:sparql, else those of its shape (SHACL, section 5.3.2)."""
    return shapes.triples.texts(constraint, sh("message")) or shapes.triples.texts(shape, sh("message"))


def _filled(
    report: rdflib.Graph, node: Any, templates: tuple[tuple[str, str], ...], bound: dict[str, str]
) -> dict[str, str]:
    """The messages of a constraint of sh:sparql, by language."""
    from rdflib.namespace import SH as terms

    for told in map(str, report.objects(node, terms.resultMessage)):
        for part in told.split(_MARK)[1:]:
            name, _, value = part.partition("=")
            if value != f"{{?{name}}}":  # else it is not bound
                bound[name] = literal(value)
    if "message" in bound:
        return {"": parse_term(bound["message"]).value}
    return {tag: filled(text, bound) for tag, text in templates}


def _refusal(message: str) -> ShapesError:
    return ShapesError(
        "shapes-refused",
        f"neither the compiler nor pySHACL understands these shapes: {' '.join(message.split())[:400]}",
    )


def _is_target_of_another(triple: Triple, shapes: Shapes, roots: Collection[str]) -> bool:
    subject, predicate, _ = triple
    if subject in roots or subject not in shapes.shapes:
        return False
    if predicate in {sh(name) for name in TARGETS} or predicate == sh("target"):
        return True
    # The class that a shape is may make it its own target.
    return predicate == rdf("type") and any(
        t.kind == "Class" and t.term == subject for t in shapes.shapes[subject].targets
    )


def _top(report: rdflib.Graph) -> list[Any]:
    from rdflib.namespace import RDF as rdf_terms
    from rdflib.namespace import SH as terms

    return [
        node
        for root in report.subjects(rdf_terms.type, terms.ValidationReport)
        for node in report.objects(root, terms.result)
    ]


def _result(report: rdflib.Graph, node: Any, shapes: Shapes) -> Result:
    from rdflib.namespace import SH as terms

    def one(predicate: Any) -> str | None:
        found = report.value(node, predicate)
        return None if found is None else _Border.spell(found)

    source = one(terms.sourceShape) or ""
    shape = shapes.shapes.get(source)
    component = (one(terms.sourceConstraintComponent) or "<>")[1:-1]
    written = one(terms.resultPath)
    path: Path | None = None
    if written is not None:
        path = Predicate(written) if written.startswith("<") else shape.path if shape else None
    severity = (one(terms.resultSeverity) or "<>")[1:-1]
    value = one(terms.value)
    constraint = one(terms.sourceConstraint)
    own = dict(shape.messages) if shape else {}
    if constraint is not None and component == f"{SH}SPARQLConstraintComponent":
        bound = {"this": one(terms.focusNode), "value": value}
        templates = _templates(shapes, constraint, source)
        own = _filled(report, node, templates, {name: term for name, term in bound.items() if term is not None})
    elif not own and not component.startswith(SH):
        # pySHACL words its own messages in the terms of its Python classes; only those written in the shapes are kept.
        said = report.objects(node, terms.resultMessage)
        own = {getattr(text, "language", None) or "": str(text) for text in said}
    details = tuple(_result(report, detail, shapes) for detail in report.objects(node, terms.detail))
    return Result(
        focus=one(terms.focusNode) or "",
        path=path,
        value=value,
        component=component,
        shape=source,
        named=(shape.named if shape else source).strip("<>"),
        severity=severity,
        messages=own or default_messages(component, shapes, source, value),
        constraint=constraint,
        details=tuple(sorted(details, key=lambda r: (r.focus, r.component, r.value or ""))),
    )
