"""iomld: tables of cited facts in; checked, linked, reproducible RDF out.

Importing the package loads no RDF library; the rooms do so where they need one.
"""

# As type checkers know it: to load the module typing takes a third of the time until Ctrl-C is ours to answer.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from iomld.api import open_dataset as open
    from iomld.errors import QueryWarning

__all__ = ["QueryWarning", "__version__", "open"]

__version__ = "0.1.0"


def __getattr__(name: str) -> "Any":
    """``iomld.open`` and ``iomld.QueryWarning``, loaded when they are used."""
    if name == "open":
        from iomld.api import open_dataset

        return open_dataset
    if name == "QueryWarning":
        from iomld.errors import QueryWarning

        return QueryWarning
    raise AttributeError(f"module 'iomld' has no attribute {name!r}")
