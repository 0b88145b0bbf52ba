"""Mapping documents, RML or YARRRML, to one frozen model; the model to quads."""

from iomld.mapping.explaining import check, dry_run, explain
from iomld.mapping.functions import Function, Lead, Parameter
from iomld.mapping.incremental import file_sources, materialize_changed
from iomld.mapping.journal import Journal
from iomld.mapping.loading import load
from iomld.mapping.materialize import materialize
from iomld.mapping.model import Mapping
from iomld.mapping.report import Report
from iomld.mapping.walking import files_read
from iomld.mapping.writing import Written, write_quads

__all__ = [
    "Function",
    "Journal",
    "Lead",
    "Mapping",
    "Parameter",
    "Report",
    "Written",
    "check",
    "dry_run",
    "explain",
    "file_sources",
    "files_read",
    "load",
    "materialize",
    "materialize_changed",
    "write_quads",
]
