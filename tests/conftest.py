"""For all tests: what they leave behind is let go before the interpreter ends."""

import gc

import pytest


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Collect DuckDB's connections while Python is whole; its bindings otherwise report them as leaks."""
    gc.collect()
