"""Names to identifiers, on the reference tables that come with iomld."""

from pathlib import Path

import pytest

from iomld.errors import LinkError, TermError, UsageError
from iomld.linking import Resolver
from iomld.linking.evaluation import evaluate, picture, read_gold

GOLD = Path(__file__).with_name("gold.csv")


@pytest.fixture(scope="module")
def resolver() -> Resolver:
    return Resolver.from_tables()


def test_gold_file_every_name_right_and_none_wrong(resolver: Resolver) -> None:
    found = evaluate(resolver, read_gold(GOLD))
    faults = [(case.row, case.name, case.expected, answer.iri) for case, answer in {*found.wrong, *found.missed}]
    assert faults == []
    assert found.precision == found.recall == 1.0


def test_serbia_and_montenegro_is_one_state_in_2003(resolver: Resolver) -> None:
    found = resolver.resolve("Serbia and Montenegro", kind="state", at="2003")
    assert (found.status, found.iri, found.code) == ("matched", "https://w3id.org/iomld/id/state/SCG", "SCG")
    assert found.require() == found.iri


def test_serbia_and_montenegro_in_2010_names_its_successors(resolver: Resolver) -> None:
    found = resolver.resolve("Serbia and Montenegro", kind="state", at="2010")
    assert (found.status, found.iri) == ("none", "")
    assert "Serbia (SRB)" in found.reason
    assert "Montenegro (MNE)" in found.reason
    assert found.error is not None
    assert found.error.id == "name-not-at-date"
    with pytest.raises(LinkError, match="succeeded by"):
        found.require()


def test_serbia_in_2003_names_the_state_that_it_was_part_of(resolver: Resolver) -> None:
    found = resolver.resolve("Serbia", kind="state", at="2003")
    assert found.status == "none"
    assert "Serbia and Montenegro (SCG)" in found.reason


@pytest.mark.parametrize(
    ("at", "code", "says"),
    [("2000", "YUG", ""), ("1985", "", "1992-04-27"), ("2010", "", "Montenegro (MNE)"), ("2003-06", "", "SCG")],
)
def test_yugoslavia_by_date(resolver: Resolver, at: str, code: str, says: str) -> None:
    found = resolver.resolve("Yugoslavia", kind="state", at=at)
    assert found.code == code
    assert says in found.reason


@pytest.mark.parametrize(
    ("name", "at", "label"),
    [
        ("Swaziland", "2003-11-10", "Swaziland"),
        ("Eswatini", "2003-11-10", "Swaziland"),
        ("Swaziland", "2020", "Eswatini"),
        ("FYR Macedonia", "2003", "The former Yugoslav Republic of Macedonia"),
        ("Cabo Verde", "2003", "Cape Verde"),
        ("Libya", "2002-10", "Libyan Arab Jamahiriya"),
        ("Türkiye", "2003", "Turkey"),
        ("Czech Republic", "2003", "Czech Republic"),
        ("Czech Republic", "2020", "Czechia"),
    ],
)
def test_a_rename_keeps_the_iri_and_changes_the_label(resolver: Resolver, name: str, at: str, label: str) -> None:
    assert resolver.resolve(name, kind="state", at=at).label == label


@pytest.mark.parametrize(
    "name", ["North Yemen", "Yemen Arab Republic", "République arabe du Yémen", "República Árabe de Yemen"]
)
def test_no_name_of_north_yemen_means_democratic_yemen(resolver: Resolver, name: str) -> None:
    assert resolver.resolve(name, kind="state", at="1980").status == "none"


def test_democratic_yemen_is_called_as_iso_does(resolver: Resolver) -> None:
    found = resolver.resolve("Democratic Yemen", kind="state", at="1980")
    assert (found.code, found.label) == ("YMD", "Yemen, Democratic, People's Democratic Republic of")
    entity = resolver.reference.entities["state", "YMD"]
    assert "eu-country" not in entity.codes and not any(each.chosen for each in entity.identifiers), "it is the north's"
    assert entity.period.start == "", "the EU entry begins with the north"


@pytest.mark.parametrize(
    ("name", "at", "confidence"),
    [
        ("Eswatini", "2003", 0.9),
        ("el Reino de Eswatini", "2003", 0.9),
        ("Eswatini", "2020", 1.0),
        ("Swaziland", "2003", 1.0),
        ("Macédoine du Nord", "2003", 0.9),
        ("Türkiye", "2003", 0.9),
    ],
)
def test_a_new_name_is_less_sure_before_the_renaming(resolver: Resolver, name: str, at: str, confidence: float) -> None:
    assert resolver.resolve(name, kind="state", at=at).confidence == confidence


def test_a_name_outside_its_time_is_a_little_less_sure(resolver: Resolver) -> None:
    old = resolver.resolve("Swaziland", kind="state", at="2020")
    assert (old.status, old.confidence) == ("matched", 0.9)
    assert "until 2018-04" in old.reason


def test_without_a_date_the_reason_says_which_time_was_assumed(resolver: Resolver) -> None:
    assert "the present was assumed" in resolver.resolve("Peru", kind="state").reason
    assert "until 2018-04" in resolver.resolve("Swaziland", kind="state").reason
    assert "2003-02-04 to 2006-06-02" in resolver.resolve("Serbia and Montenegro", kind="state").reason


def test_a_year_in_which_one_entry_followed_another_under_one_name_is_ambiguous(resolver: Resolver) -> None:
    found = resolver.resolve("Timor Oriental", kind="state", at="2002")
    assert found.status == "ambiguous"
    assert {candidate.code for candidate in found.candidates} == {"TMP", "TLS"}


@pytest.mark.parametrize("name", ["Congo", "Korea", "Virgin Islands", "San Martín"])
def test_homonyms_are_refused_and_told(resolver: Resolver, name: str) -> None:
    found = resolver.resolve(name, kind="state")
    assert found.status == "ambiguous"
    assert len(found.candidates) == 2


@pytest.mark.parametrize(
    "name", ["IOM", "l’ OIM", "CEI", "RAI", "OAU", "MERCOSUR", "UNHCR", "CENSIS", "XYZ", "USA", "UK"]
)
def test_an_acronym_alone_never_decides(resolver: Resolver, name: str) -> None:
    for kind in (None, "state", "organisation"):
        assert resolver.resolve(name, kind=kind).status != "matched"


def test_capitals_are_a_name_where_they_spell_one(resolver: Resolver) -> None:
    assert resolver.resolve("MALI", kind="state").code == "MLI"


def test_the_acronym_of_another_beside_a_name_refuses_it(resolver: Resolver) -> None:
    assert resolver.resolve("Georgia (USA)", kind="state").status == "ambiguous"
    assert resolver.resolve("Commonwealth of Independent States (CBSS)", kind="organisation").status == "ambiguous"
    assert resolver.resolve("International Labour Organization (OIT)", kind="organisation").status == "matched"


def test_what_is_only_alike_is_a_candidate_in_the_reason(resolver: Resolver) -> None:
    found = resolver.resolve("Austrlia", kind="state")
    assert found.status == "none"
    assert "Australia (AUS)" in found.reason
    assert found.candidates[0].code == "AUS"


def test_a_body_named_after_the_years_on_record_is_matched_with_a_remark(resolver: Resolver) -> None:
    found = resolver.resolve("Organization of African Unity", kind="organisation", at="2003-11-10")
    assert (found.status, found.confidence) == ("matched", 0.8)
    assert "1963 to 2002" in found.reason


@pytest.mark.parametrize("name", ["", "   ", "\u00a0", "'", "()", "-", "日本", "\x00", "x" * 5000])
def test_odd_names_are_no_match_and_no_crash(resolver: Resolver, name: str) -> None:
    assert resolver.resolve(name).status == "none"


def test_territories_are_told_from_states(resolver: Resolver) -> None:
    assert resolver.resolve("the Hong Kong SAR\nof China", kind="state").iri.endswith("id/territory/HKG")
    assert resolver.resolve("France (New Caledonia)", kind="state").iri.endswith("id/territory/NCL")


def test_wrong_kind_and_wrong_date_are_errors(resolver: Resolver) -> None:
    with pytest.raises(UsageError, match="no kind of name"):
        resolver.resolve("Peru", kind="city")
    with pytest.raises(TermError, match="is not a date"):
        resolver.resolve("Peru", at="20x3")


def test_another_base(resolver: Resolver) -> None:
    other = Resolver(resolver.reference, base="https://example.org/")
    assert other.resolve("Peru", kind="state").iri == "https://example.org/id/state/PER"


def test_the_curve_is_drawn() -> None:
    found = evaluate(Resolver.from_tables(), read_gold(GOLD)[:40])
    assert picture(found.curve).startswith("<svg")
    assert [point.threshold for point in found.curve] == sorted(point.threshold for point in found.curve)


def test_gold_file_with_mistakes_tells_all_of_them(tmp_path: Path) -> None:
    file = tmp_path / "gold.csv"
    file.write_text("name,kind,at,expected\nPeru,city,2003,state/PER\nPeru,state,20x3,state/PER\n", encoding="utf-8")
    with pytest.raises(Exception, match="city") as caught:
        read_gold(file)
    assert "20x3" in str(caught.value)


@pytest.mark.parametrize(("name", "code"), [("UK", "GBR"), ("Great Britain", "GBR"), ("Holland", "NLD")])
def test_a_short_form_that_does_not_decide_tells_what_it_could_be(resolver: Resolver, name: str, code: str) -> None:
    found = resolver.resolve(name, kind="state")
    assert (found.status, [candidate.code for candidate in found.candidates]) == ("ambiguous", [code])


def test_a_state_known_before_its_last_name_is_found_then(resolver: Resolver) -> None:
    assert resolver.resolve("Czechoslovakia", kind="state", at="1985").code == "CSK"
    assert resolver.resolve("Czechoslovakia", kind="state", at="1993-06").status == "none"


def test_a_state_of_that_name_that_has_no_entry_is_told(resolver: Resolver) -> None:
    assert "Socialist Federal Republic" in resolver.resolve("Yugoslavia", kind="state", at="1985").reason
    assert resolver.resolve("Yugoslavia", kind="state", at="1995").code == "YUG"
