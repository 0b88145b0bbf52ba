"""`iomld release` and `iomld verify-release`: what is kept, what is refused, and what is noticed afterwards."""

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.running import Done, Run, runner
from tests.packaged import copy_project, edit
from tests.small import write_project

from iomld.errors import UsageError
from iomld.project import open_project
from iomld.publish.release import parse_version
from iomld.releasing import release, verify
from iomld.serialization.canonical import canonicalize_n_quads

FILES = {
    "iomld.ttl", "iomld.jsonld", "iomld.nq", "iomld.nq.rdfc10.sha256", "context.jsonld", "dataset.ttl", "ontology.ttl",
    "CHANGES.md", "inputs.sha256", "release.json", "SHA256SUMS",
}  # fmt: skip


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def sums_of(file: Path) -> dict[str, str]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return {line[66:]: line[:64] for line in lines}


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def iomld(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Run:
    return runner(capsys, monkeypatch, tmp_path_factory.getbasetemp() / "cache")


# The project that comes with iomld.


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with a first release."""
    folder = copy_project(tmp_path_factory.mktemp("first") / "project")
    assert release(open_project(folder), folder / "release", "0.1.0").manifest
    return folder


def test_a_release_holds_the_build_and_its_proof(first: Path) -> None:
    folder = first / "release" / "0.1.0"
    assert {path.name for path in folder.iterdir()} == FILES
    sums = sums_of(folder / "SHA256SUMS")
    assert sums == {name: digest(folder / name) for name in FILES - {"SHA256SUMS"}}
    hashed = hashlib.sha256(canonicalize_n_quads((folder / "iomld.nq").read_bytes())).hexdigest()
    assert (folder / "iomld.nq.rdfc10.sha256").read_text() == f"{hashed}  iomld.nq\n"
    inputs = sums_of(folder / "inputs.sha256")
    assert {"iomld.toml", "ontology/iomld.ttl", "mappings/tables/mc-inf-266/events.csv"} <= inputs.keys()
    assert all(digest(first / name) == checksum for name, checksum in inputs.items())
    assert "The first release" in (folder / "CHANGES.md").read_text()


def test_a_release_is_proved_from_its_sources(first: Path) -> None:
    found = verify(first / "release" / "0.1.0", open_project(first))
    assert (found.problems, found.notes) == ([], [])
    assert any("the same bytes" in text for text in found.proved)


def test_the_next_release_tells_what_changed_in_sentences_with_their_paragraphs(first: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(first, tmp_path / "project")
    before = files_below(folder / "release")
    edit(
        folder / "mappings/tables/mc-inf-266/events.csv",
        lambda text: text.replace("round-table,,,2002-06,", "round-table,,,2002-06-10,", 1),
    )
    done = release(open_project(folder), folder / "release", "0.2.0", dated="2027-02-03")
    assert done.manifest and done.manifest.previous == {
        "version": "0.1.0",
        "rdfc10": digest(folder / "release/0.1.0/iomld.nq"),
    }
    changes = (folder / "release/0.2.0/CHANGES.md").read_text(encoding="utf-8")
    assert changes.startswith("# 0.2.0 (2027-02-03)\n\nWhat changed since 0.1.0.\n")
    told = [line for line in changes.splitlines() if line.startswith("- ")]
    assert len(told) == 1
    assert "narrowed from 2002-06 to 2002-06-10 (mc-inf-266/body/footnote-2" in told[0]
    assert "Version 0.2.0. No term changed." in changes
    described = (folder / "release/0.2.0/dataset.ttl").read_text(encoding="utf-8")
    assert "dataset/0.2.0>" in described and '"2027-02-03"^^xsd:date' in described
    assert "dcat:previousVersion <https://w3id.org/iomld/dataset/0.1.0>" in described
    assert "(2027): " in described and "Version 0.2.0. https://w3id.org/iomld/dataset/0.2.0" in described
    assert {name: data for name, data in files_below(folder / "release").items() if name in before} == before
    assert verify(folder / "release/0.2.0", open_project(folder)).problems == []
    older = verify(folder / "release/0.1.0", open_project(folder))
    assert older.problems == ["input mappings/tables/mc-inf-266/events.csv: it has changed since the release"]
    assert "not built again" in older.notes[0]


# A small project, where a release takes a second.


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_project(tmp_path_factory.mktemp("small") / "project")
    edit(
        folder / "rivers.ttl",
        lambda text: text + '<https://example.org/rivers/ns> a owl:Ontology ; owl:versionInfo "1.0.0" .\n',
    )
    assert release(open_project(folder), folder / "release", "1.0.0").manifest
    return folder


@pytest.fixture
def project(released: Path, tmp_path: Path) -> Path:
    """A copy that the test may break, with one release."""
    return shutil.copytree(released, tmp_path / "project")


def refused(done: Done, project: Path, before: dict[str, bytes], code: int, said: str) -> None:
    assert done.code == code, done.err
    assert said in done.err, done.err
    assert "Traceback" not in done.err
    assert files_below(project) == before
    assert [path.name for path in (project / "release").iterdir()] == ["1.0.0"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["1.0.0"], 3, "never overwritten [release-exists]"),
        (["first"], 2, "[version-malformed]"),
        (["../1.1.0"], 2, "[version-malformed]"),
        (["1.1.0", "--date", "2026-13-01"], 2, "[release-date]"),
        (["1.1.0", "--since", "tables"], 3, "[build-missing]"),
        (["1.1.0", "--since", "nowhere"], 2, "nowhere"),
    ],
)
def test_what_cannot_be_a_release_is_refused(
    project: Path, iomld: Run, arguments: list[str], code: int, said: str
) -> None:
    before = files_below(project)
    refused(iomld("release", *arguments, cwd=project), project, before, code, said)


def test_a_violation_stops_a_release(project: Path, iomld: Run) -> None:
    edit(project / "shapes.ttl", lambda text: text.replace("sh:nodeKind sh:IRI", "sh:nodeKind sh:Literal"))
    before = files_below(project)
    refused(iomld("release", "1.1.0", cwd=project), project, before, 1, "the data does not conform")


def test_a_saved_query_that_fails_stops_a_release(project: Path, iomld: Run) -> None:
    edit(project / "tables" / "members.csv", lambda text: text.replace("tolls,SYL,participant,second/list\n", ""))
    before = files_below(project)
    done = iomld("release", "1.1.0", cwd=project)
    assert "members.rq: missing: member = id/state/SYL" in done.err
    refused(done, project, before, 1, "nothing written, 1 of 2 saved queries failed")


def test_a_mistake_in_a_table_stops_a_release_and_takes_back_the_folders_made_for_it(project: Path, iomld: Run) -> None:
    edit(project / "tables" / "members.csv", lambda text: text + "a,b,c,d,e,f\n")
    before = files_below(project)
    done = iomld("release", "1.1.0", "-o", "new/releases", cwd=project)
    refused(done, project, before, 3, "tables/members.csv")
    assert not (project / "new").exists()


def test_changes_are_not_told_from_a_release_that_was_altered(project: Path, iomld: Run) -> None:
    edit(project / "release/1.0.0/iomld.nq", lambda text: text.replace("Tarn", "Torn"))
    before = files_below(project)
    refused(iomld("release", "1.1.0", cwd=project), project, before, 3, "[release-since-altered]")


def test_a_project_without_a_date_wants_one(project: Path, iomld: Run) -> None:
    edit(project / "iomld.toml", lambda text: text.replace('issued = "2026-01-01"\n', ""))
    before = files_below(project)
    refused(iomld("release", "1.1.0", cwd=project), project, before, 3, "[release-undated]")
    assert iomld("release", "1.1.0", "--date", "2026-05-01", cwd=project).code == 0


@pytest.mark.parametrize("command", [["build"], ["release", "1.1.0"]])
def test_data_of_which_no_licence_is_told_is_not_written(project: Path, iomld: Run, command: list[str]) -> None:
    edit(project / "iomld.toml", lambda text: re.sub(r"(?m)^(licence|modified) = .*\n", "", text))
    before = files_below(project)
    done = iomld(*command, cwd=project)
    missing = {"licence", "modified"} if command == ["build"] else {"licence"}  # a release has its date
    assert {member for member in ("licence", "publisher", "issued", "modified") if f"“{member}”" in done.err} == missing
    refused(done, project, before, 3, "[project-undescribed]")


def test_a_release_that_is_killed_leaves_the_others_and_can_be_made_again(project: Path, iomld: Run) -> None:
    before = files_below(project / "release")
    for delay in (0.4, 0.8, 1.2):
        with subprocess.Popen(
            [sys.executable, "-m", "iomld", "release", "1.1.0"], cwd=project, stderr=subprocess.DEVNULL,
            env={**os.environ, "IOMLD_CACHE": str(project / ".cache")},
        ) as process:  # fmt: skip
            time.sleep(delay)
            process.send_signal(signal.SIGKILL)
        if (project / "release/1.1.0").exists():  # this machine was faster
            assert {path.name for path in (project / "release/1.1.0").iterdir()} == FILES
            shutil.rmtree(project / "release/1.1.0")
        kept = {name: data for name, data in files_below(project / "release").items() if name.startswith("1.0.0/")}
        assert kept == before
    assert iomld("release", "1.1.0", cwd=project).code == 0
    assert {path.name for path in (project / "release").iterdir()} == {"1.0.0", "1.1.0"}
    assert {path.name for path in (project / "release/1.1.0").iterdir()} == FILES


def test_two_projects_of_the_same_content_give_the_same_release(released: Path, tmp_path: Path) -> None:
    other = shutil.copytree(released, tmp_path / "elsewhere", ignore=shutil.ignore_patterns("release"))
    assert release(open_project(other), tmp_path / "out", "1.0.0").manifest
    assert files_below(tmp_path / "out") == files_below(released / "release")


VOCABULARY: list[tuple[Callable[[str], str], str, str | None]] = [
    (lambda text: text.replace("riv:depth a owl:DatatypeProperty .\n", ""), "major", "2.0.0"),
    (lambda text: text + "riv:Bridge a owl:Class .\n", "minor", "1.1.0"),
    (lambda text: text.replace("riv:depth a", 'riv:depth riv:note "in metres" ; a'), "patch", "1.0.1"),
    (lambda text: text.replace("1.0.0", "1.1.0") + "riv:Bridge a owl:Class .\n", "minor", None),
]


@pytest.mark.parametrize(("change", "kind", "due"), VOCABULARY)
def test_the_version_of_the_vocabulary_is_advised(
    project: Path, iomld: Run, change: Callable[[str], str], kind: str, due: str | None
) -> None:
    edit(project / "rivers.ttl", change)
    done = iomld("release", "1.1.0", cwd=project)
    assert done.code == 0, done.err
    vocabulary = json.loads((project / "release/1.1.0/release.json").read_text())["vocabulary"]
    assert (vocabulary["change"], vocabulary["due"]) == (kind, due)
    changes = (project / "release/1.1.0/CHANGES.md").read_text()
    assert f"Its terms changed ({kind})" in changes
    assert (f"that asks for version {due}" in changes) is (due is not None)
    assert ("warning" in done.err) is (due is not None)


def test_the_release_before_is_the_one_before_by_version(project: Path, iomld: Run) -> None:
    for version in ("1.10.0", "1.9.0", "1.10.1-rc.1", "1.10.1"):
        assert iomld("release", version, cwd=project).code == 0
    before = {
        version: json.loads((project / "release" / version / "release.json").read_text())["previous"]["version"]
        for version in ("1.9.0", "1.10.0", "1.10.1-rc.1", "1.10.1")
    }
    assert before == {"1.9.0": "1.0.0", "1.10.0": "1.0.0", "1.10.1-rc.1": "1.10.0", "1.10.1": "1.10.1-rc.1"}
    assert "no differences" in (project / "release/1.10.1/CHANGES.md").read_text().lower()


def test_versions_in_their_order() -> None:
    # Semantic Versioning 2.0.0, section 11; then the calendar.
    ordered = [
        "0.9.0", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11",
        "1.0.0-rc.1", "1.0.0", "1.2.0", "1.10.0", "2026.02", "2026-02-28", "2026.11",
    ]  # fmt: skip
    assert sorted(ordered, key=parse_version) == ordered
    assert parse_version("2026.1") == parse_version("2026.01")


@pytest.mark.parametrize(
    "text", ["", "1", "1.0", "v1.0.0", "01.0.0", "1.0.0+a", "1.0.0-", "1.0.0-01", "2026.13", "2026-02-30", "2026-02.03",
             "1.0.0/../x", "1.0.0\n", "١.0.0"]
)  # fmt: skip
def test_what_is_no_version(text: str) -> None:
    with pytest.raises(UsageError):
        parse_version(text)


# What is noticed afterwards.


def rewrite_sums(folder: Path) -> None:
    names = sums_of(folder / "SHA256SUMS")
    (folder / "SHA256SUMS").write_text("".join(f"{digest(folder / name)}  {name}\n" for name in names))


def renamed(text: str) -> str:
    return text.replace("Meeting in Tarn", "Meeting in Torn")


def alter_all(folder: Path) -> None:
    """What somebody does who knows how a release is made."""
    before = digest(folder / "iomld.nq")
    for name in ("iomld.nq", "iomld.ttl", "iomld.jsonld"):
        edit(folder / name, renamed)
    for name in ("release.json", "iomld.nq.rdfc10.sha256"):
        edit(folder / name, lambda text: text.replace(before, digest(folder / "iomld.nq")))
    rewrite_sums(folder)


def alter_changes(folder: Path) -> None:
    edit(folder / "CHANGES.md", lambda text: text + "Nothing else.\n")
    rewrite_sums(folder)


TAMPERED: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    "a file altered": (
        lambda folder: edit(folder / "iomld.ttl", renamed),
        ["iomld.ttl was altered", "iomld.ttl holds another dataset", "iomld.ttl is not what the sources give"],
    ),
    "a file gone": (lambda folder: (folder / "iomld.jsonld").unlink(), ["iomld.jsonld is missing"]),
    "a file more": (lambda folder: (folder / "note.txt").touch(), ["note.txt does not belong to the release"]),
    "folders and links more": (
        lambda folder: ((folder / "more").mkdir(), (folder / "link").symlink_to("iomld.ttl")),
        ["more does not belong to the release", "link does not belong to the release"],
    ),
    "no checksums": (lambda folder: (folder / "SHA256SUMS").unlink(), ["SHA256SUMS is missing"]),
    "lines more in the checksums": (
        lambda folder: edit(folder / "SHA256SUMS", lambda text: f"{text}garbage\n{text.splitlines()[0]}\n\n"),
        [
            "line 11 of SHA256SUMS is no checksum",
            "line 12 of SHA256SUMS names CHANGES.md again",
            "line 13 of SHA256SUMS",
        ],
    ),
    "a file named by the checksums alone": (
        lambda folder: edit(folder / "SHA256SUMS", lambda text: f"{text}{'0' * 64}  more.ttl\n"),
        ["more.ttl is missing"],
    ),
    "not RDF": (lambda folder: (folder / "iomld.nq").write_text("<a> <b> .\n"), ["iomld.nq cannot be read"]),
    "a checksum of an input": (
        lambda folder: edit(folder / "inputs.sha256", lambda text: text.replace("  facts.yml", "  other.yml")),
        ["input facts.yml: it has come since the release", "input other.yml: the release was made with it"],
    ),
    "all altered, and the checksums and hashes with it": (
        alter_all,
        [
            "iomld.nq is not what the sources give",
            "the release departs from the sources by 1 statement more and 1 fewer",
            "the release departs from the sources: “Meeting in Tarn” (en) is now called “Meeting in Torn” (en)",
        ],
    ),
    "changes": (alter_changes, ["CHANGES.md is not what the sources give"]),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_what_was_altered_is_told(project: Path, iomld: Run, name: str) -> None:
    tamper, said = TAMPERED[name]
    tamper(project / "release/1.0.0")
    done = iomld("verify-release", "release/1.0.0", cwd=project)
    assert done.code == 1, done.out + done.err
    for text in said:
        assert f"DIFFERS  {text}" in done.out, done.out
    assert done.out.endswith("release/1.0.0: not proved\n")


def test_what_is_no_release(project: Path, iomld: Run) -> None:
    for folder in ("release", "nowhere", "tables"):
        done = iomld("verify-release", folder, cwd=project)
        assert done.code == 3
        assert "[release-missing]" in done.err
    edit(project / "release/1.0.0/release.json", lambda text: text.replace('"1.0.0"', "1", 1))
    done = iomld("verify-release", "release/1.0.0", cwd=project)
    assert (done.code, "[release-unreadable]" in done.err) == (3, True)


def test_without_the_release_before_the_changes_are_not_told_again(project: Path, iomld: Run) -> None:
    assert iomld("release", "1.1.0", cwd=project).code == 0
    assert "note" not in iomld("verify-release", "release/1.1.0", cwd=project).out
    (project / "release/1.0.0").rename(project / "moved")
    done = iomld("verify-release", "release/1.1.0", cwd=project)
    assert done.code == 0
    assert "note     CHANGES.md was not told again: 1.0.0 is not at" in done.out
    done = iomld("verify-release", "release/1.1.0", "--since", "moved", cwd=project)
    assert (done.code, "note" in done.out) == (0, False)
