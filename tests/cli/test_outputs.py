"""Where results go: links are followed, devices and pipes written to, and nothing that was there before is lost."""

import os
import re
import stat
import threading
from pathlib import Path

import pytest
from tests.cli.running import Run
from tests.packaged import edit

MAPPING = """
prefixes: {ex: "https://example.org/"}
mappings:
  p:
    sources: [['p.csv~csv']]
    s: id/$(id)
    po: [[ex:name, $(name)]]
"""
LINE = '<http://x/id/1> <https://example.org/name> "Ann" .\n'
MAP = ("map", "p.yml", "--base", "http://x/")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "p.csv").write_text("id,name\n1,Ann\n")
    (tmp_path / "p.yml").write_text(MAPPING)
    (tmp_path / "a.nq").write_text(LINE)
    (tmp_path / "n.csv").write_text("name\nSwitzerland\n")
    return tmp_path


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize(
    "arguments",
    [
        (*MAP, "-o", "link"),
        (*MAP, "-o", "out.nq", "--report", "link"),
        ("convert", "a.nq", "-f", "nquads", "-o", "link"),
        ("diff", "a.nq", "a.nq", "-o", "link"),
        ("link", "suggest", "n.csv", "--column", "name", "-o", "link"),
    ],
    ids=" ".join,
)
def test_an_output_that_is_a_link_changes_what_it_leads_to(
    folder: Path, iomld: Run, arguments: tuple[str, ...]
) -> None:
    (folder / "kept").mkdir()
    (folder / "kept/real").write_text("old")
    (folder / "kept/real").chmod(0o640)
    (folder / "link").symlink_to("kept/real")
    done = iomld(*arguments, cwd=folder)
    assert done.code == 0, done.err
    assert (folder / "link").is_symlink() and (folder / "kept/real").read_text() != "old"
    assert stat.S_IMODE((folder / "kept/real").stat().st_mode) == 0o640
    assert names(folder / "kept") == {"real"}


def test_decisions_and_targets_follow_links(folder: Path, iomld: Run) -> None:
    for name in ("decisions", "target"):
        (folder / f"{name}.real").write_text("")
        (folder / name).symlink_to(f"{name}.real")
    (folder / "decisions.real").write_text("name,candidate,label,decision,reviewer,reason,decided\n")
    assert iomld("link", "suggest", "n.csv", "--column", "name", "-o", "review.csv", cwd=folder).code == 0
    done = iomld("link", "decide", "review.csv", "--decisions", "decisions", cwd=folder)
    assert done.code == 0, done.err
    (folder / "p.yml").write_text(MAPPING.replace("id/$(id)", '{value: id/$(id), targets: ["target~void", ntriples]}'))
    done = iomld(*MAP, cwd=folder)
    assert done.code == 0, done.err
    assert (folder / "decisions").is_symlink() and (folder / "target").is_symlink()
    assert (folder / "target.real").read_text() == LINE


@pytest.mark.parametrize("command", [MAP, ("convert", "a.nq", "-f", "nquads")], ids=["map", "convert"])
def test_an_output_that_is_a_pipe_is_written_to(folder: Path, iomld: Run, command: tuple[str, ...]) -> None:
    os.mkfifo(folder / "named")
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append((folder / "named").read_text()), daemon=True)
    reader.start()
    done = iomld(*command, "-o", "named", cwd=folder)
    assert done.code == 0, done.err
    reader.join(10)
    assert read == [LINE] and (folder / "named").is_fifo()
    ours, theirs = os.pipe()
    done = iomld(*command, "-o", f"/dev/fd/{theirs}", cwd=folder)
    assert done.code == 0, done.err
    assert os.read(ours, 1000).decode() == LINE
    os.close(ours), os.close(theirs)


@pytest.mark.parametrize(
    "arguments",
    [
        (*MAP, "-o", "OUT"),
        (*MAP, "-o", "out.nq", "--report", "OUT"),
        ("convert", "a.nq", "-f", "nquads", "-o", "OUT"),
        ("link", "decide", "review.csv", "--decisions", "OUT"),
        ("link", "suggest", "n.csv", "--column", "name", "-o", "OUT"),
    ],
    ids=" ".join,
)
def test_an_output_that_cannot_be_written_is_told_by_its_name(
    folder: Path, iomld: Run, arguments: tuple[str, ...]
) -> None:
    iomld("link", "suggest", "n.csv", "--column", "name", "-o", "review.csv", cwd=folder)
    (folder / "sub").mkdir()
    for name, codes, reason in (("none/x", (4,), "there is no folder none"), ("sub", (2, 3, 4), "sub")):
        done = iomld(*[name if argument == "OUT" else argument for argument in arguments], cwd=folder)
        assert done.code in codes
        assert name in done.err and reason in done.err and "part" not in done.err and ".iomld" not in done.err
    assert names(folder / "sub") == set()


TARGET = '{value: id/$(id), targets: ["NAME~void", ntriples]}'
SHAPES = "@prefix sh: <http://www.w3.org/ns/shacl#> . <http://x/s> a sh:NodeShape ; sh:targetNode <http://x/id/1> ."


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "arguments",
    [
        (*MAP, "-o", "p.csv"),
        (*MAP, "-o", "p.yml"),
        (*MAP, "-o", "./sub/../link.csv"),
        (*MAP, "--report", "p.yml"),
        (*MAP, "--report", "p.csv"),
        (*MAP, "-o", "o.nq", "--report", "o.nq"),
        (*MAP, "-o", "-", "--report", "-"),
        ("convert", "a.nq", "--context", "c.json", "-f", "jsonld", "-o", "c.json"),
        ("validate", "--data", "a.nq", "--shapes", "s.ttl", "-o", "a.nq"),
        ("validate", "--data", "a.nq", "--shapes", "s.ttl", "-o", "s.ttl"),
        ("diff", "a.nq", "b.nq", "-o", "a.nq"),
        ("diff", "a.nq", "b.nq", "-o", "b.nq"),
        ("query", "q.rq", "--data", "a.nq", "-o", "q.rq"),
        ("query", "q.rq", "--data", "a.nq", "-o", "a.nq"),
        ("link", "suggest", "n.csv", "--column", "name", "-o", "n.csv"),
        ("link", "lookup", "n.csv", "--endpoint", "http://localhost:1/", "-o", "n.csv"),
        ("link", "decide", "n.csv", "--decisions", "n.csv"),
        ("link", "evaluate", "n.csv", "--picture", "n.csv"),
        ("link", "audit", "n.csv", "-o", "n.csv"),
    ],
    ids=" ".join,
)
def test_an_output_that_the_command_needs_is_refused(folder: Path, iomld: Run, arguments: tuple[str, ...]) -> None:
    (folder / "link.csv").symlink_to("p.csv")
    (folder / "sub").mkdir()
    (folder / "b.nq").write_text("")
    (folder / "c.json").write_text("{}")
    (folder / "s.ttl").write_text(SHAPES)
    (folder / "q.rq").write_text("SELECT * { ?s ?p ?o }")
    before = contents(folder)
    done = iomld(*arguments, cwd=folder)
    assert (done.code, contents(folder)) == (2, before), done
    assert "[output-taken]" in done.err


@pytest.mark.parametrize("name", ["p.csv", "p.yml", "p.$(name)", "out.nq", "$(n).nt"])
def test_a_target_that_the_run_needs_is_a_mistake_of_the_mapping(folder: Path, iomld: Run, name: str) -> None:
    (folder / "p.csv").write_text("id,name,n\n1,csv,x\n2,yml,y\n")
    (folder / "p.yml").write_text(MAPPING.replace("id/$(id)", TARGET.replace("NAME", name)))
    (folder / "y.nt").write_text("mine")
    before = contents(folder)
    done = iomld(*MAP, "-o", "out.nq", "--report", "y.nt", cwd=folder)
    assert done.code == 3, done
    assert "p.yml:6:" in done.err and "[output-taken]" in done.err
    assert {**contents(folder), "y.nt": b"mine"} == before


def test_two_targets_of_one_file(folder: Path, iomld: Run) -> None:
    targets = '{value: id/$(id), targets: [["t~void", ntriples], ["./t~void", turtle]]}'
    (folder / "p.yml").write_text(MAPPING.replace("id/$(id)", targets))
    done = iomld(*MAP, cwd=folder)
    assert (done.code, "[output-taken]" in done.err, names(folder)) == (3, True, {"a.nq", "n.csv", "p.csv", "p.yml"})


@pytest.mark.parametrize(
    "arguments",
    [
        ("query", "events", "-o", "queries/events.rq"),
        ("why", "id/state/FRE", "-o", "facts.yml"),
        ("where-used", "events.csv", "-o", "tables/events.csv"),
        ("coverage", "-o", "rivers.ttl"),
        ("test", "-o", "queries/questions/both.rq"),
        ("check-sources", ".", "-o", "iomld.toml"),
        ("validate", "-o", "shapes.ttl"),
        ("build", "-o", "made"),
        ("publish", "-o", "."),
    ],
    ids=" ".join,
)
def test_a_file_of_the_project_is_no_output(project: Path, iomld: Run, arguments: tuple[str, ...]) -> None:
    (project / ".iomld-site").write_text("")
    (project / "made").mkdir()
    (project / "made/ontology.ttl").hardlink_to(project / "rivers.ttl")
    before = contents(project)
    done = iomld(*arguments, cwd=project)
    assert (done.code, contents(project)) == (2, before), done
    assert "[output-taken]" in done.err


def test_a_device_takes_all_outputs_and_stays_one(folder: Path, iomld: Run) -> None:
    try:
        os.mknod(folder / "null", stat.S_IFCHR | 0o666, os.makedev(1, 3))
        (folder / "null").read_bytes()
    except OSError:
        pytest.skip("devices cannot be made here (it takes root)")
    done = iomld(*MAP, "-o", "null", "--report", "null", cwd=folder)
    assert done.code == 0, done.err
    assert (folder / "null").is_char_device()


def test_a_conversion_may_replace_its_input(folder: Path, iomld: Run) -> None:
    (folder / "a.nq").write_text(LINE + LINE)
    assert iomld("convert", "a.nq", "-o", "a.nq", cwd=folder).code == 0
    assert (folder / "a.nq").read_text() == LINE


@pytest.mark.parametrize(
    "arguments",
    [
        ("build", "-o", "-"),
        ("publish", "-o", "-"),
        ("release", "1.0.0", "-o", "-"),
        ("init", "-"),
        ("validate", "--sparql", "-"),
        ("serve", "--access-log", "-"),
        ("link", "evaluate", "n.csv", "--picture", "-"),
        ("link", "decide", "n.csv", "--decisions", "-"),
    ],
    ids=" ".join,
)
def test_what_cannot_go_to_a_standard_stream_is_refused(project: Path, iomld: Run, arguments: tuple[str, ...]) -> None:
    before = names(project)
    done = iomld(*arguments, cwd=project)
    assert (done.code, "standard stream" in done.err, names(project)) == (2, True, before), done


def test_the_report_of_a_mapping_goes_to_standard_output(folder: Path, iomld: Run) -> None:
    done = iomld(*MAP, "-o", "out.nq", "--report", "-", cwd=folder)
    assert done.code == 0 and "p.csv" in done.out, done
    assert "-" not in names(folder) and (folder / "out.nq").read_text() == LINE


@pytest.mark.parametrize(
    ("arguments", "output"),
    [
        ((*MAP, "-o", "out.nq", "--report", "nowhere/report.json"), "nowhere/report.json"),
        (("validate", "--data", "broken.nt", "--shapes", "shapes.ttl", "-o", "nowhere/findings.csv"), "findings.csv"),
        (("validate", "--data", "broken.nt", "--shapes", "shapes.ttl", "-o", "kept"), "kept"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else each,
)
def test_a_report_that_cannot_be_written_is_told_before_the_work_begins(
    folder: Path, iomld: Run, arguments: tuple[str, ...], output: str
) -> None:
    (folder / "kept").mkdir()
    (folder / "broken.nt").write_text("<http://x/a> <http://x/b>\n")
    (folder / "shapes.ttl").write_text("[] a <http://www.w3.org/ns/shacl#NodeShape> .\n")
    before = names(folder)
    done = iomld(*arguments, cwd=folder)
    assert done.code == 4 and output in done.err and "output-not-writable" in done.err
    assert done.err.count("error:") == 1
    assert names(folder) == before


def test_a_build_that_fails_leaves_no_folder_behind(project: Path, iomld: Run) -> None:
    edit(project / "iomld.toml", lambda text: re.sub(r"licence = .*\n", "", text))
    before = names(project)
    done = iomld("build", "-o", "public/data", cwd=project)
    assert (done.code, "project-undescribed" in done.err) == (3, True), done.err
    assert names(project) == before


@pytest.mark.parametrize("command", ["build", "publish", "release next"])
def test_a_command_that_writes_says_where_it_writes_the_packaged_project(
    tmp_path: Path, project: Path, iomld: Run, command: str
) -> None:
    told = "no iomld.toml here or above: the packaged project\n"
    # Stopped as soon as the project is open: by an output that is there already, or a version that is none.
    where = [] if command.startswith("release") else ["-o", "taken"]
    for folder, options, expected in (
        (tmp_path, [], True),
        (tmp_path, ["-q"], False),
        (tmp_path, ["--project", str(project)], False),
        (project / "tables", [], False),
    ):
        (folder / "taken").mkdir(exist_ok=True)
        (folder / "taken/iomld.ttl").mkdir(exist_ok=True)
        done = iomld(*command.split(), *where, *options, cwd=folder)
        assert done.code in (2, 4), done.err
        assert done.err.count(told) == expected
        assert told not in done.out
