"""iomld: tables of cited facts in; checked, linked, reproducible RDF out.

Importing the package loads no RDF library; the rooms do so where they need one.
"""

__all__ = ["__version__"]

__version__ = "0.1.0"
