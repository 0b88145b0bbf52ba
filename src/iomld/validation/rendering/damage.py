"""What damage the shapes notice, told by class, property and kind of damage."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from iomld.terms import WELL_KNOWN, PrefixMap
from iomld.validation.damage import Damage

__all__ = ["FORMATS", "noticed_share", "render"]


def noticed_share(damages: Sequence[Damage]) -> float:
    """The share of the damages that was noticed, 0 to 1; 1 where there was none."""
    return sum(damage.noticed for damage in damages) / len(damages) if damages else 1.0


def _grouped(damages: Sequence[Damage], short: Callable[[str], str]) -> dict[tuple[str, str, str], list[Damage]]:
    groups: dict[tuple[str, str, str], list[Damage]] = defaultdict(list)
    for damage in damages:
        classes = ", ".join(short(cls) for cls in damage.classes) or "no class"
        groups[classes, short(damage.predicate), damage.kind].append(damage)
    return dict(sorted(groups.items()))


def _human(damages: Sequence[Damage], short: Callable[[str], str]) -> str:
    lines = []
    for (classes, predicate, kind), group in _grouped(damages, short).items():
        unnoticed = [damage for damage in group if not damage.noticed]
        if unnoticed:
            first = min(unnoticed, key=lambda damage: (damage.subject, damage.value))
            place = f"  ({first.location})" if first.location else ""
            lines.append(f"{classes}  {predicate}  {kind}: {len(unnoticed)} of {len(group)} not noticed")
            lines.append(f"        {short(first.subject)} {short(first.value)}{place}")
    count = sum(damage.noticed for damage in damages)
    lines.append(f"{count:,} of {len(damages):,} damages noticed ({noticed_share(damages):.0%})")
    return "\n".join(lines) + "\n"


def _json(damages: Sequence[Damage], short: Callable[[str], str]) -> str:
    ordered = sorted(damages, key=lambda damage: (damage.subject, damage.predicate, damage.value, damage.kind))
    document = {
        "damages": len(damages),
        "noticed": sum(damage.noticed for damage in damages),
        "unnoticed": [
            {
                "kind": damage.kind,
                "classes": list(damage.classes),
                "subject": damage.subject,
                "predicate": damage.predicate,
                "value": damage.value,
                "altered": damage.altered,
                "source": str(damage.location) if damage.location else None,
            }
            for damage in ordered
            if not damage.noticed
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


#: Forms by name.
FORMATS: Mapping[str, Callable[[Sequence[Damage], Callable[[str], str]], str]] = {"human": _human, "json": _json}


def render(damages: Sequence[Damage], format: str, *, prefixes: Mapping[str, str]) -> str:
    """The damages as text in one of :data:`FORMATS`.

    :param prefixes: for showing IRIs in short
    """
    names = PrefixMap({**WELL_KNOWN, **prefixes})

    def short(term: str) -> str:
        return (names.compress(term[1:-1]) or term) if term.startswith("<") else term

    return FORMATS[format](damages, short)
