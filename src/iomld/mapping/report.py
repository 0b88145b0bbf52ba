"""The report of a run, as JSON."""

from __future__ import annotations

import json
from pathlib import Path

from iomld.mapping.model import Mapping
from iomld.mapping.writing import Written

__all__ = ["write_report"]


def write_report(path: Path, mapping: Mapping, written: Written) -> None:
    """Write what a run read and what it left out; the same run gives the same bytes."""
    content = {
        "triplesMaps": [{"name": each.name, "location": str(each.location)} for each in mapping.triples_maps],
        "sources": list(written.sources),
        "errors": [
            {
                "id": error.id,
                "message": error.message,
                "file": error.location.file if error.location else None,
                "row": error.location.row if error.location else None,
                "column": error.location.field if error.location else None,
                "hint": error.hint,
            }
            for error in written.skipped
        ],
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
