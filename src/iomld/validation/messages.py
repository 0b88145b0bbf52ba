"""What a finding says where the shape has no message of its own: plain words, with what was expected.

English only; messages in other languages are written in the shapes (``sh:message "…"@fr``).
"""

from __future__ import annotations

from collections.abc import Callable

from iomld.terms import parse_term
from iomld.validation import model
from iomld.validation.model import Constraint, Shapes, component_iri

__all__ = ["default_messages", "phrase", "shown"]

_LISTED = 12
_KINDS = {"iri": "an IRI", "blank": "a blank node", "literal": "a literal"}
_LONGEST = 200


def shown(term: str, label: Callable[[str], str]) -> str:
    """A term for a reader: a CURIE, or the text in quotes with its language or datatype; long ones are cut."""
    if not term.startswith('"'):
        return label(term)
    parsed = parse_term(term)
    text = (
        parsed.value
        if len(parsed.value) <= _LONGEST
        else f"{parsed.value[:_LONGEST]}… ({len(parsed.value):,} characters)"
    )
    if parsed.language:
        return f"“{text}”@{parsed.language}"
    if term.endswith('"'):
        return f"“{text}”"
    return f"“{text}” ({label(f'<{parsed.datatype}>')})"


def _any(parts: list[str]) -> str:
    more = f" or {len(parts) - _LISTED} more" if len(parts) > _LISTED else ""
    return ", ".join(parts[:_LISTED]) + more


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def phrase(
    constraint: Constraint, label: Callable[[str], str], *, value: str | None = None, extra: str | None = None
) -> str:
    """What a constraint asks for and does not get, one sentence.

    :param label: how to show an IRI (spelt)
    :param value: the value at fault
    :param extra: what the check adds: the language that stands twice, the other value
    """
    got = shown(value, label) if value is not None else ""
    match constraint:
        case model.Count("MinCount", limit):
            return "a value is missing" if limit == 1 else f"fewer than {_number(limit, 'value')}"
        case model.Count(_, limit):
            return "more than one value" if limit == 1 else f"more than {_number(limit, 'value')}"
        case model.Datatype(datatype):
            return f"{got} is not a well-formed {label(f'<{datatype}>')}"
        case model.Class(iri):
            return f"{got} is not a {label(iri)}"
        case model.NodeKind(_, kinds):
            return f"{got} is not {' or '.join(_KINDS[kind] for kind in sorted(kinds))}"
        case model.Length("MinLength", limit):
            return f"{got} is shorter than {_number(limit, 'character')}"
        case model.Length(_, limit):
            return f"{got} is longer than {_number(limit, 'character')}"
        case model.Pattern(pattern):
            return f"{got} does not match the pattern {pattern}"
        case model.LanguageIn(ranges):
            return f"{got} is not in one of the languages {', '.join(ranges)}"
        case model.UniqueLang():
            return f"more than one value in {f'the language “{parse_term(extra).language}”' if extra else 'a language'}"
        case model.Pair("Equals", predicate):
            return f"{got} does not stand both here and as {label(predicate)}"
        case model.Pair("Disjoint", predicate):
            return f"{got} stands as {label(predicate)} too"
        case model.Pair(component, predicate):
            sooner = "before" if component == "LessThan" else "before or equal to"
            other = f" {shown(extra, label)}" if extra else ""
            return f"{got} is not {sooner} {label(predicate)}{other}"
        case model.Range(component, bound):
            words = {
                "MinInclusive": "at least",
                "MinExclusive": "more than",
                "MaxInclusive": "at most",
                "MaxExclusive": "less than",
            }
            return f"{got} is not {words[component]} {shown(bound, label)}"
        case model.HasValue(term):
            return f"the value {shown(term, label)} is missing"
        case model.In(terms):
            return f"{got} is none of {_any([shown(term, label) for term in terms])}"
        case model.Closed():
            return f"this property is not foreseen here; its value is {got}"
        case model.Logic("Node", (shape,)):
            return f"{got} does not conform to {label(shape)}"
        case model.Logic("Not", (shape,)):
            return f"{got} conforms to {label(shape)}, which it must not"
        case model.Logic(component, shapes):
            number = {"And": "all", "Or": "any", "Xone": "exactly one"}
            return f"{got} does not conform to {number[component]} of {_any([label(shape) for shape in shapes])}"
        case model.Qualified("QualifiedMinCount", shape, limit):
            return f"fewer than {_number(limit, 'value')} that conform to {label(shape)}"
        case model.Qualified(_, shape, limit):
            return f"more than {_number(limit, 'value')} that conform to {label(shape)}"
        case model.Property(shape):
            return f"{got} does not conform to {label(shape)}"
        case model.Sparql(node):
            return f"the query of {label(node)} finds this"


def default_messages(component: str, shapes: Shapes, node: str, value: str | None) -> dict[str, str]:
    """The message for a component of a shape, as found by an engine that names no constraint."""
    shape = shapes.shapes.get(node)
    for constraint in shape.constraints if shape else ():
        if component_iri(constraint.component) == component:
            return {"en": phrase(constraint, shapes.triples.label, value=value)}
    name = component.rpartition("#")[2].removesuffix("ConstraintComponent")
    return {"en": f"does not meet {name}" + ("" if value is None else f": {shown(value, shapes.triples.label)}")}
