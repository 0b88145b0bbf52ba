"""Asking: saved queries, stores on this machine and endpoints elsewhere, forms of answers."""

from iomld.query.answers import Answer, Asker, Solutions
from iomld.query.asking import FilesSource, IndexSource, Question, Reply, answer, ask
from iomld.query.citations import REFERENCE_FORMATS, Reference, references_as
from iomld.query.limits import Limits
from iomld.query.local import Local, load_quads, open_index
from iomld.query.misspelt import Hint
from iomld.query.parameters import bind, lacking
from iomld.query.results import FORMATS, render, render_boolean
from iomld.query.saved import Parameter, SavedQuery, described, load_all, load_query, saved_files

__all__ = [
    "FORMATS",
    "REFERENCE_FORMATS",
    "Answer",
    "Asker",
    "FilesSource",
    "Hint",
    "IndexSource",
    "Limits",
    "Local",
    "Parameter",
    "Question",
    "Reference",
    "Reply",
    "SavedQuery",
    "Solutions",
    "answer",
    "ask",
    "bind",
    "described",
    "lacking",
    "load_all",
    "load_quads",
    "load_query",
    "open_index",
    "references_as",
    "render",
    "render_boolean",
    "saved_files",
]
