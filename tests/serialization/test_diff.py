"""What changed between two states, in words of the domain."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.serialization.roundtrip import canonical

from iomld.errors import DataError, Mistakes
from iomld.serialization import REPORTS, Difference, diff

PREFIXES = """
@prefix mld: <https://w3id.org/iomld/ns#> . @prefix org: <http://www.w3.org/ns/org#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix prov: <http://www.w3.org/ns/prov#> . @prefix ex: <http://ex/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
mld:Participation rdfs:label "participation"@en . mld:period rdfs:label "period"@en . org:role rdfs:label "role"@en .
mld:Event rdfs:label "event"@en . mld:city rdfs:label "city"@en .
ex:midsa a mld:Dialogue ; skos:prefLabel "MIDSA"@en , "DMAA"@fr .
ex:mdg skos:prefLabel "Madagascar"@en . ex:ken skos:prefLabel "Kenya"@en .
ex:invited skos:prefLabel "invited"@en . ex:observer skos:prefLabel "observer"@en .
ex:c1 a mld:Citation ; mld:pinpoint "doc/para-1" . ex:c2 a mld:Citation ; mld:pinpoint "doc/para-2" .
"""
KENYA = """
ex:p-ken a mld:Participation ; org:member ex:ken ; org:organization ex:midsa ; org:role ex:invited ;
  prov:wasDerivedFrom ex:c1 .
ex:midsa mld:participant ex:ken .
"""
EVENT = """
ex:e a mld:Event ; skos:prefLabel "Workshop"@en ; mld:period ex:t1 ; mld:city "Lima" ;
  prov:wasDerivedFrom ex:c1 .
ex:t1 a mld:Period ; mld:edtf "2002" .
"""


def compared(tmp_path: Path, old: str, new: str) -> Difference:
    for name, text in (("old.ttl", old), ("new.ttl", new)):
        (tmp_path / name).write_text(PREFIXES + text, encoding="utf-8")
    return diff(tmp_path / "old.ttl", tmp_path / "new.ttl")


def told(tmp_path: Path, old: str, new: str) -> list[tuple[str, str]]:
    return [(event.kind, event.text) for event in compared(tmp_path, old, new).events]


def test_the_same_data_does_not_differ(tmp_path: Path) -> None:
    difference = compared(tmp_path, KENYA + EVENT, EVENT + KENYA)
    assert not difference
    assert REPORTS["text"](difference) == "no differences\n"


def test_a_participation_is_told_with_its_shortcut_in_one_sentence(tmp_path: Path) -> None:
    joins = """ex:p a mld:Participation ; org:member ex:mdg ; org:organization ex:midsa ; org:role ex:invited ;
        mld:period ex:t ; prov:wasDerivedFrom ex:c2 .
        ex:t a mld:Period ; mld:edtf "2003/.." . ex:midsa mld:participant ex:mdg ."""
    difference = compared(tmp_path, KENYA, KENYA + joins)
    assert REPORTS["text"](difference).startswith(
        "+ Madagascar joins MIDSA as invited from 2003 on (doc/para-2)\n\n1 added;"
    )
    gone = told(tmp_path, KENYA + joins, KENYA)
    assert gone == [("removed", "no longer stated: Madagascar joins MIDSA as invited from 2003 on")]


def test_another_role_is_a_change_though_the_iri_differs(tmp_path: Path) -> None:
    other = KENYA.replace("ex:p-ken", "ex:p-ken-observer").replace("ex:invited", "ex:observer")
    assert told(tmp_path, KENYA, other) == [("changed", "role of Kenya in MIDSA changed from invited to observer")]


def test_a_date_is_narrowed_widened_or_changed(tmp_path: Path) -> None:
    def moved(date: str) -> list[tuple[str, str]]:
        return told(tmp_path, EVENT, EVENT.replace("ex:t1", "ex:t2").replace("2002", date))

    assert moved("2002-10") == [("changed", "period of Workshop narrowed from 2002 to 2002-10")]
    assert moved("200X") == [("changed", "period of Workshop widened from 2002 to 200X")]
    assert moved("2004") == [("changed", "period of Workshop changed from 2002 to 2004")]
    assert (
        told(tmp_path, EVENT, EVENT.replace("2002", "2002-10"))[0][1]
        == "period of Workshop narrowed from 2002 to 2002-10"
    )


def test_another_source_alone_is_told_as_such(tmp_path: Path) -> None:
    assert told(tmp_path, KENYA, KENYA.replace("ex:c1", "ex:c2")) == [
        ("source", "source changed, fact unchanged: Kenya in MIDSA, from doc/para-1 to doc/para-2")
    ]


def test_a_new_name_and_a_new_thing(tmp_path: Path) -> None:
    assert told(tmp_path, EVENT, EVENT.replace('"Workshop"', '"Seminar"')) == [
        ("changed", "“Workshop” (en) is now called “Seminar” (en)")
    ]
    assert told(tmp_path, "", EVENT) == [("added", "new: event Workshop")]
    assert told(tmp_path, EVENT, "") == [("removed", "withdrawn: event Workshop")]


def test_a_value_that_comes_or_goes(tmp_path: Path) -> None:
    more = EVENT.replace('"Lima"', '"Lima" , "Quito"')
    assert told(tmp_path, EVENT, more) == [("changed", "city of Workshop: “Quito” added")]
    assert told(tmp_path, more, EVENT) == [("changed", "city of Workshop: “Quito” removed")]


@pytest.mark.parametrize(
    ("old", "new", "advice"),
    [
        ("ex:A a owl:Class .", "", "major"),
        ("", "ex:A a owl:Class .", "minor"),
        ("ex:A a owl:Class .", 'ex:A a owl:Class ; rdfs:label "a" .', "patch"),
        (KENYA, EVENT, None),
    ],
)
def test_the_vocabulary_gets_advice_on_its_version(tmp_path: Path, old: str, new: str, advice: str | None) -> None:
    assert compared(tmp_path, old, new).advice == advice


def test_the_patch_turns_one_into_the_other(tmp_path: Path) -> None:
    difference = compared(tmp_path, KENYA, EVENT)
    old = canonical((tmp_path / "old.ttl").read_bytes(), "turtle")
    for line in REPORTS["patch"](difference).splitlines()[1:-1]:
        mark, statement = line[0], line[2:].removesuffix(" .")
        (old.remove if mark == "D" else old.add)(statement)
    assert old == canonical((tmp_path / "new.ttl").read_bytes(), "turtle")


def test_markdown_and_json(tmp_path: Path) -> None:
    difference = compared(tmp_path, KENYA, KENYA + EVENT)
    assert REPORTS["md"](difference).startswith("### Added\n\n- new: event Workshop (doc/para-1)\n\n1 added;")
    value = json.loads(REPORTS["json"](difference))
    assert value["events"][0]["subject"] == "http://ex/e" and value["statements"]["removed"] == 0


def test_mistakes_of_both_sides_are_told_together(tmp_path: Path) -> None:
    (tmp_path / "old.ttl").write_text("<a> <http://b> 1 .")
    (tmp_path / "new.nq").write_text("x\n")
    with pytest.raises(Mistakes) as caught:
        diff(tmp_path / "old.ttl", tmp_path / "new.nq")
    assert [Path(error.location.file).name for error in caught.value.errors if error.location] == ["old.ttl", "new.nq"]
    assert caught.value.errors[0].hint == ("write their base into the file (@base), or read it by iomld convert --base")


def test_a_folder_without_a_build_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        diff(tmp_path, tmp_path)
    assert caught.value.id == "build-missing"


PROJECT = Path(__file__).parents[2]
Rows = list[dict[str, str]]


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "NO_COLOR": "1"}
    command = [sys.executable, "-c", "from iomld.cli import main; main()", *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)


def edit(path: Path, change: Callable[[Rows], None]) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = list(rows[0])
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.skipif(not (PROJECT / "iomld.toml").is_file(), reason="the project is not beside the tests")
def test_ten_changes_of_the_tables_are_told_as_these_ten(tmp_path: Path) -> None:
    project = tmp_path / "project"
    for name in ("ontology", "mappings", "shapes", "queries"):
        shutil.copytree(PROJECT / name, project / name)
    shutil.copy(PROJECT / "iomld.toml", project)
    before = run("build", "-o", str(tmp_path / "before"), "-q", cwd=project)
    assert before.returncode == 0, before.stderr
    tables = project / "mappings" / "tables"

    def participation(rows: Rows) -> None:
        members = [row for row in rows if row["process"] == "midsa" and row["role"] == "participant"]
        members[0]["role"] = "observer"
        rows.remove(members[1])
        members[2]["pinpoints"] += "|mc-inf-266/body/para-6"
        new = {"participant": "state/VEN", "as_written": "Venezuela", "role": "invited", "since": "2003"}
        rows.append({**members[3], **new, "pinpoints": "mc-inf-266/body/footnote-5"})

    def events(rows: Rows) -> None:
        slugs = [row["event"] for row in rows]
        single = [row for row in rows if slugs.count(row["event"]) == 1]
        next(row for row in single if len(row["start"]) == 4 and not row["end"])["start"] += "-10"
        next(row for row in single if row["city"] and len(row["start"]) != 4)["city"] = "Elsewhere"

    def organisations(rows: Rows) -> None:
        next(row for row in rows if row["organisation"] == "iom")["label_fr"] = "Nom nouveau"

    def themes(rows: Rows) -> None:
        subjects = [row["subject"] for row in rows]
        themes = sorted({row["theme"] for row in rows})
        row = next(row for row in rows if subjects.count(row["subject"]) == 1)
        row["theme"] = next(theme for theme in themes if theme != row["theme"])

    def activities(rows: Rows) -> None:
        slugs = [row["activity"] for row in rows]
        row = next(row for row in rows if row["status"] == "completed" and slugs.count(row["activity"]) == 1)
        row["status"] = "ongoing"

    def beneficiaries(rows: Rows) -> None:
        next(row for row in rows if row["number"])["number"] = "123"

    edit(tables / "mc-inf-266" / "participation.csv", participation)
    edit(tables / "mc-inf-259" / "events.csv", events)
    edit(tables / "register" / "organisations.csv", organisations)
    edit(tables / "mc-inf-259" / "themes.csv", themes)
    edit(tables / "mc-inf-259" / "activities.csv", activities)
    edit(tables / "mc-inf-259" / "beneficiaries.csv", beneficiaries)
    after = run("build", "-o", str(tmp_path / "after"), "-q", cwd=project)
    assert after.returncode == 0, after.stderr
    done = run("diff", "before", "after", "-f", "json", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    events_told = json.loads(done.stdout)["events"]
    texts = "\n".join(event["text"] for event in events_told)
    assert len(events_told) == 10, texts
    for words in (
        "Venezuela joins",
        "no longer stated:",
        "role of ",
        "source changed, fact unchanged",
        "narrowed from",
        "to “Elsewhere”",
        "is now called “Nom nouveau” (fr)",
        "theme of ",
        "changed from completed to ongoing",
        "to 123",
    ):
        assert texts.count(words) == 1, f"{words}\n{texts}"
    assert run("diff", "before", "before", cwd=tmp_path).returncode == 0
    assert run("diff", "before", "after", "--no-exit-code", cwd=tmp_path).stdout.startswith("+ Venezuela joins")


OLD_NODES = "ex:a ex:p [ ex:v 1 ; ex:w 2 ] , [ ex:v 3 ] , [ ex:q [ ex:v 3 ] ] . ex:l ex:is ( 1 2 [ ex:v 1 ] ) ."


@pytest.mark.parametrize(
    ("more", "removed", "added"),
    [
        ("", 0, 0),
        ("ex:a ex:p [ ex:v 4 ] , [ ex:v 5 ] , [ ex:v 6 ] .", 0, 6),
        ("ex:a ex:p [ ex:v 3 ] .", 0, 2),
        ("ex:b ex:p [ ex:v 1 ; ex:w 2 ] .", 0, 3),
    ],
)
def test_blank_nodes_that_did_not_change_are_no_change(tmp_path: Path, more: str, removed: int, added: int) -> None:
    head = "@prefix ex: <http://example.org/> . "
    for name, text in (("old.ttl", OLD_NODES), ("new.ttl", OLD_NODES + more)):
        (tmp_path / name).write_text(head + text)
    found = diff(tmp_path / "old.ttl", tmp_path / "new.ttl")
    assert (len(found.removed), len(found.added)) == (removed, added)
    back = diff(tmp_path / "new.ttl", tmp_path / "old.ttl")
    assert (len(back.removed), len(back.added)) == (added, removed)
    if more:
        with pytest.raises(DataError) as caught:
            REPORTS["patch"](found)
        assert caught.value.id == "patch-blank-nodes"
