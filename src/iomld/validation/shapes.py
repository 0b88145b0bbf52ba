"""Shapes files to the intermediate form; all that is wrong with them is said together.

Source: SHACL, section 2 (shapes, targets, paths) and the syntax rules of section 4, listed in its Appendix B.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from iomld.errors import ShapesError, raise_all
from iomld.terms import parse_term
from iomld.validation.constraints import read_constraints
from iomld.validation.model import Shape, Shapes, Target
from iomld.validation.parameters import Idle, IllFormed, Refused
from iomld.validation.paths import Path as PropertyPath
from iomld.validation.paths import PathError, read_path
from iomld.validation.triples import ListError, Triples, read_triples
from iomld.validation.vocabulary import (
    ADVANCED,
    FALSE,
    JAVASCRIPT,
    PARAMETERS,
    SH,
    SHAPE_EXPECTING,
    TARGETS,
    TRUE,
    rdf,
    rdfs,
    sh,
)
from iomld.validation.wholeness import empty_files, idle, imports, recursive, unknown_terms

__all__ = ["load_shapes"]


def load_shapes(paths: Sequence[Path], *, root: Path) -> Shapes:
    """Read shapes files and check that they are SHACL.

    :param paths: files in Turtle (``.ttl``) or another RDF syntax; together they are one shapes graph
    :param root: folder that places in the files are given relative to
    :raises ShapesError: ``shapes-missing``, ``shapes-format``, ``shapes-syntax``, ``shapes-none``,
        ``shapes-unknown-term``, ``shapes-ill-formed``, ``shapes-pattern``, ``shapes-sparql``, ``shapes-recursive``;
        several of them as :class:`~iomld.errors.Mistakes`

    Source: SHACL, sections 2 to 5.
    """
    triples, counts = read_triples(paths, root=root)
    nodes = _shape_nodes(triples)
    errors, warnings = unknown_terms(triples)
    errors = empty_files(triples, counts, nodes) + errors
    warnings += imports(triples)
    parameters = _custom_parameters(triples)
    shapes: dict[str, Shape] = {}
    for node in nodes:
        shape, mistakes, doubts = _read_shape(triples, node, parameters)
        shapes[node] = shape
        errors += mistakes
        warnings += doubts
    found = Shapes(triples, shapes, tuple(counts))
    errors += recursive(found)
    raise_all(errors)
    warnings += idle(found)
    return Shapes(triples, shapes, tuple(counts), tuple(warnings))


def _shape_nodes(triples: Triples) -> list[str]:
    """The shapes of a graph, by the definition in section 2.1, in the order of the files."""
    found: dict[str, None] = {}
    for kind in ("NodeShape", "PropertyShape"):
        found.update(dict.fromkeys(triples.subjects(rdf("type"), sh(kind))))
    # A parameter also stands on constraint components and the like; those have a type that says so.
    others = {
        subject
        for kind in ("ConstraintComponent", "SPARQLFunction", "SPARQLTarget", "SPARQLTargetType", "Parameter")
        for subject in triples.subjects(rdf("type"), sh(kind))
    } | {
        parameter
        for component in triples.subjects(sh("parameter"))
        for parameter in triples.objects(component, sh("parameter"))
    }
    for name in sorted((TARGETS | PARAMETERS | {"target"}) - {"flags"}):
        found.update(dict.fromkeys(s for s in triples.subjects(sh(name)) if s not in others))
    single, lists = SHAPE_EXPECTING
    for name in single:
        for subject in triples.subjects(sh(name)):
            found.update(dict.fromkeys(triples.objects(subject, sh(name))))
    for name in lists:
        for subject in triples.subjects(sh(name)):
            for head in triples.objects(subject, sh(name)):
                try:
                    found.update(dict.fromkeys(triples.members(head)))
                except ListError:
                    continue  # said where the constraint is read
    return list(found)


def _custom_parameters(triples: Triples) -> frozenset[str]:
    """Predicates that are parameters of constraint components declared in the shapes (by whatever subclass)."""
    functions = {node for node in triples.subjects(sh("parameter")) if triples.objects(node, sh("returnType"))}
    return frozenset(
        path
        for component in triples.subjects(sh("parameter"))
        if component not in functions
        for parameter in triples.objects(component, sh("parameter"))
        for path in triples.objects(parameter, sh("path"))
    )


def _targets(triples: Triples, node: str) -> tuple[Target, ...]:
    found = [
        Target(name.removeprefix("target"), term)
        for name in sorted(TARGETS)
        for term in triples.objects(node, sh(name))
    ]
    classes = (rdfs("Class"), "<http://www.w3.org/2002/07/owl#Class>")
    # Section 2.1.3.3 asks for rdfs:Class or a subclass of it; owl:Class is one by its own definition.
    if node.startswith("<") and any((node, rdf("type"), kind) in triples for kind in _class_kinds(triples, classes)):
        found.append(Target("Class", node))
    return tuple(dict.fromkeys(found))


def _class_kinds(triples: Triples, classes: tuple[str, ...]) -> list[str]:
    kinds = list(classes)
    for kind in kinds:
        kinds += [sub for sub in triples.subjects(rdfs("subClassOf"), kind) if sub not in kinds]
    return kinds


def _read_shape(
    triples: Triples, node: str, parameters: frozenset[str]
) -> tuple[Shape, list[ShapesError], list[ShapesError]]:
    errors: list[ShapesError] = []
    warnings: list[ShapesError] = []

    def wrong(message: str, near: str | None = None, *, id: str = "shapes-ill-formed", hint: str | None = None) -> None:
        errors.append(ShapesError(id, f"{label}: {message}", location=triples.place(node, near=near), hint=hint))

    label = triples.label(node)
    refused: list[str] = []
    path: PropertyPath | None = None
    heads = triples.objects(node, sh("path"))
    is_property = (node, rdf("type"), sh("PropertyShape")) in triples
    if node.startswith('"'):
        wrong("a literal stands where a shape is expected")
    if (node, rdf("type"), sh("NodeShape")) in triples and heads:
        wrong("a node shape has no sh:path", sh("path"), hint="make it a sh:PropertyShape, or nest it with sh:property")
    if is_property and not heads:
        wrong("a property shape needs a sh:path")
    if len(heads) > 1:
        wrong("a shape has one sh:path", sh("path"), hint="for either of several, write sh:alternativePath")
    elif heads:
        try:
            path = read_path(triples, heads[0])
        except PathError as error:
            wrong(str(error), sh("path"))
    severities = triples.objects(node, sh("severity"))
    if len(severities) > 1 or any(not term.startswith("<") for term in severities):
        wrong("sh:severity has one value, an IRI", sh("severity"))
    deactivated = triples.objects(node, sh("deactivated"))
    if len(deactivated) > 1 or any(term not in (TRUE, FALSE) for term in deactivated):
        wrong("sh:deactivated has one value, true or false", sh("deactivated"))
    for name in ("message", "name", "description"):
        for term in triples.objects(node, sh(name)):
            if not term.startswith('"') or parse_term(term).datatype not in _STRINGS:
                wrong(f"sh:{name} is text", sh(name))
    for kind in ("targetClass", "targetSubjectsOf", "targetObjectsOf"):
        if any(not term.startswith("<") for term in triples.objects(node, sh(kind))):
            wrong(f"sh:{kind} is an IRI", sh(kind))
    if any(term.startswith("_:") for term in triples.objects(node, sh("targetNode"))):
        wrong("sh:targetNode is an IRI or a literal", sh("targetNode"))
    for predicate in triples.predicates(node):
        local = predicate[len(SH) + 1 : -1] if predicate.startswith(f"<{SH}") else None
        if predicate in parameters:
            refused.append(f"the custom constraint component of {triples.label(predicate)}")
        elif local in ADVANCED:
            refused.append(f"sh:{local} of SHACL Advanced Features")
        elif local in JAVASCRIPT:
            wrong(
                f"sh:{local} needs a JavaScript engine",
                predicate,
                id="shapes-unsupported",
                hint="write it as sh:sparql",
            )
    active = TRUE not in deactivated
    constraints, mistakes = read_constraints(triples, node, path)
    for mistake in mistakes:
        match mistake:
            case IllFormed(message, near, id, hint):
                wrong(message, near, id=id, hint=hint)
            case Idle(message, near):
                warnings.append(
                    ShapesError("shapes-idle", f"{label}: {message}", location=triples.place(node, near=near))
                )
            case Refused(reason):
                refused.append(reason)
    return (
        Shape(
            node=node,
            named=triples.holder(node),
            path=path,
            targets=_targets(triples, node) if active else (),
            constraints=tuple(constraints) if active else (),
            severity=severities[0][1:-1] if severities else f"{SH}Violation",
            messages=triples.texts(node, sh("message")),
            names=triples.texts(node, sh("name")),
            refused="; ".join(refused) if refused and active else None,
        ),
        errors,
        warnings,
    )


_STRINGS = frozenset(
    {
        "http://www.w3.org/2001/XMLSchema#string",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#HTML",
    }
)
