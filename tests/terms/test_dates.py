"""EDTF texts and their bounds."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomld.errors import TermError
from iomld.terms import bounds


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2002", "2002-01-01", "2002-12-31"),
        ("2002-10", "2002-10-01", "2002-10-31"),
        ("2004-02", "2004-02-01", "2004-02-29"),
        ("2002-10-16", "2002-10-16", "2002-10-16"),
        ("2002-21", "2002-03-01", "2002-05-31"),
        ("2002-23", "2002-09-01", "2002-11-30"),
        ("2002-24", "2002-12-01", "2003-02-28"),
        ("200X", "2000-01-01", "2009-12-31"),
        ("19XX", "1900-01-01", "1999-12-31"),
        ("2002-1X", "2002-10-01", "2002-12-31"),
        ("2002-XX", "2002-01-01", "2002-12-31"),
        ("2002-10-1X", "2002-10-10", "2002-10-19"),
        ("2002-10-3X", "2002-10-30", "2002-10-31"),
        ("2002-10-XX", "2002-10-01", "2002-10-31"),
        ("2005-06?", "2005-06-01", "2005-06-30"),
        ("2005~", "2005-01-01", "2005-12-31"),
    ],
)
def test_a_date_reaches_from_its_earliest_to_its_latest_day(text: str, earliest: str, latest: str) -> None:
    first, last = date.fromisoformat(earliest), date.fromisoformat(latest)
    assert bounds(text) == (first, last, first, last)


def test_a_span_has_the_bounds_of_its_two_ends() -> None:
    assert bounds("2002-10/2003") == (date(2002, 10, 1), date(2002, 10, 31), date(2003, 1, 1), date(2003, 12, 31))


def test_each_end_of_a_span_limits_the_other() -> None:
    assert bounds("2002-07/2002") == (date(2002, 7, 1), date(2002, 7, 31), date(2002, 7, 1), date(2002, 12, 31))
    assert bounds("2002/2002-03") == (date(2002, 1, 1), date(2002, 3, 31), date(2002, 3, 1), date(2002, 3, 31))
    assert bounds("2002/2002") == (date(2002, 1, 1), date(2002, 12, 31), date(2002, 1, 1), date(2002, 12, 31))


def test_an_open_end_has_no_bounds() -> None:
    assert bounds("2002/..")[2:] == (None, None)
    assert bounds("../2002")[:2] == (None, None)
    assert bounds("2002/") == bounds("2002/..")


@pytest.mark.parametrize(
    "text",
    ["", "2002-13", "2002-02-30", "2002-1-1", "16 October 2002", "2002/2003/2004", "../..", "02-10-2002", "2002-25",
     "200X-10", "2002-00", "2002-10-00", "2002-10-4X", "2OO2"],
)  # fmt: skip
def test_what_is_no_date_is_refused_with_examples(text: str) -> None:
    with pytest.raises(TermError) as caught:
        bounds(text)
    assert caught.value.id == "date-malformed"
    assert "2002-10-16" in (caught.value.hint or "")


def test_a_span_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(TermError) as caught:
        bounds("2003/2002")
    assert caught.value.id == "date-backwards"


@given(st.dates(min_value=date(1000, 1, 1), max_value=date(9998, 12, 31)))
def test_the_library_of_congress_forms_agree_with_the_edtf_package(day: date) -> None:
    edtf = pytest.importorskip("edtf")
    for text in (f"{day:%Y-%m-%d}", f"{day:%Y-%m}", f"{day:%Y}"):
        peer = edtf.parse_edtf(text)
        earliest, latest = peer.lower_strict(), peer.upper_strict()
        assert bounds(text)[:2] == (date(*earliest[:3]), date(*latest[:3]))
