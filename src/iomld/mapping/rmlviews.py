"""Logical views of RML documents (RML-LV) to the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iomld.mapping.model import View, ViewField, ViewJoin
from iomld.mapping.vocabulary import RML

if TYPE_CHECKING:
    from iomld.mapping.rml import Document

__all__ = ["read_view"]

_FORMULATIONS = {"CSV": "csv", "JSONPath": "json", "XPath": "xml"}


def read_view(document: Document, node: Any, above: tuple[Any, ...] = ()) -> View | None:
    """Read a logical view with the views that it stands on or joins; a cycle is a mistake."""
    if node in above:
        document.wrong("view-cycle", "the logical view stands on itself", node)
        return None
    if node in document.views:
        return document.views[node]
    view = _read_view(document, node, (*above, node))
    document.views[node] = view
    return view


def _read_view(document: Document, node: Any, above: tuple[Any, ...]) -> View | None:
    on_node = document.one(node, "viewOn")
    on = read_view(document, on_node, above) if document.all(on_node, "viewOn") else document.sources.read(on_node)
    names: dict[str, Any] = {}
    fields = _read_fields(document, node, names, ())
    joins = []
    for local in ("leftJoin", "innerJoin"):
        for each in document.all(node, local):
            join = _read_join(document, each, names, above, inner=local == "innerJoin")
            if join is not None:
                joins.append(join)
    if on is None:
        return None
    joins.sort(key=lambda join: (join.location.line or 0, join.location.column or 0))
    return View(on, fields, tuple(joins), document.placed.place(node))


def _read_join(
    document: Document, node: Any, names: dict[str, Any], above: tuple[Any, ...], *, inner: bool
) -> ViewJoin | None:
    parent_node = document.one(node, "parentLogicalView")
    if parent_node is None:
        document.wrong("mapping-malformed", "the join names no parent view", node)
        return None
    parent = read_view(document, parent_node, above)
    conditions = [document.join(each) for each in document.all(node, "joinCondition")]
    fields = _read_fields(document, node, names, ())
    if parent is None:
        return None
    if not conditions:
        document.wrong("mapping-malformed", "the join has no rml:joinCondition", node)
    sides = [side for each in conditions if each for side in (each.child, each.parent)]
    if document.all(node, "condition") or any(side.conditions for side in sides):
        _no_conditions(document, node)
    return ViewJoin(parent, tuple(each for each in conditions if each), fields, inner, document.placed.place(node))


def _no_conditions(document: Document, node: Any) -> None:
    document.wrong(
        "mapping-malformed",
        "fields and joins of a logical view have no conditions",
        node,
        "put the condition on the term map that uses the field",
    )


def _read_fields(
    document: Document, node: Any, names: dict[str, Any], above: tuple[Any, ...], prefix: str = ""
) -> tuple[ViewField, ...]:
    fields = []
    for each in document.all(node, "field"):
        if each in above:
            document.wrong("view-cycle", "the field stands within itself", each)
            continue
        name_node = document.one(each, "fieldName")
        if name_node is None:
            document.wrong("mapping-malformed", "the field has no rml:fieldName", each)
            continue
        name = f"{prefix}{name_node}"
        if name in names:
            document.wrong("field-doubled", f"two fields are named “{name}”", each)
            continue
        names[name] = each
        if document.all(each, "condition"):
            _no_conditions(document, each)
        iterator = document.one(each, "iterator")
        formulation_node = document.one(each, "referenceFormulation")
        formulation = None if formulation_node is None else _FORMULATIONS.get(str(formulation_node).removeprefix(RML))
        iterable = iterator is not None or formulation_node is not None
        expression = None if iterable else document.expression(each)
        inner = _read_fields(document, each, names, (*above, each), f"{name}.")
        fields.append(
            ViewField(
                name,
                document.placed.place(each),
                expression,
                None if iterator is None else str(iterator),
                formulation,
                inner,
            )
        )
    return tuple(fields)
