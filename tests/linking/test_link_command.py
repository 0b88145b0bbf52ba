"""``iomld link`` as a user runs it."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

GOLD = Path(__file__).with_name("gold.csv")


def run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    script = "from iomld.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", script, "link", *arguments], input=stdin, capture_output=True, timeout=120
    )


def test_resolve_prints_exactly_the_columns() -> None:
    done = run("resolve", "--kind", "state", "--at", "2003", "Côte d’ Ivoire", "Serbia and Montenegro", "Paris")
    assert done.returncode == 0
    rows = list(csv.DictReader(io.StringIO(done.stdout.decode())))
    assert list(rows[0]) == ["name", "iri", "label", "code", "status", "confidence", "reason"]
    assert [(row["name"], row["code"], row["status"]) for row in rows] == [
        ("Côte d’ Ivoire", "CIV", "matched"), ("Serbia and Montenegro", "SCG", "matched"), ("Paris", "", "none"),
    ]  # fmt: skip


def test_resolve_reads_names_one_a_line() -> None:
    done = run(
        "resolve", "--kind", "state", "-", "-f", "json", stdin="\ufeffPeru\r\n\nIran (Islamic Republic of)\n".encode()
    )
    assert [row["code"] for row in json.loads(done.stdout)] == ["PER", "IRN"]


def test_resolve_of_many_names_is_quick() -> None:
    names = "\n".join(f"Place {number} of nothing" for number in range(10_000))
    done = run("resolve", "-", stdin=names.encode())
    assert done.stdout.count(b"\n") == 10_001


@pytest.mark.parametrize(
    ("arguments", "stdin", "code", "said"),
    [
        (["resolve", "--at", "20x3", "Peru"], b"", 3, "date-malformed"),
        (["resolve", "--kind", "city", "Peru"], b"", 2, "city"),
        (["resolve", "-"], b"Per\xfa\n", 3, "link-file-not-utf8"),
        (["resolve", "--reference", "nowhere", "Peru"], b"", 3, "link-file-missing"),
        (["evaluate", "nowhere.csv"], b"", 3, "link-file-missing"),
        (["audit", "nowhere.sssom.tsv"], b"", 3, "link-file-missing"),
        (["suggest", "nowhere.txt"], b"", 3, "link-file-missing"),
        (["decide", "nowhere.csv", "--decisions", "d.csv"], b"", 3, "link-file-missing"),
    ],
)
def test_bad_input_has_a_message_and_an_exit_code(arguments: list[str], stdin: bytes, code: int, said: str) -> None:
    done = run(*arguments, stdin=stdin)
    assert done.returncode == code, done.stderr
    assert said in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_evaluate_and_audit_pass_on_our_own_data(tmp_path: Path) -> None:
    done = run("evaluate", str(GOLD), "--picture", str(tmp_path / "curve.svg"))
    assert done.returncode == 0, done.stdout.decode()
    assert (tmp_path / "curve.svg").read_text(encoding="utf-8").startswith("<svg")
    done = run("audit")
    assert (done.returncode, done.stdout) == (0, b"nothing found\n")


def test_evaluate_says_no_with_exit_code_1(tmp_path: Path) -> None:
    gold = tmp_path / "gold.csv"
    gold.write_text("name,kind,at,expected\nPeru,state,,state/CHL\n", encoding="utf-8")
    done = run("evaluate", str(gold))
    assert done.returncode == 1
    assert "“Peru” is https://w3id.org/iomld/id/state/PER, expected state/CHL" in done.stdout.decode()


def test_a_review_file_that_a_spreadsheet_saved_with_semicolons(tmp_path: Path) -> None:
    review = tmp_path / "review.csv"
    review.write_text(
        "number;of;name;candidate;label;matched;score;note;decision;reviewer;reason;mark\n1;1;a;b;;;;;;;;\n"
    )
    done = run("decide", str(review), "--decisions", str(tmp_path / "d.csv"))
    assert (done.returncode, done.stderr.decode().count("[link-")) == (3, 1)
    assert "the file is parted by semicolons, not by commas [link-table-delimiter]" in done.stderr.decode()


def test_suggest_then_decide(tmp_path: Path) -> None:
    names, review, kept = tmp_path / "names.csv", tmp_path / "review.csv", tmp_path / "decisions.csv"
    names.write_text("name\nAustrlia\n", encoding="utf-8")
    assert run("suggest", str(names), "--column", "name", "-o", str(review)).returncode == 0
    rows = list(csv.DictReader(review.open(encoding="utf-8", newline="")))
    assert rows[0]["label"] == "Australia"
    with review.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(
            [{**row, "decision": "accept", "reviewer": "Ann", "reason": "slip"} for row in rows[:1]] + rows[1:]
        )
    assert run("decide", str(review), "--decisions", str(kept), "--on", "2026-11-21").returncode == 0
    assert "accept,Ann,slip,2026-11-21" in kept.read_text(encoding="utf-8")
    again = run("suggest", str(names), "--column", "name", "--decisions", str(kept))
    assert b"state/AUS" not in again.stdout


def test_each_command_is_quiet_or_tells_more(tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_text("name\nPeru\n", encoding="utf-8")
    names, review = str(tmp_path / "names.csv"), str(tmp_path / "review.csv")
    kept = str(tmp_path / "kept.csv")
    for arguments in (
        ("resolve", "Peru"),
        ("suggest", names, "--column", "name", "-o", review),
        ("evaluate", str(GOLD)),
        ("audit",),
        ("decide", review, "--decisions", kept),
    ):
        quiet, more = run(*arguments, "-q"), run(*arguments, "-v")
        assert (quiet.returncode, quiet.stderr) == (0, b""), arguments
        assert (more.returncode, bool(more.stderr)) == (0, True), arguments
    assert run("lookup", names, "--endpoint", "http://localhost:1/", "-q", "--timeout", "1").returncode == 4


def test_evaluate_and_decide_write_where_they_are_told(tmp_path: Path) -> None:
    shown = run("evaluate", str(GOLD)).stdout
    assert run("evaluate", str(GOLD), "-o", str(tmp_path / "measures.txt")).stdout == b""
    assert (tmp_path / "measures.txt").read_bytes() == shown
    (tmp_path / "names.csv").write_text("name\nAustrlia\n", encoding="utf-8")
    review, kept = tmp_path / "review.csv", tmp_path / "kept.csv"
    run("suggest", str(tmp_path / "names.csv"), "--column", "name", "-o", str(review))
    kept.write_text("name,candidate,label,decision,reviewer,reason,decided\nA,b,C,accept,Ann,known,2026-01-01\n")
    done = run("decide", str(review), "--decisions", str(kept), "-o", "-")
    assert done.stdout == kept.read_bytes(), done.stderr
    assert run("decide", str(review), "--decisions", str(kept), "-o", str(tmp_path / "all.csv")).returncode == 0
    assert (tmp_path / "all.csv").read_bytes() == kept.read_bytes()


def test_a_project_is_named(tmp_path: Path) -> None:
    import shutil

    from iomld.linking import packaged_reference

    shutil.copytree(packaged_reference(), tmp_path / "reference", ignore=shutil.ignore_patterns("organisation*"))
    project = tmp_path / "iomld.toml"
    project.write_text(
        '[project]\nname = "ours"\nbase = "https://example.org/"\n[paths]\nreference = "reference"\n', encoding="utf-8"
    )
    (tmp_path / "names.csv").write_text("name\nAustrlia\n", encoding="utf-8")
    for given in (project, tmp_path):
        done = run("resolve", "Peru", "--project", str(given))
        assert b"https://example.org/id/state/PER" in done.stdout, done.stderr
    done = run("suggest", str(tmp_path / "names.csv"), "--column", "name", "--project", str(project))
    assert b"https://example.org/id/state/AUS" in done.stdout, done.stderr
    assert run("audit", "--project", str(project)).returncode in (0, 1)
    assert run("audit", "--project", str(tmp_path / "none.toml")).returncode == 3


def test_a_project_with_tables_of_its_own_is_asked_with_its_base(tmp_path: Path) -> None:
    import shutil

    from iomld.linking import packaged_reference

    shutil.copytree(packaged_reference(), tmp_path / "reference", ignore=shutil.ignore_patterns("organisation*"))
    (tmp_path / "iomld.toml").write_text(
        '[project]\nname = "ours"\nbase = "https://example.org/"\n[paths]\nreference = "reference"\n', encoding="utf-8"
    )
    script = "from iomld.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", script, "link", "resolve", "Peru"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "https://example.org/id/state/PER" in done.stdout, done.stderr


def test_a_review_file_with_rows_removed_leaves_the_decisions_as_they_were(tmp_path: Path) -> None:
    names, review, kept = tmp_path / "names.txt", tmp_path / "review.csv", tmp_path / "decisions.csv"
    names.write_text("Austrlia\nCongo\n", encoding="utf-8")
    kept.write_text(
        "name,candidate,label,decision,reviewer,reason,decided\nOld,https://e.org/1,One,accept,Ann,known,2026-01-01\n",
        encoding="utf-8",
    )
    before = kept.read_bytes()
    assert run("suggest", str(names), "-o", str(review)).returncode == 0
    whole = review.read_text(encoding="utf-8").splitlines(keepends=True)
    for lines, said in [(whole[:-1], "review-row-lost"), ([*whole, whole[1]], "review-row-doubled")]:
        review.write_text("".join(lines), encoding="utf-8")
        done = run("decide", str(review), "--decisions", str(kept))
        assert (done.returncode, said in done.stderr.decode()) == (3, True)
        assert kept.read_bytes() == before


@pytest.mark.parametrize("with_reference", [False, True])
@pytest.mark.parametrize("with_links", [False, True])
def test_audit_takes_the_links_of_the_project_and_knows_its_things(
    tmp_path: Path, with_reference: bool, with_links: bool
) -> None:
    import shutil

    from tests.small import write_project

    from iomld.linking import packaged_reference

    write_project(tmp_path)
    named = ""
    if with_reference:
        shutil.copytree(packaged_reference(), tmp_path / "reference", ignore=shutil.ignore_patterns("organisation*"))
        named += 'reference = "reference"\n'
    if with_links:
        named += 'links = "links"\n'
        (tmp_path / "links").mkdir()
        (tmp_path / "links/states.sssom.tsv").write_text(
            "#curie_map:\n#  state: https://example.org/rivers/id/state/\n"
            "#  wikidata: http://www.wikidata.org/entity/\n"
            "subject_id\tpredicate_id\tobject_id\tmapping_justification\n"
            "state:FRE\tskos:exactMatch\twikidata:Q1\tsemapv:ManualMappingCuration\n"
            "state:SYL\tskos:exactMatch\twikidata:Q-2\tsemapv:ManualMappingCuration\n"
            "state:SLY\tskos:exactMatch\twikidata:Q3\tsemapv:ManualMappingCuration\n"
        )
    project = tmp_path / "iomld.toml"
    project.write_text(project.read_text().replace("[prefixes]", f"{named}[prefixes]"))
    done = run("audit", "-f", "csv", "--project", str(tmp_path))
    found = [(row["finding"], row["subject"]) for row in csv.DictReader(io.StringIO(done.stdout.decode()))]
    expected = [
        ("identifier-malformed", "id/state/SYL"),
        ("link-subject-unknown", "https://example.org/rivers/id/state/SLY"),
    ]
    assert (found, done.returncode) == ((expected, 1) if with_links else ([], 0)), done.stderr


STATES = "key,name\nPRT,Portugal\nCIV,Cote d Ivoire\nSCG,Serbia & Montenegro\nXXX,Nowhere\n"
HEADER = "name,candidate,label,decision,reviewer,reason,decided\n"
SUBJECT = "id/state/{key}"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with states, and a folder of links."""
    from tests.small import describe

    from iomld.project import start

    start(tmp_path)
    (tmp_path / "tables/states.csv").write_text(STATES)
    describe(tmp_path / "tables/states.csv")
    (tmp_path / "mappings/states.yml").write_text(
        "prefixes: {skos: 'http://www.w3.org/2004/02/skos/core#'}\nbase: https://example.org/data/\n"
        "mappings:\n  state:\n    sources: ../tables/states.csv~csv\n    s: id/state/$(key)\n"
        "    po: [[skos:prefLabel, $(name), en~lang]]\n"
    )
    file = tmp_path / "iomld.toml"
    file.write_text(file.read_text().replace("[prefixes]", 'links = "links"\n[prefixes]'))
    (tmp_path / "links").mkdir()
    return tmp_path


def inside(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    script = "from iomld.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", script, *arguments], cwd=folder, capture_output=True, text=True, timeout=120
    )


def test_the_whole_road_from_names_to_links(project: Path) -> None:
    """The commands of docs/linking.md, "From names to links"."""
    table = ["tables/states.csv", "--column", "name"]
    assert inside(project, "link", "suggest", *table, "--kind", "state", "-o", "review.csv").returncode == 0
    rows = list(csv.DictReader((project / "review.csv").open(encoding="utf-8", newline="")))
    with (project / "review.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows({**row, "decision": "accept", "reviewer": "Ann", "reason": "the same"} for row in rows)
    assert inside(project, "link", "decide", "review.csv", "--decisions", "decisions.csv").returncode == 0
    wanted = ["--authority", "wikidata", "--authority", "m49", "--authority", "fao"]
    options = ["decisions.csv", "--names", *table, "--subject", SUBJECT, *wanted]
    done = inside(project, "link", "write", *options, "-o", "links/states.sssom.tsv")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert done.stderr.splitlines() == [
        "8 links of 3 things: links/states.sssom.tsv",
        "no identifier of m49 is on record for “Serbia & Montenegro”",
    ]
    from iomld.linking import read_links

    found = read_links(project / "links/states.sssom.tsv")
    base, skos = "https://example.org/data/id/state/", "http://www.w3.org/2004/02/skos/core#"
    links = {(each.subject, each.source.rpartition("/")[2]): each for each in found.links}
    assert len(links) == len(found.links) == 8
    portugal = links[f"{base}PRT", "wikidata"]
    assert (portugal.object, portugal.predicate) == ("http://www.wikidata.org/entity/Q45", f"{skos}exactMatch")
    assert portugal.comment.startswith("“Portugal” was accepted by Ann on ")
    # A name does not tell the life of a thing: no owl:sameAs, which the packaged table has here.
    assert links[f"{base}SCG", "fao"].predicate == f"{skos}exactMatch"
    assert found.metadata["mapping_set_id"] == "https://example.org/data/links/states"
    again = (project / "links/states.sssom.tsv").read_bytes()
    assert inside(project, "link", "write", *options, "-o", "links/states.sssom.tsv", "-q").stderr == ""
    assert (project / "links/states.sssom.tsv").read_bytes() == again
    assert inside(project, "build").returncode == 0
    assert "<http://www.wikidata.org/entity/Q45>" in (project / "build/iomld.nq").read_text()
    done = inside(project, "link", "audit")
    assert (done.returncode, done.stdout) == (0, "nothing found\n"), done.stdout
    pytest.importorskip("sssom", reason="the SSSOM tools are not installed")
    done = subprocess.run(
        [sys.executable, "-m", "sssom.cli", "validate", str(project / "links/states.sssom.tsv")],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert (done.returncode, "not well-formed" in done.stderr + done.stdout) == (0, False), done.stderr


def test_the_least_link_table(project: Path) -> None:
    manual = (Path(__file__).parents[2] / "docs/linking.md").read_text(encoding="utf-8")
    [table] = [
        "\n".join(line[4:] for line in part.splitlines()) for part in manual.split("\n\n") if "    #curie_map:" in part
    ]
    (project / "links/mine.sssom.tsv").write_text(f"{table}\n", encoding="utf-8")
    assert inside(project, "build").returncode == 0
    assert "<http://www.wikidata.org/entity/Q45>" in (project / "build/iomld.nq").read_text()
    assert inside(project, "link", "audit").stdout == "nothing found\n"


@pytest.mark.parametrize(
    ("decided", "options", "said"),
    [
        ("Portugal,https://ror.org/05n4e2707,B", [], "state:PRT\tPortugal\tskos:exactMatch\tror:05n4e2707"),
        ("Portugal,https://sws.geonames.org/1/,P", [], "skos:closeMatch\tgeonames:1/\tP"),
        ("Portugal,https://g.example.org/x/1,P", [], "skos:exactMatch\tx:1\tP"),
        ("Portugal,https://g.example.org/x/1,P", ["--subject", "http://a.org/b/{name}"], "b:Portugal\t"),
        ("Nobody,https://g.example.org/x/1,P", [], "in no row of tables/states.csv: “Nobody”"),
        ("Portugal,x1,P", [], "d.csv:2:candidate: error: the candidate “x1” is no IRI"),
        ("Portugal,https://w3id.org/iomld/id/state/QQQ,P", [], "[link-candidate]"),
        ("Portugal,https://g.example.org/x/1,P", ["--subject", "id/state/{kee}"], "did you mean key?"),
        ("Portugal,https://g.example.org/x/1,P", ["--subject", "id/state/key"], "[subject-template]"),
        ("Portugal,https://g.example.org/x/1,P", ["--authority", "wikidat"], "did you mean wikidata?"),
        ("Portugal,https://g.example.org/x/1,P", ["--authority", "iso3166-1"], "map them to a text"),
        ("Portugal,https://g.example.org/x/1,P", ["-o", "links/mine.sssom.tsv"], "[output-taken]"),
        ("Twice,https://g.example.org/x/1,P", [], "tables/states.csv:7:name: error: “Twice” is the name of"),
    ],
)
def test_decisions_to_links(project: Path, decided: str, options: list[str], said: str) -> None:
    (project / "tables/states.csv").write_text(f"{STATES}A,Twice\nB,Twice\n")
    (project / "links/mine.sssom.tsv").write_text(
        "subject_id\tpredicate_id\tobject_id\tmapping_justification\n", encoding="utf-8"
    )
    (project / "d.csv").write_text(f"{HEADER}{decided},accept,Ann,known,2026-11-28\n")
    table = ["--names", "tables/states.csv", "--column", "name", "--subject", SUBJECT]
    done = inside(project, "link", "write", "d.csv", *table, *options)
    assert said in done.stdout + done.stderr, done.stderr
    assert ("error" in said or "[" in said or "did you" in said or "map them" in said) == (done.returncode != 0)
