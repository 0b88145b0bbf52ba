"""For all tests: none hangs on time being short, and what they leave behind is let go before the interpreter ends."""

import gc

import hypothesis
import pytest

hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


#: files that take longest: begun last, one would keep a core busy while the others have nothing left to do
_LONG = ("validation/test_spark.py", "engine/test_cluster.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest; all else stays in its order."""
    items.sort(key=lambda item: not item.path.as_posix().endswith(_LONG))


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Collect DuckDB's connections while Python is whole; its bindings otherwise report them as leaks."""
    gc.collect()
