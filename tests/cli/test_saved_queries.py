"""Saved queries with mistakes, as the commands tell them that read, ask, test and publish such queries."""

from pathlib import Path

from tests.cli.running import Run
from tests.packaged import edit

MEMBERS = "queries/questions/members.rq"


def test_a_parameter_that_changes_nothing_is_refused_wherever_the_query_is_read(project: Path, iomld: Run) -> None:
    edit(project / MEMBERS, lambda text: text.replace("org:role ?role", "org:role ?rolle"))
    told = "members.rq:3: error: parameter role: ?role is no variable of the pattern [query-header]"
    for command in ("query members --param role=x", "test", "publish", "release 0.1.0", "serve --port 0"):
        done = iomld(*command.split(), cwd=project)
        assert (done.code, told in done.err, "did you mean rolle?" in done.err) == (3, True, True), done.err


NEEDY = """#+ summary: Events that have a later date than a year
#+ params:
#+   year: {type: string, description: the year}
SELECT ?event { ?event mld:period/mld:edtf ?date FILTER(?date > ?year) }
"""


def test_a_parameter_that_only_a_filter_uses_must_be_given(project: Path, iomld: Run) -> None:
    (project / "queries/later.rq").write_text(NEEDY)
    done = iomld("query", "later", cwd=project)
    assert done.code == 2
    assert "queries/later.rq: error: parameter year has no value and no default; give --param year=…" in done.err
    assert iomld("query", "later", "--param", "year=2002", "-f", "csv", cwd=project).out.count("kesh") == 2
    assert "--param year=…  string: the year [required]" in iomld("query", "--list", "-v", cwd=project).out
    assert "--param role=…  iri:  [default: code/role/participant]\n" in iomld("query", "--list", "-v", cwd=project).out
    for instead in ('{type: string, default: "2002"}', "{type: string}"):
        text = NEEDY.replace("{type: string, description: the year}", instead)
        (project / "queries/later.rq").write_text(text.replace("(?date", "(!BOUND(?year) || ?date"))
        assert iomld("query", "later", cwd=project).code == 0


def test_what_is_tested_is_given_its_parameters(project: Path, iomld: Run) -> None:
    (project / "queries/later.rq").write_text(f"#+ expect: {{rows: 2}}\n{NEEDY}")
    done = iomld("test", cwd=project)
    assert (done.code, "parameter year has no value and no default" in done.out) == (1, True)
    (project / "queries/later.rq").write_text(f"#+ expect: {{rows: 2, params: {{year: 2002}}}}\n{NEEDY}")
    assert iomld("test", "--engines", "oxigraph,rdflib", cwd=project).code == 0
    (project / "queries/later.rq").write_text(NEEDY)
    assert iomld("test", "--engines", "oxigraph,rdflib", cwd=project).code == 0


def test_a_site_has_the_page_of_a_query_that_needs_a_value_and_no_answer(project: Path, iomld: Run) -> None:
    (project / "queries/later.rq").write_text(NEEDY)
    done = iomld("publish", "-l", "fr", cwd=project)
    assert done.code == 0, done.err
    names = {path.name for path in (project / "site/api").glob("later*")}
    assert names == {"later.html", "later.fr.html"}
    assert "Give a value for: year" in (project / "site/api/later.html").read_text()
    assert "Donnez une valeur à : year" in (project / "site/api/later.fr.html").read_text()


def test_truth_values_and_triples_are_published_as_rows(project: Path, iomld: Run) -> None:
    (project / "queries/kinds.rq").write_text("CONSTRUCT { ?event a ?kind } WHERE { ?event mld:period ?p ; a ?kind }")
    assert iomld("publish", cwd=project).code == 0
    assert (project / "site/api/both.csv").read_text() == "answer\ntrue\n"
    header, *rows = (project / "site/api/kinds.csv").read_text().splitlines()
    assert header == "subject,predicate,object" and len(rows) == 2
    assert "answer" in (project / "site/api/both.html").read_text()


def test_a_column_that_nothing_fills_is_told_and_fails_the_tests(project: Path, iomld: Run) -> None:
    edit(project / "queries/events.rq", lambda text: text.replace("mld:edtf ?edtf", "mld:edtf ?edft"))
    told = "queries/events.rq:3:38: ?edtf is never bound: no pattern gives it a value (did you mean ?edft?)"
    assert f"{told}\n" in iomld("query", "events", cwd=project).err
    done = iomld("test", cwd=project)
    assert (done.code, "FAILED  events" in done.out, told in done.out) == (1, True, True)
