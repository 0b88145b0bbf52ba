"""Templates of RML (``{name}``) and YARRRML (``$(name)``).

Source: RML-Core, section "Template"; R2RML, section 7.3: a backslash escapes ``{``, ``}`` and itself.
"""

from __future__ import annotations

from iomld.errors import MappingError
from iomld.location import SourceLocation
from iomld.mapping.model import Reference, Template

__all__ = ["parse_rml_template", "parse_yarrrml_template"]


def _broken(message: str, place: SourceLocation) -> MappingError:
    return MappingError("template-broken", message, location=place)


def parse_rml_template(template: str, place: SourceLocation) -> Template:
    r"""Parse an RML template.

    :raises MappingError: ``template-broken`` where braces do not pair or a backslash escapes anything else

    >>> parse_rml_template("a/{b}", SourceLocation("m.ttl")).parts
    ('a/', Reference(name='b'))
    """
    parts: list[str | Reference] = []
    plain: list[str] = []
    inside: list[str] | None = None
    index = 0
    while index < len(template):
        character = template[index]
        current = plain if inside is None else inside
        if character == "\\":
            if template[index + 1 : index + 2] not in ("{", "}", "\\"):
                raise _broken(f"“{template}”: a backslash stands only before a brace or a backslash", place)
            current.append(template[index + 1])
            index += 2
            continue
        if character == "{":
            if inside is not None:
                raise _broken(f"“{template}”: a brace opens within a reference; write \\{{ for the character", place)
            if plain:
                parts.append("".join(plain))
                plain = []
            inside = []
        elif character == "}":
            if inside is None:
                raise _broken(f"“{template}”: a brace closes that was not opened; write \\}} for the character", place)
            if not inside:
                raise _broken(f"“{template}”: an empty reference", place)
            parts.append(Reference("".join(inside)))
            inside = None
        else:
            current.append(character)
        index += 1
    if inside is not None:
        raise _broken(f"“{template}”: a brace opens and is never closed", place)
    if plain:
        parts.append("".join(plain))
    return Template(tuple(parts))


def parse_yarrrml_template(template: str, place: SourceLocation) -> Template:
    r"""Parse a YARRRML template: ``$(name)`` is a reference, ``\(`` and ``\)`` are characters.

    :raises MappingError: ``template-broken``

    >>> parse_yarrrml_template("a/$(b)", SourceLocation("m.yml")).parts
    ('a/', Reference(name='b'))
    """
    parts: list[str | Reference] = []
    plain: list[str] = []
    index = 0
    while index < len(template):
        if template[index] == "\\" and template[index + 1 : index + 2] in ("(", ")", "\\", "$"):
            plain.append(template[index + 1])
            index += 2
        elif template.startswith("$(", index):
            reference: list[str] = []
            depth = 1
            index += 2
            while index < len(template):
                character = template[index]
                if character == "\\" and template[index + 1 : index + 2] in ("(", ")"):
                    reference.append(template[index + 1])
                    index += 2
                    continue
                depth += (character == "(") - (character == ")")
                index += 1
                if depth == 0:
                    break
                reference.append(character)
            if depth:
                raise _broken(f"“{template}”: $( opens and is never closed", place)
            if not reference:
                raise _broken(f"“{template}”: an empty reference", place)
            if plain:
                parts.append("".join(plain))
                plain = []
            parts.append(Reference("".join(reference)))
        else:
            plain.append(template[index])
            index += 1
    if plain:
        parts.append("".join(plain))
    return Template(tuple(parts))
