"""Function executions of RML documents (RML-FNML), of the current vocabulary and of the older FNML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iomld.mapping.functions import resolve_function, resolve_output, resolve_parameter, with_conditions
from iomld.mapping.model import Call, TermMap

if TYPE_CHECKING:
    from iomld.mapping.rmlterms import TermReader

__all__ = ["read_call", "read_conditions"]

_FNO_EXECUTES = "https://w3id.org/function/ontology#executes"


def read_conditions(reader: TermReader, node: Any) -> tuple[Call, ...]:
    """Read the conditions at a node: functions that are true or false."""
    calls = []
    for each in reader.all(node, "condition"):
        expression = reader.expression(each)
        if isinstance(expression, Call):
            calls.append(expression)
        elif expression is not None:
            reader.wrong("mapping-malformed", "a condition is a function that is true or false", each)
    return tuple(calls)


def read_call(reader: TermReader, node: Any, execution: Any) -> Call | None:
    """Read a function execution, of the current vocabulary or of the older FNML."""
    place = reader.placed.place(execution)
    inputs: list[tuple[str, TermMap]] = []
    given: list[tuple[Any, TermMap | None]] = []
    function_iri = reader.shortcut(execution, "function", "functionMap")
    if function_iri is None:
        function_iri, given = _old_call(reader, execution)
    else:
        for each in reader.all(execution, "input"):
            parameter = reader.shortcut(each, "parameter", "parameterMap")
            value_map = reader.one(each, "inputValueMap")
            if value_map is not None:
                given.append((parameter, reader.term(value_map, "text")))
            else:
                value = reader.one(each, "inputValue")
                given.append((parameter, None if value is None else reader.constant(value, each)))
    if function_iri is None:
        reader.wrong("mapping-malformed", "the execution names no function", execution)
        return None
    function = resolve_function(str(function_iri), place, reader.errors)
    if function is None:
        return None
    for parameter, term in given:
        if parameter is None or term is None:
            reader.wrong("mapping-malformed", "an input names no parameter or has no value", execution)
            continue
        inputs.append((resolve_parameter(function, str(parameter), place, reader.errors), with_conditions(term)))
    output = reader.shortcut(node, "return", "returnMap")
    if output is not None:
        resolve_output(function, str(output), reader.placed.place(node), reader.errors)
    return Call(function.iri, tuple(inputs), None if output is None else str(output), place)


def _old_call(reader: TermReader, node: Any) -> tuple[Any, list[tuple[Any, TermMap | None]]]:
    function, given = None, []
    for pom in reader.all(node, "predicateObjectMap"):
        predicate = reader.shortcut(pom, "predicate", "predicateMap")
        value = reader.shortcut(pom, "object", "objectMap") if str(predicate) == _FNO_EXECUTES else None
        if value is not None:
            function = value
            continue
        map_node = reader.one(pom, "objectMap")
        plain = reader.one(pom, "object")
        given.append(
            (predicate, reader.term(map_node, "text") if map_node is not None else reader.constant(plain, pom))
        )
    return function, given
