"""The dataset for people and machines: its documents, and a server that hands them out and answers questions."""

from iomld.serve.dataset import STATEMENTS, Dataset
from iomld.serve.documents import SUFFIXES, Document, Documents, context_of
from iomld.serve.words import LANGUAGES, address

__all__ = ["LANGUAGES", "STATEMENTS", "SUFFIXES", "Dataset", "Document", "Documents", "address", "context_of"]
