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
