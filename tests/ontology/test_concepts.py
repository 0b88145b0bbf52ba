"""The concepts of each scheme are told apart, and stand in English, French and Spanish."""

import csv
from collections import defaultdict
from pathlib import Path

import pytest

REGISTER = Path(__file__).resolve().parents[2] / "mappings" / "tables" / "register"
LANGUAGES = ("en", "fr", "es")


def rows(name: str) -> list[dict[str, str]]:
    with (REGISTER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


concepts = rows("concepts.csv")
schemes = rows("schemes.csv")


def shared(column: str) -> dict[tuple[str, str], list[str]]:
    """What several concepts of one scheme have in that column, letters of either case alike."""
    bearers: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in concepts:
        bearers[row["scheme"], row[column].casefold()].append(row["notation"])
    return {key: notations for key, notations in bearers.items() if len(notations) > 1}


@pytest.mark.parametrize("language", LANGUAGES)
class TestLanguage:
    def test_no_two_concepts_of_a_scheme_share_a_label(self, language: str) -> None:
        assert shared(f"label_{language}") == {}

    def test_no_two_concepts_of_a_scheme_share_a_definition(self, language: str) -> None:
        assert shared(f"definition_{language}") == {}

    def test_each_has_a_label_and_a_definition_that_is_a_sentence(self, language: str) -> None:
        for row in concepts + schemes:
            assert row[f"label_{language}"], row
            assert row[f"definition_{language}"].endswith("."), row

    def test_no_definition_only_repeats_the_label(self, language: str) -> None:
        for row in concepts + schemes:
            meaning = row[f"definition_{language}"].rstrip(".").casefold()
            assert meaning != row[f"label_{language}"].casefold(), row
