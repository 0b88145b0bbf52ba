"""Link tables: valid for the tools of SSSOM, read into the relation of quads, audited."""

import csv
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from iomld.errors import IomldError, LinkError
from iomld.graph import Quads
from iomld.linking import add_links, packaged_reference, read_links, read_reference
from iomld.linking.audit import Finding, audit
from iomld.linking.resolver import BASE
from iomld.linking.sssom import link_files
from iomld.location import SourceLocation

LINKS = packaged_reference().parent / "links"
TABLES = link_files(LINKS)
OWL_SAME_AS = "<http://www.w3.org/2002/07/owl#sameAs>"
SCG = f"<{BASE}id/state/SCG>"


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_the_tools_of_sssom_take_every_row(path: Path) -> None:
    pytest.importorskip("sssom", reason="the SSSOM tools are not installed")
    done = subprocess.run(
        [sys.executable, "-m", "sssom.cli", "validate", str(path)], capture_output=True, text=True, timeout=300
    )
    if "No module named" in done.stderr:
        pytest.skip("sssom has no command line here")
    assert done.returncode == 0, done.stderr
    assert "not well-formed" not in done.stderr + done.stdout


def test_making_the_tables_again_gives_the_same_bytes(tmp_path: Path) -> None:
    shutil.copytree(packaged_reference(), tmp_path / "reference")
    shutil.copytree(LINKS, tmp_path / "links")
    shutil.copytree(LINKS.parent / "tables" / "register", tmp_path / "tables" / "register")
    subprocess.run([sys.executable, tmp_path / "links" / "make.py"], check=True, timeout=60)
    for path in TABLES:
        assert (tmp_path / "links" / path.name).read_bytes() == path.read_bytes(), "run python mappings/links/make.py"


def test_same_as_only_where_the_time_span_is_the_same() -> None:
    entities = {f"{BASE}id/{entity.path}": entity for entity in read_reference().entities.values()}
    links = [link for path in TABLES for link in read_links(path).links if link.predicate.endswith("sameAs")]
    assert {link.subject.rpartition("/")[2] for link in links} == {"SCG", "YUG"}
    assert all(entities[link.subject].period.end for link in links)


def test_an_entry_that_dates_a_new_name_is_a_close_match() -> None:
    states = read_links(LINKS / "states.sssom.tsv").links
    predicates = {
        link.subject.rpartition("/")[2]: link.predicate.rpartition("#")[2]
        for link in states
        if link.source.endswith("eu-country")
    }
    assert {key: predicates[key] for key in ("SWZ", "MKD", "SCG", "SRB", "PER", "CSK")} == {
        "SWZ": "closeMatch", "MKD": "closeMatch", "SCG": "exactMatch", "SRB": "exactMatch", "PER": "exactMatch",
        "CSK": "closeMatch",
    }  # fmt: skip


def test_every_chosen_identifier_with_an_entry_is_linked() -> None:
    linked = {(link.subject, link.source) for path in TABLES for link in read_links(path).links}
    authorities = {source.rpartition("/")[2] for _, source in linked}
    for entity in read_reference().entities.values():
        for identifier in entity.identifiers:
            if identifier.chosen and identifier.authority in authorities:
                assert (f"{BASE}id/{entity.path}", f"{BASE}code/authority/{identifier.authority}") in linked


def test_everything_of_the_register_is_linked_or_says_why_not() -> None:
    told = {link.subject for path in TABLES for link in read_links(path).links}
    register = LINKS.parent / "tables" / "register"
    for file, kind in [
        ("states.csv", "state"), ("territories.csv", "territory"), ("organisations.csv", "organisation"),
        ("processes.csv", "process"),
    ]:  # fmt: skip
        with (register / file).open(encoding="utf-8", newline="") as lines:
            keys = [row[kind] for row in csv.DictReader(lines)]
        assert [key for key in keys if f"{BASE}id/{kind}/{key}" not in told] == []


def test_links_enter_the_relation_with_their_origin() -> None:
    quads = Quads(duckdb.connect())
    quads.insert([(SCG, "<http://example.org/p>", "<http://example.org/o>", "")])
    assert add_links(quads, LINKS, base=BASE, root=LINKS.parent) == 4
    ((quad, origin),) = quads.origins(SCG, OWL_SAME_AS)
    assert quad[2] == "<http://aims.fao.org/aos/geopolitical.owl#Serbia_and_Montenegro>"
    assert str(origin.location).startswith("links/states.sssom.tsv:")
    line = (LINKS / "states.sssom.tsv").read_text(encoding="utf-8").splitlines()[(origin.row or 0) - 1]
    assert line.startswith("state:SCG\t")
    assert all(not term.startswith("_:") for quad in quads.sorted() for term in quad)


def test_our_own_tables_pass_the_audit() -> None:
    assert audit(read_reference(), [read_links(path) for path in TABLES], base=BASE) == []


THEMES = """#curie_map:
#  theme: https://w3id.org/iomld/code/theme/
#  eurovoc: http://eurovoc.europa.eu/
#  authority: https://w3id.org/iomld/code/authority/
subject_id\tpredicate_id\tobject_id\tmapping_justification\tobject_source
theme:asylum\tskos:exactMatch\teurovoc:c_5597x\tsemapv:ManualMappingCuration\tauthority:eurovoc
theme:refugees\tskos:exactMatch\teurovoc:2986\tsemapv:ManualMappingCuration\tauthority:eurovoc
theme:return\tskos:exactMatch\teurovoc:2986\tsemapv:ManualMappingCuration\tauthority:eurovoc
theme:return\tskos:relatedMatch\teurovoc:1911\tsemapv:ManualMappingCuration\tauthority:eurovoc
"""


def test_links_of_concepts_are_audited_by_form_and_clashes(tmp_path: Path) -> None:
    path = tmp_path / "themes.sssom.tsv"
    path.write_text(THEMES, encoding="utf-8")
    found = audit(read_reference(), [read_links(path)], base=BASE)
    assert [(each.kind, each.subject) for each in found] == [
        ("identifier-malformed", "code/theme/asylum"),
        ("link-many-to-one", "code/theme/return"),
    ]


HEAD = """#curie_map:
#  state: https://w3id.org/iomld/id/state/
#  wikidata: http://www.wikidata.org/entity/
#  faogeo: http://aims.fao.org/aos/geopolitical.owl#
#  eucountry: http://publications.europa.eu/resource/authority/country/
#  authority: https://w3id.org/iomld/code/authority/
subject_id\tpredicate_id\tobject_id\tmapping_justification\tobject_source\tobject_label
"""


def findings(tmp_path: Path, *rows: str) -> list[Finding]:
    path = tmp_path / "planted.sssom.tsv"
    path.write_text(HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return audit(read_reference(), [read_links(path)], base=BASE)


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        (
            "link-subject-unknown",
            "state:QQQ skos:exactMatch wikidata:Q1 semapv:ManualMappingCuration authority:wikidata ",
        ),
        (
            "link-object-unchosen",
            "state:PER skos:exactMatch wikidata:Q1 semapv:ManualMappingCuration authority:wikidata ",
        ),
        (
            "link-object-unchosen",
            "state:DNK skos:exactMatch wikidata:Q756617 semapv:ManualMappingCuration authority:wikidata ",
        ),
        ("link-authority", "state:PER skos:exactMatch wikidata:Q419 semapv:ManualMappingCuration authority:geonames "),
        ("link-period", "state:PER owl:sameAs wikidata:Q419 semapv:ManualMappingCuration authority:wikidata "),
        ("link-period", "state:MKD skos:exactMatch eucountry:MKD semapv:ManualMappingCuration authority:eu-country "),
        ("link-period", "state:SWZ skos:exactMatch eucountry:SWZ semapv:ManualMappingCuration authority:eu-country "),
        ("link-period", "state:SWZ skos:exactMatch eucountry:SWZ semapv:ManualMappingCuration  "),
        ("link-period", "state:MKD skos:exactMatch eucountry:MKD semapv:ManualMappingCuration  "),
        ("link-object-unchosen", "state:PER skos:exactMatch wikidata:Q1 semapv:ManualMappingCuration  "),
        (
            "link-label",
            "state:PER skos:exactMatch wikidata:Q419 semapv:ManualMappingCuration authority:wikidata Paraguay",
        ),
    ],
)
def test_planted_links_are_found(tmp_path: Path, kind: str, row: str) -> None:
    found = findings(tmp_path, row.replace(" ", "\t"))
    assert kind in {each.kind for each in found}
    assert found[0].location.line == 8


def test_a_link_without_source_is_of_the_authority_whose_identifier_it_has(tmp_path: Path) -> None:
    assert findings(tmp_path, "state:PER\tskos:exactMatch\twikidata:Q419\tsemapv:ManualMappingCuration\t\t") == []
    [found] = findings(tmp_path, "state:PER\tskos:exactMatch\twikidata:Q1\tsemapv:ManualMappingCuration\t\t")
    assert "on record: http://www.wikidata.org/entity/Q419" in found.message


def test_one_to_many_and_many_to_one_are_found(tmp_path: Path) -> None:
    found = findings(
        tmp_path,
        "state:PER\tskos:exactMatch\twikidata:Q419\tsemapv:ManualMappingCuration\tauthority:wikidata\t",
        "state:PER\tskos:exactMatch\twikidata:Q1\tsemapv:ManualMappingCuration\tauthority:wikidata\t",
        "state:CHL\tskos:exactMatch\twikidata:Q419\tsemapv:ManualMappingCuration\tauthority:wikidata\t",
    )
    assert {"link-one-to-many", "link-many-to-one"} <= {each.kind for each in found}


def test_reference_tables_with_planted_faults(tmp_path: Path) -> None:
    folder = tmp_path / "reference"
    shutil.copytree(packaged_reference(), folder)
    for name, old, new in [
        ("organisation_identifiers.csv", "0000000121880156", "0000000121880157"),  # check digit of an ISNI
        ("organisation_identifiers.csv", "213800ZOADXV69DW8Z91", "213800ZOADXV69DW8Z92"),  # of an LEI
        ("organisation_identifiers.csv", "https://ror.org/05n4e2707,", "https://ror.org/05n4e2708,"),  # of a ROR id
        ("identifiers.csv", "PER,wikidata,Q419,", "PER,wikidata,Q298,"),  # Chile's
        ("codes.csv", "PER,iso3166-1-alpha-2,PE,,", "PER,iso3166-1-alpha-2,PE,,1990"),
        ("codes.csv", "CHL,iso3166-1-alpha-3,CHL,", "CHL,iso3166-1-alpha-3,CHN,"),
        ("successions.csv", "SCG,SRB,", "SCG,QQQ,"),
        ("names.csv", "CHL,Chile,en,short", "CHL,Peru,en,short"),
    ]:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text, old
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    kinds = [each.kind for each in audit(read_reference(folder), base=BASE)]
    assert kinds.count("identifier-malformed") == 3
    assert {"identifier-shared", "name-shared", "code-withdrawn", "code-clash", "succession"} <= set(kinds)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the table is empty"),
        ("#curie_map: [\nsubject_id\n", "not YAML"),
        ("#just text\nsubject_id\n", "no mapping of slots"),
        (HEAD.replace("predicate_id", "predicate"), "no column “predicate_id”"),
        (HEAD + "state:PER\tskos:exactMatch\tno:Q1\tsemapv:ManualMappingCuration\t\t\n", "unknown prefix “no:”"),
        (HEAD + "state:PER\tskos:exactMatch\n", "2 cells under 6 columns"),
        (HEAD + "state:PER\trdfs:seeAlso\twikidata:Q1\tsemapv:ManualMappingCuration\t\t\n", "no predicate of a link"),
    ],
)
def test_bad_link_tables_have_a_clear_message(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "bad.sssom.tsv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(IomldError) as caught:
        read_links(path)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "row", "said"),
    [
        (HEAD.replace("subject_id", "subject"), 0, "no column “subject_id”"),
        (HEAD.replace("\t", ";"), 0, "the file is parted by semicolons, not by tabs"),
        (HEAD.replace("\t", ","), 0, "the file is parted by commas, not by tabs"),
        (HEAD + "state:PER\tskos:exactMatch\n", 1, "2 cells under 6 columns"),
        (HEAD + "state:PER\tskos:exactMatch\tno:Q1\tsemapv:ManualMappingCuration\t\t\n", 1, "prefix “no:”"),
    ],
)
def test_rows_of_link_tables_are_counted_with_the_metadata_above_them(
    tmp_path: Path, text: str, row: int, said: str
) -> None:
    path = tmp_path / "links" / "bad.sssom.tsv"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    with pytest.raises(IomldError) as caught:
        add_links(Quads(duckdb.connect()), path.parent, base=BASE, root=tmp_path)
    assert said in caught.value.message
    assert caught.value.location is not None
    assert (caught.value.location.file, caught.value.location.row) == ("links/bad.sssom.tsv", HEAD.count("\n") + row)


def test_metadata_beside_the_table_is_read_too(tmp_path: Path) -> None:
    embedded, table = HEAD.split("subject_id", 1)
    path = tmp_path / "beside.sssom.tsv"
    row = "state:PER\tskos:exactMatch\twikidata:Q419\tsemapv:ManualMappingCuration\t\t\n"
    path.write_text("subject_id" + table + row, encoding="utf-8")
    path.with_suffix(".yml").write_text(embedded.replace("#", ""), encoding="utf-8")
    assert read_links(path).links[0].object == "http://www.wikidata.org/entity/Q419"


@pytest.mark.parametrize(
    ("metadata", "line", "said"),
    [
        ("comment: " + "[" * 5000 + "]" * 5000, 2, "nests deeper than 100 levels"),
        ("comment: a\x07", 2, "U+0007 may not stand in it"),
        ("comment: [a", 3, "not YAML"),
        ("mapping_date: 2024-02-31", None, "day is out of range"),
    ],
)
@pytest.mark.parametrize("beside", [False, True])
def test_metadata_that_is_no_yaml_is_told_at_its_line(
    tmp_path: Path, metadata: str, line: int | None, said: str, beside: bool
) -> None:
    _, table = HEAD.split("subject_id", 1)
    path, file = tmp_path / "bad.sssom.tsv", tmp_path / ("bad.sssom.yml" if beside else "bad.sssom.tsv")
    text = f"license: x\n{metadata}\n"
    path.write_text(("" if beside else f"#{text}".replace("\nc", "\n#c").replace("\nm", "\n#m")) + "subject_id" + table)
    if beside:
        file.write_text(text)
    with pytest.raises(LinkError) as caught:
        read_links(path)
    assert (caught.value.id, caught.value.location) == ("sssom-metadata", SourceLocation(str(file), line=line))
    assert said in caught.value.message


OWN = "https://rivers.example.org/"
OWN_HEAD = """#curie_map:
#  state: https://rivers.example.org/id/state/
#  wikidata: http://www.wikidata.org/entity/
#  wiki: https://www.wikidata.org/wiki/
#  geonames: https://sws.geonames.org/
#  gazetteer: https://gazetteer.example.org/
#  authority: https://w3id.org/iomld/code/authority/
subject_id\tpredicate_id\tobject_id\tmapping_justification\tobject_source
"""


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("state:FRE skos:exactMatch wikidata:Q45 ", []),
        ("state:FRE skos:exactMatch geonames:2264397/ authority:geonames", []),
        ("state:FRE skos:exactMatch gazetteer:1 authority:gazetteer", []),
        (
            "state:FRE skos:exactMatch wikidata:Q45x ",
            ["identifier-malformed: wikidata “Q45x”: expected Q and a number"],
        ),
        ("state:FRE skos:exactMatch wikidata:45 authority:wikidata", ["identifier-malformed: wikidata “45”"]),
        ("state:FRE skos:exactMatch wiki:Q45 ", ["link-authority: https://www.wikidata.org/wiki/Q45 is no entry of"]),
        ("state:FER skos:exactMatch wikidata:Q45 ", ["link-subject-unknown: neither the dataset nor the reference"]),
    ],
)
def test_links_of_things_of_the_dataset_itself(tmp_path: Path, row: str, found: list[str]) -> None:
    path = tmp_path / "own.sssom.tsv"
    cells = row.split(" ")
    path.write_text(
        OWN_HEAD + "\t".join([*cells[:3], "semapv:ManualMappingCuration", cells[3]]) + "\n", encoding="utf-8"
    )
    things = {f"{OWN}id/state/FRE", f"{OWN}id/state/SYL"}
    made = audit(read_reference(), [read_links(path)], base=BASE, own=OWN, things=lambda: things)
    told = [f"{each.kind}: {each.message}" for each in made]
    assert len(told) == len(found)
    assert all(one.startswith(other) for one, other in zip(told, found, strict=True)), told
    if "FER" in row:
        assert "did you mean FRE?" in told[0]
        # where the dataset cannot be built, whatever lies below its base may be a thing of it
        assert audit(read_reference(), [read_links(path)], base=BASE, own=OWN, things=lambda: None) == []


def test_things_are_asked_for_only_where_a_link_needs_them() -> None:
    def never() -> None:
        raise AssertionError("asked")

    tables = [read_links(path) for path in TABLES]
    assert audit(read_reference(), tables, base=BASE, own=BASE, things=never) == []
