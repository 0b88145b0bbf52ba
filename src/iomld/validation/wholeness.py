"""What is wrong with a shapes graph as a whole: files without shapes, unknown terms, circles, idle shapes.

Source: SHACL, sections 2 and 3.4.3 (recursive shapes) and Appendix A (the terms there are).
"""

from __future__ import annotations

from collections.abc import Sequence

from iomld.errors import ShapesError, nearest
from iomld.location import SourceLocation
from iomld.validation.model import Shapes
from iomld.validation.triples import Triples
from iomld.validation.vocabulary import KNOWN, OBSOLETE, SH, TRUE, rdf, sh

__all__ = ["empty_files", "idle", "imports", "recursive", "unknown_terms"]


def empty_files(triples: Triples, counts: dict[str, int], nodes: Sequence[str]) -> list[ShapesError]:
    """Files that hold no shape: errors."""
    files = {triples.file(node) for node in nodes}
    declaring = {triples.file(node) for name in ("declare", "parameter") for node in triples.subjects(sh(name))}
    return [
        ShapesError(
            "shapes-none",
            f"this file holds {count:,} triples and no SHACL shape"
            if count
            else "this file is empty: it holds no SHACL shape",
            location=SourceLocation(name),
            hint="a shape is a sh:NodeShape or sh:PropertyShape; was a data file given as shapes?",
        )
        for name, count in counts.items()
        if name not in files | declaring
    ]


def unknown_terms(triples: Triples) -> tuple[list[ShapesError], list[ShapesError]]:
    """Terms in the namespace of SHACL that it does not have: errors; those of drafts: warnings."""
    errors: list[ShapesError] = []
    warnings: list[ShapesError] = []
    seen: set[str] = set()
    for subject, predicate, object in triples:
        for term in (predicate, object):
            if (
                term.startswith(f"<{SH}")
                and term[len(SH) + 1 : -1] not in KNOWN
                and term != f"<{SH}>"
                and term not in seen
            ):
                seen.add(term)
                name = term[len(SH) + 1 : -1]
                hint = nearest(name, sorted(KNOWN))
                (warnings if name in OBSOLETE else errors).append(
                    ShapesError(
                        "shapes-unknown-term",
                        f"sh:{name} is no term of SHACL",
                        location=triples.place(subject, near=term),
                        hint=hint and hint.replace("did you mean ", "did you mean sh:"),
                    )
                )
    return errors, warnings


def imports(triples: Triples) -> list[ShapesError]:
    """Files that are imported and not there: warnings."""
    owl_imports = "<http://www.w3.org/2002/07/owl#imports>"
    return [
        ShapesError(
            "shapes-import",
            f"{target} is imported and not among the shapes files; nothing is fetched from the network",
            location=triples.place(subject, near=target),
            hint="give the imported file as another --shapes",
        )
        for subject in triples.subjects(owl_imports)
        for target in triples.objects(subject, owl_imports)
        if not triples.predicates(target)
    ]


def recursive(shapes: Shapes) -> list[ShapesError]:
    """Shapes that refer to themselves: the specification leaves open what they mean (section 3.4.3)."""
    errors: list[ShapesError] = []
    done: set[str] = set()

    def visit(node: str, trail: tuple[str, ...]) -> None:
        if node in trail:
            circle = (*trail[trail.index(node) :], node)
            errors.append(
                ShapesError(
                    "shapes-recursive",
                    f"shapes refer to themselves in a circle: {' → '.join(map(shapes.triples.label, circle))}",
                    location=shapes.triples.place(node),
                    hint="SHACL does not say what that means; break the circle, for instance with sh:class",
                )
            )
        elif node not in done and node in shapes.shapes:
            for reference in shapes.references(node):
                visit(reference, (*trail, node))
            done.add(node)

    for node in shapes.shapes:
        visit(node, ())
    return errors


def idle(shapes: Shapes) -> list[ShapesError]:
    """Warnings about shapes that check nothing: no target, and no other shape refers to them."""
    referred = {reference for node in shapes.shapes for reference in shapes.references(node)}
    triples = shapes.triples
    return [
        ShapesError(
            "shapes-no-target",
            f"{triples.label(node)} has no target and no other shape refers to it: it checks nothing",
            location=triples.place(node),
            hint="add sh:targetClass, sh:targetNode, sh:targetSubjectsOf or sh:targetObjectsOf",
        )
        for node, shape in shapes.shapes.items()
        if not shape.targets
        and node not in referred
        and TRUE not in triples.objects(node, sh("deactivated"))
        and not triples.objects(node, sh("target"))
        and not any(
            predicate[len(SH) + 1 : -1] in ("property", "node", "not", "qualifiedValueShape")
            or predicate == rdf("first")
            for _, predicate in triples.parents(node)
            if predicate.startswith((f"<{SH}", rdf("first")))
        )
    ]
