"""Numbers in texts: whole, and in the spellings of English, French and Spanish."""

import pytest

from iomld.sources.numerals import numerals, written
from iomld.sources.texts import normalize


@pytest.mark.parametrize(
    ("number", "text"),
    [
        *(("3217.5", text) for text in ("3,217.5 km", "3 217.5", "3.217,5", "3 217,5", "3217,5", "3217.5", "3,217.50")),
        *(("12450", text) for text in ("12 450 tonnes", "12,450", "12.450", "12\u00a0450", "12\u202f450", "12,450.00")),
        *((year, "in 2001 2002 2003") for year in ("2001", "2002", "2003")),
        *((day, "16 17 October 2024") for day in ("16", "17", "2024")),
        ("250", "in 2001 250 people"),
        ("12450", "on 16 12 450 boats"),
        ("28", "28, 30 and 32 clerks"),
        ("3.217", "3.217 km"),
        ("0.217", "0,217 km"),
        ("2.50", "2.5 km"),
        ("12", "Twelve States"),
        ("-5", "−5 degrees"),
        ("1.2E3", "1,200 families"),
    ],
)
def test_a_number_stands_in_its_spellings(number: str, text: str) -> None:
    assert written(number, normalize(text))


@pytest.mark.parametrize(
    ("number", "text"),
    [
        *(("12450", text) for text in ("12 450 000 tonnes", "12\u00a0450\u00a0000 tonnes", "12'450'000", "112 450")),
        *(("2999", text) for text in ("2999 000", "2 999 000", "2,999,000")),
        ("12", "12 450"),
        ("450", "12 450"),
        ("450000", "12 450 000"),
        ("3217.5", "3,217,5"),
        ("3217.5", "3.217.5"),
        ("3217.5", "13 217.5"),
        ("217.5", "3 217,5"),
        ("3217", "3217,5"),
        ("3.217", "3,217"),
        ("12.5", "12.500"),
        ("3", "3.000"),
        ("5", "1.5"),
    ],
)
def test_a_part_or_a_multiple_of_a_number_is_not_that_number(number: str, text: str) -> None:
    assert not written(number, normalize(text))


def test_where_decimals_have_commas_three_of_them_may_be_decimals() -> None:
    assert written("3.217", "3,217 km", decimal_comma=True)


def test_numbers_are_found_whole() -> None:
    text = "12 450 000 t in 2001 250 people, 3,217.5 km, g8, one of twelve"
    assert numerals(text) == ["12 450 000", "2001", "250", "3,217.5", "twelve"]
