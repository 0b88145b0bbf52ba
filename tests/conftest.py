"""For all tests: none hangs on time being short, and what they leave behind is let go before the interpreter ends."""

import gc

import hypothesis
import pytest

hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Collect DuckDB's connections while Python is whole; its bindings otherwise report them as leaks."""
    gc.collect()
