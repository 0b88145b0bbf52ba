"""The functions that a mapping may call: declared parameters and results, one registry.

A function is known by its IRI; its parameters and outputs by the last part of theirs, since the vocabularies in use
name the same parameter in several ways (``grel:valueParam``, ``grel:valueParameter``). A package adds functions of its
own by an entry point in the group ``iomld.functions`` that gives a :class:`Function`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, NamedTuple

from iomld.errors import IomldError, MappingError, nearest
from iomld.location import SourceLocation
from iomld.mapping.model import Call, TermMap

__all__ = [
    "FUNCTION_PREFIXES",
    "Function",
    "Lead",
    "Parameter",
    "built_in",
    "registry",
    "resolve_function",
    "resolve_output",
    "resolve_parameter",
    "with_conditions",
]

GREL = "http://users.ugent.be/~bjdmeest/function/grel.ttl#"
IDLAB = "https://w3id.org/imec/idlab/function#"
IDLAB_OLD = "http://example.com/idlab/function/"
IOMLDF = "https://w3id.org/iomld/function#"

#: prefixes known in every mapping
FUNCTION_PREFIXES = {"grel": GREL, "idlab-fn": IDLAB, "iomldf": IOMLDF}

_XSD = "http://www.w3.org/2001/XMLSchema#"


@dataclass(frozen=True)
class Parameter:
    """A parameter of a function.

    :param names: last parts of the IRIs under which it is known, the first one being shown
    :param type: ``string``, ``integer``, ``number``, ``boolean``, or ``list`` for all values of a reference at once,
        an empty one where it has none
    :param repeated: may be given several times; the function gets all values in their order
    :param nullable: the function is called also where there is no value; otherwise it then gives no value
    """

    names: tuple[str, ...]
    type: str = "string"
    required: bool = True
    repeated: bool = False
    nullable: bool = False


class Lead(NamedTuple):
    """What a text begins with, and whether there is no more to it."""

    text: str
    whole: bool


@dataclass(frozen=True)
class Function:
    """A function by its IRI.

    :param run: takes the values of the parameters in their order; gives text, number, boolean, a list of them, or None
    :param returns: ``string``, ``integer``, ``double``, ``boolean``, ``date``, or ``list`` for several texts
    :param opening: gives the text that every result begins with, from what the values of each parameter begin with
    """

    iri: str
    parameters: tuple[Parameter, ...]
    returns: str
    run: Callable[..., Any]
    outputs: tuple[str, ...] = ()
    opening: Callable[[Mapping[str, Sequence[Lead]]], str] | None = None

    @property
    def name(self) -> str:
        """The last part of the IRI."""
        return _local(self.iri)

    @property
    def datatype(self) -> str | None:
        """The datatype of the results; None for text."""
        return None if self.returns in ("string", "list") else _XSD + self.returns


_OUTPUTS = {
    "string": ("stringOut", "stringOutput", "_stringOut", "output_string", "stringReturn"),
    "integer": ("output_number", "numberOut", "_intOut", "intOut"),
    "double": ("output_number", "numberOut", "_decimalOut"),
    "boolean": ("boolOut", "_boolOut", "output_bool", "booleanOut", "output_boolean"),
    "date": ("dateOut", "output_date", "stringOut"),
    "list": ("listOut", "_listOut", "output_array", "arrayOut"),
}


def _local(iri: str) -> str:
    return iri.rpartition("#")[2] if "#" in iri else iri.rpartition("/")[2]


@cache
def _installed() -> tuple[tuple[Function, ...], tuple[str, ...]]:
    """The functions of installed packages, and why others cannot be loaded."""
    from importlib.metadata import entry_points

    found: list[Function] = []
    broken: list[str] = []
    for point in entry_points(group="iomld.functions"):
        try:
            function = point.load()
        except Exception as error:  # the code of others may raise anything
            broken.append(f"{point.value}: {type(error).__name__}: {error}")
            continue
        if isinstance(function, Function):
            found.append(function)
        else:
            broken.append(f"{point.value} is no iomld.mapping.Function")
    return tuple(found), tuple(broken)


@cache
def built_in() -> tuple[Function, ...]:
    """GREL, IDLab's, our own: their results follow from their arguments alone."""
    from iomld.mapping import dates, grel, identifiers

    return (*grel.FUNCTIONS, *dates.FUNCTIONS, *identifiers.FUNCTIONS)


@cache
def registry() -> dict[str, Function]:
    """All functions by IRI: those built in, and those of installed packages."""
    return {function.iri: function for function in (*built_in(), *_installed()[0])}


def with_conditions(term: TermMap) -> TermMap:
    """An input that has no value where one of its conditions is false: a function, as RML-FNML (6.3) has it."""
    function = registry()[IDLAB + "trueCondition"]
    truth, value = (parameter.names[0] for parameter in function.parameters)
    for condition in term.conditions:
        inputs = ((truth, TermMap(condition, "literal", term.location)), (value, replace(term, conditions=())))
        term = replace(term, expression=Call(function.iri, inputs, None, term.location), conditions=())
    return term


def resolve_function(iri: str, place: SourceLocation, errors: list[IomldError]) -> Function | None:
    """The function of an IRI, or of a bare name (``equal``); an unknown one is added to the errors."""
    known = registry()
    if iri.startswith(IDLAB_OLD):
        iri = IDLAB + iri[len(IDLAB_OLD) :]
    if iri in known:
        return known[iri]
    if ":" not in iri:
        for function in known.values():
            if function.name == iri:
                return function
    local = _local(iri)
    names = sorted({function.name for function in known.values()})
    hint = nearest(local, names) or f"known are {', '.join(names)}"
    if broken := _installed()[1]:
        hint = f"of the installed functions these cannot be loaded: {'; '.join(broken)}"
    errors.append(
        MappingError(
            "unknown-function",
            f"there is no function <{iri}>" if ":" in iri else f"there is no function “{iri}”",
            location=place,
            hint=hint,
        )
    )
    return None


def resolve_parameter(function: Function, iri: str, place: SourceLocation, errors: list[IomldError]) -> str:
    """The first name of a function's parameter; an unknown one is added to the errors."""
    local = _local(iri)
    for parameter in function.parameters:
        if local in parameter.names:
            return parameter.names[0]
    names: Sequence[str] = [parameter.names[0] for parameter in function.parameters]
    errors.append(
        MappingError(
            "unknown-parameter",
            f"the function {function.name} has no parameter “{local}”",
            location=place,
            hint=nearest(local, names) or (f"its parameters are {', '.join(names)}" if names else "it has none"),
        )
    )
    return local


def resolve_output(function: Function, iri: str, place: SourceLocation, errors: list[IomldError]) -> None:
    """Check the output that a mapping asks for."""
    known = (*_OUTPUTS[function.returns], *function.outputs, "output", "result")
    if _local(iri) not in known:
        errors.append(
            MappingError(
                "unknown-output",
                f"the function {function.name} has no output “{_local(iri)}”",
                location=place,
                hint=f"its output is {known[0]}",
            )
        )
