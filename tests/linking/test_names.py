"""Keys of names: what counts as the same name."""

from hypothesis import given
from hypothesis import strategies as st

from iomld.linking.names import is_acronym, keys, repaired
from iomld.linking.similarity import ratio


def test_the_order_of_words_does_not_change_the_sorted_key() -> None:
    for one, other in [
        ("Iran (Islamic Republic of)", "Islamic Republic of Iran"),
        ("Korea, Dem. People's Rep. of", "Democratic People’s Republic of Korea"),
        ("China, Hong Kong SAR", "Hong Kong Special Administrative Region of China"),
    ]:
        assert keys(one).sorted == keys(other).sorted


def test_extraction_damage_is_repaired() -> None:
    assert repaired("Côte d’ Ivoire") == "Côte d’Ivoire"
    assert repaired("Haut Commissariat\n  des Nations Unies") == "Haut Commissariat des Nations Unies"
    assert repaired("Budapest Group11") == "Budapest Group"
    assert repaired("RAI News 24") == "RAI News 24"


def test_spellings_of_houses_are_one() -> None:
    assert keys("International Labor Organisation") == keys("International Labour Organization")
    assert keys("Security and Co-operation") == keys("Security and Cooperation")


@given(st.text(max_size=60))
def test_keys_never_fail_and_case_does_not_matter(text: str) -> None:
    assert keys(text).sorted.split() == sorted(keys(text).plain.split())
    is_acronym(text)
    repaired(text)


@given(st.text(max_size=20), st.text(max_size=20))
def test_likeness_is_symmetric(one: str, other: str) -> None:
    assert ratio(one, other) == ratio(other, one)
