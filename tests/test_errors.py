"""Errors as values: they are copied, and cross between processes."""

import copy
import pickle
from collections.abc import Callable

import pytest

from iomld.errors import IomldError, Mistakes, OutsideError, QueryError
from iomld.location import SourceLocation

WAYS: list[Callable[[IomldError], IomldError]] = [
    copy.copy,
    copy.deepcopy,
    *(lambda error, form=form: pickle.loads(pickle.dumps(error, form)) for form in range(pickle.HIGHEST_PROTOCOL + 1)),  # type: ignore[misc]
]


@pytest.mark.parametrize("again", WAYS)
def test_an_error_is_copied_whole(again: Callable[[IomldError], IomldError]) -> None:
    place = SourceLocation("people.csv", row=3, field="born")
    error = again(QueryError("query-syntax", "found that", location=place, hint="do this"))
    assert type(error) is QueryError
    assert (error.id, error.message, error.location, error.hint) == ("query-syntax", "found that", place, "do this")
    assert (error.args, str(error)) == (("found that",), "people.csv:3:born: found that (do this)")


@pytest.mark.parametrize("again", WAYS)
def test_several_mistakes_are_copied_whole(again: Callable[[IomldError], IomldError]) -> None:
    found = again(Mistakes([QueryError("a", "one"), OutsideError("b", "two")]))
    assert isinstance(found, Mistakes)
    assert [(type(error), error.id) for error in found.errors] == [(QueryError, "a"), (OutsideError, "b")]
    assert (found.exit_code, str(found)) == (4, "one\ntwo")
