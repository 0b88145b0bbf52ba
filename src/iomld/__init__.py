"""iomld: tables of cited facts in; checked, linked, reproducible RDF out.

Importing the package loads no RDF library; the rooms do so where they need one.
"""

# As type checkers know it: to load the module typing takes a third of the time until Ctrl-C is ours to answer.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from iomld.api import open_dataset as open

__all__ = ["__version__", "open"]

__version__ = "0.1.0"


def __getattr__(name: str) -> "Any":
    """``iomld.open``, loaded when it is used."""
    if name == "open":
        from iomld.api import open_dataset

        return open_dataset
    raise AttributeError(f"module 'iomld' has no attribute {name!r}")
