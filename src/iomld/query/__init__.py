"""Asking: saved queries, stores on this machine, forms of answers."""

from iomld.query.local import Answer, ask, bind, load_files, open_index
from iomld.query.results import FORMATS, Solutions, render
from iomld.query.saved import Parameter, SavedQuery, load_all, load_query

__all__ = [
    "FORMATS",
    "Answer",
    "Parameter",
    "SavedQuery",
    "Solutions",
    "ask",
    "bind",
    "load_all",
    "load_files",
    "load_query",
    "open_index",
    "render",
]
